/** A running simulated Shopify shop and the few ways the tests talk to it. */
import { createServer, type Server } from 'node:http';
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { standardToken, type ShopifyOptions } from '../../sandbox/shopify/options.ts';
import { createShopifySandbox, type ShopifySandbox } from '../../sandbox/shopify/sandbox.ts';

export const row = z.record(z.string(), z.unknown());
export type Row = z.infer<typeof row>;

const reply = z.looseObject({
  data: z.unknown().optional(),
  errors: z.union([z.string(), z.array(z.looseObject({ message: z.string(), path: z.array(z.union([z.string(), z.number()])).optional(), extensions: row.optional() })), row]).optional(),
  extensions: z
    .looseObject({
      cost: z.looseObject({ requestedQueryCost: z.number(), actualQueryCost: z.number().nullable(), throttleStatus: z.object({ maximumAvailable: z.number(), currentlyAvailable: z.number(), restoreRate: z.number() }) }).optional(),
      search: z.array(z.looseObject({ path: z.array(z.string()), warnings: z.array(z.looseObject({ field: z.string(), code: z.string() })) })).optional(),
    })
    .optional(),
});

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: z.infer<typeof reply>;
  /** reads inside `data`: at('orders', 'nodes', 0, 'id') */
  at(...path: (string | number)[]): unknown;
  /** the same as a list */
  list(...path: (string | number)[]): unknown[];
  /** codes of the errors */
  codes: unknown[];
}

export interface TestShop {
  sandbox: RunningSandbox;
  shop: ShopifySandbox;
  ask(query: string, variables?: Row, headers?: Record<string, string>, version?: string): Promise<Answer>;
  act(name: string, input?: unknown): Row;
  close(): Promise<void>;
}

const step = (value: unknown, key: string | number): unknown => {
  if (Array.isArray(value)) return typeof key === 'number' ? value[key] : undefined;
  const found = row.safeParse(value);
  return found.success ? found.data[String(key)] : undefined;
};

/** Starts a shop whose clock stands still at `now`. */
export async function openShop(options: ShopifyOptions = {}, now = '2026-09-22T10:00:00Z'): Promise<TestShop> {
  const clock = createClock(Date.parse(now));
  clock.freeze();
  const shop = createShopifySandbox({ clock, ...options });
  const sandbox = await startSandbox(shop);
  const ask: TestShop['ask'] = async (query, variables, headers = { 'x-shopify-access-token': options.token ?? standardToken }, version = '2026-07') => {
    const response = await fetch(`${sandbox.url}/admin/api/${version}/graphql.json`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query, variables }) });
    const text = await response.text();
    const body = response.headers.get('content-type')?.includes('json') ? reply.parse(JSON.parse(text)) : {};
    const at = (...path: (string | number)[]): unknown => path.reduce(step, body.data);
    return { status: response.status, headers: response.headers, text, body, at, list: (...path) => z.array(z.unknown()).parse(at(...path)), codes: Array.isArray(body.errors) ? body.errors.map(({ extensions }) => extensions?.['code']) : [] };
  };
  return {
    sandbox,
    shop,
    ask,
    act(name, input) {
      const action = shop.actions[name];
      if (action === undefined) throw new Error(`no action ${name}`);
      const done = row.safeParse(action(input));
      return done.data ?? {};
    },
    close: () => sandbox.close(),
  };
}

export interface Received {
  headers: Record<string, string>;
  body: string;
  json: Row;
}

/** A receiver of webhooks on loopback. */
export async function openReceiver(statusOf: (index: number) => number = () => 200): Promise<{ url: string; received: Received[]; close(): Promise<void> }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      received.push({ headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])), body, json: row.parse(JSON.parse(body)) });
      response.writeHead(statusOf(received.length - 1)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/hook`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
