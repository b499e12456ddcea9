/** A server that answers every call as a test tells it to, for replies that the simulated account does not give. */
import { createServer } from 'node:http';
import { z } from 'zod';

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text as it is */
  body: unknown;
}

export interface TinyAccount {
  url: string;
  /** method and path, oldest first */
  asked: string[];
  close: () => Promise<void>;
}

export async function startTinyAccount(answer: (path: string) => Answer): Promise<TinyAccount> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      asked.push(`${request.method} ${request.url}`);
      const { status = 200, headers = {}, body } = answer(request.url ?? '');
      response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.looseObject({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, asked, close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))) };
}
