/** People appear in the ledger only as keyed digests, bodies only sealed (N9, N17). */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { KeyMissingError, SecretMismatchError } from './errors.ts';
import type { LedgerCrypto } from './ledger.ts';

export interface LedgerSecrets {
  /** separate from the encryption keys: these rotate, the digests must stay comparable */
  digestSecret: string;
  /** the first seals; all open */
  keys: { id: string; key: Uint8Array }[];
}

const form = 1;
const ivBytes = 12;
const tagBytes = 16;

/** @throws SecretMismatchError when there is no key, or one that is not 32 bytes long */
export function createCrypto(secrets: LedgerSecrets): LedgerCrypto {
  const current = secrets.keys[0];
  if (current === undefined) throw new SecretMismatchError('no encryption key is configured');
  for (const { id, key } of secrets.keys) {
    if (key.length !== 32 || id === '' || Buffer.byteLength(id) > 255) throw new SecretMismatchError(`encryption key ${id}: must have an id and 32 bytes`);
  }
  const keys = new Map(secrets.keys.map(({ id, key }) => [id, key]));
  return {
    // JSON keeps the three apart: no choice of company and kind can spell another pair's text.
    digest: (company, kind, text) => createHmac('sha256', secrets.digestSecret).update(JSON.stringify([company, kind, text])).digest('hex'),
    seal: (text) => seal(current.id, current.key, text),
    open: (body) => open(keys, Buffer.from(body.buffer, body.byteOffset, body.byteLength)),
  };
}

/** form, length of key id, key id | iv | tag | cipher text; the part before the first bar is authenticated too */
function seal(id: string, key: Uint8Array, text: string): Uint8Array {
  const name = Buffer.from(id);
  const head = Buffer.concat([Buffer.from([form, name.length]), name]);
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(head);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([head, iv, cipher.getAuthTag(), sealed]);
}

function open(keys: Map<string, Uint8Array>, body: Buffer): string {
  if (body[0] !== form) throw new KeyMissingError('a sealed body has a form that this program does not know');
  const headBytes = 2 + (body[1] ?? 0);
  const id = body.subarray(2, headBytes).toString('utf8');
  const key = keys.get(id);
  if (key === undefined) throw new KeyMissingError(`encryption key ${id} is not configured`);
  const tagAt = headBytes + ivBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(headBytes, tagAt)).setAAD(body.subarray(0, headBytes));
  decipher.setAuthTag(body.subarray(tagAt, tagAt + tagBytes));
  return Buffer.concat([decipher.update(body.subarray(tagAt + tagBytes)), decipher.final()]).toString('utf8');
}

/** What the ledger remembers of each secret: enough to tell another one, useless for finding it. */
export function checkValues(secrets: LedgerSecrets): { name: string; value: string }[] {
  return [{ name: 'check:digest', value: checkValue(secrets.digestSecret) }, ...secrets.keys.map(({ id, key }) => ({ name: `check:key:${id}`, value: checkValue(key) }))];
}

const checkValue = (secret: string | Uint8Array) => createHmac('sha256', secret).update('check value of a ledger secret').digest('hex');

/** Null stays null: most sealed columns may be empty. */
export const sealIfAny = (crypto: LedgerCrypto, text: string | null | undefined): Uint8Array | null => (text === null || text === undefined ? null : crypto.seal(text));

export const openIfAny = (crypto: LedgerCrypto, body: Uint8Array | null): string | null => (body === null ? null : crypto.open(body));
