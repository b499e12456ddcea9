/** Addresses of the shop: GraphQL by version, the token endpoint, files of bulk operations. */
import { accountRefusal, grantToken, tokenOf } from './auth.ts';
import { bulkUrlMs } from './limits.ts';
import { advanceBulk } from './bulk-run.ts';
import { badToken, refusal } from './errors.ts';
import { answerGraphql } from './graphql.ts';
import { answeringVersion } from './versions.ts';
import type { World } from './world.ts';

export async function answer(world: World, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const refused = accountRefusal(world);
  if (refused) return refused;
  const [, version] = /^\/admin\/api\/([^/]+)\/graphql\.json$/.exec(url.pathname) ?? [];
  if (version !== undefined && request.method === 'POST') return graphql(world, request, url, version);
  if (url.pathname === '/admin/oauth/access_token' && request.method === 'POST') return grantToken(world, request);
  const [, id, secret] = /^\/bulk\/(\d+)-(\w+)\.jsonl$/.exec(url.pathname) ?? [];
  if (id !== undefined && request.method === 'GET') return bulkFile(world, Number(id), secret ?? '');
  return refusal(404, 'Not Found');
}

async function graphql(world: World, request: Request, url: URL, version: string): Promise<Response> {
  const answering = answeringVersion(version, world.clock.now());
  const token = tokenOf(world, request);
  const response = token === undefined ? badToken() : await execute(world, request, url, token.scopes);
  response.headers.set('x-shopify-api-version', answering);
  world.counters.request += 1;
  response.headers.set('x-request-id', `00000000-0000-4000-8000-${String(world.counters.request).padStart(12, '0')}`);
  return response;
}

async function execute(world: World, request: Request, url: URL, scopes: readonly string[]): Promise<Response> {
  if (!request.headers.get('content-type')?.includes('application/json')) return refusal(400, 'Bad Request');
  await advanceBulk(world);
  return answerGraphql(world, await request.text(), { origin: url.origin, scopes, debugCost: request.headers.get('shopify-graphql-cost-debug') === '1' });
}

/** The address is its own key; it lives seven days. */
function bulkFile(world: World, id: number, secret: string): Response {
  const operation = world.store.bulk.get(id);
  if (operation?.result === null || operation?.secret !== secret || operation.completedAt === null) return refusal(404, 'Not Found');
  if (world.clock.now() >= operation.completedAt + bulkUrlMs) return refusal(403, 'Forbidden');
  return new Response(operation.result, { headers: { 'content-type': 'application/jsonl' } });
}
