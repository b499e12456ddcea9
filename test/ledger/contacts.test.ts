import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ContactAddress, ContactRow } from '../../ledger/contact-ledger.ts';
import { openDatabase } from '../../ledger/open.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

const integration = 'shop-mailing';
const hourMs = 3_600_000;
const unsent = (person: string, changes: Partial<ContactAddress> = {}): ContactAddress => ({ integration, person, email: '', sentDigest: null, skippedDigest: null, settingsVersion: null, status: null, isRefusalThere: false, withdrawal: null, sentAt: null, movedTo: null, ...changes });
const idsOf = (rows: ContactRow[]) => rows.map(({ sourceId }) => sourceId);

describe.each(ledgerKinds)('contacts on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  const personOf = (email: string, company = 'acme') => t.ledger.crypto.digest(company, 'email', email);
  const row = (sourceId: string, changes: Partial<ContactRow> = {}): ContactRow => {
    const email = changes.email ?? `person${sourceId}@example.com`;
    return { integration, kind: 'customer', sourceId, person: personOf(email), email, digest: `d${sourceId}`, isOptedIn: true, isConfirmed: false, state: 'here', seenAt: 100, ...changes };
  };
  const refuse = async (person: string, time: number) => t.ledger.consents.add({ company: 'acme', person, channel: 'email', state: 'refused', by: 'person', earliest: time, latest: time, source: 'shop' });
  const grant = async (person: string, time: number) => t.ledger.consents.add({ company: 'acme', person, channel: 'email', state: 'granted', by: 'person', earliest: time, latest: time, source: 'shop' });

  test('a page of rows is put at once and found by kind and id; the last one counts', async () => {
    await t.ledger.contacts.putRows([]);
    await t.ledger.contacts.putRows([row('17', { digest: 'older' }), row('17'), row('17', { kind: 'subscriber', isConfirmed: true }), row('17', { integration: 'other', digest: 'x' })]);
    expect(await t.ledger.contacts.findRows(integration, 'customer', ['17', '18'])).toEqual([row('17')]);
    expect(await t.ledger.contacts.findRows(integration, 'subscriber', ['17'])).toEqual([row('17', { kind: 'subscriber', isConfirmed: true })]);
    await t.ledger.contacts.putRows([row('17', { email: 'new@example.com', digest: 'new', isOptedIn: false, state: 'left-out', seenAt: 200 })]);
    expect(await t.ledger.contacts.findRows(integration, 'customer', ['17'])).toEqual([row('17', { email: 'new@example.com', digest: 'new', isOptedIn: false, state: 'left-out', seenAt: 200 })]);
    expect(await t.ledger.contacts.findRows('other', 'customer', ['17'])).toMatchObject([{ digest: 'x' }]);
    expect(await t.ledger.contacts.findRows(integration, 'customer', [])).toEqual([]);
  });

  test('rows of a person come from both kinds, those that are here alone', async () => {
    const email = 'ola@example.com';
    await t.ledger.contacts.putRows([row('1', { email }), row('2', { email, kind: 'subscriber' }), row('3', { email, state: 'gone' }), row('4', { email, state: 'left-out' }), row('5', { email, integration: 'other' }), row('6')]);
    expect((await t.ledger.contacts.rowsOf(integration, [personOf(email)])).map((one) => `${one.kind} ${one.sourceId}`).sort()).toEqual(['customer 1', 'subscriber 2']);
    expect(await t.ledger.contacts.rowsOf(integration, [])).toEqual([]);
  });

  test('a page that was read before the last look changes nothing, unless it is the clock that was wrong', async () => {
    await t.ledger.contacts.putRows([row('1', { seenAt: 100 * hourMs, digest: 'seen last' })]);
    await t.ledger.contacts.putRows([row('1', { seenAt: 100 * hourMs - 1, digest: 'older page' })]);
    expect(await t.ledger.contacts.findRows(integration, 'customer', ['1'])).toMatchObject([{ digest: 'seen last' }]);
    await t.ledger.contacts.putRows([row('1', { seenAt: 99 * hourMs, digest: 'after the clock was set right' })]);
    expect(await t.ledger.contacts.findRows(integration, 'customer', ['1'])).toMatchObject([{ digest: 'after the clock was set right' }]);
  });

  test('a row that is gone is not brought back by an older page, and is by a later look', async () => {
    const now = await t.clock.now();
    await t.ledger.contacts.putRows([row('1', { seenAt: now - 1_000 }), row('2', { seenAt: now - 1_000 })]);
    await t.ledger.contacts.setRowState(integration, 'customer', ['1'], 'gone');
    await t.ledger.contacts.setRowState(integration, 'customer', [], 'gone');
    await t.ledger.contacts.putRows([row('1', { seenAt: now - 1 })]);
    expect((await t.ledger.contacts.findRows(integration, 'customer', ['1', '2'])).map(({ state }) => state).sort()).toEqual(['gone', 'here']);
    await t.ledger.contacts.putRows([row('1', { seenAt: now + 1 })]);
    expect(await t.ledger.contacts.findRows(integration, 'customer', ['1'])).toMatchObject([{ state: 'here' }]);
  });

  test('N23 an erased row stays erased, whatever is put or said of it later', async () => {
    await t.ledger.contacts.putRows([row('1'), row('2', { state: 'erased' })]);
    await t.ledger.contacts.setRowState(integration, 'customer', ['1'], 'erased');
    await t.ledger.contacts.putRows([row('1', { seenAt: 900 }), row('2', { seenAt: 900 })]);
    await t.ledger.contacts.setRowState(integration, 'customer', ['1'], 'here');
    const found = await t.ledger.contacts.findRows(integration, 'customer', ['1', '2']);
    expect(found.map(({ sourceId, email, state, digest }) => ({ sourceId, email, state, digest })).sort((a, b) => (a.sourceId < b.sourceId ? -1 : 1))).toEqual([
      { sourceId: '1', email: '', state: 'erased', digest: 'd1' },
      { sourceId: '2', email: '', state: 'erased', digest: 'd2' },
    ]);
  });

  test('S9 rows that a sweep did not meet come by their ids, page after page', async () => {
    await t.ledger.contacts.putRows([...['a', 'b', 'c', 'd'].map((id) => row(id)), row('seen', { seenAt: 200 }), row('gone', { state: 'gone' }), row('subscriber', { kind: 'subscriber' }), row('elsewhere', { integration: 'other' })]);
    expect(idsOf(await t.ledger.contacts.listUnseen(integration, 'customer', 200, undefined, 3))).toEqual(['a', 'b', 'c']);
    expect(idsOf(await t.ledger.contacts.listUnseen(integration, 'customer', 200, 'c', 3))).toEqual(['d']);
    expect(await t.ledger.contacts.listUnseen(integration, 'customer', 100, undefined, 3)).toEqual([]);
  });

  test('an address is merged field by field', async () => {
    const person = personOf('ola@example.com');
    await t.ledger.contacts.putAddresses(integration, []);
    await t.ledger.contacts.putAddresses(integration, [{ person }]);
    expect(await t.ledger.contacts.findAddresses(integration, [person])).toEqual([unsent(person)]);
    await t.ledger.contacts.putAddresses(integration, [{ person, email: 'ola@example.com', sentDigest: 'd', settingsVersion: 'v1', sentAt: 500 }]);
    await t.ledger.contacts.putAddresses(integration, [{ person, status: { state: 'refused', cause: 'blocked', vendor: '7' }, withdrawal: 'due' }, { person, isRefusalThere: true, withdrawal: 'not-writable' }, { person }]);
    const all = unsent(person, { email: 'ola@example.com', sentDigest: 'd', settingsVersion: 'v1', sentAt: 500, status: { state: 'refused', cause: 'blocked', vendor: '7' }, withdrawal: 'not-writable', isRefusalThere: true });
    expect(await t.ledger.contacts.findAddresses(integration, [person, 'unknown'])).toEqual([all]);
    await t.ledger.contacts.putAddresses(integration, [{ person, status: { state: 'granted', vendor: '8' }, withdrawal: null, isRefusalThere: false }]);
    expect(await t.ledger.contacts.findAddresses(integration, [person])).toEqual([{ ...all, status: { state: 'granted', vendor: '8' }, withdrawal: null, isRefusalThere: false }]);
    await t.ledger.contacts.putAddresses(integration, [{ person, status: null, sentDigest: null }]);
    expect(await t.ledger.contacts.findAddresses(integration, [person])).toMatchObject([{ status: null, sentDigest: null, settingsVersion: 'v1' }]);
    expect(await t.ledger.contacts.findAddresses('other', [person])).toEqual([]);
  });

  test('addresses that were sent are listed by person, page after page', async () => {
    const persons = Array.from({ length: 5 }, (_, n) => personOf(`${n}@example.com`)).sort();
    await t.ledger.contacts.putAddresses(integration, [...persons.map((person) => ({ person, sentDigest: 'd' })), { person: personOf('unsent@example.com'), email: 'unsent@example.com' }]);
    const first = await t.ledger.contacts.listAddresses(integration, undefined, 3);
    const rest = await t.ledger.contacts.listAddresses(integration, first.at(-1)?.person, 3);
    expect([...first, ...rest].map(({ person }) => person)).toEqual(persons);
    expect([first.length, rest.length]).toEqual([3, 2]);
  });

  test('S9 N3 refusals that are not in the target yet are due, the oldest first; those of other states and other integrations are not', async () => {
    const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map((name) => personOf(`${name}@example.com`));
    if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined) throw new Error('five persons');
    await t.ledger.contacts.putAddresses(integration, [a, b, c, d].map((person) => ({ person, email: 'x@example.com' })));
    await t.ledger.contacts.putAddresses('other', [{ person: e, email: 'x@example.com' }]);
    for (const [person, time] of [[b, 10], [a, 30], [c, 20], [e, 5]] as const) await refuse(person, time);
    await grant(d, 10);
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toEqual([b, c, a]);
    expect(await t.ledger.contacts.listDue(integration, 'target', 2)).toEqual([b, c]);
    await t.ledger.contacts.putAddresses(integration, [{ person: b, isRefusalThere: true }]);
    await grant(c, 40);
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toEqual([a]);
    expect(await t.ledger.contacts.listDue('other', 'target', 10)).toEqual([e]);
  });

  test('S9 an address that becomes known after the refusal is due too', async () => {
    const person = personOf('late@example.com');
    await refuse(person, 10);
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toEqual([]);
    await t.ledger.contacts.putAddresses(integration, [{ person, email: 'late@example.com' }]);
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toEqual([person]);
  });

  test('S9 who refuses again after a grant is due again; a second refusal on top of one that is there is not', async () => {
    const person = personOf('ola@example.com');
    await refuse(person, 10);
    await t.ledger.contacts.putAddresses(integration, [{ person, email: 'ola@example.com', isRefusalThere: true }]);
    await refuse(person, 20);
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toEqual([]);
    await grant(person, 30);
    await refuse(person, 40);
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toEqual([person]);
  });

  test('S10 what is due in the source is listed while the refusal holds', async () => {
    const [a, b] = [personOf('a@example.com'), personOf('b@example.com')];
    await t.ledger.contacts.putAddresses(integration, [{ person: a, withdrawal: 'due' }, { person: b, withdrawal: 'due' }]);
    expect(await t.ledger.contacts.listDue(integration, 'source', 10)).toEqual([]);
    await refuse(b, 10);
    await refuse(a, 20);
    expect(await t.ledger.contacts.listDue(integration, 'source', 10)).toEqual([b, a]);
    await t.ledger.contacts.putAddresses(integration, [{ person: b, withdrawal: 'done' }]);
    await grant(a, 30); // the person ticked the box again: it is not unticked for them
    expect(await t.ledger.contacts.listDue(integration, 'source', 10)).toEqual([]);
  });

  test('N17 a refusal in one company makes nothing due in another that has the same address', async () => {
    await t.ledger.contacts.putAddresses('rival-mailing', [{ person: personOf('ola@example.com', 'rival'), email: 'ola@example.com', isRefusalThere: true }]);
    await t.ledger.contacts.putAddresses(integration, [{ person: personOf('ola@example.com'), email: 'ola@example.com' }]);
    await refuse(personOf('ola@example.com'), 10);
    expect(await t.ledger.contacts.listDue('rival-mailing', 'target', 10)).toEqual([]);
    expect(await t.ledger.contacts.counts('rival-mailing')).toMatchObject({ addresses: 1, refusalsDue: 0 });
    expect(await t.ledger.contacts.listDue(integration, 'target', 10)).toHaveLength(1);
  });

  test('all is counted by integration', async () => {
    const nothing = { rows: { customer: 0, subscriber: 0 }, addresses: 0, sent: 0, refusalsDue: 0, withdrawalsDue: 0, notWritable: 0 };
    expect(await t.ledger.contacts.counts(integration)).toEqual(nothing);
    await t.ledger.contacts.putRows([row('1'), row('2'), row('3', { kind: 'subscriber' }), row('4', { state: 'gone' }), row('5', { integration: 'other' })]);
    const [a, b, c] = [personOf('a@example.com'), personOf('b@example.com'), personOf('c@example.com')];
    await t.ledger.contacts.putAddresses(integration, [{ person: a, sentDigest: 'd', withdrawal: 'due' }, { person: b, sentDigest: 'd', isRefusalThere: true, withdrawal: 'not-writable' }, { person: c, withdrawal: 'due' }]);
    await refuse(a, 10);
    await refuse(b, 10);
    await t.ledger.contacts.putAddresses(integration, [{ person: b, isRefusalThere: true }]);
    expect(await t.ledger.contacts.counts(integration)).toEqual({ rows: { customer: 2, subscriber: 1 }, addresses: 3, sent: 2, refusalsDue: 1, withdrawalsDue: 1, notWritable: 1 });
    expect(await t.ledger.contacts.counts('other')).toEqual({ ...nothing, rows: { customer: 1, subscriber: 0 } });
  });

  test('twelve hundred rows and addresses go in at once, and once more', async () => {
    const rows = Array.from({ length: 1_200 }, (_, n) => row(String(n)));
    for (const seenAt of [100, 200]) await t.ledger.contacts.putRows(rows.map((one) => ({ ...one, seenAt })));
    for (const sentDigest of ['a', 'b']) await t.ledger.contacts.putAddresses(integration, rows.map(({ person, email }) => ({ person, email, sentDigest })));
    expect(await t.ledger.contacts.counts(integration)).toMatchObject({ rows: { customer: 1_200 }, addresses: 1_200, sent: 1_200 });
    expect(await t.ledger.contacts.findRows(integration, 'customer', rows.map(({ sourceId }) => sourceId))).toHaveLength(1_200);
    expect(await t.ledger.contacts.findAddresses(integration, rows.map(({ person }) => person))).toHaveLength(1_200);
    expect(await t.ledger.contacts.rowsOf(integration, rows.map(({ person }) => person))).toHaveLength(1_200);
    expect(await t.ledger.contacts.listUnseen(integration, 'customer', 200, undefined, 10)).toEqual([]);
  });

  test('two looks at one page at the same moment wait for each other', async () => {
    const other = await t.openAgain();
    const rows = Array.from({ length: 300 }, (_, n) => row(String(n)));
    const looks = [0, 1, 2, 3].flatMap(() => [t.ledger.contacts.putRows(rows), other.contacts.putRows(rows.toReversed()), t.ledger.contacts.putAddresses(integration, rows), other.contacts.putAddresses(integration, rows.toReversed())]);
    await Promise.all(looks);
    expect(await t.ledger.contacts.counts(integration)).toMatchObject({ rows: { customer: 300 }, addresses: 300 });
    await other.close();
  });

  test('N9 addresses are sealed in the rows', async () => {
    await t.ledger.contacts.putRows([row('1', { email: 'ola@example.com' })]);
    await t.ledger.contacts.putAddresses(integration, [{ person: personOf('ola@example.com'), email: 'ola@example.com' }]);
    const { db } = await openDatabase(t.database);
    const rows = [...(await db.selectFrom('contact_rows').selectAll().execute()), ...(await db.selectFrom('contact_addresses').selectAll().execute())];
    await db.destroy();
    expect(rows).toHaveLength(2);
    expect(rows.map(({ email, ...rest }) => Buffer.from(email ?? '').toString('latin1') + JSON.stringify(rest)).filter((text) => text.includes('ola@'))).toEqual([]);
  });
});
