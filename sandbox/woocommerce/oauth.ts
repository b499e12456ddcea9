/** OAuth 1.0a, one-legged: how a shop on plain HTTP knows its callers (contract woocommerce 2). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { authenticationError } from './errors.ts';
import { limits } from './limits.ts';
import type { ApiKey } from './options.ts';

const hashes: Record<string, string> = { 'HMAC-SHA1': 'sha1', 'HMAC-SHA256': 'sha256' };
const names = ['oauth_consumer_key', 'oauth_timestamp', 'oauth_nonce', 'oauth_signature', 'oauth_signature_method'] as const;

/** Single-use numbers by key, forgotten once their timestamp is too old to be accepted anyway. */
export type Nonces = Map<string, number>;

/** The request's parameters when it is signed, from the query or an `Authorization: OAuth` header. */
export function oauthParams(url: URL, authorization: string | null): [string, string][] | undefined {
  const params = [...url.searchParams.entries()];
  if (authorization?.startsWith('OAuth ')) {
    for (const [, name, value] of authorization.slice(6).matchAll(/([a-z_]+)="([^"]*)"/g)) {
      if (name !== undefined && value !== undefined && name !== 'realm') params.push([name, decodeURIComponent(value)]);
    }
  }
  return names.every((name) => params.some(([given]) => given === name)) ? params : undefined;
}

/** @throws WooError 401 with the shop's own text for what is wrong */
export function verifySignature(input: { method: string; address: string; params: [string, string][]; key: ApiKey; nonces: Nonces; now: number }): void {
  const { method, address, params, key, nonces, now } = input;
  const valueOf = (name: string) => params.find(([given]) => given === name)?.[1] ?? '';
  const hash = hashes[valueOf('oauth_signature_method')];
  if (hash === undefined) throw authenticationError('Invalid signature - signature method is invalid.');
  const expected = createHmac(hash, `${key.secret}&`).update(baseString(method, address, params)).digest('base64');
  if (!equal(expected, valueOf('oauth_signature'))) throw authenticationError('Invalid signature - provided signature does not match.');
  const sentAt = Number(valueOf('oauth_timestamp')) * 1000;
  if (!(Math.abs(now - sentAt) <= limits.oauthWindowMs)) throw authenticationError('Invalid timestamp.');
  useNonce(nonces, `${key.key} ${valueOf('oauth_nonce')}`, sentAt, now);
}

function useNonce(nonces: Nonces, nonce: string, sentAt: number, now: number): void {
  for (const [known, at] of nonces) if (now - at > limits.oauthWindowMs) nonces.delete(known);
  if (nonces.has(nonce)) throw authenticationError('Invalid nonce - nonce has already been used.');
  nonces.set(nonce, sentAt);
}

function baseString(method: string, address: string, params: [string, string][]): string {
  const pairs = params.filter(([name]) => name !== 'oauth_signature').map(([name, value]) => [encode(name), encode(value)] as const);
  const sorted = pairs.toSorted(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : x > y ? 1 : 0));
  return [method, encode(address), encode(sorted.map(([name, value]) => `${name}=${value}`).join('&'))].join('&');
}

/** RFC 3986: what encodeURIComponent leaves and PHP does not. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
