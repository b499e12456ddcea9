/** Free ports on loopback. */
import { createServer } from 'node:net';
import { once } from 'node:events';

/** As many different ports as asked for, free at this moment: all are held until the last is known, so that none is given twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  try {
    return await Promise.all(
      servers.map(async (server) => {
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const address = server.address();
        if (address === null || typeof address === 'string') throw new Error('no port is free');
        return address.port;
      }),
    );
  } finally {
    for (const server of servers) server.close();
  }
}
