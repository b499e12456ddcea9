/** A running SARE sandbox, a small client for its tests, and a receiver of its webhooks. */
import { z } from 'zod';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { defaultAccount } from '../../sandbox/sare/options.ts';
import type { SareOptions } from '../../sandbox/sare/options.ts';
import { createSareSandbox } from '../../sandbox/sare/sandbox.ts';
import type { SareSandbox } from '../../sandbox/sare/sandbox.ts';
import type { TrueContact } from '../../sandbox/sare/truth.ts';

const row = z.record(z.string(), z.unknown());
export type Row = z.infer<typeof row>;

export interface Answer {
  httpStatus: number;
  headers: Headers;
  text: string;
  /** of the envelope */
  code: unknown;
  status: unknown;
  response: unknown;
}

export interface TestAccount {
  running: RunningSandbox;
  sare: SareSandbox;
  /** as sent: no key is added */
  raw(path: string, init?: RequestInit): Promise<Answer>;
  /** below the account, with the key */
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  /** `email/add` of one or several items with the careful flags of rule S8, unless told otherwise */
  add(items: Row | Row[], flags?: Row): Promise<Answer>;
  act(name: string, input?: unknown): Promise<unknown>;
  /** by address in any case; throws when nobody is there */
  contact(email: string): TrueContact;
}

/** 2026-05-04T08:00:00Z: the frozen instant of these tests; 10:00 in Warsaw */
export const start = Date.UTC(2026, 4, 4, 8);

export const careful = { only_add_to_groups: true, update_on_duplicate: true, update_status_on_duplicate: false, send_confirmation: false } as const;

/** A frozen clock and no rate limit unless told otherwise. */
export async function startSare(options: SareOptions = {}): Promise<TestAccount> {
  const clock = createClock(start);
  clock.freeze();
  const sare = createSareSandbox({ requestsPerSecond: Infinity, clock, ...options });
  const running = await startSandbox(sare);
  const raw: TestAccount['raw'] = async (path, init) => answerOf(await fetch(`${running.url}${path}`, init));
  const send = (path: string, init: RequestInit): Promise<Answer> =>
    raw(`/api/v1/${defaultAccount.uid}${path}`, { ...init, headers: { ApiKey: defaultAccount.key, accept: 'application/json', 'content-type': 'application/json' } });
  const post: TestAccount['post'] = (path, body = {}) => send(path, { method: 'POST', body: JSON.stringify(body) });
  return {
    running,
    sare,
    raw,
    get: (path) => send(path, {}),
    post,
    add: (items, flags = careful) => post('/email/add', { ...flags, emails: Array.isArray(items) ? items : [items] }),
    act: async (name, input = {}) => sare.actions[name]?.(input),
    contact(email) {
      const found = sare.truth().contacts.find((one) => one.email.toLowerCase() === email.toLowerCase());
      if (found === undefined) throw new Error(`no contact ${email}`);
      return found;
    },
  };
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  const body: unknown = isJson ? JSON.parse(text) : {};
  const envelope = row.parse(body);
  return { httpStatus: response.status, headers: response.headers, text, code: envelope['code'], status: envelope['status'], response: envelope['response'] };
}

const withErrors = z.object({ error: z.array(row) });
/** What a batch rejected. */
export const errorsIn = ({ response }: Answer): Row[] => withErrors.parse(response).error;

const withData = z.object({ data: z.array(row) });
export const rowsIn = ({ response }: Answer): Row[] => withData.parse(response).data;
