/**
 * What the exchange log keeps of a call: writes and failures in full, successful reads as a line. Credentials are left out by construction:
 * only what the connector's client gave is written down, never what `authorize` added; an echo of them in a reply is masked.
 */
import { createHash } from 'node:crypto';
import type { Authorization, CallContext, RequestOptions } from './call.ts';

export interface Recorded {
  /** method and path pattern */
  endpoint: string;
  method: string;
  path: string;
  options: RequestOptions;
  /** values that must not be stored */
  credentials: readonly string[];
  status: number | null;
  text: string;
  size: number;
  body: unknown;
  /** "ok" or the class of failure */
  result: string;
  durationMs: number;
}

export function recordExchange(call: CallContext, entry: Recorded): void {
  const isWrite = entry.method !== 'GET' && entry.options.isRead !== true;
  const inFull = isWrite || entry.result !== 'ok';
  call.ledger.exchanges.add({
    connection: call.connection,
    integration: call.integration?.id ?? null,
    record: call.record,
    run: call.run,
    endpoint: entry.endpoint,
    request: inFull ? mask(describeRequest(entry), entry.credentials) : null,
    reply: inFull && entry.status !== null ? mask(entry.text, entry.credentials) : null,
    status: entry.status,
    size: entry.size,
    replyDigest: isWrite || entry.status === null ? null : createHash('sha256').update(entry.text).digest('hex'),
    isWrite,
    result: entry.result,
    durationMs: Math.round(entry.durationMs),
    objectId: isWrite ? (entry.options.objectId ?? idOf(entry.body)) : null,
  });
}

const describeRequest = ({ path, options }: Recorded): string => JSON.stringify({ path, query: options.query, body: options.rawBody?.text ?? options.body });

function mask(text: string, credentials: readonly string[]): string {
  return credentials.reduce((masked, secret) => masked.replaceAll(secret, '[credential]'), text);
}

/** Short values would mask ordinary text; no real key is that short. */
const shortestCredential = 8;

/** The values among what `authorize` added that could be echoed, the word before a token ("Bearer") left off. */
export function credentialValues(added: Authorization): string[] {
  const values = [...Object.values(added.headers ?? {}), ...Object.values(added.query ?? {}), ...Object.values(added.body ?? {})];
  return values.map((value) => value.replace(/^\S+ /, '')).filter((value) => value.length >= shortestCredential);
}

function idOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('id' in body)) return null;
  return typeof body.id === 'string' || typeof body.id === 'number' ? String(body.id) : null;
}
