/** Free ports on loopback. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** Below the range that outgoing connections are given theirs from: between finding and using a port, none of those can take it. */
const lowest = 15_000;
const highest = 32_000;

/** As many different ports as asked for, free at this moment: all are held until the last is known, so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const held = new Map<number, Server>();
  try {
    while (held.size < count) {
      const port = randomInt(lowest, highest);
      const server = held.has(port) ? undefined : await hold(port);
      if (server) held.set(port, server);
    }
    return [...held.keys()];
  } finally {
    for (const server of held.values()) server.close();
  }
}

async function hold(port: number): Promise<Server | undefined> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  return once(server, 'listening').then(
    () => server,
    () => undefined,
  );
}
