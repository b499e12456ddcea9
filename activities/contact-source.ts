/**
 * The source's steps of a contact flow, the same for every system: rows are read by the system's driver; what they tell of consent is recorded
 * before anything else is done with them (N3), and what the target holds already goes no further (S4).
 */
import { changesOfGoneRow, changesOfRow, isOlderLook, refusalsToInherit, type ConsentEvent } from '../domain/consent.ts';
import type { ContactKind, SourceContact } from '../domain/contact.ts';
import type { ContactChange, ContactPage, ContactSource } from '../domain/contact-ports.ts';
import type { StepInput, WebhookRow } from '../domain/ports.ts';
import type { ContactAnswers, ExportContactsSettings } from '../domain/settings.ts';
import type { ContactAddress, ContactRow } from '../ledger/contact-ledger.ts';
import type { CallContext } from './call.ts';
import { kinds, personOf, populationOf, readAnswers, wantedBy, type ContactContext, type ListedAddress } from './contact-context.ts';
import { digestOfRows, isSameDigest, tellsMore } from '../ledger/contact-digests.ts';
import type { ContactSourceDriver, Withdrawal } from './contact-drivers.ts';
import { withoutErased } from './contact-erased.ts';
import { dropGone } from './contact-outcomes.ts';
import { keyOf, rowOf, type Located } from './contact-row.ts';
import { PerhapsRecordError, PermanentError, RateLimitedError, RetryableError } from './errors.ts';

export interface ContactSourceParts<Settings> {
  createDriver: (settings: Settings, call: CallContext) => ContactSourceDriver;
  ensureWebhooks: (settings: Settings, call: CallContext, hooks: { address: string; secret: string }) => Promise<WebhookRow[]>;
}

const unseenAtOnce = 25;
const dueAtOnce = 100;
/** Of so many in one step it is the shop that is in trouble, and not a call. */
const mostTrouble = 5;
const channel = 'email';
/** A comparison looks at wishes alone: addresses and the like, which cost calls of their own, come with the export. */
const nothingWanted = { properties: new Set<string>() };

/** What a row tells of the person that its address stands for. */
interface Told {
  person: string;
  email: string;
  event: ConsentEvent;
}

export function createContactSource<Settings>(context: ContactContext<Settings>, parts: ContactSourceParts<Settings>): ContactSource {
  const { ledger, company, connection } = context;

  return {
    async checkContactSource(input) {
      const { driver } = await begin(input, 'check');
      const rows = await driver.check();
      const isReadable = rows.every(({ state }) => state !== 'not ok');
      const properties = await Promise.all(kinds.map(async (kind) => (isReadable ? driver.properties(kind) : [])));
      const { settings } = await context.contactSettings(input.integration.id);
      const unknown = isReadable ? unknownProperties(settings, properties.map((known) => new Set(known.map(({ name }) => name)))) : [];
      const mapping = { what: 'mapping, shop side', state: unknown.length === 0 ? 'ok' : 'not ok', found: unknown.length === 0 ? 'every property that a row names is there' : unknown.join('; '), ...(unknown.length === 0 ? {} : { step: 'Name one of the properties that check lists.' }) } as const;
      return { rows: isReadable ? [...rows, mapping] : rows, properties: { customer: properties[0] ?? [], subscriber: properties[1] ?? [] } };
    },

    async readContactPage(input) {
      const at = await ledger.clock.now();
      const { driver, settings } = await begin(input, 'read a page');
      const { contacts, nextCursor, total } = await driver.list(input.kind, input.cursor, input.dryRun ? nothingWanted : wantedBy(settings, input.kind));
      const further = { ...(nextCursor === undefined ? {} : { nextCursor }), ...(total === undefined ? {} : { total }) };
      if (input.dryRun) return { ...(await keepUnseen(input, contacts)), ...further };
      return { ...(await look({ input, driver, settings, isForced: input.isForced ?? false, isLookOnly: input.isLookOnly ?? false, looksForOthers: input.isForced === true || input.by === 'sweep' }, contacts, at)), ...further };
    },

    async readContacts(input) {
      const at = await ledger.clock.now();
      const { driver, settings } = await begin(input, 'read contacts');
      return readAnew({ input, driver, settings, isForced: input.isForced ?? false, looksForOthers: true }, input.changes, at);
    },

    async readUnseen(input) {
      const at = await ledger.clock.now();
      const { driver, settings } = await begin(input, 'read contacts');
      const rows = await ledger.contacts.listUnseen(input.integration.id, input.kind, input.since, input.cursor, unseenAtOnce);
      const changes = rows.map(({ kind, sourceId }) => ({ kind, sourceId, event: 'changed' }) as const);
      const last = rows.length < unseenAtOnce ? undefined : rows.at(-1)?.sourceId;
      return { ...(await readAnew({ input, driver, settings, isForced: false, isLookOnly: input.isLookOnly ?? false, looksForOthers: true }, changes, at)), ...(last === undefined ? {} : { nextCursor: last }) };
    },

    async withdrawContacts(input) {
      const { driver } = await begin(input, 'withdraw consent');
      const { id } = input.integration;
      const persons = input.persons === 'due' ? await ledger.contacts.listDue(id, 'source', dueAtOnce) : input.persons;
      const refused = await refusedOf(persons);
      const addresses = (await ledger.contacts.findAddresses(id, refused)).filter(({ withdrawal, email }) => withdrawal !== 'done' && email !== '');
      const counts = { withdrawn: 0, notWritable: 0, nothingToDo: persons.length - addresses.length };
      const trouble: unknown[] = [];
      for (const { person, email } of addresses) {
        const rows = await ledger.contacts.rowsOf(id, [person]);
        const results = await withdrawFrom(driver, email, rows).catch((error: unknown) => {
          if (!isOfOneCall(error) || trouble.length >= mostTrouble) throw error;
          trouble.push(error); // the others go on: the step is tried again for this one
          return undefined;
        });
        if (results === undefined) continue;
        const silenced = results.filter(({ result }) => result !== 'not writable');
        // what we wrote ourselves is no withdrawal when it is seen again
        const at = await ledger.clock.now();
        await ledger.contacts.putRows(rows.filter((row) => silenced.some(({ kind, sourceId }) => kind === row.kind && sourceId === row.sourceId)).map((row) => ({ ...row, isOptedIn: false, ...(row.boxes === undefined ? {} : { boxes: Object.fromEntries(Object.keys(row.boxes).map((name) => [name, false])) }), seenAt: at })));
        const isLeft = results.some(({ result }) => result === 'not writable');
        await ledger.contacts.putAddresses(id, [{ person, withdrawal: isLeft ? 'not-writable' : 'done' }]);
        counts[isLeft ? 'notWritable' : results.some(({ result }) => result === 'withdrawn') ? 'withdrawn' : 'nothingToDo'] += 1;
      }
      if (trouble.length > 0) throw trouble[0];
      return counts;
    },

    async ensureContactWebhooks(input) {
      const hooks = await context.hooks?.();
      if (hooks === undefined) return [{ topic: 'contacts', state: 'missing', found: 'no gateway is configured: changes are found by the nightly sweep' }];
      const { settings } = await context.settings();
      return parts.ensureWebhooks(settings, callOf(input, 'webhooks'), hooks);
    },
  };

  async function begin(input: StepInput, step: string): Promise<{ driver: ContactSourceDriver; settings: ExportContactsSettings }> {
    const [{ settings }, pair] = await Promise.all([context.settings(), context.contactSettings(input.integration.id)]);
    return { driver: parts.createDriver(settings, callOf(input, step)), settings: pair.settings };
  }

  function callOf({ integration, lane }: StepInput, step: string): CallContext {
    return context.call({ integration, lane, record: '', step });
  }

  interface Looking {
    input: StepInput;
    driver: ContactSourceDriver;
    settings: ExportContactsSettings;
    isForced: boolean;
    isLookOnly?: boolean;
    /** all rows of an address that is new are looked for: the first export has seen the other kind already */
    looksForOthers: boolean;
  }

  /** Rows by their ids; those that are not there any more are noted as gone. */
  async function readAnew(looking: Looking, changes: readonly ContactChange[], at: number): Promise<ContactPage> {
    const read: SourceContact[] = [];
    const gone: string[] = [];
    for (const kind of kinds) {
      const ids = [...new Set(changes.filter((change) => change.kind === kind).map(({ sourceId }) => sourceId))];
      if (ids.length === 0 || populationOf(looking.settings, kind) === undefined) continue;
      const found = await looking.driver.read(kind, ids, wantedBy(looking.settings, kind));
      read.push(...found);
      gone.push(...(await noteGone(looking.input, kind, ids.filter((id) => !found.some(({ sourceId }) => sourceId === id)), at)));
    }
    const page = await look(looking, read, at);
    return { ...page, count: changes.length, refused: [...new Set([...page.refused, ...gone])] };
  }

  /** Returns their persons whose refusal is to be written: a deleted subscription is one, a deleted account is not. */
  async function noteGone(input: StepInput, kind: ContactKind, sourceIds: string[], at: number): Promise<string[]> {
    const { integration } = input;
    const known = (await ledger.contacts.findRows(integration.id, kind, sourceIds)).filter(({ state }) => state !== 'erased');
    const rows = known.filter(({ state }) => state === 'here' || state === 'left-out');
    const events = rows.flatMap(({ person, email, seenAt }) => changesOfGoneRow({ seenAt }, kind, at).map((event) => ({ person, email, event })));
    await record(integration.id, events);
    await ledger.contacts.setRowState(integration.id, kind, rows.map(({ sourceId }) => sourceId), 'gone');
    await dropGone({ ledger, integration: integration.id, run: callOf(input, 'read contacts').run }, known.map(({ sourceId }) => ({ kind, sourceId })));
    return dueOf(integration.id, known.map(({ person }) => person));
  }

  /**
   * Who refused and may stand otherwise in the target, as the ledger has it: a step that is repeated after it recorded a refusal tells of it again.
   * Those who were never sent are among them, since the target may have known them before us.
   */
  async function dueOf(integration: string, persons: readonly string[]): Promise<string[]> {
    const due = (await ledger.contacts.findAddresses(integration, [...new Set(persons)])).filter(({ isRefusalThere }) => !isRefusalThere);
    return refusedOf(due.map(({ person }) => person));
  }

  /** Consent first, then the rows, then the page: whatever is repeated finds what it noted. */
  async function look(looking: Looking, contacts: readonly SourceContact[], at: number): Promise<ContactPage> {
    const { id } = looking.input.integration;
    const answers = await readAnswers(ledger, id);
    const located = contacts.flatMap((contact) => {
      const person = personOf({ ledger, company }, contact.email);
      return person === undefined ? [] : [{ contact, ...person }];
    });
    const before = await rowsBefore(id, located);
    const taken = await withoutErased({ ledger, company, integration: id }, located, { before, at });
    const current = taken.filter(({ contact }) => !isOlderLook(before.get(keyOf(contact))?.seenAt ?? 0, at));
    const events = [...(await eventsOf(current, { before, answers, at })), ...taken.flatMap((one) => refusalsSince(one, before.get(keyOf(one.contact)), answers, at))];
    await record(id, events);
    // a changed address is noted by the look that puts it on a page: only then the old one leaves its groups
    const noted = looking.isLookOnly ? current.filter(({ contact, person }) => (before.get(keyOf(contact))?.person ?? person) === person) : current;
    if (!looking.isLookOnly) await noteMoves(id, movesIn(current, before));
    await ledger.contacts.putRows(noted.map(({ contact, email, person }) => rowOf(id, contact, { email, person, at })));
    const exported = current.filter(({ contact }) => contact.leftOut === undefined);
    const page = looking.isLookOnly ? undefined : await keep(looking, exported);
    const refused = await dueOf(id, taken.map(({ person }) => person));
    return { ...(page === undefined ? {} : { page }), count: contacts.length, leftOut: contacts.length - located.length + taken.length - exported.length, refused };
  }

  async function noteMoves(integration: string, moves: ReturnType<typeof movesIn>): Promise<void> {
    if (moves.length === 0) return;
    const known = new Set((await ledger.contacts.findAddresses(integration, moves.map(({ person }) => person))).map(({ person }) => person));
    await ledger.contacts.putAddresses(integration, moves.filter(({ person }) => known.has(person))); // else it was never sent
  }

  async function rowsBefore(integration: string, located: readonly Located[]): Promise<Map<string, ContactRow>> {
    const rows = await Promise.all(kinds.map(async (kind) => ledger.contacts.findRows(integration, kind, located.filter(({ contact }) => contact.kind === kind).map(({ contact }) => contact.sourceId))));
    return new Map(rows.flat().map((row) => [keyOf(row), row]));
  }

  /** What the rows tell, each of the person that its address stands for now; a changed address takes a refusal with it. */
  async function eventsOf(located: readonly Located[], { before, answers, at }: { before: ReadonlyMap<string, ContactRow>; answers: ContactAnswers; at: number }): Promise<Told[]> {
    const events: Told[] = [];
    for (const { contact, email, person } of located) {
      const row = before.get(keyOf(contact));
      const isSame = row?.person === person;
      events.push(...changesOfRow(isSame ? row : undefined, contact, answers, at).map((event) => ({ person, email, event })));
      if (row === undefined || isSame) continue;
      const inherited = refusalsToInherit(await ledger.consents.story(company, row.person, channel));
      events.push(...inherited.map(({ state, by, cause, earliest, latest }) => ({ person, email, event: { state, by, ...(cause === undefined ? {} : { cause }), earliest, latest } })));
      // the change of address may be the very write that unticked a box
      events.push(...changesOfRow(row, contact, answers, at).filter(({ state }) => state === 'refused').map((event) => ({ person, email, event })));
    }
    return events;
  }

  async function record(integration: string, events: readonly Told[]): Promise<void> {
    if (events.length === 0) return;
    await ledger.consents.addMany(events.map(({ person, event }) => ({ ...event, company, person, channel, source: connection })));
    const refused = new Map(events.filter(({ event }) => event.state === 'refused').map(({ person, email }) => [person, email]));
    if (refused.size === 0) return;
    const there = new Set((await ledger.contacts.findAddresses(integration, [...refused.keys()])).filter(({ status }) => status?.state === 'refused').map(({ person }) => person));
    await ledger.contacts.putAddresses(integration, [...refused].map(([person, email]) => ({ person, email, isRefusalThere: there.has(person) })));
  }

  /** Addresses whose rows the target was not sent in this form, nor an operator left out in it; undefined: there is none. */
  async function keep(looking: Looking, located: readonly Located[]): Promise<string | undefined> {
    const { id } = looking.input.integration;
    const persons = [...new Set(located.map(({ person }) => person))];
    if (persons.length === 0) return undefined;
    const [rows, addresses, moved] = await Promise.all([ledger.contacts.rowsOf(id, persons), ledger.contacts.findAddresses(id, persons), ledger.contacts.listMoved(id, persons)]);
    const former = formerOf(moved);
    const sent = new Map(addresses.map(({ person, sentDigest }) => [person, sentDigest]));
    const skipped = new Map(addresses.map(({ person, skippedDigest }) => [person, skippedDigest]));
    const isHandled = (person: string, now: string): boolean => isSameDigest(sent.get(person), now) || isSameDigest(skipped.get(person), now);
    const digests = new Map(persons.map((person) => [person, digestOfRows(rows.filter((row) => row.person === person))]));
    const changed = new Set(persons.filter((person) => looking.isForced || former.has(person) || !isHandled(person, digests.get(person) ?? '')));
    await noteMoreRead(id, persons.filter((person) => !changed.has(person)), { sent, digests });
    if (changed.size === 0) return undefined;
    const known = located.filter(({ person }) => changed.has(person));
    const others = await readOthers(looking, rows.filter((row) => changed.has(row.person) && !known.some(({ contact }) => keyOf(contact) === keyOf(row))));
    const newcomers = looking.looksForOthers ? known.filter(({ person }) => !sent.get(person)) : [];
    const all = [...known, ...others, ...(await findOthers(looking, newcomers, rows))];
    const entries = [...changed].map((person) => {
      const mine = all.filter((one) => one.person === person);
      const body: ListedAddress = { email: mine[0]?.email ?? '', rows: mine.map(({ contact }) => contact), ...(former.has(person) ? { formerEmails: former.get(person) ?? [] } : {}) };
      // over what the page holds: a row that was seen anew meanwhile goes with the next one
      return { sourceId: person, number: null, digest: digestOfRows(body.rows), body: JSON.stringify(body), persons: [person] };
    });
    return ledger.pages.put({ integration: id, walk: 'contacts', entries });
  }

  /** A mapping names more than before: what is read for it now is what the next look compares with (N18). */
  async function noteMoreRead(integration: string, persons: readonly string[], { sent, digests }: { sent: ReadonlyMap<string, string | null>; digests: ReadonlyMap<string, string> }): Promise<void> {
    const more = persons.flatMap((person) => {
      const now = digests.get(person) ?? '';
      return isSameDigest(sent.get(person), now) && tellsMore(sent.get(person) ?? '', now) ? [{ person, sentDigest: now }] : [];
    });
    if (more.length > 0) await ledger.contacts.putAddresses(integration, more);
  }

  /**
   * The other rows of an address: one item an address needs the data of both kinds (decision on S). What they tell of consent is recorded before the
   * item leaves: a subscription that was ended since its last look must not be missing in the status of a customer.
   */
  async function readOthers({ input, driver, settings }: Looking, rows: readonly ContactRow[]): Promise<Located[]> {
    const { id } = input.integration;
    const answers = await readAnswers(ledger, id);
    const others: Located[] = [];
    for (const kind of kinds) {
      const ids = rows.filter((row) => row.kind === kind).map(({ sourceId }) => sourceId);
      for (let start = 0; start < ids.length; start += unseenAtOnce) {
        const at = await ledger.clock.now();
        const some = ids.slice(start, start + unseenAtOnce);
        const read = await driver.read(kind, some, wantedBy(settings, kind));
        await noteGone(input, kind, some.filter((one) => !read.some(({ sourceId }) => sourceId === one)), at);
        const before = new Map(rows.map((row) => [keyOf(row), row]));
        const same = read.flatMap((contact) => {
          const person = personOf({ ledger, company }, contact.email);
          return person !== undefined && person.person === before.get(keyOf(contact))?.person ? [{ contact, ...person }] : []; // a changed address is for its own look
        });
        await record(id, await eventsOf(same, { before, answers, at }));
        await ledger.contacts.putRows(same.map(({ contact, email, person }) => rowOf(id, contact, { email, person, at })));
        others.push(...same.filter(({ contact }) => contact.leftOut === undefined));
      }
    }
    return others;
  }

  /**
   * Rows of the other kind of people who are new: both are often made in the same moment, and a new address gets one status over all its rows, since the
   * target keeps the one it has (S8).
   */
  async function findOthers({ input, driver, settings }: Looking, newcomers: readonly Located[], rows: readonly ContactRow[]): Promise<Located[]> {
    const { id } = input.integration;
    const answers = await readAnswers(ledger, id);
    const others: Located[] = [];
    for (const kind of kinds) {
      const alone = newcomers.filter(({ person }) => !rows.some((row) => row.person === person && row.kind === kind));
      if (populationOf(settings, kind) === undefined || alone.length === 0) continue;
      const at = await ledger.clock.now();
      const found = await driver.findByEmail(kind, [...new Set(alone.map(({ email }) => email))], wantedBy(settings, kind));
      const persons = new Set(alone.map(({ person }) => person));
      const unique = new Map(found.map((contact) => [keyOf(contact), contact]));
      const located = [...unique.values()].flatMap((contact) => {
        const person = personOf({ ledger, company }, contact.email);
        return person === undefined || !persons.has(person.person) ? [] : [{ contact, ...person }];
      });
      const before = await rowsBefore(id, located);
      const taken = await withoutErased({ ledger, company, integration: id }, located.filter(({ contact }) => !before.has(keyOf(contact))), { before, at }); // a row that is known has a look of its own
      await record(id, await eventsOf(taken, { before, answers, at }));
      await ledger.contacts.putRows(taken.map(({ contact, email, person }) => rowOf(id, contact, { email, person, at })));
      others.push(...taken.filter(({ contact }) => contact.leftOut === undefined));
    }
    return others;
  }

  /** For the comparison before the first start: nothing but the page is written. */
  async function keepUnseen(input: StepInput, contacts: readonly SourceContact[]): Promise<ContactPage> {
    const byPerson = new Map<string, ListedAddress>();
    for (const contact of contacts) {
      const person = personOf({ ledger, company }, contact.email);
      if (person === undefined || contact.leftOut !== undefined) continue;
      const known = byPerson.get(person.person);
      byPerson.set(person.person, { email: person.email, rows: [...(known?.rows ?? []), contact] });
    }
    const entries = [...byPerson].map(([person, listed]) => ({ sourceId: person, number: null, digest: '', body: JSON.stringify(listed), persons: [person] }));
    const page = entries.length === 0 ? undefined : await ledger.pages.put({ integration: input.integration.id, walk: 'comparison', entries });
    return { ...(page === undefined ? {} : { page }), count: contacts.length, leftOut: 0, refused: [] };
  }

  async function refusedOf(persons: readonly string[]): Promise<string[]> {
    const standing = await ledger.consents.standing(company, persons, channel);
    return persons.filter((person) => standing.get(person) === 'refused');
  }
}

/** A page that was read before another look at the row was noted tells of the time before that look: what was set on the page and is not any more is a refusal. */
function refusalsSince({ contact, email, person }: Located, noted: ContactRow | undefined, answers: ContactAnswers, at: number): Told[] {
  if (noted === undefined || noted.person !== person || noted.state === 'erased' || !isOlderLook(noted.seenAt, at)) return [];
  const changes = changesOfRow({ ...contact, seenAt: at }, noted, answers, noted.seenAt);
  return changes.filter(({ state }) => state === 'refused').map((event) => ({ person, email, event }));
}

function unknownProperties(settings: ExportContactsSettings, known: readonly ReadonlySet<string>[]): string[] {
  return kinds.flatMap((kind, index) => (populationOf(settings, kind)?.traits ?? []).filter(({ from }) => !known[index]?.has(from)).map(({ from }) => `${kind}s: ${from} is no property of the shop`));
}

/** A call that failed, or whose reply was lost: says nothing of the next one. */
const isOfOneCall = (error: unknown): boolean => (error instanceof RetryableError && !(error instanceof RateLimitedError)) || error instanceof PerhapsRecordError;

/** A refusal of the source's is an answer, too: it must not keep the others from being withdrawn. */
async function withdrawFrom(driver: ContactSourceDriver, email: string, rows: readonly ContactRow[]): Promise<Withdrawal[]> {
  const known = rows.map(({ kind, sourceId }) => ({ kind, sourceId }));
  try {
    return await driver.withdraw(email, known);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    return known.length === 0 ? [{ kind: 'subscriber', sourceId: '', result: 'not writable' }] : known.map((row) => ({ ...row, result: 'not writable' }));
  }
}

/** Addresses that a row had before: each is to leave the target's groups once its successor is sent, however long that takes. */
function movesIn(located: readonly Located[], before: ReadonlyMap<string, ContactRow>): { person: string; movedTo: string }[] {
  return located.flatMap(({ contact, person }) => {
    const row = before.get(keyOf(contact));
    return row === undefined || row.person === person || row.email === '' ? [] : [{ person: row.person, movedTo: person }];
  });
}

/** By the person of the address that took their place. */
function formerOf(moved: readonly ContactAddress[]): Map<string, string[]> {
  const former = new Map<string, string[]>();
  for (const { email, movedTo } of moved) if (movedTo !== null && email !== '') former.set(movedTo, [...(former.get(movedTo) ?? []), email]);
  return former;
}
