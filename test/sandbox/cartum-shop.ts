/** A running Cartum sandbox, a small client for its tests, and a receiver of its hooks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import type { CartumOptions } from '../../sandbox/cartum/options.ts';
import { createCartumSandbox } from '../../sandbox/cartum/sandbox.ts';
import type { CartumSandbox } from '../../sandbox/cartum/sandbox.ts';
import type { TrueOrder } from '../../sandbox/cartum/truth.ts';

const row = z.record(z.string(), z.unknown());
export type Row = z.infer<typeof row>;

export interface Answer {
  httpStatus: number;
  headers: Headers;
  /** undefined when it is no JSON */
  body: unknown;
  text: string;
  status: unknown;
  /** the envelope's response, when it is an object */
  response: Row;
}

export interface TestShop {
  running: RunningSandbox;
  cartum: CartumSandbox;
  /** as sent: no token is added */
  raw(path: string, init: RequestInit): Promise<Answer>;
  /** logs in once and sends its token along */
  call(name: string, params?: Row): Promise<Answer>;
  login(params?: Row): Promise<Answer>;
  act(name: string, input?: unknown): Promise<Row>;
  /** number of a new order with one line of the article CABLE, 250.00 */
  newOrder(more?: Row): Promise<number>;
  order(id: number): TrueOrder;
}

/** 2026-09-01T10:00:00Z: the frozen instant of these tests; 13:00 in the shop */
export const start = Date.UTC(2026, 8, 1, 10);

/** One form of every reply and a frozen clock unless told otherwise. */
export async function startCartum(options: CartumOptions = {}): Promise<TestShop> {
  const clock = createClock(start);
  clock.freeze();
  const cartum = createCartumSandbox({ variety: 'plain', rowOrder: 'oldest-first', clock, ...options });
  const running = await startSandbox(cartum);
  let token: unknown;
  const raw: TestShop['raw'] = async (path, init) => answerOf(await fetch(`${running.url}${path}`, { redirect: 'manual', ...init }));
  const send = (name: string, params: Row) => raw(`/api/${name}/`, { method: 'POST', headers: { 'content-type': 'application/json', 'user-agent': 'Waybill test' }, body: JSON.stringify(params) });
  const login: TestShop['login'] = (params = { login: 'api_user', password: 'secret' }) => send('auth', params);
  return {
    running,
    cartum,
    raw,
    login,
    call: async (name, params = {}) => {
      token ??= (await login()).response['token'];
      return send(name, { token, ...params });
    },
    act: async (name, input = {}) => row.safeParse(await cartum.actions[name]?.(input)).data ?? {},
    async newOrder(more = {}) {
      const made = row.parse(await cartum.actions['create-order']?.({ name: 'Olena Kovalenko', email: 'olena@example.com', phone: '+38 (012) 421-42-14', lines: [{ article: 'CABLE', title: 'Cable', price: 250 }], ...more }));
      return z.number().parse(made['id']);
    },
    order(id) {
      const found = cartum.truth().orders.find((one) => one.id === id);
      if (found === undefined) throw new Error(`no order ${id}`);
      return found;
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const body: unknown = isJson ? JSON.parse(text) : undefined;
  const envelope = row.safeParse(body).data ?? {};
  return { httpStatus: response.status, headers: response.headers, body, text, status: envelope['status'], response: row.safeParse(envelope['response']).data ?? {} };
}

const orders = z.array(row);
export const ordersIn = ({ response }: Answer): Row[] => orders.parse(response['orders']);
/** Numbers of the orders, in their order. */
export const idsIn = (answer: Answer): number[] => ordersIn(answer).map((one) => Number(one['order_id']));

export interface Received {
  method: string;
  path: string;
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

/** Somebody who subscribed. */
export async function startReceiver(): Promise<Receiver> {
  let waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      receiver.received.push({ method: request.method ?? '', path: request.url ?? '', body });
      reply.writeHead(receiver.status).end();
      for (const { resolve } of waiting.filter(({ count }) => receiver.received.length >= count)) resolve();
      waiting = waiting.filter(({ count }) => receiver.received.length < count);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${portOf(server.address())}`,
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

const portOf = (address: AddressInfo | string | null): number => (address !== null && typeof address === 'object' ? address.port : 0);
