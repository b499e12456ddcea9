/** A connector with a real ledger, and a tiny shop that answers what a test tells it to. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ConnectorContext } from '../../../activities/call.ts';
import { settingsSchema, type WoocommerceSettings } from '../../../activities/woocommerce/settings.ts';
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
  excludeStatuses: ['completed', 'cancelled', 'refunded', 'failed', 'trash'],
  codeOf: 'variant',
  everyMinutes: 5,
  statuses: [],
  afterWriteOff: ['completed'],
};

export const shopSettings = (settings: Partial<z.input<typeof settingsSchema>> & { baseUrl: string }): WoocommerceSettings =>
  settingsSchema.parse({ consumerKey: 'ck_test', consumerSecret: 'cs_test', country: 'PL', timeZone: 'Europe/Warsaw', requestsPerSecond: 100, share: 1, ...settings });

export function contextOf(ledger: Ledger, settings: WoocommerceSettings, pair: Partial<ImportOrdersSettings> = {}): ConnectorContext<WoocommerceSettings> {
  return {
    connection: 'shop',
    company: 'acme',
    ledger,
    settings: () => Promise.resolve({ settings, version: 'v1' }),
    integrationSettings: () => Promise.resolve({ settings: { ...importSettings, ...pair }, version: 'v1' }),
    call: ({ integration: ref, lane, record, step: name }) => ({
      ledger,
      connection: 'shop',
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

export interface TinyShop {
  url: string;
  /** method and path with query, in order */
  requests: { method: string; path: string; url: URL; authorization: string | undefined }[];
  close: () => Promise<void>;
}

export async function startTinyShop(answer: (request: { method: string; url: URL }) => Answer): Promise<TinyShop> {
  const requests: TinyShop['requests'] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url ?? '/', 'http://shop.example');
    requests.push({ method: request.method ?? '', path: `${url.pathname}${url.search}`, url, authorization: request.headers.authorization });
    const { status = 200, headers = {}, body } = answer({ method: request.method ?? '', url });
    const isText = typeof body === 'string';
    response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
    response.end(isText ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo = z.looseObject({ port: z.number(), address: z.string(), family: z.string() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () => new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve()))),
  };
}

const sampleSchema = z.object({
  request: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }),
  status: z.number(),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});
export type Sample = z.infer<typeof sampleSchema>;

const samplesFile = join(import.meta.dirname, '../../../../shared/specs/woocommerce.samples.json');

/** Recorded replies of a real shop; undefined where they are not at hand. */
export const samples: Record<string, Sample> | undefined = existsSync(samplesFile) ? readSamples() : undefined;

export const skipMessage = 'the recorded replies (woocommerce.samples.json) are not at hand';

function readSamples(): Record<string, Sample> {
  const { samples: all } = z.object({ samples: z.record(z.string(), z.unknown()) }).parse(JSON.parse(readFileSync(samplesFile, 'utf8')));
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, recorded]) => {
      const parsed = sampleSchema.safeParse(recorded);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}

export function sample(name: string): Sample {
  const found = samples?.[name];
  if (!found) throw new Error(`no recorded reply ${name}`);
  return found;
}
