/** A development machine makes its own secrets, once, readable by its owner only. Production is given them instead. */
import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Secrets } from './environment.ts';
import { ConfigError } from './mistakes.ts';
import { readText } from './secrets.ts';

const fileSchema = z.strictObject({ digestSecret: z.string().min(32), keys: z.array(z.strictObject({ id: z.string(), key: z.base64() })).min(1) });

/** @throws ConfigError when the file is there but cannot be used: a new one would make every digest and body unreadable */
export function developmentSecrets(home: string, say: (line: string) => void): Secrets {
  const path = join(home, 'secrets.json');
  const text = readText(path) ?? create(home, path, say);
  const parsed = fileSchema.safeParse(parseJson(text));
  if (!parsed.success) throw new ConfigError(path, [{ path: '', message: 'the file with this machine’s own secrets cannot be used' }]);
  return { digestSecret: parsed.data.digestSecret, keys: parsed.data.keys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') })) };
}

/** Several processes may start at once: the first link wins, the others read it. */
function create(home: string, path: string, say: (line: string) => void): string {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  const made = { digestSecret: randomBytes(32).toString('base64'), keys: [{ id: 'dev', key: randomBytes(32).toString('base64') }] };
  writeFileSync(draft, JSON.stringify(made), { mode: 0o600 });
  try {
    linkSync(draft, path);
    say(`Made secrets for this machine in ${path}; give WAYBILL_DIGEST_SECRET and WAYBILL_KEYS in production.`);
  } catch (error) {
    if (readText(path) === undefined) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readText(path) ?? '';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
