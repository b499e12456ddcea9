/**
 * The keys with which the gateway seals what it hands to Temporal: one a connection, derived from a payload key. The worker derives it anew and opens
 * everything; the gateway, which holds only derived keys, can read nothing but its own hints (design 2).
 */
import { hkdfSync } from 'node:crypto';
import type { Mistake } from './mistakes.ts';

export interface HookKey {
  /** `hook:<id of the payload key>:<connection>`, so that a rotation of payload keys leaves no doubt */
  id: string;
  connection: string;
  /** 32 bytes */
  key: Uint8Array;
}

type PayloadKey = { id: string; key: Uint8Array };

const keyBytes = 32;

/** The key of one connection under one payload key. */
export const deriveHookKey = ({ id, key }: PayloadKey, connection: string): HookKey => ({
  id: `hook:${id}:${connection}`,
  connection,
  key: new Uint8Array(hkdfSync('sha256', key, '', `waybill hook payloads ${connection}`, keyBytes)),
});

/** The key that a sealed payload names, if it is a hook's and its payload key is among these. */
export function findHookKey(keys: readonly PayloadKey[], keyId: string): Uint8Array | undefined {
  const [, base, connection] = hookKeyId.exec(keyId) ?? [];
  const payloadKey = keys.find(({ id }) => id === base);
  return payloadKey === undefined || connection === undefined ? undefined : deriveHookKey(payloadKey, connection).key;
}

const hookKeyId = /^hook:([A-Za-z0-9_-]{1,40}):([a-z0-9-]{1,40})$/;

/** The text of WAYBILL_GATEWAY_KEYS for these connections, under the current payload key. A secret: it goes to the gateway and nowhere else. */
export function gatewayKeys(keys: readonly PayloadKey[], connections: readonly string[]): string {
  const current = keys[0];
  if (current === undefined) return '';
  return connections.map((connection) => deriveHookKey(current, connection)).map(({ id, key }) => `${id}=${Buffer.from(key).toString('base64')}`).join(','); // prettier-ignore
}

/** The inverse of `gatewayKeys`. What is wrong is added to the mistakes, without any value. */
export function parseGatewayKeys(text: string, mistakes: Mistake[]): HookKey[] {
  const found: HookKey[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue;
    const [, id = '', encoded = ''] = /^([^=]+)=(.+)$/.exec(entry.trim()) ?? [];
    const connection = hookKeyId.exec(id)?.[2];
    const key = new Uint8Array(Buffer.from(encoded, 'base64'));
    if (connection === undefined || key.length !== keyBytes) mistakes.push({ path: 'WAYBILL_GATEWAY_KEYS', message: `entry ${index + 1} must be hook:<key id>:<connection>=base64 of ${keyBytes} bytes` });
    else found.push({ id, connection, key });
  }
  return found;
}
