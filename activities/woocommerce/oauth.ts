/** Who asks (contract 2): over https Basic or keys in the query; over plain http WooCommerce takes OAuth 1.0a signatures only. */
import { createHmac, randomBytes } from 'node:crypto';
import type { WoocommerceSettings } from './settings.ts';

export interface Credentials {
  headers?: Record<string, string>;
  query?: Record<string, string>;
}

type Keys = Pick<WoocommerceSettings, 'consumerKey' | 'consumerSecret' | 'keysInQuery'>;

/** What a request must carry besides its own query. `url` holds that query already. */
export function authorize({ method, url }: { method: string; url: URL }, keys: Keys): Credentials {
  if (url.protocol === 'http:') return { query: signOauth({ method, url }, keys, { nonce: randomBytes(16).toString('hex'), timestamp: Math.floor(Date.now() / 1_000) }) };
  if (keys.keysInQuery) return { query: { consumer_key: keys.consumerKey, consumer_secret: keys.consumerSecret } };
  return { headers: { authorization: `Basic ${Buffer.from(`${keys.consumerKey}:${keys.consumerSecret}`).toString('base64')}` } };
}

/** OAuth 1.0a, one-legged, HMAC-SHA256: the parameters to add to the query. A nonce serves once within fifteen minutes. */
export function signOauth({ method, url }: { method: string; url: URL }, keys: Pick<Keys, 'consumerKey' | 'consumerSecret'>, once: { nonce: string; timestamp: number }): Record<string, string> {
  const oauth = {
    oauth_consumer_key: keys.consumerKey,
    oauth_nonce: once.nonce,
    oauth_signature_method: 'HMAC-SHA256',
    oauth_timestamp: String(once.timestamp),
  };
  const base = baseString(method, url, [...url.searchParams, ...Object.entries(oauth)]);
  return { ...oauth, oauth_signature: createHmac('sha256', `${keys.consumerSecret}&`).update(base).digest('base64') };
}

/**
 * METHOD & address without query & sorted parameters, each part encoded once more. The shop puts the address together from its own home URL,
 * which has no slash at the end: that shows where the route stands in the query.
 */
export function baseString(method: string, url: URL, parameters: [string, string][]): string {
  const pairs = parameters.map(([name, value]) => [encode(name), encode(value)] as const);
  const sorted = pairs.toSorted(([a, x], [b, y]) => byCode(a, b) || byCode(x, y)).map(([name, value]) => `${name}=${value}`);
  return [method.toUpperCase(), encode(`${url.origin}${url.pathname.replace(/\/$/, '')}`), encode(sorted.join('&'))].join('&');
}

const byCode = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** RFC 3986: encodeURIComponent leaves five characters that OAuth encodes. */
const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
