/**
 * The target's steps of a contact flow, the same for every system. Here, and nowhere else, is decided which status leaves (N3): it is asked of the
 * ledger after the account's budget was waited for, right before the request; and what was refused since is written in the same step (decision on S9).
 * Every write to an address happens under its key and leaves an intent, so that no later write overtakes one whose outcome is not known.
 */
import { activityInfo } from '@temporalio/activity';
import { statusToSend } from '../domain/consent.ts';
import { mapTraits, type ConsentState, type ContactKind, type SourceContact, type TargetContact } from '../domain/contact.ts';
import type { Comparison, ContactTarget, SentContacts } from '../domain/contact-ports.ts';
import type { StepInput } from '../domain/ports.ts';
import type { ExportContactsSettings } from '../domain/settings.ts';
import type { Hold, SendGuard } from '../ledger/ledger.ts';
import type { CallContext } from './call.ts';
import { findAnswers, personOf, populationOf, type ContactContext, type ListedAddress } from './contact-context.ts';
import type { ContactTargetDriver, RejectedItem, TargetStatus } from './contact-drivers.ts';
import { parseListedAddress } from './contact-page.ts';
import { PermanentError } from './errors.ts';
import { recordPark } from './recorded.ts';

export interface ContactTargetParts<Settings> {
  createDriver: (settings: Settings, call: CallContext) => ContactTargetDriver;
}

const channel = 'email';
const kinds: readonly ContactKind[] = ['customer', 'subscriber'];
/** So many addresses are shown of each list of a comparison; all are counted. */
const shown = 20;
const statusesAtOnce = 500;
const dueAtOnce = 100;
/** Why a status was left that leaves nothing to be written later. */
const isThere: ReadonlySet<string> = new Set(['already so', 'blocked', 'forgotten']);

/** An address of a page, as it is to be sent. */
interface Item {
  person: string;
  email: string;
  /** over its rows; kept once the target acknowledged it */
  digest: string;
  listed: ListedAddress;
}

export function createContactTarget<Settings>(context: ContactContext<Settings>, parts: ContactTargetParts<Settings>): ContactTarget {
  const { ledger, company, connection } = context;

  return {
    async checkContactTarget(input) {
      const { driver } = await begin(input, 'check');
      const rows = await driver.check();
      if (rows.some(({ state }) => state === 'not ok')) return { rows, groups: [], traits: [] };
      const { settings } = await context.contactSettings(input.integration.id);
      const [groups, traits] = [await driver.groups(), await driver.traits()];
      return { rows: [...rows, ...settingsRows(settings, groups.map(({ id }) => id), traits.map(({ name }) => name), groups.map(({ id, name }) => `${id} (${name})`))], groups, traits };
    },

    async sendContacts(input) {
      const items = await itemsOf(input.page);
      if (items === undefined) return { kind: 'expired' };
      const { driver, call } = await begin(input, 'send contacts');
      const sum: SentContacts = { sent: 0, unchanged: 0, parked: 0, refusalsWritten: 0 };
      for (let start = 0; start < items.length; start += driver.batch) add(sum, await sendBatch(input, { driver, call }, items.slice(start, start + driver.batch)));
      return { kind: 'sent', ...sum };
    },

    async compareContacts(input) {
      const items = await itemsOf(input.page);
      if (items === undefined) return { kind: 'expired' };
      const { driver } = await begin(input, 'compare');
      return comparisonOf(items, await readAll(driver, items.map(({ email }) => email)));
    },

    async refuseContacts(input) {
      const { driver, call } = await begin(input, 'write refusals');
      const counts = { written: 0, alreadyRefused: 0, unknown: 0 };
      const persons = input.persons === 'due' ? await ledger.contacts.listDue(input.integration.id, 'target', dueAtOnce) : input.persons;
      const addresses = (await ledger.contacts.findAddresses(input.integration.id, persons)).filter(({ email }) => email !== '');
      counts.unknown += persons.length - addresses.length;
      counts.alreadyRefused += addresses.filter(({ isRefusalThere }) => isRefusalThere).length;
      const due = addresses.filter(({ isRefusalThere }) => !isRefusalThere);
      for (let start = 0; start < due.length; start += driver.batch) {
        const some = due.slice(start, start + driver.batch);
        counts.written += await holding(input, call, some, async (hold) => refuse(input, { driver, hold }, some));
      }
      return counts;
    },

    async confirmContacts(input) {
      const { driver, call } = await begin(input, 'write confirmations');
      const addresses = (await ledger.contacts.findAddresses(input.integration.id, input.persons)).filter(({ email }) => email !== '');
      if (addresses.length === 0) return { written: 0 };
      return holding(input, call, addresses, async (hold) => {
        const granted = async () => {
          const standing = await ledger.consents.standing(company, addresses.map(({ person }) => person), channel);
          return addresses.filter(({ person }) => standing.get(person) === 'granted');
        };
        const written = await granted();
        if (written.length === 0) return { written: 0 };
        const { rejected, left = [] } = await write({ driver, hold }, async (guard) => driver.setStatus(async () => (await granted()).map(({ email }) => ({ email, state: 'granted' as const })), guard));
        const refused = new Set([...rejected.map(({ email }) => email), ...left.filter(({ why }) => why !== 'already so').map(({ email }) => email)]);
        const taken = rejected.some(({ email }) => email === undefined) ? [] : written.filter(({ email }) => !refused.has(email));
        await ledger.contacts.putAddresses(input.integration.id, taken.map(({ person }) => ({ person, isRefusalThere: false, status: null })));
        return { written: taken.length };
      });
    },

    async readContactStatuses(input) {
      const { driver } = await begin(input, 'read statuses');
      const { addresses, nextCursor } = await addressesToRead(input);
      const statuses = await readAll(driver, addresses.map(({ email }) => email));
      const refused = await noteStatuses(input, addresses, statuses);
      return { read: addresses.length, refused, ...(nextCursor === undefined ? {} : { nextCursor }) };
    },
  };

  async function begin({ integration, lane }: StepInput, step: string): Promise<{ driver: ContactTargetDriver; call: CallContext }> {
    const { settings } = await context.settings();
    const call = context.call({ integration, lane, record: '', step });
    return { driver: parts.createDriver(settings, call), call };
  }

  async function itemsOf(page: string): Promise<Item[] | undefined> {
    const stored = await ledger.pages.entries(page);
    if (stored === undefined) return undefined;
    const items: Item[] = [];
    for (const { sourceId, digest } of stored.entries) {
      const found = await ledger.pages.body(page, sourceId);
      if (found === undefined) return undefined;
      const listed = parseListedAddress(found.body);
      if (listed.email !== '') items.push({ person: sourceId, email: listed.email, digest, listed });
    }
    return items;
  }

  /** Under the keys of all its addresses until the outcome of each is known. */
  async function sendBatch(input: StepInput, { driver, call }: { driver: ContactTargetDriver; call: CallContext }, items: readonly Item[]): Promise<SentContacts> {
    return holding(input, call, items, async (hold) => {
      const sum: SentContacts = { sent: 0, unchanged: 0, parked: 0, refusalsWritten: 0 };
      add(sum, await upsert(input, { driver, hold }, items));
      await leaveFormer(input, { driver, hold }, items);
      sum.refusalsWritten += await refuse(input, { driver, hold }, items);
      return sum;
    });
  }

  async function holding<T>({ integration }: StepInput, call: CallContext, items: readonly { person: string }[], work: (hold: Hold) => Promise<T>): Promise<T> {
    const keys = items.map(({ person }) => `contact:${integration.target}:${person}`);
    return ledger.keys.hold(keys, { name: call.holder, heartbeat: call.heartbeat }, work);
  }

  /** One effect name for all that is written to an address: whoever finds an unsettled one waits until it can no longer arrive, then writes what holds now. */
  async function write<T>({ driver, hold }: Writing, send: (guard: SendGuard) => Promise<T>): Promise<T> {
    const done = await hold.once<T>({ name: 'contact', abortMs: driver.abortMs, settleMs: driver.settleMs, find: () => Promise.resolve(undefined), send, record: () => Promise.resolve() });
    if (done.kind === 'unknown') throw new Error('a write that may be repeated is never unknown');
    return done.result;
  }

  async function upsert(input: StepInput, writing: Writing, items: readonly Item[]): Promise<SentContacts> {
    const { settings, version } = await context.contactSettings(input.integration.id);
    const toSend = async (): Promise<TargetContact[]> => {
      const standing = await ledger.consents.standing(company, items.map(({ person }) => person), channel);
      return items.map((item) => targetContact(item, settings, standing.get(item.person) ?? 'unknown'));
    };
    const rejected = await rejectedOf(async () => write(writing, async (guard) => writing.driver.upsert(toSend, guard)), items);
    if (rejected === 'cannot tell which') {
      const half = Math.ceil(items.length / 2);
      const sum = await upsert(input, writing, items.slice(0, half));
      add(sum, await upsert(input, writing, items.slice(half)));
      return sum;
    }
    const taken = items.filter(({ email }) => !rejected.has(email));
    const sentAt = await ledger.clock.now();
    await ledger.contacts.putAddresses(input.integration.id, taken.map(({ person, email, digest }) => ({ person, email, sentDigest: digest, settingsVersion: version, sentAt })));
    for (const item of taken) for (const { kind, sourceId } of item.listed.rows) await unpark(input, kind, sourceId);
    for (const item of items) {
      const words = rejected.get(item.email);
      if (words !== undefined) await park(input, item, words);
    }
    return { sent: taken.length, unchanged: 0, parked: items.length - taken.length, refusalsWritten: 0 };
  }

  /** The refusals that stand in the ledger now, of addresses that the target may have otherwise. */
  async function refuse(input: StepInput, writing: Writing, items: readonly { person: string; email: string }[]): Promise<number> {
    const { id } = input.integration;
    const due = await refusedAndDue(id, items);
    if (due.length === 0) return 0;
    const { rejected, left = [] } = await write(writing, async (guard) => writing.driver.setStatus(async () => {
      const standing = await ledger.consents.standing(company, due.map(({ person }) => person), channel);
      return due.filter(({ person }) => standing.get(person) === 'refused').map(({ email }) => ({ email, state: 'refused' as const }));
    }, guard));
    const named = new Set([...rejected.flatMap(({ email }) => email ?? []), ...left.filter(({ why }) => !isThere.has(why)).map(({ email }) => email)]);
    const isUnclear = rejected.some(({ email }) => email === undefined); // it could be any of them
    const written = isUnclear ? [] : due.filter(({ email }) => !named.has(email));
    await ledger.contacts.putAddresses(id, written.map(({ person }) => ({ person, isRefusalThere: true })));
    return written.length;
  }

  async function refusedAndDue(integration: string, items: readonly { person: string; email: string }[]): Promise<{ person: string; email: string }[]> {
    const persons = items.map(({ person }) => person);
    const standing = await ledger.consents.standing(company, persons, channel);
    const refused = persons.filter((person) => standing.get(person) === 'refused');
    if (refused.length === 0) return [];
    const there = new Set((await ledger.contacts.findAddresses(integration, refused)).filter(({ isRefusalThere }) => isRefusalThere).map(({ person }) => person));
    const due = items.filter(({ person }) => refused.includes(person) && !there.has(person));
    return (await findAnswers(ledger, integration))?.sourceRefusals === 'leave' ? withoutLeft(integration, due) : due;
  }

  /** The operator's answer: what was refused before we came is not written over a contact that the target has as confirmed. */
  async function withoutLeft(integration: string, due: { person: string; email: string }[]): Promise<{ person: string; email: string }[]> {
    const written: { person: string; email: string }[] = [];
    for (const one of due) {
      const story = await ledger.consents.story(company, one.person, channel);
      const isOnlyFirstLook = story.filter(({ state }) => state === 'refused').every(({ by }) => by === 'import');
      if (isOnlyFirstLook) await ledger.contacts.putAddresses(integration, [{ person: one.person, isRefusalThere: true }]);
      else written.push(one);
    }
    return written;
  }

  /** The old address of a person leaves the groups and keeps its status (decision on S: changed e-mail). */
  async function leaveFormer(input: StepInput, writing: Writing, items: readonly Item[]): Promise<void> {
    const { settings } = await context.contactSettings(input.integration.id);
    const groups = [...new Set(kinds.flatMap((kind) => populationOf(settings, kind)?.group ?? []))];
    const former = new Map(items.flatMap(({ listed }) => (listed.formerEmails ?? []).flatMap((email) => personOf({ ledger, company }, email) ?? [])).map(({ email, person }) => [person, email]));
    if (former.size === 0) return;
    const stillUsed = new Set((await ledger.contacts.rowsOf(input.integration.id, [...former.keys()])).map(({ person }) => person));
    const emails = [...former].filter(([person]) => !stillUsed.has(person)).map(([, email]) => email);
    if (emails.length > 0) await write<undefined>(writing, async (guard) => writing.driver.leaveGroups(emails, groups, guard).then(() => undefined));
  }

  /** For operators a record is the row of the shop, not a digest. */
  async function park({ integration }: StepInput, { listed, digest }: Item, words: string): Promise<void> {
    const [row] = listed.rows;
    if (row === undefined) return;
    const key = { integration: integration.id, kind: row.kind, sourceId: row.sourceId };
    await recordPark(ledger, key, { reason: 'refused', step: 'send contacts', words, number: `${row.kind}-${row.sourceId}`, digest, run: activityInfo().workflowExecution?.runId ?? '' });
  }

  async function unpark({ integration }: StepInput, kind: ContactKind, sourceId: string): Promise<void> {
    const key = { integration: integration.id, kind, sourceId };
    if ((await ledger.parked.find(key)) !== undefined) await ledger.parked.remove(key);
  }

  async function addressesToRead(input: Parameters<ContactTarget['readContactStatuses']>[0]): Promise<{ addresses: { person: string; email: string }[]; nextCursor?: string }> {
    const { id } = input.integration;
    if ('persons' in input) return { addresses: (await ledger.contacts.findAddresses(id, input.persons)).filter(({ email }) => email !== '') };
    if ('addresses' in input) return { addresses: input.addresses.flatMap((text) => personOf({ ledger, company }, text) ?? []) };
    const some = await ledger.contacts.listAddresses(id, input.cursor, statusesAtOnce);
    const last = some.length < statusesAtOnce ? undefined : some.at(-1)?.person;
    return { addresses: some, ...(last === undefined ? {} : { nextCursor: last }) };
  }

  async function readAll(driver: ContactTargetDriver, emails: readonly string[]): Promise<Map<string, TargetStatus>> {
    const statuses: TargetStatus[] = [];
    for (let start = 0; start < emails.length; start += driver.batch) statuses.push(...(await driver.readStatuses(emails.slice(start, start + driver.batch))));
    return new Map(statuses.map((status) => [status.email, status]));
  }

  /** Refusals that the target holds and the ledger does not know yet; returns their persons. */
  async function noteStatuses({ integration }: StepInput, addresses: readonly { person: string; email: string }[], statuses: ReadonlyMap<string, TargetStatus>): Promise<string[]> {
    const at = await ledger.clock.now();
    const known = new Map((await ledger.contacts.findAddresses(integration.id, addresses.map(({ person }) => person))).map((address) => [address.person, address]));
    const read = addresses.flatMap(({ person, email }) => {
      const status = statuses.get(email);
      return status === undefined ? [] : [{ person, email, status, before: known.get(person) }];
    });
    const standing = await ledger.consents.standing(company, read.map(({ person }) => person), channel);
    // a refusal that we wrote, or saw before, is no news; and a status that stands since a refusal was lifted by the person is none either
    const news = read.filter(({ status, before, person }) => status.state === 'refused' && (standing.get(person) === 'refused' ? before?.isRefusalThere !== true : before?.status?.state !== 'refused'));
    const fresh = news.filter(({ person }) => standing.get(person) !== 'refused');
    await ledger.consents.addMany(fresh.map(({ person, status }) => ({ company, person, channel, source: connection, state: 'refused', by: status.cause === undefined ? 'person' : 'system', ...(status.cause === undefined ? {} : { cause: status.cause }), earliest: 0, latest: at, wording: `status ${status.vendor}` })));
    await ledger.contacts.putAddresses(integration.id, read.map(({ person, email, status, before }) => {
      const { cause, state, vendor } = status;
      const isNew = fresh.some((one) => one.person === person);
      return { person, email: before?.email === '' || before === undefined ? email : before.email, status: { state, vendor, ...(cause === undefined ? {} : { cause }) }, ...(state === 'refused' ? { isRefusalThere: true } : {}), ...(isNew ? { withdrawal: 'due' as const } : {}) };
    }));
    return fresh.map(({ person }) => person);
  }
}

interface Writing {
  driver: ContactTargetDriver;
  hold: Hold;
}

/** Addresses that were refused, with the target's words; or that it refused some and does not say which. A single one is always told. */
async function rejectedOf(send: () => Promise<{ rejected: RejectedItem[] }>, items: readonly Item[]): Promise<Map<string, string> | 'cannot tell which'> {
  const only = items.length === 1 ? items[0]?.email : undefined;
  try {
    const { rejected } = await send();
    const sent = new Set(items.map(({ email }) => email));
    const named = new Map(rejected.flatMap(({ email, words }) => (email !== undefined && sent.has(email) ? [[email, words] as const] : [])));
    if (named.size === rejected.length || rejected.length === 0) return named;
    return only === undefined ? 'cannot tell which' : new Map([[only, rejected[0]?.words ?? '']]);
  } catch (error) {
    // a whole batch refused for one of its items, or for its size
    if (!(error instanceof PermanentError)) throw error;
    return only === undefined ? 'cannot tell which' : new Map([[only, error.words ?? error.message]]);
  }
}

/** Groups of both kinds, traits of both with the customer's winning, one status over all that is known (decision on S: one item per address). */
export function targetContact({ email, listed }: { email: string; listed: Pick<ListedAddress, 'rows'> }, settings: ExportContactsSettings, standing: ConsentState): TargetContact {
  const inOrder = [...listed.rows].toSorted((a, b) => rank(b) - rank(a)); // subscribers first: what comes later wins
  const present = inOrder.flatMap((row) => {
    const population = populationOf(settings, row.kind);
    return population === undefined ? [] : [{ row, population }];
  });
  const traits: Record<string, string> = {};
  for (const { row, population } of present) {
    for (const [trait, value] of Object.entries(mapTraits(population.traits, row.properties))) if (value !== '' || (traits[trait] ?? '') === '') traits[trait] = value;
  }
  return { email, status: statusToSend(standing), groups: [...new Set(present.map(({ population }) => population.group))], traits };
}

const rank = ({ kind }: SourceContact): number => (kind === 'customer' ? 0 : 1);

function settingsRows(settings: ExportContactsSettings, groups: readonly string[], traits: readonly string[], listed: readonly string[]) {
  const used = kinds.flatMap((kind) => populationOf(settings, kind) ?? []);
  const missing = [...new Set(used.map(({ group }) => group).filter((group) => !groups.includes(group)))];
  const unknown = [...new Set(used.flatMap((population) => population.traits.map(({ trait }) => trait)).filter((trait) => !traits.includes(trait)))];
  return [
    missing.length === 0
      ? ({ what: 'target group', state: 'ok', found: [...new Set(used.map(({ group }) => group))].join(', ') } as const)
      : ({ what: 'target group', state: 'not ok', found: `no such group: ${missing.join(', ')}; there are ${listed.join(', ') || 'none'}`, step: 'Make the group in the mailing system, or name one that exists (S7).' } as const),
    unknown.length === 0
      ? ({ what: 'mapping, mailing side', state: 'ok', found: 'every trait that a row names is there' } as const)
      : ({ what: 'mapping, mailing side', state: 'not ok', found: `no such trait: ${unknown.join(', ')}`, step: 'Name one of the traits that check lists.' } as const),
  ];
}

function add(sum: SentContacts, more: SentContacts): void {
  sum.sent += more.sent;
  sum.unchanged += more.unchanged;
  sum.parked += more.parked;
  sum.refusalsWritten += more.refusalsWritten;
}

function comparisonOf(items: readonly Item[], statuses: ReadonlyMap<string, TargetStatus>): Comparison {
  const there = (item: Item, state: TargetStatus['state']): boolean => statuses.get(item.email)?.state === state;
  const isInactive = (item: Item): boolean => item.listed.rows.some(({ kind, isOptedIn }) => kind === 'subscriber' && !isOptedIn);
  const isUnknown = (item: Item): boolean => !isInactive(item) && item.listed.rows.every(({ isOptedIn }) => !isOptedIn);
  const listOf = (some: readonly Item[]) => ({ count: some.length, some: some.slice(0, shown).map(({ email }) => email) });
  return {
    addresses: items.length,
    knownThere: items.filter(({ email }) => statuses.has(email)).length,
    refusedHereConfirmedThere: listOf(items.filter((item) => isInactive(item) && there(item, 'granted'))),
    unknownHereConfirmedThere: listOf(items.filter((item) => isUnknown(item) && there(item, 'granted'))),
    refusedThere: items.filter((item) => there(item, 'refused')).length,
    inactiveSubscribers: items.filter(isInactive).length,
  };
}
