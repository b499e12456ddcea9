/** Tokens: fixed ones, and those that an app asks for with its id and secret (contract shopify 2). */
import { randomBytes } from 'node:crypto';
import { json, refusal } from './errors.ts';
import { clientTokenSeconds } from './limits.ts';
import type { Token, World } from './world.ts';

/** The token of a request if it is good. `Authorization` counts for nothing. */
export function tokenOf({ account, clock }: World, request: Request): Token | undefined {
  const given = request.headers.get('x-shopify-access-token');
  const token = account.tokens.find((one) => one.token === given);
  if (token === undefined || (token.expiresAt !== null && token.expiresAt <= clock.now())) return undefined;
  return token;
}

/** POST /admin/oauth/access_token with form fields, or the same as JSON. */
export async function grantToken(world: World, request: Request): Promise<Response> {
  const { client, scopes, tokens } = world.account;
  const fields = await fieldsOf(request);
  if (fields['grant_type'] !== 'client_credentials') return json(400, { error: 'unsupported_grant_type', error_description: 'The grant type is not supported.' });
  if (fields['client_id'] !== client.id || fields['client_secret'] !== client.secret) return json(401, { error: 'invalid_client', error_description: 'Client authentication failed.' });
  const token: Token = { token: `shpat_${randomBytes(16).toString('hex')}`, scopes: [...scopes], expiresAt: world.clock.now() + clientTokenSeconds * 1000 };
  tokens.push(token);
  return json(200, { access_token: token.token, scope: scopes.join(','), expires_in: clientTokenSeconds });
}

async function fieldsOf(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  if (!request.headers.get('content-type')?.includes('json')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const refusals: Record<string, [status: number, text: string]> = {
  frozen: [402, 'Unavailable Shop'],
  forbidden: [403, 'Forbidden'],
  missing: [404, 'Not Found'],
  locked: [423, 'Locked'],
};

/** What a shop in such a state answers to everything. */
export function accountRefusal({ account }: World): Response | undefined {
  const found = refusals[account.state];
  return found && refusal(...found);
}
