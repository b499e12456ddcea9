/** `/auth` for administrators and `/oauth/token` for the App Store's application (contract shoper 2). */
import { adminApplication, isSame, readBasic } from './access.ts';
import { Refusal, ok } from './replies.ts';
import type { Reply } from './replies.ts';
import { areas, levels } from './options.ts';
import type { Rights } from './options.ts';
import type { World } from './store.ts';

/** No refresh token: whoever's token has expired logs in again. Tokens handed out before stay good. */
export function logIn({ access, switches }: World, request: Request): Reply {
  const sent = readBasic(request.headers.get('authorization'));
  if (sent?.name !== access.admin.login || !isSame(sent.password, access.admin.password)) throw new Refusal(401, 'authFailed', { code: 'auth_failure' });
  if (switches.adminLogin === 'auth_ip_not_allowed') throw new Refusal(403, 'authIp', { code: 'auth_ip_not_allowed' });
  if (switches.adminLogin === 'auth_webapi_access_denied') throw new Refusal(403, 'authAccess', { code: 'auth_webapi_access_denied' });
  const life = switches.tokenLifeSeconds;
  return ok({ access_token: access.issue(adminApplication, life), expires_in: life, token_type: 'bearer' });
}

/** The old library sends client id and secret in the body, the newer one as Basic. */
export async function exchange(world: World, request: Request): Promise<Reply> {
  const form = new URLSearchParams(await request.text());
  const grant = new URL(request.url).searchParams.get('grant_type') ?? form.get('grant_type');
  requireClient(world, request, form);
  if (grant === 'authorization_code') {
    if (!world.access.takeCode(form.get('code') ?? '')) throw badGrant();
    return tokensReply(world);
  }
  if (grant !== 'refresh_token') throw new Refusal(400, [{ field: 'grant_type', text: 'unknownValue' }]);
  const old = world.access.takeRefreshToken(form.get('refresh_token') ?? '');
  if (old === undefined) throw badGrant();
  if (world.switches.oldTokenAfterRefresh === 'ends') world.access.end(old);
  return tokensReply(world);
}

const badGrant = (): Refusal => new Refusal(400, 'badGrant', { code: 'invalid_grant' });

function requireClient({ app }: World, request: Request, form: URLSearchParams): void {
  const basic = readBasic(request.headers.get('authorization'));
  const id = basic?.name ?? form.get('client_id');
  const secret = basic?.password ?? form.get('client_secret');
  if (id !== app.clientId || secret === null || !isSame(secret, app.clientSecret)) throw new Refusal(401, 'badClient');
}

function tokensReply({ access, app, switches }: World): Reply {
  const accessToken = access.issue(app.clientId, switches.tokenLifeSeconds);
  const refreshToken = access.newRefreshToken(accessToken);
  const scope = scopesOf(access.rights.get(app.clientId) ?? app.rights).join(',');
  return ok({ access_token: accessToken, refresh_token: refreshToken, expires_in: switches.tokenLifeSeconds, token_type: 'bearer', scope });
}

/** The names of the scopes are the sandbox's own: the page knows only that they are separated by commas. */
function scopesOf(rights: Rights): string[] {
  return areas.flatMap((area) => levels.slice(1, levels.indexOf(rights[area]) + 1).map((level) => `${area}_${level}`));
}
