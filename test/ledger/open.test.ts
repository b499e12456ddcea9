import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { KeyMissingError, LedgerUnavailableError, NewerLedgerError, SecretMismatchError } from '../../ledger/errors.ts';
import type { LedgerSecrets } from '../../ledger/crypto.ts';
import type { ExchangeEntry } from '../../ledger/ledger.ts';
import { openDatabase, openLedger } from '../../ledger/open.ts';
import { createTestDatabase, ledgerKinds, openTestLedger, testSecrets } from '../setup/ledger.ts';

const oldKey = { id: 'k1', key: new Uint8Array(32).fill(7) };
const newKey = { id: 'k2', key: new Uint8Array(32).fill(8) };
const withKeys = (...keys: LedgerSecrets['keys']): LedgerSecrets => ({ digestSecret: testSecrets.digestSecret, keys });
const said = 'Nora Lindqvist nora@example.com';
const exchange: ExchangeEntry = { connection: 'books', integration: 'shop-books', record: 'order:17', run: 'run', endpoint: 'POST /orders', request: said, reply: said, status: 200, size: 9, replyDigest: null, isWrite: true, result: 'ok', durationMs: 12, objectId: '900' };
const key = { integration: 'shop-books', kind: 'order', sourceId: '17' } as const;

describe.each(ledgerKinds)('opening a ledger on %s', (kind) => {
  test('it keeps its content and its incarnation', async () => {
    const t = await openTestLedger(kind);
    await t.ledger.marks.set('shop-books', 'changed', '2026-01-15T12:00:00Z');
    const again = await t.openAgain();
    expect(again.incarnation).toBe(t.ledger.incarnation);
    expect(await again.marks.get('shop-books', 'changed')).toBe('2026-01-15T12:00:00Z');
    await again.close();
    await t.close();
  });

  test('another digest secret, or another key under the same id, is refused', async () => {
    const t = await openTestLedger(kind);
    await expect(t.openAgain({ ...testSecrets, digestSecret: 'another secret' })).rejects.toBeInstanceOf(SecretMismatchError);
    await expect(t.openAgain(withKeys({ ...oldKey, key: newKey.key }))).rejects.toBeInstanceOf(SecretMismatchError);
    await expect(t.openAgain(withKeys())).rejects.toBeInstanceOf(SecretMismatchError);
    await (await t.openAgain()).close();
    await t.close();
  });

  test('a refused secret leaves nothing behind', async () => {
    const t = await openTestLedger(kind);
    await expect(t.openAgain({ digestSecret: 'another secret', keys: [{ ...newKey, key: new Uint8Array(32) }] })).rejects.toBeInstanceOf(SecretMismatchError);
    await (await t.openAgain(withKeys(newKey, oldKey))).close();
    await t.close();
  });

  test('after a key rotation old bodies are read and new ones sealed with the new key', async () => {
    const t = await openTestLedger(kind);
    await t.ledger.records.setEdits(key, 'sealed with the old key');
    const rotated = await t.openAgain(withKeys(newKey, oldKey));
    expect(await rotated.records.edits(key)).toBe('sealed with the old key');
    await rotated.records.setEdits(key, 'sealed with the new key');
    await expect(t.ledger.records.edits(key)).rejects.toBeInstanceOf(KeyMissingError);
    const without = await t.openAgain(withKeys(newKey));
    expect(await without.records.edits(key)).toBe('sealed with the new key');
    await without.close();
    await rotated.close();
    await t.close();
  });

  test('a ledger that a newer program wrote is refused and left as it is', async () => {
    const t = await openTestLedger(kind);
    const { db } = await openDatabase(t.database);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2030-01-01')`.execute(db);
    await expect(t.openAgain()).rejects.toBeInstanceOf(NewerLedgerError);
    await sql`delete from kysely_migration where name = '9999-from-the-future'`.execute(db);
    await db.destroy();
    await (await t.openAgain()).close();
    await t.close();
  });
});

test('N9 no person can be read in the bytes of the ledger’s file', async () => {
  const t = await openTestLedger('sqlite');
  const { ledger } = t;
  await ledger.records.begin(key, said, '#17');
  await ledger.records.setEdits(key, said);
  await ledger.parked.put({ ...key, number: '#17', step: 'create the order', reason: 'refused', words: said, run: 'run', persons: [ledger.crypto.digest('acme', 'email', 'nora@example.com')] });
  await ledger.outcomes.add({ ...key, number: '#17', outcome: 'parked', reason: 'refused', targetId: null, detail: said, run: 'run', settingsVersion: null });
  await ledger.pages.put({ integration: 'shop-books', walk: 'backfill', entries: [{ sourceId: '17', number: '#17', digest: 'a', body: said, skip: { reason: 'no-contact', detail: said } }] });
  await ledger.acts.add({ operator: 'sam', verb: 'edit', subject: 'order:17', reason: said, before: said, after: said });
  ledger.exchanges.add(exchange);
  await ledger.exchanges.flush();
  expect((await ledger.exchanges.list({ limit: 1 }))[0]?.request).toBe(said);
  const folder = dirname(t.database.file);
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(bytes.includes('POST /orders')).toBe(true); // the file was looked at after it was written
  expect(['Nora', 'Lindqvist', 'nora@example'].filter((word) => bytes.includes(word))).toEqual([]);
  await t.close();
});

test('a file that another process keeps locked is a failure to retry, and nothing is half-written', async () => {
  const t = await openTestLedger('sqlite');
  const other = await openDatabase(t.database);
  await other.db.transaction().execute(async () => {
    await expect(t.ledger.records.complete(key, '900', 'a')).rejects.toBeInstanceOf(LedgerUnavailableError);
    t.ledger.exchanges.add(exchange);
    await expect(t.ledger.exchanges.flush()).rejects.toBeInstanceOf(LedgerUnavailableError);
  });
  expect(await t.ledger.records.find(key)).toBeUndefined();
  await t.ledger.exchanges.flush();
  expect(await t.ledger.exchanges.list({ limit: 10 })).toHaveLength(1);
  await t.ledger.records.complete(key, '900', 'a');
  await other.db.destroy();
  await t.close();
});

test('a PostgreSQL server that does not answer is a failure to retry', async () => {
  await expect(openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none' }).then(async ({ clock }) => clock.now())).rejects.toBeInstanceOf(LedgerUnavailableError);
});

test.runIf(ledgerKinds.includes('postgres'))('connections that PostgreSQL cut are replaced, and no process ends by it', async () => {
  const t = await openTestLedger('postgres', { clock: 'real' });
  const other = await openDatabase(t.database);
  const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await t.ledger.marks.set('shop-books', 'changed', 'before');
  await cut.execute(other.db);
  // A statement may still meet a cut connection: that is retryable, and a later one opens another.
  const read = async (tries: number): Promise<string | undefined> =>
    t.ledger.marks.get('shop-books', 'changed').catch((error: unknown) => (error instanceof LedgerUnavailableError && tries > 1 ? read(tries - 1) : Promise.reject(error)));
  expect(await read(10)).toBe('before');
  await other.db.destroy();
  await t.close();
});

test.runIf(ledgerKinds.includes('postgres'))('a transaction that PostgreSQL cut is a failure to retry, and the process goes on', async () => {
  const t = await openTestLedger('postgres');
  const [mine, other] = [await openDatabase(t.database), await openDatabase(t.database)];
  const transaction = mine.db.transaction().execute(async (trx) => {
    await trx.insertInto('marks').values({ subject: 'shop-books', name: 'changed', value: 'half', set_at: 0 }).execute();
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`.execute(other.db);
    await sql`select 1`.execute(trx);
  });
  await expect(transaction).rejects.toBeInstanceOf(LedgerUnavailableError);
  expect(await t.ledger.marks.get('shop-books', 'changed')).toBeUndefined();
  await mine.db.destroy();
  await other.db.destroy();
  await t.close();
});

test('the clock is the database’s own unless one is injected', async () => {
  for (const kind of ledgerKinds) {
    const t = await openTestLedger(kind, { clock: 'real' });
    expect(Math.abs((await t.ledger.clock.now()) - Date.now())).toBeLessThan(60_000);
    const injected = await openTestLedger(kind);
    expect(await injected.ledger.clock.now()).toBe(await injected.clock.now());
    await injected.close();
    await t.close();
  }
});

test('a path without `file:` in a folder that does not exist yet is opened', async () => {
  const database = await createTestDatabase('sqlite');
  const ledger = await openLedger({ url: join(dirname(database.file), 'new', 'ledger.db'), secrets: testSecrets });
  await ledger.close();
  expect(readdirSync(join(dirname(database.file), 'new'))).toContain('ledger.db');
  await database.remove();
});
