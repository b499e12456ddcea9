/** Puts secrets and settings where they belong: all of it or nothing. */
import { mkdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readText } from '../../worker/secrets.ts';
import { Complaint } from '../print.ts';
import type { SecretAnswer } from './secret-answer.ts';

export interface Writing {
  configPath: string;
  /** what stood there when the questions began; undefined: nothing */
  before: string | undefined;
  text: string;
  secrets: readonly SecretAnswer[];
}

/** @throws Complaint when the settings file was changed meanwhile, or a secret's file is there already */
export function writeAll({ configPath, before, text, secrets }: Writing): void {
  if (readText(configPath) !== before) throw new Complaint(`${configPath} was changed meanwhile; nothing was written`);
  const made: string[] = [];
  try {
    for (const { reference, value, isTyped } of secrets) if (isTyped && 'file' in reference) writeSecret(reference.file, value, made);
    writeSettings(configPath, text, before !== undefined);
  } catch (error) {
    for (const file of made) rmSync(file, { force: true });
    throw error instanceof Complaint ? error : new Complaint(`nothing was written: ${error instanceof Error && 'code' in error ? `${String(error.code)} at ${configPath} or its secrets` : 'the files cannot be written'}`);
  }
}

/** Readable by its owner alone, and never over a file that is there. */
function writeSecret(file: string, value: string, made: string[]): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${value}\n`, { mode: 0o600, flag: 'wx' });
  made.push(file);
}

/** A reader finds the old file or the new one, never half of it. */
function writeSettings(configPath: string, text: string, isThere: boolean): void {
  mkdirSync(dirname(configPath), { recursive: true });
  const file = isThere ? realpathSync(configPath) : configPath;
  const draft = `${file}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { flag: 'wx', ...(isThere ? { mode: statSync(file).mode } : {}) });
    renameSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}
