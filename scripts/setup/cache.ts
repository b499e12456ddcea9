/** Where downloaded programs are kept, and how they get there: whole or not at all, whoever else downloads at the same time. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PinnedProgram } from './wheels.ts';

/** `$WAYBILL_CACHE`, else `~/.cache/waybill`. */
export function cacheFolder(): string {
  return process.env['WAYBILL_CACHE'] || join(homedir(), '.cache', 'waybill');
}

/** The version is part of the path, so that an upgrade never runs the old program. */
export function cachedPath(pinned: PinnedProgram): string {
  return join(cacheFolder(), `${pinned.program}-${pinned.version}`, pinned.program);
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Writes the program beside its place and moves it there: a reader never sees half of it, and the last of two writers wins harmlessly. */
export async function storeProgram(path: string, content: Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.${randomUUID()}`;
  try {
    const file = await open(unfinished, 'wx', 0o755);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
}
