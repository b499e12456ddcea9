/** Secrets are written as references, `{ env: NAME }` or `{ file: path }`, and read at the moment of use; they are never stored or shown. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const secretReference = z.union([z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/) }), z.strictObject({ file: z.string().min(1) })]);
export type SecretReference = z.infer<typeof secretReference>;

export type Environs = Readonly<Record<string, string | undefined>>;

/** Undefined when it is not there or empty. */
export function readSecret(reference: SecretReference, environs: Environs): string | undefined {
  const text = 'env' in reference ? environs[reference.env] : readText(reference.file);
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** Names the place, never the value. */
export const placeOf = (reference: SecretReference): string => ('env' in reference ? `the environment variable ${reference.env}` : `the file ${reference.file}`);

/** Text of a small file, or undefined when it cannot be read. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

export interface Resolved {
  settings: Record<string, unknown>;
  /** fields whose secret is not there */
  missing: { field: string; place: string }[];
}

/** The settings with their secrets in place of the references. */
export function resolveSecrets(settings: Readonly<Record<string, unknown>>, secretFields: readonly string[], environs: Environs): Resolved {
  const resolved: Resolved = { settings: { ...settings }, missing: [] };
  for (const field of secretFields) {
    const reference = secretReference.safeParse(settings[field]);
    if (!reference.success) continue;
    const secret = readSecret(reference.data, environs);
    if (secret === undefined) resolved.missing.push({ field, place: placeOf(reference.data) });
    resolved.settings[field] = secret;
  }
  return resolved;
}
