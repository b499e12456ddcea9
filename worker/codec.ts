/** Everything that Temporal stores is encrypted before it leaves (N9): AES-256-GCM with key ids; older keys still open what they sealed. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { z } from 'zod';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import type { Secrets } from './environment.ts';
import { findHookKey, type HookKey } from './hook-keys.ts';

const encoding = 'binary/encrypted';
const ivBytes = 12;
const tagBytes = 16;

/** A payload was sealed with a key that is not configured. */
export class UnknownKeyError extends Error {
  override readonly name = 'UnknownKeyError';
}

/** The wire form of Temporal's own Payload message, so that other tools read what is inside. */
const payloadType = new protobuf.Type('Payload').add(new protobuf.MapField('metadata', 1, 'string', 'bytes')).add(new protobuf.Field('data', 2, 'bytes'));
const payloadSchema = z.object({ metadata: z.record(z.string(), z.instanceof(Uint8Array)).default({}), data: z.instanceof(Uint8Array).optional() });

export function createCodec({ keys }: Pick<Secrets, 'keys'>): PayloadCodec {
  const derived = new Map(keys.map(({ id, key }) => [id, payloadKey(key)]));
  const currentId = keys[0]?.id;
  const current = currentId === undefined ? undefined : derived.get(currentId);
  if (currentId === undefined || current === undefined) throw new UnknownKeyError('no encryption key is configured');
  // what the gateway sealed names a key that follows from ours
  return codecOf({ id: currentId, key: current }, (id) => derived.get(id) ?? findHookKey(keys, id));
}

/** The gateway's codec for one connection: it seals with that connection's derived key, and opens nothing else. */
export const createHookCodec = ({ id, key }: HookKey): PayloadCodec => codecOf({ id, key }, (asked) => (asked === id ? key : undefined));

function codecOf(current: { id: string; key: Uint8Array }, find: (id: string) => Uint8Array | undefined): PayloadCodec {
  return {
    encode: async (payloads) => payloads.map((payload) => (isSealed(payload) ? payload : seal(payload, current.id, current.key))),
    decode: async (payloads) => payloads.map((payload) => (isSealed(payload) ? open(payload, find) : payload)),
  };
}

/** Apart from the keys of the ledger's bodies, although one secret is configured for both. */
const payloadKey = (key: Uint8Array): Uint8Array => new Uint8Array(hkdfSync('sha256', key, '', 'waybill payloads', 32));

const textOf = (payload: Payload, name: string): string => Buffer.from(payload.metadata?.[name] ?? []).toString('utf8');
const isSealed = (payload: Payload): boolean => textOf(payload, 'encoding') === encoding;

function seal(payload: Payload, id: string, key: Uint8Array): Payload {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const clear = payloadType.encode(payloadType.create({ metadata: payload.metadata ?? {}, data: payload.data ?? new Uint8Array() })).finish();
  const data = Buffer.concat([iv, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(encoding), 'encryption-key-id': Buffer.from(id) }, data };
}

function open(payload: Payload, find: (id: string) => Uint8Array | undefined): Payload {
  const id = textOf(payload, 'encryption-key-id');
  const key = find(id);
  if (!key) throw new UnknownKeyError(`encryption key ${id} is not configured`);
  const sealed = Buffer.from(payload.data ?? []);
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const clear = Buffer.concat([decipher.update(sealed.subarray(ivBytes, -tagBytes)), decipher.final()]);
  const { metadata, data } = payloadSchema.parse(payloadType.decode(clear));
  return { metadata, data: data ?? new Uint8Array() };
}

/** Messages and stacks of failures travel as payloads too. Plain CommonJS: the engine loads it by path, in the worker and in workflows. */
export const failureConverterPath: string = fileURLToPath(new URL('failure-converter.cjs', import.meta.url));

/** For clients and workers alike; the gateway makes its own, of hook codecs. */
export const createDataConverter = (secrets: Pick<Secrets, 'keys'>): DataConverter => ({ payloadCodecs: [createCodec(secrets)], failureConverterPath });
