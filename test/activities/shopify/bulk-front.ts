/** A server before the simulated shop: it passes everything on, changes what a test wants changed, and keeps results as a storage of its own. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export interface Front {
  url: string;
  /** names of the operations asked for, oldest first */
  asked: string[];
  /** what the shop's answers to an operation become */
  change: Map<string, (reply: Record<string, unknown>) => unknown>;
  /** what is answered to an operation that never gets to the shop */
  instead: Map<string, unknown>;
  close: () => Promise<void>;
}

export interface Storage {
  url: string;
  /** what was asked for: headers of each request */
  asked: Record<string, unknown>[];
  file: { text: string; status?: number; hasRanges?: boolean; isEndless?: boolean };
  close: () => Promise<void>;
}

const nameSchema = z.object({ operationName: z.string() });
const objectSchema = z.record(z.string(), z.unknown());

export async function startFront(shopUrl: () => string): Promise<Front> {
  const [asked, change, instead]: [string[], Front['change'], Front['instead']] = [[], new Map(), new Map()];
  const server = await listen(async (request, response) => {
    const body = await textOf(request);
    const name = request.method === 'POST' ? nameSchema.parse(JSON.parse(body)).operationName : 'result';
    asked.push(name);
    if (instead.has(name)) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(instead.get(name)));
      return;
    }
    const headers = { 'content-type': 'application/json', 'x-shopify-access-token': String(request.headers['x-shopify-access-token']) };
    const reply = await fetch(`${shopUrl()}${request.url}`, { method: request.method ?? 'GET', headers, ...(request.method === 'POST' ? { body } : {}) });
    const changed = change.get(name);
    const text = await reply.text();
    response.writeHead(reply.status, { 'content-type': 'application/json', 'x-shopify-api-version': '2026-07' });
    response.end(changed === undefined ? text : JSON.stringify(changed(objectSchema.parse(JSON.parse(text)))));
  });
  return { asked, change, instead, ...server };
}

/** Serves one text, from the middle too where it has ranges. */
export async function startStorage(): Promise<Storage> {
  const asked: Storage['asked'] = [];
  const file: Storage['file'] = { text: '' };
  const server = await listen((request, response) => {
    asked.push(request.headers);
    const bytes = Buffer.from(file.text);
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const isPart = file.hasRanges === true && from > 0;
    response.writeHead(file.status ?? (isPart ? 206 : 200), isPart ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : { location: 'https://elsewhere.example.test/' });
    if (file.isEndless) response.write(bytes);
    else response.end(isPart ? bytes.subarray(from) : bytes);
    return Promise.resolve();
  });
  return { asked, file, ...server };
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<{ url: string; close: () => Promise<void> }> {
  // whoever broke off behind us is passed on, too
  const server = createServer((request, response) => void answer(request, response).catch(() => request.socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.looseObject({ port: z.number() }).parse(server.address());
  const close = async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
