/** One way in for every route: who calls, which arguments, what goes back. */
import { Hono } from 'hono';
import type { Context } from 'hono';
import { readArgs } from './args.ts';
import type { Args, ArgSpecs } from './args.ts';
import { authorize } from './auth.ts';
import type { Gate, Need } from './auth.ts';
import { WooError, crashed, invalidJson, noRoute } from './errors.ts';
import { isRow, render } from './reply.ts';
import type { Reply, Row } from './reply.ts';
import type { Store } from './store.ts';
import type { ViewOptions } from './view-options.ts';

/** What a route's handler gets. */
export interface Call {
  store: Store;
  args: Args;
  /** the body as sent; `{}` without one */
  body: Row;
  /** the n-th number in the path, counted from 0 */
  id: (at?: number) => number;
  view: ViewOptions;
}

export interface Route {
  methods: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE')[];
  /** below /wp-json/wc/v3; `:id` and `:sub` are numbers */
  path: string;
  need: Need;
  allow: readonly string[];
  /** arguments of query and body together */
  specs?: ArgSpecs | ((store: Store) => ArgSpecs);
  handle(call: Call): Reply;
}

export interface RouterInput {
  store: Store;
  gate: Gate;
  routes: Route[];
  /** the shop's home address for a request, without slash at its end */
  siteOf(url: URL): string;
  /** path that every route stands under, e.g. /shop/wp-json/wc/v3 */
  base: string;
}

/** The shop's API as a fetch handler. */
export function createRouter(input: RouterInput): (request: Request) => Promise<Response> {
  const app = new Hono({ strict: false });
  for (const route of input.routes) {
    const path = input.base + route.path.replaceAll(/:(id|sub)/g, ':$1{[0-9]+}');
    app.on([...route.methods], path, async (context) => respond(input, route, context));
  }
  app.notFound((context) => {
    const { site } = surroundingsOf(input, new URL(context.req.url));
    return context.req.path.includes('/wp-json') ? errorReply(noRoute(), site, []) : page(site);
  });
  app.onError((error, context) => {
    const { site } = surroundingsOf(input, new URL(context.req.url));
    if (!(error instanceof WooError)) process.stderr.write(`${error.stack ?? error.message}\n`);
    return errorReply(error instanceof WooError ? error : crashed(), site, []);
  });
  return async (request) => app.fetch(withPrettyPath(request, input.base));
}

async function respond(input: RouterInput, route: Route, context: Context): Promise<Response> {
  const url = new URL(context.req.url);
  const { site, address } = surroundingsOf(input, url);
  try {
    authorize(input.gate, context.req.raw, url, route.need);
    const query = queryOf(url);
    const body = await bodyOf(context.req.raw);
    const specs = typeof route.specs === 'function' ? route.specs(input.store) : (route.specs ?? {});
    const args = readArgs(specs, { ...query, ...body });
    const numbers = [context.req.param('id'), context.req.param('sub')].map(Number);
    const view = { store: input.store, site, dp: args.integer('dp') ?? 2 };
    const reply = route.handle({ store: input.store, args, body, id: (at = 0) => numbers[at] ?? 0, view });
    return render(reply, { address, query: asUnderstood(query, specs, args), restRoot: `${site}/wp-json/`, allow: route.allow });
  } catch (error) {
    if (error instanceof WooError) return errorReply(error, site, route.allow);
    throw error;
  }
}

function surroundingsOf(input: RouterInput, url: URL): { site: string; address: string } {
  const site = input.siteOf(url);
  const folder = new URL(site).pathname.replace(/\/$/, '');
  const path = folder !== '' && url.pathname.startsWith(folder) ? url.pathname.slice(folder.length) : url.pathname;
  return { site, address: site + path };
}

/** Without pretty permalinks: `/?rest_route=/wc/v3/orders`. */
function withPrettyPath(request: Request, base: string): Request {
  const url = new URL(request.url);
  const route = url.searchParams.get('rest_route');
  if (!route?.startsWith('/wc/v3')) return request;
  url.pathname = base + route.slice('/wc/v3'.length);
  url.searchParams.delete('rest_route');
  return new Request(url, request);
}

/** `status[]=a&status[]=b`, `status[0]=a` and `status=a,b` are one list. */
function queryOf(url: URL): Row {
  const query: Row = {};
  for (const [name, value] of url.searchParams) {
    const listed = /^(\w+)\[\d*\]$/.exec(name)?.[1];
    if (listed === undefined) query[name] = value;
    else query[listed] = [...(Array.isArray(query[listed]) ? query[listed] : []), value];
  }
  return query;
}

/** The query as the shop writes it back into paging links: flags and lists in its own form, keys and signatures as sent. */
function asUnderstood(query: Row, specs: ArgSpecs, args: Args): Row {
  const shown = (name: string): unknown => {
    switch (specs[name]?.type) {
      case 'boolean':
        return args.flag(name);
      case 'strings':
        return args.texts(name);
      case 'integers':
        return args.integers(name);
      default:
        return query[name];
    }
  };
  return Object.fromEntries(Object.keys(query).map((name) => [name, shown(name)]));
}

async function bodyOf(request: Request): Promise<Row> {
  const text = request.method === 'GET' ? '' : await request.text();
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    return isRow(body) ? body : {};
  } catch {
    throw invalidJson();
  }
}

/** These are refused before it is known what the caller may do, so nothing is listed as allowed. */
const unknownToAll = new Set(['woocommerce_rest_term_invalid', 'wc_user_invalid_id']);

function errorReply(error: WooError, site: string, allow: readonly string[]): Response {
  const headers = new Headers({ 'Content-Type': 'application/json; charset=UTF-8', Link: `<${site}/wp-json/>; rel="https://api.w.org/"` });
  if (allow.length > 0 && !unknownToAll.has(error.code)) headers.set('Allow', allow.join(', '));
  return new Response(JSON.stringify(error.envelope()), { status: error.status, headers });
}

/** Any page of the shop says where its API is. */
function page(site: string): Response {
  return new Response('<!DOCTYPE html><html><body><h1>Shop</h1></body></html>', {
    headers: { 'Content-Type': 'text/html; charset=UTF-8', Link: `<${site}/wp-json/>; rel="https://api.w.org/"` },
  });
}
