/** What is waited for until it is on the disk, and what is not. */
import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDiskSync, type DiskSync } from '../../ledger/disk-sync.ts';
import { LedgerUnavailableError } from '../../ledger/errors.ts';
import { openSqlite } from '../../ledger/sqlite.ts';

interface Tables {
  links: { name: string };
  slots: { name: string };
}

/** A disk that answers when told to. */
class HeldDisk implements DiskSync {
  asked: { resolve: () => void; reject: (reason: Error) => void }[] = [];
  settled(): Promise<void> {
    return new Promise((resolve, reject) => this.asked.push({ resolve, reject }));
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const disk = new HeldDisk();
const opened: { folder?: string; db?: Kysely<Tables> } = {};

function ledger(): Kysely<Tables> {
  if (opened.db === undefined) throw new Error('not opened');
  return opened.db;
}

/** Lets the disk answer all it is asked from now on. */
async function answered<T>(work: Promise<T>): Promise<T> {
  const answering = setInterval(() => disk.asked.splice(0).forEach(({ resolve }) => resolve()), 1);
  return work.finally(() => clearInterval(answering));
}

beforeAll(async () => {
  opened.folder = await mkdtemp(join(tmpdir(), 'waybill-sync-'));
  opened.db = new Kysely<Tables>({ dialect: await openSqlite(join(opened.folder, 'ledger.db'), undefined, () => disk) });
  for (const table of ['links', 'slots']) await answered(sql`create table ${sql.table(table)} (name text primary key)`.execute(ledger()));
});
afterAll(async () => {
  await opened.db?.destroy();
  await rm(opened.folder ?? '', { recursive: true, force: true });
});

const write = (table: 'links' | 'slots', name: string) => ledger().insertInto(table).values({ name }).execute();
const namesOf = async (table: 'links' | 'slots') => (await ledger().selectFrom(table).select('name').orderBy('name').execute()).map(({ name }) => name);
const asked = async () => expect.poll(() => disk.asked.length).toBeGreaterThan(0);

test('a write is answered once it is on the disk, alone and in a transaction; others go on meanwhile', async () => {
  const done: string[] = [];
  const alone = write('links', 'alone').then(() => done.push('alone'));
  await asked();
  const together = ledger().transaction().execute(async (trx) => trx.insertInto('links').values({ name: 'together' }).execute()).then(() => done.push('together'));
  await expect.poll(() => disk.asked.length).toBe(2);
  expect(await namesOf('links')).toEqual(['alone', 'together']);
  expect(done).toEqual([]);
  await answered(Promise.all([alone, together]));
  expect(done.sort()).toEqual(['alone', 'together']);
});

test('a short-lived write is answered at once, and what is written beside it is waited for all the same', async () => {
  await write('slots', 'one');
  expect(disk.asked).toEqual([]);
  const mixed = ledger().transaction().execute(async (trx) => {
    await trx.insertInto('links').values({ name: 'mixed' }).execute();
    await trx.insertInto('slots').values({ name: 'mixed' }).execute();
  });
  await asked();
  await answered(mixed);
});

test('a short-lived write that failed leaves the next ones as they are', async () => {
  await expect(write('slots', 'one')).rejects.toThrow('UNIQUE');
  await expect(ledger().transaction().execute(async (trx) => trx.insertInto('slots').values({ name: 'one' }).execute())).rejects.toThrow('UNIQUE');
  const next = write('links', 'next');
  await asked();
  await answered(next);
});

test('a disk that fails is said to the one who waits, and undoes nothing of others', async () => {
  const failing = write('links', 'failing');
  await asked();
  const gate = new EventEmitter();
  const held = once(gate, 'go');
  const other = ledger().transaction().execute(async (trx) => {
    await trx.insertInto('links').values({ name: 'other' }).execute();
    await held;
  });
  disk.asked.shift()?.reject(new LedgerUnavailableError('the disk is gone'));
  await expect(failing).rejects.toBeInstanceOf(LedgerUnavailableError);
  gate.emit('go');
  await answered(other);
  expect(await namesOf('links')).toContain('other');
});

test('one who asks while the disk is written waits for the next time, and all of them share it', async () => {
  const file = join(opened.folder ?? '', 'log');
  await writeFile(file, 'x');
  const real = createDiskSync(file);
  const first = real.settled();
  await setImmediate();
  const [second, third] = [real.settled(), real.settled()];
  expect(second).toBe(third);
  expect(second).not.toBe(first);
  await Promise.all([first, second]);
  await real.close();
});

test('a log that is not there is said in the ledger’s own words, and looked for anew the next time', async () => {
  const file = join(opened.folder ?? '', 'not-there');
  const real = createDiskSync(file);
  await expect(real.settled()).rejects.toBeInstanceOf(LedgerUnavailableError);
  await writeFile(file, 'x');
  await real.settled();
  await real.close();
});
