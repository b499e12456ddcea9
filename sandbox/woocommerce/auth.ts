/** Who is calling: Basic or query keys over HTTPS, a signature over plain HTTP (contract woocommerce 2). */
import { WooError, authenticationError } from './errors.ts';
import { oauthParams, verifySignature } from './oauth.ts';
import type { Nonces } from './oauth.ts';
import type { ApiKey } from './options.ts';

/** A capability that a route asks for, with the refusal of one who lacks it. */
export type Need = 'list' | 'view' | 'create' | 'edit' | 'delete' | 'batch' | 'admin';

const denials: Record<Need, { code: string; text: string }> = {
  list: { code: 'woocommerce_rest_cannot_view', text: 'Sorry, you cannot list resources.' },
  view: { code: 'woocommerce_rest_cannot_view', text: 'Sorry, you cannot view this resource.' },
  create: { code: 'woocommerce_rest_cannot_create', text: 'Sorry, you are not allowed to create resources.' },
  edit: { code: 'woocommerce_rest_cannot_edit', text: 'Sorry, you are not allowed to edit this resource.' },
  delete: { code: 'woocommerce_rest_cannot_delete', text: 'Sorry, you are not allowed to delete this resource.' },
  batch: { code: 'woocommerce_rest_cannot_batch', text: 'Sorry, you are not allowed to batch manipulate this resource.' },
  admin: { code: 'woocommerce_rest_cannot_view', text: 'Sorry, you cannot list resources.' },
};

export interface Gate {
  keys: ApiKey[];
  nonces: Nonces;
  /** whether the site thinks this request came over HTTPS */
  isHttps(url: URL): boolean;
  /** the address of the request as the shop knows itself */
  addressOf(url: URL): string;
  now(): number;
}

/**
 * Lets a caller through, or refuses.
 * @throws WooError 401 for no, unknown or wrong keys, 403 for a user without the capability
 */
export function authorize(gate: Gate, request: Request, url: URL, need: Need): void {
  const key = gate.isHttps(url) ? (keyOfPair(gate, request, url) ?? keyOfSignature(gate, request, url)) : keyOfSignature(gate, request, url);
  if (key === undefined) throw denied(401, need);
  checkPermission(key, request.method);
  const role = key.role ?? 'administrator';
  if (role === 'none' || (need === 'admin' && role !== 'administrator')) throw denied(403, need);
}

function denied(status: 401 | 403, need: Need): WooError {
  const { code, text } = denials[need];
  return new WooError(status, code, text);
}

function keyOfPair(gate: Gate, request: Request, url: URL): ApiKey | undefined {
  const [name, secret] = queryPair(url) ?? basicPair(request.headers.get('authorization')) ?? [];
  const key = name === undefined ? undefined : gate.keys.find((candidate) => candidate.key === name);
  if (key !== undefined && key.secret !== secret) throw authenticationError('Consumer secret is invalid.');
  return key;
}

/** Both fields given: they win over the header. */
function queryPair(url: URL): [string, string] | undefined {
  const [key, secret] = [url.searchParams.get('consumer_key'), url.searchParams.get('consumer_secret')];
  return key && secret ? [key, secret] : undefined;
}

function basicPair(header: string | null): [string, string] | undefined {
  if (!header?.startsWith('Basic ')) return undefined;
  const text = Buffer.from(header.slice(6), 'base64').toString();
  const colon = text.indexOf(':');
  return colon > 0 ? [text.slice(0, colon), text.slice(colon + 1)] : undefined;
}

function keyOfSignature(gate: Gate, request: Request, url: URL): ApiKey | undefined {
  const params = oauthParams(url, request.headers.get('authorization'));
  const name = params?.find(([given]) => given === 'oauth_consumer_key')?.[1];
  const key = gate.keys.find((candidate) => candidate.key === name);
  if (params === undefined || key === undefined) return undefined;
  verifySignature({ method: request.method, address: gate.addressOf(url), params, key, nonces: gate.nonces, now: gate.now() });
  return key;
}

function checkPermission(key: ApiKey, method: string): void {
  const wanted = method === 'GET' || method === 'HEAD' ? 'read' : 'write';
  if (key.permission === 'read_write' || key.permission === wanted) return;
  throw authenticationError(`The API key provided does not have ${wanted} permissions.`);
}
