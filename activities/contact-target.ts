/**
 * The target's steps of a contact flow, the same for every system. Here, and nowhere else, is decided which status leaves (N3): it is asked of the
 * ledger after the account's budget was waited for, right before the request; and what was refused since is written in the same step (decision on S9).
 * Every write to an address happens under its key and leaves an intent, so that no later write overtakes one whose outcome is not known.
 */
import type { TargetContact } from '../domain/contact.ts';
import type { ContactTarget, SentContacts } from '../domain/contact-ports.ts';
import type { StepInput } from '../domain/ports.ts';
import { digestOfRows } from '../ledger/contact-digests.ts';
import type { Hold, SendGuard } from '../ledger/ledger.ts';
import type { CallContext } from './call.ts';
import { answerTo, readAll } from './contact-answers.ts';
import { settingsRows } from './contact-check.ts';
import { comparisonOf } from './contact-comparison.ts';
import { findAnswers, kinds, personOf, populationOf, type ContactContext } from './contact-context.ts';
import type { ContactTargetDriver, OmittedTrait, TargetStatus } from './contact-drivers.ts';
import { targetContact, type Item } from './contact-item.ts';
import { hasOmissions, parkContact, pauseOnRefusedContacts, settleContact, type OutcomePlace } from './contact-outcomes.ts';
import { parseListedAddress } from './contact-page.ts';
import { assertRefusalsKnown, beginWalk, endReread } from './contact-restored.ts';
import { PermanentError } from './errors.ts';

export interface ContactTargetParts<Settings> {
  createDriver: (settings: Settings, call: CallContext) => ContactTargetDriver;
}

const channel = 'email';
const statusesAtOnce = 500;
const dueAtOnce = 500;
/** Why a status was left that leaves nothing to be written later. */
const isThere: ReadonlySet<string> = new Set(['already so', 'blocked', 'forgotten']);

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

    beginContactWalk: async ({ integration, last }) => beginWalk(ledger, integration.id, last),

    async endContactReread({ integration }) {
      await endReread(ledger, integration.id, new Date(await ledger.clock.now()).toISOString());
    },

    async sendContacts(input) {
      await assertRefusalsKnown(ledger, input.integration);
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
      return comparisonOf(items, (await readAll(driver, items.map(({ email }) => email))).statuses);
    },

    async refuseContacts(input) {
      const { driver, call } = await begin(input, 'write refusals');
      const counts = { written: 0, alreadyRefused: 0, unknown: 0 };
      const persons = input.persons === 'due' ? await allDue(input.integration.id) : input.persons;
      const addresses = (await ledger.contacts.findAddresses(input.integration.id, persons)).filter(({ email }) => email !== '');
      counts.unknown += persons.length - addresses.length;
      counts.alreadyRefused += addresses.filter(({ isRefusalThere }) => isRefusalThere).length;
      const due = addresses.filter(({ isRefusalThere }) => !isRefusalThere);
      for (let start = 0; start < due.length; start += driver.batch) {
        const some = due.slice(start, start + driver.batch);
        counts.written += await holding(input, call, some, async (hold) => refuse(input, { driver, hold, place: placeOf(input, call) }, some));
      }
      return counts;
    },

    async confirmContacts(input) {
      const { driver, call } = await begin(input, 'write confirmations');
      const addresses = (await ledger.contacts.findAddresses(input.integration.id, input.persons)).filter(({ email }) => email !== '');
      if (addresses.length === 0) return { written: 0 };
      return holding(input, call, addresses, async (hold) => {
        const granted = async () => {
          await assertRefusalsKnown(ledger, input.integration);
          const standing = await ledger.consents.standing(company, addresses.map(({ person }) => person), channel);
          return addresses.filter(({ person }) => standing.get(person) === 'granted');
        };
        const written = await granted();
        if (written.length === 0) return { written: 0 };
        const { rejected, left = [] } = await write({ driver, hold, place: placeOf(input, call) }, async (guard) => driver.setStatus(async () => (await granted()).map(({ email }) => ({ email, state: 'granted' as const })), guard));
        const refused = new Set([...rejected.map(({ email }) => email), ...left.filter(({ why }) => why !== 'already so').map(({ email }) => email)]);
        const taken = rejected.some(({ email }) => email === undefined) ? [] : written.filter(({ email }) => !refused.has(email));
        await ledger.contacts.putAddresses(input.integration.id, taken.map(({ person }) => ({ person, isRefusalThere: false, status: null })));
        return { written: taken.length };
      });
    },

    async readContactStatuses(input) {
      const { driver, call } = await begin(input, 'read statuses');
      const { addresses, nextCursor } = await addressesToRead(input);
      const { statuses, unreadable } = await readAll(driver, addresses.map(({ email }) => email));
      const refused = await noteStatuses(input, addresses, statuses);
      await parkUnreadable(placeOf(input, call), addresses.filter(({ email }) => unreadable.has(email)), unreadable);
      return { read: addresses.length, refused, ...(nextCursor === undefined ? {} : { nextCursor }) };
    },
  };

  async function begin({ integration, lane }: StepInput, step: string): Promise<{ driver: ContactTargetDriver; call: CallContext }> {
    const { settings } = await context.settings();
    const call = context.call({ integration, lane, record: '', step });
    return { driver: parts.createDriver(settings, call), call };
  }

  function placeOf({ integration }: StepInput, { run }: CallContext): OutcomePlace {
    return { ledger, integration: integration.id, run };
  }

  /** Oldest first, to the last: addresses that the target does not know stay due, and must not stand in the way of others. */
  async function allDue(integration: string): Promise<string[]> {
    const due: string[] = [];
    for (;;) {
      const some = await ledger.contacts.listDue(integration, 'target', dueAtOnce, due.length);
      due.push(...some);
      if (some.length < dueAtOnce) return due;
    }
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
      const writing = { driver, hold, place: placeOf(input, call) };
      const sum: SentContacts = { sent: 0, unchanged: 0, parked: 0, refusalsWritten: 0 };
      const trouble: boolean[] = [];
      add(sum, await upsert(input, writing, await stillThere(input, items), trouble));
      sum.refusalsWritten += await refuse(input, writing, items); // before anything else can fail
      await leaveFormer(input, writing, items);
      await pauseOnRefusedContacts(writing.place, trouble);
      return sum;
    });
  }

  /** A page is older than what was seen since: rows that are gone, erased, left out or under another address by now are not brought back by it. */
  async function stillThere({ integration }: StepInput, items: readonly Item[]): Promise<Item[]> {
    const rows = await ledger.contacts.rowsOf(integration.id, items.map(({ person }) => person));
    const here = new Set(rows.map(({ person, kind, sourceId }) => `${person} ${kind}:${sourceId}`));
    return items.flatMap((item) => {
      const kept = item.listed.rows.filter(({ kind, sourceId }) => here.has(`${item.person} ${kind}:${sourceId}`));
      return kept.length === 0 ? [] : [{ ...item, digest: digestOfRows(kept), listed: { ...item.listed, rows: kept } }];
    });
  }

  async function holding<T>({ integration }: StepInput, call: CallContext, items: readonly { person: string }[], work: (hold: Hold) => Promise<T>): Promise<T> {
    const keys = items.map(({ person }) => `contact:${integration.target}:${person}`);
    return ledger.keys.hold(keys, { name: call.holder, heartbeat: call.heartbeat }, work);
  }

  /** @param trouble what is told of each address, for trouble in bulk */
  async function upsert(input: StepInput, writing: Writing, items: readonly Item[], trouble: boolean[]): Promise<SentContacts> {
    const sum: SentContacts = { sent: 0, unchanged: 0, parked: 0, refusalsWritten: 0 };
    if (items.length === 0) return sum;
    const { settings, version } = await context.contactSettings(input.integration.id);
    const toSend = async (): Promise<TargetContact[]> => {
      await assertRefusalsKnown(ledger, input.integration);
      const standing = await ledger.consents.standing(company, items.map(({ person }) => person), channel);
      return items.map((item) => targetContact(item, settings, standing.get(item.person) ?? 'unknown'));
    };
    const answer = await answerTo(async () => write(writing, async (guard) => writing.driver.upsert(toSend, guard)), items);
    if (answer === 'cannot tell which') {
      const half = Math.ceil(items.length / 2);
      add(sum, await upsert(input, writing, items.slice(0, half), trouble));
      add(sum, await upsert(input, writing, items.slice(half), trouble));
      return sum;
    }
    const taken = items.filter(({ email }) => !answer.rejected.has(email));
    await noteTaken(writing.place, taken, { omitted: answer.omitted, version });
    const refused = items.filter(({ email }) => answer.rejected.has(email));
    const isNews = await noteRejected(input, writing, refused, answer.rejected);
    trouble.push(...items.flatMap((item) => isNews.get(item.person) ?? (answer.rejected.has(item.email) ? [] : [false])));
    return { ...sum, sent: taken.length, parked: refused.length };
  }

  async function noteTaken(place: OutcomePlace, taken: readonly Item[], { omitted, version }: { omitted: readonly OmittedTrait[]; version: string }): Promise<void> {
    const sentAt = await ledger.clock.now();
    await ledger.contacts.putAddresses(place.integration, taken.map(({ person, email, digest }) => ({ person, email, sentDigest: digest, skippedDigest: null, settingsVersion: version, sentAt })));
    const isNoted = await hasOmissions(place);
    for (const { email, listed } of taken) await settleContact(place, listed.rows, { omitted: omitted.filter((one) => one.email === email), version, isNoted });
  }

  /** Parked one by one. What the target refuses by a rule of its own (blocked, forgotten) is a refusal of mail as well, and no trouble. Returns who is news. */
  async function noteRejected(input: StepInput, { driver, place }: Writing, refused: readonly Item[], words: ReadonlyMap<string, string>): Promise<Map<string, boolean>> {
    const isNews = new Map<string, boolean>();
    if (refused.length === 0) return isNews;
    for (const { person, email, digest, listed } of refused) {
      const [row] = listed.rows;
      if (row === undefined) continue;
      if (await parkContact(place, row, { reason: 'refused', step: 'send contacts', words: words.get(email) ?? '', digest })) isNews.set(person, true);
    }
    // what was acknowledged before does not stand there as it is now: a retry sends it
    const known = await ledger.contacts.findAddresses(place.integration, refused.map(({ person }) => person));
    await ledger.contacts.putAddresses(place.integration, known.filter(({ sentDigest }) => sentDigest !== null).map(({ person }) => ({ person, sentDigest: '' })));
    const { statuses } = await readAll(driver, refused.map(({ email }) => email));
    await noteStatuses(input, refused, statuses);
    for (const { person, email } of refused) if (statuses.get(email)?.cause !== undefined) isNews.delete(person);
    return isNews;
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
    try {
      if (emails.length > 0) await write<undefined>(writing, async (guard) => writing.driver.leaveGroups(emails, groups, guard).then(() => undefined));
      await ledger.contacts.putAddresses(input.integration.id, [...former.keys()].map((person) => ({ person, movedTo: null })));
    } catch (error) {
      if (!(error instanceof PermanentError)) throw error;
      for (const { listed, digest } of items) {
        const [row] = listed.rows;
        if (row !== undefined && listed.formerEmails !== undefined) await parkContact(writing.place, row, { reason: 'refused', step: 'send contacts', words: `the address that it had before stays in its groups: ${error.words ?? error.message}`, digest });
      }
    }
  }

  async function addressesToRead(input: Parameters<ContactTarget['readContactStatuses']>[0]): Promise<{ addresses: { person: string; email: string }[]; nextCursor?: string }> {
    const { id } = input.integration;
    if ('persons' in input) return { addresses: (await ledger.contacts.findAddresses(id, input.persons)).filter(({ email }) => email !== '') };
    if ('addresses' in input) return { addresses: input.addresses.flatMap((text) => personOf({ ledger, company }, text) ?? []) };
    const some = await ledger.contacts.listAddresses(id, input.cursor, statusesAtOnce);
    const last = some.length < statusesAtOnce ? undefined : some.at(-1)?.person;
    return { addresses: some, ...(last === undefined ? {} : { nextCursor: last }) };
  }

  async function parkUnreadable(place: OutcomePlace, addresses: readonly { person: string; email: string }[], words: ReadonlyMap<string, string>): Promise<void> {
    const rows = await ledger.contacts.rowsOf(place.integration, addresses.map(({ person }) => person));
    for (const { person, email } of addresses) {
      const row = rows.find((one) => one.person === person);
      if (row !== undefined) await parkContact(place, row, { reason: 'unexpected-reply', step: 'check', words: words.get(email) ?? '', digest: row.digest });
    }
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
    // a refusal that we wrote, or saw before, is no news: it stands there since before the person lifted it
    const isNews = ({ status, before, person }: (typeof read)[number]): boolean => status.state === 'refused' && standing.get(person) !== 'refused' && before?.isRefusalThere !== true && before?.status?.state !== 'refused';
    const fresh = read.filter(isNews);
    await ledger.consents.addMany(fresh.map(({ person, status }) => ({ company, person, channel, source: connection, state: 'refused', by: status.cause === undefined ? 'person' : 'system', ...(status.cause === undefined ? {} : { cause: status.cause }), earliest: 0, latest: at, wording: `status ${status.vendor}` })));
    await ledger.contacts.putAddresses(integration.id, read.map(({ person, email, status, before }) => {
      const { cause, state, vendor } = status;
      const isNew = fresh.some((one) => one.person === person);
      return { person, email: before?.email === '' || before === undefined ? email : before.email, status: { state, vendor, ...(cause === undefined ? {} : { cause }) }, ...(state === 'refused' ? { isRefusalThere: true } : standing.get(person) === 'refused' ? {} : { isRefusalThere: false }), ...(isNew ? { withdrawal: 'due' as const } : {}) };
    }));
    return fresh.map(({ person }) => person);
  }
}

interface Writing {
  driver: ContactTargetDriver;
  hold: Hold;
  place: OutcomePlace;
}

function add(sum: SentContacts, more: SentContacts): void {
  sum.sent += more.sent;
  sum.unchanged += more.unchanged;
  sum.parked += more.parked;
  sum.refusalsWritten += more.refusalsWritten;
}

/** One effect name for all that is written to an address: whoever finds an unsettled one waits until it can no longer arrive, then writes what holds now. */
async function write<T>({ driver, hold }: Writing, send: (guard: SendGuard) => Promise<T>): Promise<T> {
  const done = await hold.once<T>({ name: 'contact', abortMs: driver.abortMs, settleMs: driver.settleMs, find: () => Promise.resolve(undefined), send, record: () => Promise.resolve() });
  if (done.kind === 'unknown') throw new Error('a write that may be repeated is never unknown');
  return done.result;
}
