/** What is waited for until it is on the disk, and what is not. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Executor } from '../../ledger/database.ts';
import { migrate } from '../../ledger/migrate.ts';
import { openDatabase } from '../../ledger/open.ts';

const full = 2;
const opened: { folder?: string; db?: Executor } = {};

beforeAll(async () => {
  opened.folder = await mkdtemp(join(tmpdir(), 'waybill-sync-'));
  opened.db = (await openDatabase({ url: join(opened.folder, 'ledger.db') })).db;
  await migrate(opened.db);
});
afterAll(async () => {
  await opened.db?.destroy();
  await rm(opened.folder ?? '', { recursive: true, force: true });
});

function ledger(): Executor {
  if (opened.db === undefined) throw new Error('not opened');
  return opened.db;
}

/** How the next statement would be written. */
async function synchronous(): Promise<number | undefined> {
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(ledger());
  return rows[0]?.synchronous;
}

const takeSlot = (slot: number) => ledger().withTables<{ slots: { account: string; slot: number; token: string; lease_until: number } }>().insertInto('slots').values({ account: 'a', slot, token: 't', lease_until: 1 }).execute();

test('what follows a short-lived write is waited for until it is on the disk', async () => {
  expect(await synchronous()).toBe(full);
  await takeSlot(1);
  expect(await synchronous()).toBe(full);
});

test('what follows a short-lived write that failed, too', async () => {
  await takeSlot(2);
  await expect(takeSlot(2)).rejects.toThrow('UNIQUE');
  expect(await synchronous()).toBe(full);
});
