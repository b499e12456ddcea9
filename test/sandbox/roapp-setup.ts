/** A running RO App sandbox and a small client for its tests: one call, status and parsed body. */
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createRoappSandbox, standardApiKey, type RoappSandbox, type RoappSandboxOptions } from '../../sandbox/roapp/sandbox.ts';
import type { RoappTruth } from '../../sandbox/roapp/truth.ts';

export interface Answer {
  status: number;
  /** undefined: empty body */
  body: unknown;
  text: string;
  headers: Headers;
}

export interface RoappTest {
  running: RunningSandbox;
  roapp: RoappSandbox;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string): Promise<unknown>;
  act(name: string, input: unknown): unknown;
  truth(): RoappTruth;
  /** a person, an order of hers, and a product that can be sold */
  prepare(): Promise<{ person: number; order: number; product: number }>;
}

/** 2026-09-01T10:00:00Z: the frozen instant of these tests */
export const start = Date.UTC(2026, 8, 1, 10);

/** No rate limit, one form of every reply and a frozen clock unless told otherwise. */
export async function startRoapp(options: RoappSandboxOptions = {}): Promise<RoappTest> {
  const clock = createClock(start);
  clock.freeze();
  const roapp = createRoappSandbox({ requestsPerSecond: Infinity, replyVariety: 'plain', clock, ...options });
  const running = await startSandbox(roapp);
  const call: RoappTest['call'] = async (method, path, body, headers = {}) => {
    const init = { method, headers: { authorization: `Bearer ${standardApiKey}`, accept: 'application/json', 'content-type': 'application/json', ...headers } };
    const response = await fetch(`${running.url}${path}`, body === undefined ? init : { ...init, body: JSON.stringify(body) });
    const text = await response.text();
    const isJson = text !== '' && (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : undefined, text, headers: response.headers };
  };
  return {
    running,
    roapp,
    call,
    get: async (path) => (await call('GET', path)).body,
    act: (name, input) => roapp.actions[name]?.(input),
    truth: () => roapp.truth(),
    async prepare() {
      const person = idOf(await call('POST', '/v2/contacts/people', { first_name: 'Anna' }));
      const product = idOf(await call('POST', '/v2/catalog/products', { title: 'Cable', sku: 'A-1' }));
      const order = idOf(await call('POST', '/v2/orders', newOrder(person)));
      return { person, order, product };
    },
  };
}

const withId = z.object({ id: z.number() });
/** The id in a reply in its first form. */
export const idOf = ({ body }: Answer): number => withId.parse(body).id;

export const newOrder = (client: number, more: object = {}) => ({ branch_id: 1201, order_type_id: 77, client_id: client, ...more });
export const newItem = (entity: number, more: object = {}) => ({
  entity_id: entity,
  assignee_id: 31,
  quantity: '2',
  price: '81.00',
  cost: '0',
  discount: { type: 'value', percentage: 0, amount: '0', sponsor: 'staff' },
  warranty: { period: '0', periodUnits: 'days' },
  ...more,
});

const listed = z.object({ data: z.array(withId) });
export const idsIn = (body: unknown): number[] => listed.parse(body).data.map(({ id }) => id);
