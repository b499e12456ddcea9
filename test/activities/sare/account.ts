/** A simulated SARE account, seeded anew for each test, and a driver before it with a real ledger; over real HTTP. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { z } from 'zod';
import type { CallContext } from '../../../activities/call.ts';
import type { ContactTargetDriver } from '../../../activities/contact-drivers.ts';
import { createSareDriver } from '../../../activities/sare/driver.ts';
import { settingsSchema, type SareSettings } from '../../../activities/sare/settings.ts';
import type { TargetContact } from '../../../domain/contact.ts';
import type { Ledger, SendGuard } from '../../../ledger/ledger.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createSareSandbox, type SareSandbox } from '../../../sandbox/sare/sandbox.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';

export const uid = '10234';
export const apiKey = '00000000-0000-4000-8000-000000000001';
export const addPath = `POST /api/v1/${uid}/email/add`;
export const statusPath = `POST /api/v1/${uid}/email/status_by_email_list/*`;

export let opened: TestLedger;
export let definition: SareSandbox;
export let account: RunningSandbox;
/** Each test has a connection of its own: no budget, no places of another. */
export let connection: string;
let count = 0;

export const people = {
  confirmed: 'ola@example.com', unconfirmed: 'jan@example.com', unverified: 'ewa@example.com', removedByHand: 'piotr@example.com', removed: 'maria@example.com', leaving: 'adam@example.com',
  blocked: 'zofia@example.com', forgotten: 'karol@example.com',
} as const;

const known = [
  { email: people.confirmed, status: 8, groups: [305], name: 'Ola', prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' } },
  { email: people.unconfirmed, status: 6 },
  { email: people.unverified, status: 5 },
  { email: people.removedByHand, status: 2 },
  { email: people.removed, status: 3, groups: [13] },
  { email: people.leaving, status: 4 },
  { email: people.blocked, status: 7 },
  { email: people.forgotten, status: 'forgotten' },
];

export function useAccount(): void {
  beforeAll(async () => {
    opened = await openTestLedger('sqlite', { clock: 'real' });
    definition = createSareSandbox({ uid, key: apiKey });
    account = await startSandbox(definition);
  });
  beforeEach(() => {
    definition.reset();
    definition.seed({ contacts: 0, known });
    switches({ requestsPerSecond: null });
    count += 1;
    connection = `sare-${count}`;
  });
  afterEach(() => {
    account.release();
    account.clearFaults();
    account.clearRequests();
  });
  afterAll(async () => {
    await account.close();
    await opened.close();
  });
}

export const act = (name: string, input: unknown = {}): unknown => definition.actions[name]?.(input);
export const switches = (input: Record<string, unknown>): unknown => act('switches', input);
export const truth = () => definition.truth();
export const contactOf = (email: string) => truth().contacts.find((contact) => contact.email.toLowerCase() === email);

export type Settings = Partial<z.input<typeof settingsSchema>>;
export const settingsOf = (settings: Settings): SareSettings => settingsSchema.parse({ uid, apiKey, perSecond: 100, share: 1, abortMs: 1_000, settleMs: 0, ...settings });

export interface CallOptions {
  ledger?: Ledger;
  connection?: string;
  heartbeat?: () => void;
}

export const callOf = ({ ledger = opened.ledger, connection: id = connection, heartbeat = () => {} }: CallOptions = {}): CallContext => ({
  ledger, connection: id, company: 'acme', integration: { id: 'shop-to-sare', company: 'acme', source: 'shop', target: id }, lane: 'live', record: '', run: 'run-1', holder: 'test', heartbeat, signal: new AbortController().signal,
}); // prettier-ignore

export const driver = (settings: Settings = {}, options: CallOptions = {}): ContactTargetDriver => createSareDriver(settingsOf({ baseUrl: account.url, ...settings }), callOf(options));

/** The key that writes of a test are guarded by. */
export const keyOf = (): string => `test:${connection}`;

/** One write under the ledger's protocol, as a step makes it: a repeat is harmless, so nothing is looked up. */
export async function guarded<T>(send: (guard: SendGuard) => Promise<T>): Promise<T> {
  const done = await opened.ledger.keys.hold([keyOf()], { name: 'test/write' }, async (hold) =>
    hold.once({ name: 'write', abortMs: 1_000, settleMs: 0, find: () => Promise.resolve(undefined), send, record: () => Promise.resolve() }),
  );
  if (done.kind === 'unknown') throw new Error('a repeat is harmless: it is never unknown');
  return done.result;
}

export const contact = (email: string, change: Partial<TargetContact> = {}): TargetContact => ({ email, status: 'granted', groups: ['12'], traits: {}, ...change });

export const upsert = async (items: readonly TargetContact[], by = driver()) => guarded(async (guard) => by.upsert(() => Promise.resolve(items), guard));
export const setStatus = async (items: readonly { email: string; state: 'refused' | 'granted' }[], by = driver()) => guarded(async (guard) => by.setStatus(() => Promise.resolve(items), guard));

const bodySchema = z.looseObject({
  only_add_to_groups: z.boolean(), update_on_duplicate: z.boolean(), update_status_on_duplicate: z.boolean(), send_confirmation: z.boolean(),
  emails: z.array(z.looseObject({ email: z.string(), status: z.number() })),
}); // prettier-ignore
/** Bodies of the writes of contacts, oldest first: a flag or a status that is missing is an error here. */
export const writes = () => account.requests(addPath).map(({ body }) => bodySchema.parse(JSON.parse(body)));
