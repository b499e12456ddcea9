/** A running Shoper sandbox, a small client for its tests, and a receiver of what it sends. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { defaults } from '../../sandbox/shoper/options.ts';
import type { ShoperOptions } from '../../sandbox/shoper/options.ts';
import { createShoperSandbox } from '../../sandbox/shoper/sandbox.ts';
import type { ShoperSandbox } from '../../sandbox/shoper/sandbox.ts';

const row = z.record(z.string(), z.unknown());
export type Row = z.infer<typeof row>;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** undefined when it is no JSON */
  body: unknown;
}

export interface TestShop {
  running: RunningSandbox;
  shoper: ShoperSandbox;
  /** below the shop's address, with the panel's token unless another authorization is given */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** the row of an answer */
  row(path: string): Promise<Row>;
  list(path: string): Promise<Row[]>;
  act(name: string, input?: unknown): Promise<Row>;
}

/** 2026-09-01T10:00:00Z: the frozen instant of these tests; 12:00 in the shop */
export const start = Date.UTC(2026, 8, 1, 10);

/** No limit and a frozen clock unless told otherwise. */
export async function startShoper(options: ShoperOptions = {}): Promise<TestShop> {
  const clock = createClock(start);
  clock.freeze();
  const shoper = createShoperSandbox({ rateLimit: false, clock, ...options });
  const running = await startSandbox(shoper);
  const call: TestShop['call'] = async (method, path, body, headers = {}) => {
    const init = { method, headers: { authorization: `Bearer ${defaults.panel.token}`, 'content-type': 'application/json', 'user-agent': 'Waybill test', ...headers } };
    const content = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${running.url}/webapi/rest${path}`, body === undefined ? init : { ...init, body: content });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  };
  return {
    running,
    shoper,
    call,
    row: async (path) => row.parse((await call('GET', path)).body),
    list: async (path) => z.array(row).parse(row.parse((await call('GET', path)).body)['list']),
    act: async (name, input = {}) => {
      const action = shoper.actions[name];
      if (action === undefined) throw new Error(`no action ${name}`);
      return row.safeParse(await action(input)).data ?? {};
    },
  };
}

/** Status and body. */
export const seen = ({ status, body }: Answer): [number, unknown] => [status, body];
export const error = (code: string) => ({ error: code, error_description: expect.any(String) });
export const tokenOf = ({ body }: Answer): string => z.object({ access_token: z.string() }).parse(body).access_token;
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
export const basic = (name: string, password: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` });
export const filters = (value: unknown): string => `filters=${encodeURIComponent(JSON.stringify(value))}`;

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** what it answers from now on */
  status: number;
  /** resolves when so many requests have come */
  came(count: number): Promise<void>;
  close(): void;
}

/** Somebody whom the shop calls. */
export async function startReceiver(): Promise<Receiver> {
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, reply) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      receiver.received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      reply.writeHead(receiver.status).end('taken');
      for (const { resolve } of waiting.filter(({ count }) => receiver.received.length >= count)) resolve();
      waiting = waiting.filter(({ count }) => receiver.received.length < count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}`,
    received: [],
    status: 200,
    came: (count) => new Promise((resolve) => (receiver.received.length >= count ? resolve() : void waiting.push({ count, resolve }))),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return receiver;
}
