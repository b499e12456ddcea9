/** N3: what people said is kept for good, and what holds is the same on every database as in the domain. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { standing, type ConsentEvent } from '../../domain/consent.ts';
import type { ConsentEntry } from '../../ledger/contact-ledger.ts';
import { openDatabase } from '../../ledger/open.ts';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

type NewEntry = Omit<ConsentEntry, 'recordedAt'>;
const address = 'ola@example.com';

describe.each(ledgerKinds)('consents on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  const personOf = (email: string, company = 'acme') => t.ledger.crypto.digest(company, 'email', email);
  const entry = (changes: Partial<NewEntry> = {}): NewEntry => ({ company: 'acme', person: personOf(address, changes.company), channel: 'email', source: 'shop', state: 'granted', by: 'person', earliest: 10, latest: 20, ...changes });
  const standingOf = async (email: string, company = 'acme') => (await t.ledger.consents.standing(company, [personOf(email, company)], 'email')).get(personOf(email, company));

  test('N3 an entry keeps its source, its time and its wording; the same one told again stays as it was', async () => {
    const refusal = entry({ state: 'refused', by: 'system', cause: 'bounce', earliest: 30, latest: 30, source: 'mailing', wording: 'code 3' });
    expect(await t.ledger.consents.add(refusal)).toBe(true);
    t.clock.advance(1_000);
    expect(await t.ledger.consents.add({ ...refusal, wording: 'told again in other words' })).toBe(false);
    expect(await t.ledger.consents.add(entry())).toBe(true);
    const now = await t.clock.now();
    expect(await t.ledger.consents.story('acme', personOf(address), 'email')).toEqual([
      { ...entry(), recordedAt: now },
      { ...refusal, recordedAt: now - 1_000 },
    ]);
    expect(await t.ledger.consents.story('acme', personOf('nobody@example.com'), 'email')).toEqual([]);
  });

  test.each([
    ['state', { state: 'unconfirmed' }],
    ['teller', { by: 'import' }],
    ['cause', { cause: 'forgotten' }],
    ['source', { source: 'other' }],
    ['beginning', { earliest: 9 }],
    ['end', { latest: 21 }],
  ] satisfies [string, Partial<NewEntry>][])('N3 an entry of another %s is another entry', async (_, change) => {
    await t.ledger.consents.addMany([entry(), entry(change), entry(), entry(change)]);
    expect(await t.ledger.consents.story('acme', personOf(address), 'email')).toHaveLength(2);
  });

  test('N3 a refusal outranks a later import, and only the person’s own later grant lifts it', async () => {
    expect(await standingOf(address)).toBe('unknown');
    await t.ledger.consents.add(entry());
    expect(await standingOf(address)).toBe('granted');
    await t.ledger.consents.add(entry({ state: 'refused', source: 'mailing', earliest: 30, latest: 40 }));
    await t.ledger.consents.add(entry({ by: 'import', earliest: 50, latest: 60 }));
    await t.ledger.consents.add(entry({ earliest: 40, latest: 60 }));
    expect(await standingOf(address)).toBe('refused');
    await t.ledger.consents.add(entry({ earliest: 41, latest: 60 }));
    expect(await standingOf(address)).toBe('granted');
  });

  test('N3 whatever is told in whatever order, the ledger says what the domain says', async () => {
    const event = fc
      .record({ person: fc.nat(4), state: fc.constantFrom<ConsentEvent['state']>('granted', 'unconfirmed', 'refused'), by: fc.constantFrom<ConsentEvent['by']>('person', 'operator', 'import', 'system'), earliest: fc.nat(12), length: fc.nat(4) })
      .map(({ earliest, length, ...rest }) => ({ ...rest, earliest, latest: earliest + length }));
    const stories = fc.sample(fc.array(event, { minLength: 1, maxLength: 25 }), { seed: 17, numRuns: 20 });
    for (const [n, story] of stories.entries()) {
      const persons = Array.from({ length: 5 }, (_, person) => personOf(`${n}-${person}@example.com`));
      const entries = story.map(({ person, ...rest }) => entry({ ...rest, person: persons[person] ?? '' }));
      for (let from = 0; from < entries.length; from += 4) await t.ledger.consents.addMany(entries.slice(from, from + 6)); // some of them twice
      const expected = persons.map((_, person) => standing(story.filter((told) => told.person === person)));
      expect([...(await t.ledger.consents.standing('acme', persons, 'email')).values()]).toEqual(expected);
    }
    const all = stories.flatMap((story) => [0, 1, 2, 3, 4].map((person) => standing(story.filter((told) => told.person === person))));
    const countOf = (state: string) => all.filter((one) => one === state).length;
    expect(await t.ledger.consents.count('acme', 'email')).toEqual({ granted: countOf('granted'), unconfirmed: countOf('unconfirmed'), refused: countOf('refused') });
  });

  test('N3 two writers at the same moment: neither entry is lost, and both are counted', async () => {
    const other = await t.openAgain();
    const persons = Array.from({ length: 40 }, (_, n) => personOf(`${n}@example.com`));
    await Promise.all(persons.flatMap((person) => [t.ledger.consents.add(entry({ person })), other.consents.add(entry({ person, state: 'refused', earliest: 30, latest: 30 }))]));
    expect(await other.consents.count('acme', 'email')).toEqual({ granted: 0, unconfirmed: 0, refused: 40 });
    expect([...(await t.ledger.consents.standing('acme', persons, 'email')).values()]).toEqual(persons.map(() => 'refused'));
    const later = (earliest: number) => persons.map((person) => entry({ person, earliest, latest: earliest }));
    await Promise.all([t.ledger.consents.addMany(later(50)), other.consents.addMany(later(60).toReversed()), t.ledger.consents.addMany(later(70))]);
    expect(await other.consents.count('acme', 'email')).toMatchObject({ granted: 40, refused: 0 });
    await other.close();
  });

  test('N17 two companies that share an address do not see each other’s refusals', async () => {
    await t.ledger.consents.addMany([entry(), entry({ company: 'rival', state: 'refused' })]);
    expect(personOf(address, 'acme')).not.toBe(personOf(address, 'rival'));
    expect([await standingOf(address, 'acme'), await standingOf(address, 'rival')]).toEqual(['granted', 'refused']);
    expect(await t.ledger.consents.count('acme', 'email')).toEqual({ granted: 1, unconfirmed: 0, refused: 0 });
    expect(await t.ledger.consents.count('rival', 'email')).toEqual({ granted: 0, unconfirmed: 0, refused: 1 });
    expect(await t.ledger.consents.story('acme', personOf(address, 'rival'), 'email')).toEqual([]);
    expect((await t.ledger.consents.standing('acme', [personOf(address, 'rival')], 'email')).get(personOf(address, 'rival'))).toBe('unknown');
  });

  test('N17 digests that are the same text in two companies are still two persons', async () => {
    await t.ledger.consents.addMany([entry({ company: 'acme', person: 'd', state: 'refused' }), entry({ company: 'rival', person: 'd' })]);
    expect((await t.ledger.consents.standing('rival', ['d'], 'email')).get('d')).toBe('granted');
    expect(await t.ledger.consents.count('rival', 'email')).toEqual({ granted: 1, unconfirmed: 0, refused: 0 });
  });

  test('a thousand persons and more are asked for together; those without an entry are unknown', async () => {
    const persons = Array.from({ length: 1_200 }, (_, n) => personOf(`${n}@example.com`));
    await t.ledger.consents.addMany(persons.slice(0, 700).map((person, n) => entry({ person, state: n % 2 === 0 ? 'refused' : 'granted' })));
    const found = await t.ledger.consents.standing('acme', persons, 'email');
    expect(found.size).toBe(1_200);
    expect([found.get(persons[0] ?? ''), found.get(persons[699] ?? ''), found.get(persons[700] ?? '')]).toEqual(['refused', 'granted', 'unknown']);
    expect(await t.ledger.consents.count('acme', 'email')).toEqual({ granted: 350, unconfirmed: 0, refused: 350 });
    expect((await t.ledger.consents.standing('acme', [], 'email')).size).toBe(0);
    await t.ledger.consents.addMany([]);
  });

  test('N9 persons are digests and wording is sealed in the rows', async () => {
    await t.ledger.consents.add(entry({ wording: `${address} ticked the box` }));
    const { db } = await openDatabase(t.database);
    const [rows, standings] = [await db.selectFrom('consents').selectAll().execute(), await db.selectFrom('consent_standings').selectAll().execute()];
    await db.destroy();
    const readable = JSON.stringify([rows.map(({ wording, ...row }) => ({ ...row, wording: Buffer.from(wording ?? '').toString('latin1') })), standings]);
    expect(readable).toContain(personOf(address));
    expect(['ola', 'ticked'].filter((word) => readable.includes(word))).toEqual([]);
  });

  test('N21 what people said is there after the ledger was closed and opened again', async () => {
    await t.ledger.consents.add(entry({ state: 'refused', wording: 'no more' }));
    const again = await t.openAgain();
    expect(await again.consents.story('acme', personOf(address), 'email')).toMatchObject([{ state: 'refused', wording: 'no more' }]);
    await again.close();
  });
});

test('N9 nothing of a person can be read in the file', async () => {
  const t = await openTestLedger('sqlite');
  const person = t.ledger.crypto.digest('acme', 'email', address);
  await t.ledger.consents.add({ company: 'acme', person, channel: 'email', source: 'shop', state: 'refused', by: 'person', earliest: 1, latest: 2, wording: `${address} unticked` });
  await t.ledger.contacts.putRows([{ integration: 'shop-mailing', kind: 'customer', sourceId: '17', person, email: address, digest: 'd', isOptedIn: false, isConfirmed: false, state: 'here', seenAt: 5 }]);
  await t.ledger.contacts.putAddresses('shop-mailing', [{ person, email: address, status: { state: 'refused', vendor: '2' } }]);
  const folder = dirname(t.database.file);
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(bytes.includes(person)).toBe(true); // the file was looked at after it was written
  expect(['ola@', 'example.com', 'unticked'].filter((word) => bytes.includes(word))).toEqual([]);
  await t.close();
});
