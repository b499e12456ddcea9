/** A connector with a real ledger, and a tiny shop that answers what a test tells it to, by the name of the operation. */
import { createServer } from 'node:http';
import { z } from 'zod';
import type { ConnectorContext } from '../../../activities/call.ts';
import { settingsSchema, type ShopifySettings } from '../../../activities/shopify/settings.ts';
import type { IntegrationRef } from '../../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../../domain/settings.ts';
import type { Ledger } from '../../../ledger/ledger.ts';

export const integration: IntegrationRef = { id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' };
export const step = { integration, lane: 'bulk' } as const;

export const importSettings: ImportOrdersSettings = {
  identifyProductsBy: 'sku',
  prices: 'with-tax',
  articles: {},
  backfillMonths: 2,
  excludeStatuses: ['fulfilled', 'cancelled', 'refunded'],
  codeOf: 'variant',
  everyMinutes: 5,
  statuses: [],
  afterWriteOff: [],
};

export const shopSettings = (settings: Partial<z.input<typeof settingsSchema>> & { baseUrl: string }): ShopifySettings =>
  settingsSchema.parse({ ...('clientId' in settings ? {} : { accessToken: 'shpat_token_for_tests' }), country: 'PL', timeZone: 'Europe/Warsaw', pointsPerSecond: 2_000, share: 1, ...settings });

export interface ContextOptions {
  pair?: Partial<ImportOrdersSettings>;
  connection?: string;
  hooks?: { address: string; secret: string };
}

export function contextOf(ledger: Ledger, settings: ShopifySettings, { pair = {}, connection = 'shop', hooks }: ContextOptions = {}): ConnectorContext<ShopifySettings> {
  return {
    connection,
    company: 'acme',
    ledger,
    settings: () => Promise.resolve({ settings, version: 'v1' }),
    integrationSettings: () => Promise.resolve({ settings: { ...importSettings, ...pair }, version: 'v1' }),
    ...(hooks === undefined ? {} : { hooks: () => Promise.resolve(hooks) }),
    call: ({ integration: ref, lane, record, step: name }) => ({
      ledger,
      connection,
      company: 'acme',
      integration: ref,
      lane,
      record,
      run: 'run-1',
      holder: `${record}/${name}`,
      heartbeat: () => {},
      signal: new AbortController().signal,
    }),
  };
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** JSON, or text as it is */
  body: unknown;
}

export interface Asked {
  path: string;
  operation: string;
  variables: Record<string, unknown>;
  text: string;
  headers: Record<string, string | string[] | undefined>;
}

export interface TinyShop {
  url: string;
  asked: Asked[];
  close: () => Promise<void>;
}

const documentSchema = z.object({ operationName: z.string(), variables: z.record(z.string(), z.unknown()), query: z.string() });

export async function startTinyShop(answer: (asked: Asked) => Answer): Promise<TinyShop> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Uint8Array[] = [];
    request.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
      const document = isForm ? { operationName: 'token', variables: Object.fromEntries(new URLSearchParams(text)), query: text } : documentSchema.parse(JSON.parse(text));
      const one: Asked = { path: request.url ?? '', operation: document.operationName, variables: document.variables, text: document.query, headers: request.headers };
      asked.push(one);
      const { status = 200, headers = {}, body } = answer(one);
      const isText = typeof body === 'string';
      response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', 'x-shopify-api-version': '2026-07', ...headers });
      response.end(isText ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.looseObject({ port: z.number() }).parse(server.address());
  return { url: `http://127.0.0.1:${port}`, asked, close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))) };
}
