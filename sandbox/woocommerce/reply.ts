/** Replies as WordPress sends them: headers, paging, `_fields` (contract woocommerce 4 and 5). */
import type { Args } from './args.ts';

export type Row = Record<string, unknown>;

/** What a route answers. */
export interface Reply {
  status?: number;
  body: unknown;
  /** present on lists that are paged */
  paging?: { total: number; pages: number; page: number };
}

/** One page of rows that are already cut to size. */
export function pageReply(rows: Row[], total: number, args: Args): Reply {
  const perPage = args.integer('per_page') ?? 10;
  return { body: rows, paging: { total, pages: Math.ceil(total / perPage), page: args.integer('page') ?? 1 } };
}

/** Where a page begins and ends: `offset` wins over `page`. */
export function sliceOf(args: Args): { from: number; to: number } {
  const perPage = args.integer('per_page') ?? 10;
  const from = args.integer('offset') ?? ((args.integer('page') ?? 1) - 1) * perPage;
  return { from, to: from + perPage };
}

export interface Surroundings {
  /** the shop's own address of this route, without query */
  address: string;
  /** arguments of the query in their order, lists already split */
  query: Row;
  restRoot: string;
  allow: readonly string[];
}

export function render(reply: Reply, around: Surroundings): Response {
  const headers = new Headers({ 'Content-Type': 'application/json; charset=UTF-8', Allow: around.allow.join(', ') });
  headers.set('Link', `<${around.restRoot}>; rel="https://api.w.org/"`);
  if (reply.paging !== undefined) addPaging(headers, reply.paging, around);
  return new Response(JSON.stringify(onlyFields(reply.body, around.query['_fields'])), { status: reply.status ?? 200, headers });
}

function addPaging(headers: Headers, { total, pages, page }: { total: number; pages: number; page: number }, around: Surroundings): void {
  headers.set('X-WP-Total', String(total));
  headers.set('X-WP-TotalPages', String(pages));
  const links: string[] = [];
  // past the end the shop points back to its last page, which may be page 0
  if (page > 1) links.push(`<${addressOfPage(around, Math.min(page - 1, pages))}>; rel="prev"`);
  if (page < pages) links.push(`<${addressOfPage(around, page + 1)}>; rel="next"`);
  if (links.length > 0) headers.set('Link', links.join(', '));
}

function addressOfPage(around: Surroundings, page: number): string {
  const query = { ...around.query, page };
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    Array.isArray(value) ? value.map((item, at) => [`${name}[${at}]`, item] as const) : [[name, value] as const],
  );
  return `${around.address}?${pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(queryText(value))}`).join('&')}`.replaceAll('_fields%5B0%5D', '_fields');
}

function queryText(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Top level only: `line_items.sku` yields nothing. A single object keeps its `_links`, rows of a list do not. */
function onlyFields(body: unknown, fields: unknown): unknown {
  if (typeof fields !== 'string' || fields === '') return body;
  const wanted = new Set(fields.split(/[\s,]+/));
  const pick = (row: unknown, extra: string[]) =>
    isRow(row) ? Object.fromEntries(Object.entries(row).filter(([name]) => wanted.has(name) || extra.includes(name))) : row;
  return Array.isArray(body) ? body.map((row: unknown) => pick(row, [])) : pick(body, ['_links']);
}

export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
