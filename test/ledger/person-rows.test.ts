/** N23: a person is found and erased wherever the ledger holds them; what stops them from being written to again stays. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ContactRow } from '../../ledger/contact-ledger.ts';
import type { ExchangeEntry, PersonRows, RecordKey } from '../../ledger/ledger.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

const mailing = 'shop-mailing';
const books = 'shop-books';
const order: RecordKey = { integration: books, kind: 'order', sourceId: '17' };
const none: PersonRows = { consents: 0, contactRows: 0, contactAddresses: 0, records: 0, parked: 0, pageEntries: 0, exchanges: 0, outcomes: 0, acts: 0, indexEntries: 0 };
const exchangeOf = (name: string, record: string, persons?: string[]): ExchangeEntry => ({ connection: 'books', integration: books, record, run: 'run', endpoint: 'POST /orders', request: name, reply: name, status: 200, size: 4, replyDigest: null, isWrite: true, result: 'ok', durationMs: 1, objectId: '900', ...(persons === undefined ? {} : { persons }) });

describe.each(ledgerKinds)('a person in the ledger on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  const emailDigest = (name: string) => t.ledger.crypto.digest('acme', 'email', `${name}@example.com`);
  const phoneDigest = (name: string) => t.ledger.crypto.digest('acme', 'phone', name);
  const rowOf = (name: string, sourceId: string): ContactRow => ({ integration: mailing, kind: 'customer', sourceId, person: emailDigest(name), email: `${name}@example.com`, digest: 'd', isOptedIn: false, isConfirmed: false, state: 'here', seenAt: 100 });

  /** One person, everywhere a person can stand. */
  const fill = async (name: string, key: RecordKey, contactId: string) => {
    const { ledger } = t;
    const persons = [emailDigest(name), phoneDigest(name)];
    await ledger.consents.add({ company: 'acme', person: emailDigest(name), channel: 'email', state: 'refused', by: 'person', earliest: 1, latest: 1, source: 'shop' });
    await ledger.contacts.putRows([rowOf(name, contactId), { ...rowOf(name, contactId), kind: 'subscriber' }]);
    await ledger.contacts.putAddresses(mailing, [{ person: emailDigest(name), email: `${name}@example.com`, sentDigest: 'd', isRefusalThere: true }]);
    await ledger.records.begin(key, name, `#${key.sourceId}`);
    await ledger.records.setTarget(key, '900');
    await ledger.records.setEdits(key, name);
    await ledger.parked.put({ ...key, number: null, step: 'create the order', reason: 'refused', words: name, run: 'run', persons });
    await ledger.outcomes.add({ ...key, number: null, outcome: 'parked', reason: 'refused', targetId: null, detail: name, run: 'run', settingsVersion: null });
    await ledger.outcomes.add({ integration: mailing, kind: 'customer', sourceId: contactId, number: null, outcome: 'parked', reason: 'refused', targetId: null, detail: name, run: 'run', settingsVersion: null });
    const page = await ledger.pages.put({ integration: books, walk: 'backfill', entries: [{ sourceId: key.sourceId, number: null, digest: 'd', body: name, persons }] });
    ledger.exchanges.add(exchangeOf(name, `order:${key.sourceId}`));
    ledger.exchanges.add(exchangeOf(name, '', persons));
    await ledger.exchanges.flush();
    await ledger.acts.add({ operator: 'sam', verb: 'edit', subject: `order:${key.integration}:${key.sourceId}`, reason: 'customer.email', before: name, after: name });
    await ledger.index.put([
      { connection: 'books', kind: 'email', digest: emailDigest(name), targetId: `5${contactId}` },
      { connection: 'books', kind: 'phone', digest: phoneDigest(name), targetId: `5${contactId}`, words: ['w'] },
      { connection: 'books', kind: 'phone', digest: phoneDigest(`${name}'s other phone`), targetId: `5${contactId}` },
    ]);
    return page;
  };
  const everywhere: PersonRows = { consents: 1, contactRows: 2, contactAddresses: 1, records: 1, parked: 1, pageEntries: 1, exchanges: 2, outcomes: 2, acts: 1, indexEntries: 3 };

  test('N23 who was everywhere is nowhere afterwards but in what they said', async () => {
    const page = await fill('ola', order, '41');
    const query = { digests: [emailDigest('ola'), phoneDigest('ola')], records: [order] };
    expect(await t.ledger.people.find(query)).toEqual(everywhere);
    expect(await t.ledger.people.erase(query)).toEqual(everywhere);
    expect(await t.ledger.people.find(query)).toEqual({ ...none, consents: 1 });
    expect(await t.ledger.people.erase(query)).toEqual({ ...none, consents: 1 });

    expect(await t.ledger.pages.body(page, '17')).toBeUndefined();
    expect(await t.ledger.parked.find(order)).toBeUndefined();
    expect(await t.ledger.records.edits(order)).toBeUndefined();
    expect((await t.ledger.outcomes.list(books, { limit: 10 })).map(({ outcome, detail }) => ({ outcome, detail }))).toEqual([{ outcome: 'parked', detail: null }]);
    const emptied = { endpoint: 'POST /orders', request: null, reply: null, persons: undefined };
    expect((await t.ledger.exchanges.list({ limit: 10 })).map(({ endpoint, request, reply, persons }) => ({ endpoint, request, reply, persons }))).toEqual([emptied, emptied]);
    expect(await t.ledger.acts.list({ limit: 10 })).toMatchObject([{ verb: 'edit', reason: 'customer.email', before: null, after: null }]);
    expect(await t.ledger.index.find('books', 'phone', phoneDigest("ola's other phone"))).toEqual([]);
  });

  test('N23 the refusal holds, and the tombstones keep the target’s id', async () => {
    await fill('ola', order, '41');
    await t.ledger.people.erase({ digests: [emailDigest('ola'), phoneDigest('ola')] });
    expect((await t.ledger.consents.standing('acme', [emailDigest('ola')], 'email')).get(emailDigest('ola'))).toBe('refused');
    expect(await t.ledger.records.find(order)).toMatchObject({ state: 'erased', targetId: '900' });
    expect(await t.ledger.contacts.findRows(mailing, 'customer', ['41'])).toMatchObject([{ state: 'erased', email: '', digest: 'd', person: emailDigest('ola') }]);
    expect(await t.ledger.contacts.findAddresses(mailing, [emailDigest('ola')])).toMatchObject([{ email: '', sentDigest: 'd', isRefusalThere: true }]);
    expect(await t.ledger.contacts.listAddresses(mailing, undefined, 10)).toEqual([]);
  });

  test('N23 nothing that is still under way takes an erased person up again', async () => {
    await fill('ola', order, '41');
    await t.ledger.people.erase({ digests: [emailDigest('ola'), phoneDigest('ola')] });
    await t.ledger.contacts.putRows([{ ...rowOf('ola', '41'), seenAt: 900 }]);
    await t.ledger.contacts.putAddresses(mailing, [{ person: emailDigest('ola'), email: 'ola@example.com', sentDigest: 'e' }]);
    await t.ledger.records.begin(order, 'ola', '#17');
    await t.ledger.records.complete(order, '900', 'e');
    expect(await t.ledger.records.announce(books, [{ sourceId: '17', number: null, digest: 'f' }])).toEqual([]);
    expect(await t.ledger.people.find({ digests: [emailDigest('ola'), phoneDigest('ola')], records: [order] })).toEqual({ ...none, consents: 1 });
    expect(await t.ledger.contacts.findAddresses(mailing, [emailDigest('ola')])).toMatchObject([{ email: '', sentDigest: 'e' }]);
  });

  test('N23 who had a row and no address yet gets none from a step that is under way', async () => {
    await t.ledger.contacts.putRows([rowOf('ola', '41')]);
    await t.ledger.people.erase({ digests: [emailDigest('ola')] });
    await t.ledger.contacts.putAddresses(mailing, [{ person: emailDigest('ola'), email: 'ola@example.com' }]);
    expect(await t.ledger.contacts.findAddresses(mailing, [emailDigest('ola')])).toMatchObject([{ email: '' }]);
  });

  test('N17 N23 others are left alone, also another company’s same person', async () => {
    await fill('ola', order, '41');
    await fill('jan', { ...order, sourceId: '18' }, '42');
    const rival = t.ledger.crypto.digest('rival', 'email', 'ola@example.com');
    await t.ledger.contacts.putAddresses('rival-mailing', [{ person: rival, email: 'ola@example.com' }]);
    await t.ledger.people.erase({ digests: [emailDigest('ola'), phoneDigest('ola')] });
    expect(await t.ledger.people.find({ digests: [emailDigest('jan'), phoneDigest('jan')] })).toEqual(everywhere);
    expect(await t.ledger.people.find({ digests: [rival] })).toEqual({ ...none, contactAddresses: 1 });
    expect(await t.ledger.people.find({ digests: [t.ledger.crypto.digest('acme', 'email', 'nobody@example.com')] })).toEqual(none);
  });

  test('N23 a record that is known to be theirs is erased without a digest, and one never met is not taken up later', async () => {
    const unmet: RecordKey = { ...order, sourceId: '99' };
    await fill('ola', order, '41');
    expect(await t.ledger.people.erase({ digests: [], records: [order, unmet] })).toEqual({ ...none, records: 1, parked: 1, pageEntries: 1, exchanges: 1, outcomes: 1, acts: 1 });
    expect(await t.ledger.records.announce(books, [{ sourceId: '99', number: null, digest: 'd' }])).toEqual([]);
    expect(await t.ledger.records.find(unmet)).toMatchObject({ state: 'erased', targetId: null });
  });

  test('N23 N17 words that name them are taken out of other trails, which stay; another company’s are not opened', async () => {
    const { ledger } = t;
    const jans: RecordKey = { ...order, sourceId: '18' };
    const words = 'Ola <OLA@example.com> cannot be used';
    await ledger.records.begin(jans, 'jan', '#18');
    await ledger.parked.put({ ...jans, number: null, step: 'create the order', reason: 'refused', words, run: 'run' });
    await ledger.outcomes.add({ ...jans, number: null, outcome: 'parked', reason: 'refused', targetId: null, detail: words, run: 'run', settingsVersion: null });
    ledger.exchanges.add(exchangeOf(words, 'order:18'));
    ledger.exchanges.add({ ...exchangeOf(words, 'order:1'), connection: 'rival-books', integration: 'rival-orders' });
    ledger.exchanges.add(exchangeOf('jan', 'order:18'));
    await ledger.exchanges.flush();
    for (const integration of [books, 'rival-orders']) await ledger.acts.add({ operator: 'sam', verb: 'skip', subject: `order:${integration}:18`, reason: words, before: 'parked: refused', after: null });
    const query = { digests: [emailDigest('ola')], texts: { words: ['ola@example.com'], integrations: [books], connections: ['shop', 'books'] } };
    const found = { ...none, parked: 1, exchanges: 1, outcomes: 1, acts: 1 };
    expect(await ledger.people.find(query)).toEqual(found);
    expect(await ledger.people.read(query)).toMatchObject({ parked: [{ sourceId: '18', words }], exchanges: [{ record: 'order:18', request: words, reply: words }], outcomes: [{ detail: words }], acts: [{ reason: words }], records: [] });
    expect(await ledger.people.erase(query)).toEqual(found);
    expect(await ledger.people.find(query)).toEqual(none);

    expect(await ledger.parked.find(jans)).toMatchObject({ reason: 'refused', words: expect.not.stringContaining('Ola') });
    expect(await ledger.records.find(jans)).toMatchObject({ state: 'begun' });
    expect((await ledger.exchanges.list({ limit: 10 })).map(({ connection, request }) => `${connection} ${request}`).toSorted()).toEqual(['books jan', 'books null', `rival-books ${words}`]);
    expect((await ledger.acts.list({ limit: 10 })).map(({ subject, reason }) => `${subject} ${reason}`).toSorted()).toEqual(['order:rival-orders:18 ' + words, `order:${books}:18 (erased)`].toSorted());
  });

  test('N23 what is held of them can be read before, in clear text', async () => {
    await fill('ola', order, '41');
    const content = await t.ledger.people.read({ digests: [emailDigest('ola'), phoneDigest('ola')] });
    expect(content).toMatchObject({ records: [{ sourceId: '17', content: 'ola', edits: 'ola', targetId: '900' }], parked: [{ words: 'ola' }], pageEntries: [{ sourceId: '17', body: 'ola' }], exchanges: [{ request: 'ola' }, { reply: 'ola' }], acts: [{ after: 'ola' }], indexEntries: [{ connection: 'books', targetId: '541' }] });
    expect(content.contactRows.map((row) => `${row.kind} ${row.email}`).toSorted()).toEqual(['customer ola@example.com', 'subscriber ola@example.com']);
    expect(content.contactAddresses).toMatchObject([{ email: 'ola@example.com', isRefusalThere: true }]);
  });

  test('N23 a sweep that lists an erased record stores nothing of it; what is compared is kept, since it holds nobody', async () => {
    await t.ledger.people.erase({ digests: [], records: [order] });
    const page = async (persons: string[] | undefined) => t.ledger.pages.put({ integration: books, walk: 'changed', entries: ['17', '18'].map((sourceId) => ({ sourceId, number: null, digest: 'd', body: '{}', ...(persons === undefined ? {} : { persons }) })) });
    const listed = async (id: string) => (await t.ledger.pages.entries(id))?.entries.map(({ sourceId }) => sourceId);
    expect(await listed(await page([]))).toEqual(['18']);
    expect(await listed(await page(undefined))).toEqual(['17', '18']);
  });

  test('a word that stands in everybody’s text is refused', async () => {
    await expect(t.ledger.people.erase({ digests: [], texts: { words: ['@'], integrations: [books], connections: [] } })).rejects.toThrow('5 letters');
  });

  test('a part of a digest, which would name everybody, is refused', async () => {
    await fill('ola', order, '41');
    for (const digest of ['', '%', emailDigest('ola').slice(0, 8)]) await expect(t.ledger.people.erase({ digests: [digest] })).rejects.toThrow('64 hex digits');
    expect(await t.ledger.people.find({ digests: [emailDigest('ola'), phoneDigest('ola')] })).toEqual(everywhere);
  });
});
