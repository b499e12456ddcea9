/** The three calls that give out tokens (contract 2). Their replies are read here and not by the transport, so that none is ever written down. */
import { z } from 'zod';
import type { CallContext, HttpSettings } from '../call.ts';
import { UnexpectedReplyError } from '../errors.ts';
import { createHttp } from '../http.ts';
import { explain, tokenRefusals } from './refusals.ts';
import { tokenSchema, type TokenReply } from './schemas.ts';
import type { ShoperSettings } from './settings.ts';

/** The whole call, ms: whoever renews a pair holds its key that long at least. */
export const tokenTimeoutMs = 15_000;

const form = 'application/x-www-form-urlencoded';

/** @throws UnauthorizedError when the log-in is refused; its `code` tells a wrong password from a missing right */
export async function logIn(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget']): Promise<TokenReply> {
  const { login = '', password = '' } = settings;
  return ask(settings, call, { budget, path: 'auth', user: login, password, fields: undefined, query: {} });
}

/** Exchanges the code of an installation. It is good for one exchange. */
export async function exchangeCode(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], code: string): Promise<TokenReply> {
  return askOauth(settings, call, budget, 'authorization_code', { code });
}

/** Exchanges a refresh token for a new pair; the old one ends. */
export async function refresh(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], refreshToken: string): Promise<TokenReply> {
  return askOauth(settings, call, budget, 'refresh_token', { refresh_token: refreshToken });
}

function askOauth(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], grant: string, fields: Record<string, string>): Promise<TokenReply> {
  const { clientId = '', clientSecret = '' } = settings;
  return ask(settings, call, { budget, path: 'oauth/token', user: clientId, password: clientSecret, fields, query: { grant_type: grant } });
}

interface TokenRequest {
  budget: HttpSettings['budget'];
  path: string;
  user: string;
  password: string;
  fields: Record<string, string> | undefined;
  query: Record<string, string>;
}

async function ask({ baseUrl }: ShoperSettings, call: CallContext, { budget, path, user, password, fields, query }: TokenRequest): Promise<TokenReply> {
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  const http = createHttp({ system: 'shoper', baseUrl: `${baseUrl}/webapi/rest`, authorize: () => ({ headers: { authorization: `Basic ${basic}` } }), refusals: tokenRefusals, explain, ...(budget ? { budget } : {}), timeoutMs: tokenTimeoutMs }, call);
  const { data, status } = await http.send('POST', path, z.unknown(), {
    query,
    headers: { 'accept-language': 'en_US' },
    ...(fields === undefined ? {} : { rawBody: { contentType: form, text: new URLSearchParams(fields).toString() } }),
    secrets: [basic, user, password, ...Object.values(fields ?? {})].flatMap((secret) => [secret, new URLSearchParams({ s: secret }).toString().slice(2)]).filter((secret) => secret.length >= 4),
    isRead: true, // the reply holds tokens: replies to reads are not kept
  });
  const read = tokenSchema.safeParse(data);
  if (read.success) return read.data;
  throw new UnexpectedReplyError({ system: 'shoper', endpoint: `POST /${path}`, status, sent: 'maybe', field: String(read.error.issues[0]?.path[0] ?? 'body') });
}
