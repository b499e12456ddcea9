/**
 * SQLite's own wait for the disk stops the whole process. Here a commit is written to the log without it, and who asked is answered once the log is
 * on the disk: meanwhile others go on, and all who wait at a time share one wait.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { codeOf } from './error-code.ts';
import { LedgerFullError, LedgerUnavailableError } from './errors.ts';

export interface DiskSync {
  /** Resolves once all that was written before the call would survive a power cut. @throws LedgerFullError, LedgerUnavailableError */
  settled: () => Promise<void>;
  /** What is being waited for is waited for still. */
  close: () => Promise<void>;
}

/** @param path of a file that exists from the first `settled` on, and is not replaced until `close` */
export function createDiskSync(path: string): DiskSync {
  const file: { handle?: Promise<FileHandle> } = {};
  const waits: { running?: Promise<void>; next?: Promise<void> } = {};

  const write = async (): Promise<void> => {
    file.handle ??= open(path, 'r+').catch((error: unknown) => {
      delete file.handle;
      throw error;
    });
    await (await file.handle).datasync();
  };

  const writeOrSay = async (): Promise<void> => {
    try {
      await write();
    } catch (error) {
      const code = codeOf(error);
      throw code === 'ENOSPC' ? new LedgerFullError({ cause: error }) : new LedgerUnavailableError(`the ledger’s file cannot be brought to the disk now (${code})`, { cause: error });
    }
  };

  /** One that runs already may have begun before this one's writing: it does not count. */
  const afterRunning = async (running: Promise<void> | undefined): Promise<void> => {
    await running?.catch(() => undefined);
    waits.running = writeOrSay();
    delete waits.next;
    return waits.running;
  };

  return {
    settled: () => (waits.next ??= afterRunning(waits.running)),
    close: async () => {
      await waits.next?.catch(() => undefined);
      await waits.running?.catch(() => undefined);
      await (await file.handle?.catch(() => undefined))?.close();
    },
  };
}
