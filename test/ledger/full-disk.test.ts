/** No room is left under the ledger: told plainly, nothing half-written, and all goes on once there is room. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { LedgerFullError, LedgerUnavailableError } from '../../ledger/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { openLedger } from '../../ledger/open.ts';
import type { SqliteFile } from '../../ledger/sqlite.ts';
import { toFailure } from '../../worker/failures.ts';
import { ledgerTrouble } from '../../worker/health.ts';
import { createTestDatabase, ledgerKinds, testSecrets, type TestDatabase } from '../setup/ledger.ts';

let database: TestDatabase;
let ledger: Ledger;
let file: SqliteFile;
beforeAll(async () => {
  database = await createTestDatabase('sqlite');
  ledger = await openLedger({ url: database.url, secrets: testSecrets, onSqlite: (opened) => void (file = opened) });
});
afterAll(async () => {
  await ledger.close();
  await database.remove();
});

const pagesSchema = z.array(z.object({ page_count: z.number() }));
/** SQLite's own limit of pages refuses with the same code as a disk without room. */
const takeRoom = (): unknown => file.pragma(`max_page_count = ${pagesSchema.parse(file.pragma('page_count'))[0]?.page_count ?? 1}`);
const giveRoom = (): unknown => file.pragma('max_page_count = 4294967294');

const large = 'x'.repeat(200_000);
const page = { integration: 'shop-books', walk: 'backfill', entries: [{ sourceId: '1', number: 'N-1', digest: 'd', body: large }] } as const;

test('N8 N21 a full disk is a failure to retry that says so; nothing is half-written, reading goes on, and so does writing once there is room', async () => {
  await ledger.marks.set('shop-books', 'changed', 'before');
  takeRoom();
  const error: unknown = await ledger.pages.put({ ...page, entries: [...page.entries] }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(LedgerFullError);
  expect(error).toBeInstanceOf(LedgerUnavailableError);
  expect(error).toMatchObject({ message: expect.stringContaining('the ledger’s disk is full') });
  await expect(ledger.settings.apply('connection:shop', JSON.stringify({ large }))).rejects.toBeInstanceOf(LedgerFullError);
  expect(await ledger.marks.get('shop-books', 'changed')).toBe('before');
  expect(await ledger.settings.current('connection:shop')).toBeUndefined();

  giveRoom();
  const id = await ledger.pages.put({ ...page, entries: [...page.entries] });
  expect((await ledger.pages.body(id, '1'))?.body).toBe(large);
});

test('N8 a step that meets it is tried again soon, with the same plain words', async () => {
  const failure = await toFailure(new LedgerFullError(), { ledger, step: { subject: 'step:a', activityType: 'readOrder', execution: 'r/1' } });
  expect(failure).toMatchObject({ type: 'LedgerFullError', nonRetryable: false, nextRetryDelay: 1_000, message: expect.stringContaining('disk is full') });
});

test.skipIf(!ledgerKinds.includes('postgres'))('N8 N21 PostgreSQL without room is told in the same words, by the worker’s health too, and goes on once there is some', async () => {
  const server = await createTestDatabase('postgres');
  const opened = await openLedger({ url: server.url, secrets: testSecrets });
  const staff = new Client({ connectionString: server.url });
  await staff.connect();
  try {
    // the server's own code for a full disk, raised where the row would need room
    await staff.query("create function no_room() returns trigger language plpgsql as $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$");
    await staff.query('create trigger no_room before insert on marks for each row execute function no_room()');
    await expect(opened.marks.set('shop-books', 'changed', 'now')).rejects.toBeInstanceOf(LedgerFullError);
    expect(await ledgerTrouble(opened)).toEqual([expect.stringContaining('the ledger’s disk is full')]);
    await staff.query('drop trigger no_room on marks');
    expect(await ledgerTrouble(opened)).toEqual([]);
    await opened.marks.set('shop-books', 'changed', 'now');
    expect(await opened.marks.get('shop-books', 'changed')).toBe('now');
  } finally {
    await staff.end();
    await opened.close();
    await server.remove();
  }
});
