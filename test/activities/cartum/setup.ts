/** A connector with a real ledger, and a tiny shop that answers what a test tells it to. */
import { createServer, type IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { ConnectorContext } from '../../../activities/call.ts';
import { settingsSchema, type CartumSettings } from '../../../activities/cartum/settings.ts';
import type { IntegrationRef } from '../../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../../domain/settings.ts';
import type { Ledger } from '../../../ledger/ledger.ts';

export const integration: IntegrationRef = { id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' };
export const step = { integration, lane: 'live' } as const;

export const importSettings: ImportOrdersSettings = {
  identifyProductsBy: 'sku',
  prices: 'with-tax',
  articles: {},
  backfillMonths: 2,
  excludeStatuses: ['completed', 'cancelled', 'refunded', 'failed', 'trash'],
  codeOf: 'variant',
  everyMinutes: 5,
  statuses: [],
  afterWriteOff: ['completed'],
};

export const shopSettings = (settings: Partial<z.input<typeof settingsSchema>> & { baseUrl: string }): CartumSettings =>
  settingsSchema.parse({ login: 'api_user', password: 'secret', country: 'UA', language: 'en', requestsPerSecond: 100, share: 1, ...settings });

export interface ContextOptions {
  connection?: string;
  pair?: Partial<ImportOrdersSettings>;
  hooks?: { address: string; secret: string };
  signal?: AbortSignal;
}

export function contextOf(ledger: Ledger, settings: CartumSettings, { connection = 'shop', pair = {}, hooks, signal = new AbortController().signal }: ContextOptions = {}): ConnectorContext<CartumSettings> {
  return {
    connection,
    company: 'acme',
    ledger,
    settings: () => Promise.resolve({ settings, version: 'v1' }),
    integrationSettings: () => Promise.resolve({ settings: { ...importSettings, ...pair }, version: 'v1' }),
    ...(hooks === undefined ? {} : { hooks: () => Promise.resolve(hooks) }),
    call: ({ integration: ref, lane, record, step: name }) => ({ ledger, connection, company: 'acme', integration: ref, lane, record, run: 'run-1', holder: `${record}/${name}`, heartbeat: () => {}, signal }),
  };
}

export interface Asked {
  path: string;
  body: Record<string, unknown>;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text as it is */
  body: unknown;
}

export interface TinyShop {
  url: string;
  asked: Asked[];
  close: () => Promise<void>;
}

export async function startTinyShop(answer: (request: Asked) => Answer | Promise<Answer>): Promise<TinyShop> {
  const asked: Asked[] = [];
  const respond = async (request: IncomingMessage): Promise<Answer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    const one = { path: request.url ?? '', body };
    asked.push(one);
    return answer(one);
  };
  const server = createServer((request, response) => {
    const send = async (): Promise<void> => {
      const { status = 200, headers = {}, body } = await respond(request);
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

export const tokenOf = (number: number): string => `0123456789abcdef0123456789ab${String(number).padStart(4, '0')}`;
export const loggedIn = (number = 1): Answer => ({ body: { status: 'OK', response: { token: tokenOf(number) } } });
