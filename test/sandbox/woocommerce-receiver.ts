/** A small server that takes webhooks: what arrived, raw, and the answers a test wants to give. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** the bytes as they came, read as UTF-8 */
  body: string;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Answers from now on; a text is where a redirect points to. */
  answer(status: number, location?: string): void;
  close(): Promise<void>;
}

export async function openReceiver(): Promise<Receiver> {
  let [status, location] = [200, ''];
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      response.writeHead(status, location === '' ? {} : { location }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver listens on a TCP port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    answer(next, to = '') {
      [status, location] = [next, to];
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
