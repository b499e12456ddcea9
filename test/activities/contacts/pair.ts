/** A simulated shop and a simulated account with the steps of the contact flow between them, no workflow: a test takes the steps in the order it is about. */
import type { CallContext } from '../../../activities/call.ts';
import type { ContactContext } from '../../../activities/contact-context.ts';
import type { ContactTargetDriver } from '../../../activities/contact-drivers.ts';
import { createContactSource } from '../../../activities/contact-source.ts';
import { createContactTarget } from '../../../activities/contact-target.ts';
import { createSareDriver } from '../../../activities/sare/driver.ts';
import { settingsSchema as sareSettings } from '../../../activities/sare/settings.ts';
import { createShoperDriver } from '../../../activities/shoper/driver.ts';
import { createSessions } from '../../../activities/shoper/session.ts';
import { settingsSchema as shoperSettings } from '../../../activities/shoper/settings.ts';
import type { ContactKind } from '../../../domain/contact.ts';
import type { ContactChange, ContactSource, ContactTarget, SentContacts } from '../../../domain/contact-ports.ts';
import type { IntegrationRef, Lane } from '../../../domain/ports.ts';
import type { ContactAnswers, ExportContactsSettings } from '../../../domain/settings.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { createSareSandbox, type SareSandbox } from '../../../sandbox/sare/sandbox.ts';
import { sareTruthSchema, type TrueContact } from '../../../sandbox/sare/truth.ts';
import { defaults } from '../../../sandbox/shoper/options.ts';
import { createShoperSandbox, type ShoperSandbox } from '../../../sandbox/shoper/sandbox.ts';
import { shoperTruthSchema, type TruePerson } from '../../../sandbox/shoper/truth.ts';

export const addPath = 'POST /api/v1/10234/email/add';
export const kinds: readonly ContactKind[] = ['customer', 'subscriber'];

export interface Shop {
  running: RunningSandbox;
  /** nobody is there any more */
  empty: () => void;
  act: (name: string, input: object) => Promise<unknown>;
  personOf: (email: string) => TruePerson | undefined;
}

export interface Account {
  running: RunningSandbox;
  /** nobody is there any more */
  empty: () => void;
  act: (name: string, input: object) => Promise<unknown>;
  contactOf: (email: string) => TrueContact | undefined;
  /** contacts whose status the API moved from refused to another */
  resubscribed: () => string[];
}

export async function startShop(): Promise<Shop> {
  const definition: ShoperSandbox = createShoperSandbox({ rateLimit: false, apiLimit: 10_000, apiBandwidth: 1_000 });
  const running = await startSandbox(definition);
  const empty = (): void => void definition.seed({ customers: 0, subscribers: 0, specials: false });
  empty();
  return { running, empty, act: async (name, input) => definition.actions[name]?.(input), personOf: (email) => shoperTruthSchema.parse(definition.truth()).people.find((person) => person.email === email.toLowerCase()) };
}

export async function startAccount(): Promise<Account> {
  const definition: SareSandbox = createSareSandbox({ requestsPerSecond: Infinity });
  const running = await startSandbox(definition);
  const empty = (): void => {
    running.clearFaults();
    running.clearRequests();
    definition.reset();
    definition.seed({ contacts: 0 });
    definition.actions['switches']?.({ requestsPerSecond: null });
  };
  empty();
  const truth = () => sareTruthSchema.parse(definition.truth());
  return {
    running,
    empty,
    act: async (name, input) => definition.actions[name]?.(input),
    contactOf: (email) => truth().contacts.find((contact) => contact.email.toLowerCase() === email.toLowerCase()),
    resubscribed: () => truth().incidents.filter(({ kind, by }) => by === 'api' && kind === 're-subscribed').map(({ email }) => email),
  };
}

export interface PairOptions {
  shop: Shop;
  account: Account;
  id?: string;
  company?: string;
  answers?: Partial<ContactAnswers> | null;
  settings?: Partial<ExportContactsSettings>;
  callTimes?: { abortMs: number; settleMs: number };
  connections?: { shop: string; account: string };
  /** the account's driver, changed where the simulated account cannot be made to answer so */
  changed?: (driver: ContactTargetDriver) => ContactTargetDriver;
}

export interface Pair {
  ledger: Ledger;
  ref: IntegrationRef;
  source: ContactSource;
  target: ContactTarget;
  settings: ExportContactsSettings;
  step: { integration: IntegrationRef; lane: Lane };
  personOf: (email: string) => string;
  /** all rows are read and sent, as an export does it */
  walk: (how?: { isForced?: boolean }) => Promise<SentContacts>;
  /** the statuses of all known addresses are read, refusals carried to the shop */
  sweep: () => Promise<void>;
  /** rows that were told of */
  sync: (...changes: Pick<ContactChange, 'kind' | 'sourceId'>[]) => Promise<SentContacts>;
  /** the page of one kind, read and not sent */
  readPage: (kind: ContactKind, how?: { isForced?: boolean }) => Promise<string>;
}

let runs = 0;
const none = (): SentContacts => ({ sent: 0, unchanged: 0, parked: 0, refusalsWritten: 0 });

export async function openPair(ledger: Ledger, { shop, account, id = 'shop-to-mail', company = 'acme', answers = {}, settings: chosen = {}, callTimes = { abortMs: 2_000, settleMs: 0 }, connections = { shop: 'shop', account: 'mail' }, changed = (driver) => driver }: PairOptions): Promise<Pair> {
  const ref: IntegrationRef = { id, company, source: connections.shop, target: connections.account };
  const settings: ExportContactsSettings = { statusesEveryMinutes: 60, customers: { group: '12', traits: [{ trait: 'name', from: 'firstname' }] }, subscribers: { group: '13', traits: [] }, ...chosen };
  if (answers !== null) {
    await ledger.marks.set(`integration:${id}`, 'answer-inactive-subscribers', answers.inactiveSubscribers ?? 'unconfirmed');
    await ledger.marks.set(`integration:${id}`, 'answer-source-refusals', answers.sourceRefusals ?? 'treat-as-refusal');
  }
  const sessions = createSessions();
  const source = createContactSource(contextOf(ledger, ref, connections.shop, settings, shoperSettings.parse({ baseUrl: shop.running.url, token: defaults.panel.token, country: 'PL', consentField: 7, requestsPerSecond: 100, share: 1 })), { createDriver: (own, call) => createShoperDriver(own, call, sessions), ensureWebhooks: async () => [] });
  const target = createContactTarget(contextOf(ledger, ref, connections.account, settings, sareSettings.parse({ baseUrl: account.running.url, uid: '10234', apiKey: '00000000-0000-4000-8000-000000000001', perSecond: 100, share: 1, ...callTimes })), { createDriver: (own, call) => changed(createSareDriver(own, call)) });
  const step = { integration: ref, lane: 'live' } as const;
  const send = async (sum: SentContacts, { page, refused }: { page?: string; refused: string[] }): Promise<void> => {
    if (refused.length > 0) sum.refusalsWritten += (await target.refuseContacts({ ...step, persons: refused })).written;
    const sent = page === undefined ? undefined : await target.sendContacts({ ...step, page });
    if (sent?.kind !== 'sent') return;
    sum.sent += sent.sent;
    sum.parked += sent.parked;
    sum.refusalsWritten += sent.refusalsWritten;
  };
  const kindsHere = kinds.filter((kind) => (kind === 'customer' ? settings.customers : settings.subscribers) !== undefined);
  return {
    ledger, ref, source, target, settings, step,
    personOf: (email) => ledger.crypto.digest(company, 'email', email.toLowerCase()),
    walk: async ({ isForced = false } = {}) => {
      const sum = none();
      const since = await ledger.clock.now();
      for (const kind of kindsHere) {
        for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
          const page = await source.readContactPage({ ...step, kind, isForced, ...(cursor === undefined ? {} : { cursor }) });
          await send(sum, page);
          cursor = page.nextCursor;
        }
      }
      for (const kind of kindsHere) await send(sum, await source.readUnseen({ ...step, kind, since }));
      return sum;
    },
    sweep: async () => {
      const { refused } = await target.readContactStatuses(step);
      await source.withdrawContacts({ ...step, persons: refused });
      await target.refuseContacts({ ...step, persons: 'due' });
      await source.withdrawContacts({ ...step, persons: 'due' });
    },
    sync: async (...changes) => {
      const sum = none();
      await send(sum, await source.readContacts({ ...step, changes: changes.map((change) => ({ ...change, event: 'changed' })) }));
      return sum;
    },
    readPage: async (kind, how = {}) => {
      const { page } = await source.readContactPage({ ...step, kind, ...how });
      if (page === undefined) throw new Error('nothing is on the page');
      return page;
    },
  };
}

/** A step's failure does not end a test that goes on without it. */
export const failing = async (work: Promise<unknown>): Promise<string> => work.then(() => 'nothing failed', (error: unknown) => (error instanceof Error ? error.name : 'thrown'));

function contextOf<Settings>(ledger: Ledger, ref: IntegrationRef, connection: string, settings: ExportContactsSettings, own: Settings): ContactContext<Settings> {
  return {
    connection, ledger, company: ref.company,
    settings: async () => ({ settings: own, version: 'v1' }),
    contactSettings: async () => ({ settings, version: 'v1' }),
    call: ({ integration, lane, record, step }): CallContext => ({ ledger, connection, company: ref.company, integration, lane, record, run: `run-${(runs += 1)}`, holder: `test-${runs}/${step}`, heartbeat: () => {}, signal: new AbortController().signal }),
  };
}
