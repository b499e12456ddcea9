/** A connector with a real ledger, and a tiny shop that answers what a test tells it to. */
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { CallContext } from '../../../activities/call.ts';
import type { Wanted } from '../../../activities/contact-drivers.ts';
import { settingsSchema, type ShoperSettings } from '../../../activities/shoper/settings.ts';
import type { Ledger } from '../../../ledger/ledger.ts';

export const shopSettings = (settings: Partial<z.input<typeof settingsSchema>> & { baseUrl: string }): ShoperSettings =>
  settingsSchema.parse({ ...('login' in settings || 'clientId' in settings ? {} : { token: 'token-of-the-panel' }), country: 'PL', requestsPerSecond: 100, share: 1, ...settings });

export const wanted = (...properties: string[]): Wanted => ({ properties: new Set(properties) });

let connections = 0;
/** Each has a connection of its own: a throttled account is left alone for a while. */
export function callOf(ledger: Ledger, { connection = `shop-${(connections += 1)}`, signal = new AbortController().signal }: { connection?: string; signal?: AbortSignal } = {}): CallContext {
  return { ledger, connection, company: 'acme', integration: null, lane: 'live', record: '', run: 'run-1', holder: 'test', heartbeat: () => {}, signal };
}

export interface Asked {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** JSON, or the text as it is */
  body: unknown;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text as it is */
  body: unknown;
  /** nothing comes back */
  isLost?: boolean;
}

export interface TinyShop {
  url: string;
  asked: Asked[];
  close: () => Promise<void>;
}

export async function startTinyShop(answer: (asked: Asked) => Answer | Promise<Answer>): Promise<TinyShop> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const send = async (): Promise<void> => {
      const one = await readRequest(request);
      asked.push(one);
      const { status = 200, headers = {}, body, isLost } = await answer(one);
      if (isLost) return void response.destroy();
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
      response.end(isText ? body : JSON.stringify(body));
    };
    void send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.looseObject({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, asked, close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))) };
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString('utf8');
  const url = new URL(request.url ?? '', 'http://shop.example');
  const isJson = request.headers['content-type'] === 'application/json';
  const body: unknown = isJson ? JSON.parse(text) : text;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  return { method: request.method ?? '', path: url.pathname.replace('/webapi/rest', ''), query: Object.fromEntries(url.searchParams), headers, body };
}

const bulkSchema = z.array(z.object({ id: z.string(), path: z.string(), method: z.literal('GET'), params: z.record(z.string(), z.string()), body: z.object({}) })).max(25);

/** A bulk call answered item by item, as the shop would answer each on its own. */
export async function answerBulk({ body, headers }: Asked, answer: (asked: Asked) => Answer | Promise<Answer>): Promise<Answer> {
  const items = await Promise.all(
    bulkSchema.parse(body).map(async ({ id, path, params }) => {
      const { status = 200, body: reply } = await answer({ method: 'GET', path: path.replace('/webapi/rest', ''), query: params, headers, body: '' });
      return { id, code: status, body: reply };
    }),
  );
  return { body: { errors: items.some(({ code }) => code >= 400), items } };
}

/** The items of a bulk call, for what a test asserts. */
export const bulkPaths = ({ body }: Asked): string[] => bulkSchema.parse(body).map(({ path, params }) => `${path.replace('/webapi/rest', '')}${params['page'] === undefined ? '' : `?page=${params['page']}`}`);

export const refusal = (status: number, error: string, words = 'ola@example.org: nie można'): Answer => ({ status, body: { error, error_description: words } });
export const missing = refusal(404, 'invalid_request', 'Resource not found');

export const listOf = (rows: readonly unknown[], { page = 1, size = 50 }: { page?: number; size?: number } = {}): unknown => ({
  count: String(rows.length),
  pages: Math.ceil(rows.length / size),
  page,
  list: rows.slice((page - 1) * size, page * size),
});

/** A customer as the shop writes it (contract 4.1): texts everywhere. */
export const user = (id: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  user_id: String(id), login: '', date_add: '2026-05-02 09:14:33', lastvisit: '0000-00-00 00:00:00', verify_email: '1', origin: '0', registered: '1', groups: [3], group_id: '3', additional_fields: [], tags: ['vip'],
  firstname: 'Ola', lastname: 'Zimna', email: `ola${id}@example.org`, discount: '5.00', newsletter: '1', active: '1', lang_id: '1', comment: '', ...more,
}); // prettier-ignore

export const subscriber = (id: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({ subscriber_id: String(id), email: `jan${id}@example.org`, active: '1', lang_id: '1', groups: [2], dateadd: '2026-05-03 18:00:01', ...more });

export const checkbox = (id: number, value: string): Record<string, unknown> => ({ field_id: String(id), type: '2', locate: '7', req: '0', active: '1', order: '0', field_value: value, value });
