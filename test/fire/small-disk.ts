/**
 * A disk that gets full and has room again, for the ledger alone: a small file system where this machine lets us mount one, else the same
 * refusal from SQLite itself, by its own limit of pages.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Libsql from 'libsql';
import { z } from 'zod';
import type { SqliteFile } from '../../ledger/sqlite.ts';

const run = promisify(execFile);

export interface SmallDisk {
  kind: 'mounted' | 'limit of pages';
  folder: string;
  /** for openings of the ledger whose room is to be taken */
  onSqlite: (database: SqliteFile) => void;
  /** From now on no byte more. */
  fill: () => Promise<void>;
  /** There is room again. */
  free: () => Promise<void>;
  remove: () => Promise<void>;
}

const megabytes = 24;
const pages = z.array(z.object({ page_count: z.number() }));
const most = 4_294_967_294;

export async function createSmallDisk(): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'waybill-disk-'));
  const isMounted = await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'waybill-test', folder]).then(() => true, () => false); // prettier-ignore
  const opened: SqliteFile[] = [];
  const filler = join(folder, 'filler');
  return {
    kind: isMounted ? 'mounted' : 'limit of pages',
    folder,
    onSqlite: (database) => void opened.push(database),
    fill: async () => {
      if (isMounted) return fillUp(folder, filler);
      for (const database of opened) database.pragma(`max_page_count = ${pages.parse(database.pragma('page_count'))[0]?.page_count ?? 1}`);
    },
    free: async () => {
      if (isMounted) return rm(filler, { force: true });
      for (const database of opened) database.pragma(`max_page_count = ${most}`);
    },
    remove: async () => {
      if (isMounted) await run('umount', ['--lazy', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** First the write-ahead log is emptied: else there would be room left in it. */
async function fillUp(folder: string, filler: string): Promise<void> {
  const database = new Libsql(join(folder, 'ledger.db'));
  database.pragma('busy_timeout = 2000');
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  const file = await open(filler, 'w');
  try {
    for (const bytes of [1 << 20, 1 << 12, 1 << 9]) while (await file.write(Buffer.alloc(bytes)).then(({ bytesWritten }) => bytesWritten > 0, () => false)); // prettier-ignore
  } finally {
    await file.close();
  }
}
