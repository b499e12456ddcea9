/** One way in for every endpoint: the address, the key, the rate, the body, the answer (contract sare 2, 3, 4). */
import type { Arrival } from '../kernel/sandbox.ts';
import { decodePart } from './call.ts';
import type { Call } from './call.ts';
import { getByEmail, getByHash, getByList, getStatusByHash, getStatusesByList, getTraits } from './email-reads.ts';
import { addEmails, deleteEmails, editEmails } from './email-writes.ts';
import { addGroups, addToGroups, clearGroup, getGroup, listFreeNumbers, listGroups, listMembers, removeFromGroups, removeGroup, renameGroups } from './groups.ts';
import type { RateLimiter } from './limits.ts';
import { Refusal, refusalReply, refusals, tooFast } from './replies.ts';
import type { World } from './store.ts';

interface Endpoint {
  method: 'GET' | 'POST';
  /** a capture is one part of the path */
  path: RegExp;
  answer(call: Call): Response;
}

const get = (path: string, answer: Endpoint['answer']): Endpoint => ({ method: 'GET', path: patternOf(path), answer });
const post = (path: string, answer: Endpoint['answer']): Endpoint => ({ method: 'POST', path: patternOf(path), answer });
const patternOf = (path: string): RegExp => new RegExp(`^${path.replaceAll('*', '([^/]+)')}$`);

const endpoints: readonly Endpoint[] = [
  post('/email/add', addEmails),
  post('/email/edit', editEmails),
  post('/email/delete', deleteEmails),
  get('/email/by_email/*', getByEmail),
  get('/email/by_email_hash/*', getByHash),
  post('/email/by_email_list/*', getByList),
  get('/email/status_hash/*', getStatusByHash),
  post('/email/status_by_email_list/*', getStatusesByList),
  get('/email/props', getTraits),
  get('/group/list', listGroups),
  get('/group/get/*', getGroup),
  get('/group/free', listFreeNumbers),
  get('/group/emails/*/*', listMembers),
  post('/group/add', addGroups),
  post('/group/edit', renameGroups),
  post('/group/remove/*', removeGroup),
  post('/group/clear/*', clearGroup),
  post('/group/add_emails', addToGroups),
  post('/group/remove_emails', removeFromGroups),
];

export async function handle(world: World, limiter: RateLimiter, request: Request, arrival: Arrival): Promise<Response> {
  // read at once: from here on nothing waits, so two requests never mix
  const body = await readJson(request);
  try {
    const path = enter(world, request);
    if (!limiter.admit(world.switches.requestsPerSecond)) return tooFast(world.switches.retryAfterHeader);
    const { endpoint, params } = find(request.method, path);
    return endpoint.answer({ world, arrival, params: params.map(decodePart), body });
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error);
    throw error;
  }
}

/** The path below the account, for who knows number and key. */
function enter({ uid, key, switches }: World, request: Request): string {
  const [, account, path] = /^\/api\/v1\/([^/]*)(\/.*)$/.exec(new URL(request.url).pathname) ?? [];
  if (path === undefined) throw refusals.unknownPath();
  if (account !== uid || request.headers.get('apikey') !== key) throw refusals.wrongKey(switches.authStatus);
  return path;
}

function find(method: string, path: string): { endpoint: Endpoint; params: string[] } {
  const known = endpoints.filter((endpoint) => endpoint.path.test(path));
  const endpoint = known.find((one) => one.method === method);
  if (endpoint === undefined) throw known.length > 0 ? refusals.wrongMethod() : refusals.unknownPath();
  return { endpoint, params: endpoint.path.exec(path)?.slice(1) ?? [] };
}

/** undefined: there is none. */
async function readJson(request: Request): Promise<unknown> {
  const text = await request.text();
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
