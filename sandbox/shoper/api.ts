/** One way in for every call: token, bucket, right, resource; the same again for each item of a bulk call (contract shoper 2 to 6). */
import { requireRight } from './access.ts';
import type { Caller } from './access.ts';
import { addresses } from './addresses.ts';
import { exchange, logIn } from './auth-routes.ts';
import { readBulk } from './bulk.ts';
import type { BulkItem } from './bulk.ts';
import type { Level } from './options.ts';
import { Refusal, languageOf, ok, refusalReply, render } from './replies.ts';
import type { Reply } from './replies.ts';
import type { Call, Resource } from './resource.ts';
import { additionalFields, applicationConfig, applicationVersion, languages, subscriberGroups } from './settings-resources.ts';
import type { World } from './store.ts';
import { subscribers } from './subscribers.ts';
import { users } from './users.ts';
import { webhooks } from './webhooks.ts';

const base = '/webapi/rest/';

const resources: Record<string, Resource> = {
  users,
  'user-addresses': addresses,
  subscribers,
  'subscriber-groups': subscriberGroups,
  'additional-fields': additionalFields,
  languages,
  'application-config': applicationConfig,
  'application-version': applicationVersion,
  webhooks,
};

/** Callers without a good token share one bucket. */
const unknownCaller = 'unknown';

export async function handle(world: World, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  if (!pathname.startsWith(base)) return new Response('<!DOCTYPE html><html><body><h1>404</h1></body></html>', { status: 404, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
  const path = pathname.slice(base.length).replace(/\/$/, '');
  const language = languageOf(request.headers.get('accept-language'));
  let caller: Caller | undefined;
  const reply = await refusable(language, async () => {
    if (path === 'auth') return post(request, () => logIn(world, request));
    if (path === 'oauth/token') return post(request, () => exchange(world, request));
    const known = world.access.callerOf(request.headers.get('authorization'));
    caller = known;
    requireRoom(world, known);
    const body = readJson(await request.text());
    if (path === 'bulk') return post(request, () => bulk(world, known, readBulk(body), language));
    return dispatch({ world, params: searchParams, body }, known, request.method, path);
  });
  return render({ ...reply, headers: { ...world.bucket.headers(caller?.application ?? unknownCaller), ...reply.headers } });
}

type Language = ReturnType<typeof languageOf>;

async function refusable(language: Language, answer: () => Reply | Promise<Reply>): Promise<Reply> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error, language);
    throw error;
  }
}

function post(request: Request, answer: () => Reply | Promise<Reply>): Reply | Promise<Reply> {
  if (request.method !== 'POST') throw new Refusal(405, 'noMethod');
  return answer();
}

function requireRoom({ bucket }: World, { application }: Caller): void {
  const seconds = bucket.take(application);
  if (seconds !== undefined) throw new Refusal(429, 'tooMany', { headers: { 'Retry-After': String(seconds) } });
}

function readJson(text: string): unknown {
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return body;
  } catch {
    throw new Refusal(400, 'badJson');
  }
}

const needed: Record<string, Level> = { GET: 'read', POST: 'create', PUT: 'edit', DELETE: 'delete' };

function dispatch(call: Call, caller: Caller, method: string, path: string): Reply {
  const [name = '', id, ...more] = path.split('/');
  if (name === 'object-mtime') throw new Refusal(501, 'notImplemented'); // some shop gave dates for some form of address; most answer this
  const resource = Object.hasOwn(resources, name) ? resources[name] : undefined;
  if (resource === undefined || more.length > 0 || (id !== undefined && !/^\d+$/.test(id))) throw new Refusal(404, 'noResource');
  const answer = handlerOf(resource, method, id === undefined ? undefined : Number(id));
  const level = needed[method];
  if (answer === undefined || level === undefined) throw new Refusal(405, 'noMethod');
  requireRight(caller, resource.area, level);
  return answer(call);
}

function handlerOf(resource: Resource, method: string, id: number | undefined): ((call: Call) => Reply) | undefined {
  if (id === undefined) return { GET: resource.list, POST: resource.create }[method];
  const withId = { GET: resource.get, PUT: resource.update, DELETE: resource.remove }[method];
  return withId && ((call) => withId(call, id));
}

/** HTTP 200 whatever becomes of the items; each has its own code. */
async function bulk(world: World, caller: Caller, items: BulkItem[], language: Language): Promise<Reply> {
  const replies: { id: string; code: number; body: unknown }[] = [];
  for (const { id, method, path, params, body } of items) {
    const { status, body: answer } = await refusable(language, () => {
      if (world.switches.bulkCountsItems) requireRoom(world, caller);
      if (!path.startsWith(base)) throw new Refusal(404, 'noResource');
      return dispatch({ world, params: params(), body }, caller, method, path.slice(base.length).replace(/\/$/, ''));
    });
    replies.push({ id, code: status, body: answer });
  }
  return ok({ errors: replies.some(({ code }) => code >= 400), items: replies });
}
