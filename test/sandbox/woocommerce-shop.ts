/** A running simulated shop and the few ways the tests talk to it. */
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import type { WoocommerceOptions } from '../../sandbox/woocommerce/options.ts';
import { defaultKey } from '../../sandbox/woocommerce/options.ts';
import { createWoocommerceSandbox } from '../../sandbox/woocommerce/sandbox.ts';

export const row = z.record(z.string(), z.unknown());
export type Row = z.infer<typeof row>;

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
  /** the body as one object */
  row: Row;
  /** the body as a list */
  rows: Row[];
}

export interface TestShop {
  sandbox: RunningSandbox;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<Answer>;
  act(name: string, input: unknown): Row;
  close(): Promise<void>;
}

export const basic = (key: string = defaultKey.key, secret: string = defaultKey.secret): string => `Basic ${Buffer.from(`${key}:${secret}`).toString('base64')}`;

/** Starts a shop whose clock stands still at `now`. */
export async function openShop(options: WoocommerceOptions = {}, now = '2026-11-21T16:49:51Z'): Promise<TestShop> {
  const clock = createClock(Date.parse(now));
  clock.freeze();
  const sandbox = await startSandbox(createWoocommerceSandbox({ treatAsHttps: true, clock, ...options }));
  const call: TestShop['call'] = async (method, path, body, headers = { authorization: basic() }) => {
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${sandbox.url}/wp-json/wc/v3${path}`, { method, headers: { ...headers, 'content-type': 'application/json' }, ...init });
    const text = await response.text();
    const read: unknown = JSON.parse(text);
    const list = z.array(row).safeParse(read);
    const one = row.safeParse(read);
    return { status: response.status, headers: response.headers, body: read, row: one.data ?? {}, rows: list.data ?? [] };
  };
  return {
    sandbox,
    call,
    get: (path) => call('GET', path),
    act(name, input) {
      const action = sandbox.definition.actions[name];
      if (action === undefined) throw new Error(`no action ${name}`);
      const done = row.safeParse(action(input));
      return done.data ?? {};
    },
    close: () => sandbox.close(),
  };
}

/** Ids of the rows, in their order. */
export const idsOf = (answer: Answer): unknown[] => answer.rows.map((one) => one['id']);
