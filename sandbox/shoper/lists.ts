/** Lists: filters, order, pages and the headers that repeat them (contract shoper 5). */
import { compare, isMet, readFilters } from './filters.ts';
import type { Condition, Fold } from './filters.ts';
import { limits } from './limits.ts';
import { Refusal, ok } from './replies.ts';
import type { Reply } from './replies.ts';
import type { Switches } from './switches.ts';
import type { Table } from './table.ts';

/** What can be filtered and ordered by, by the names that replies show. */
export type Columns<Row> = Record<string, (row: Row) => unknown>;

export interface ListRules<Row> {
  /** first the one that holds the id */
  columns: Columns<Row>;
  view: (row: Row) => unknown;
  /** the column that the table finds rows by */
  keyColumn?: string;
  /** columns that may be filtered by; default all */
  documented?: readonly string[];
  /** what happens to the others. Default refused */
  undocumented?: 'refused' | 'ignored' | 'work';
}

type Listable<Row> = Pick<Table<Row>, 'ids' | 'get' | 'find' | 'version'>;

export function listReply<Row extends { id: number }>(table: Listable<Row>, rules: ListRules<Row>, params: URLSearchParams, switches: Switches): Reply {
  const limit = wholeOf(params.get('limit') ?? String(limits.pageSizeWhenOmitted));
  const page = wholeOf(params.get('page') ?? '1');
  if (limit < 1 || limit > limits.pageSize) throw new Refusal(400, 'badLimit');
  if (page < 1) throw new Refusal(400, 'badPage');
  const ids = idsOf(table, rules, params, switches);
  const pages = Math.ceil(ids.length / limit);
  if (page > Math.max(1, pages) && switches.pagePastEnd === '404') throw new Refusal(404, 'noResource');
  const rows = ids.slice((page - 1) * limit, page * limit).flatMap((id) => table.get(id) ?? []);
  const list = switches.listForm === 'array' || rows.length === 0 ? rows.map(rules.view) : Object.fromEntries(rows.map((row) => [row.id, rules.view(row)]));
  const headers = { 'X-Shop-Result-Count': String(ids.length), 'X-Shop-Result-Pages': String(pages), 'X-Shop-Result-Page': String(page) };
  return ok({ count: String(ids.length), pages, page, list }, headers);
}

const wholeOf = (text: string): number => (/^\d+$/.test(text) ? Number(text) : 0);

/** The last answer of each table: whoever walks 2,000 pages of a filtered list filters once. */
const lastOf = new WeakMap<object, { question: string; ids: readonly number[] }>();

function idsOf<Row extends { id: number }>(table: Listable<Row>, rules: ListRules<Row>, params: URLSearchParams, switches: Switches): readonly number[] {
  const conditions = allowed(readFilters(params), rules);
  const order = readOrder(params, rules.columns);
  if (conditions.length === 0 && order.length === 0) return table.ids();
  const question = JSON.stringify([table.version(), conditions, order, switches.emailCase]);
  const last = lastOf.get(table);
  if (last?.question === question) return last.ids;
  const ids = search(table, rules, { conditions, order, fold: foldOf(switches) }).map(({ id }) => id);
  lastOf.set(table, { question, ids });
  return ids;
}

/** How addresses compare is the database's; here it is taken for all texts. */
export const foldOf = ({ emailCase }: Pick<Switches, 'emailCase'>): Fold => (emailCase === 'exact' ? (text) => text : (text) => text.toLowerCase());

function allowed<Row>(conditions: Condition[], { columns, documented, undocumented = 'refused' }: ListRules<Row>): Condition[] {
  return conditions.filter(({ field }) => {
    if (documented?.includes(field) ?? Object.hasOwn(columns, field)) return true;
    if (undocumented === 'refused' || (undocumented === 'work' && !Object.hasOwn(columns, field))) throw new Refusal(400, [{ field, text: 'badFilter' }]);
    return undocumented === 'work';
  });
}

interface Order {
  column: string;
  descending: boolean;
}

/** `user_id asc`, `-user_id`, `+user_id` (a plus in an address is a space), several as `order[]`. Without any, and by id, the order is by id. */
function readOrder<Row>(params: URLSearchParams, columns: Columns<Row>): Order[] {
  const orders = [...params.getAll('order'), ...params.getAll('order[]')].map((text): Order => {
    const [, sign, column = '', direction] = /^([+\- ]?)(\w+)(?: (asc|desc))?$/i.exec(text) ?? [];
    if (!Object.hasOwn(columns, column)) throw new Refusal(400, 'badOrder');
    return { column, descending: sign === '-' || direction?.toLowerCase() === 'desc' };
  });
  const [first] = orders;
  return first?.column === Object.keys(columns)[0] && first?.descending === false ? [] : orders;
}

interface Search {
  conditions: Condition[];
  order: Order[];
  fold: Fold;
}

function search<Row extends { id: number }>(table: Listable<Row>, { columns, keyColumn }: ListRules<Row>, { conditions, order, fold }: Search): Row[] {
  const key = conditions.find(({ field, operator, wanted }) => field === keyColumn && operator === '=' && (typeof wanted === 'string' || typeof wanted === 'number'));
  const candidates = key === undefined ? table.ids().flatMap((id) => table.get(id) ?? []) : table.find(String(key.wanted).trim().toLowerCase());
  const found = candidates.filter((row) => conditions.every((condition) => isMet(condition, columns[condition.field]?.(row), fold)));
  if (order.length === 0) return found;
  const compareBy = ({ column, descending }: Order, a: Row, b: Row): number => (descending ? -1 : 1) * compare(columns[column]?.(a), columns[column]?.(b));
  return found.toSorted((a, b) => order.reduce((so, one) => so || compareBy(one, a, b), 0) || a.id - b.id);
}

/** A short list of the shop as a table. */
export function listable<Row extends { id: number }>(rows: readonly Row[]): Listable<Row> {
  return { ids: () => rows.map(({ id }) => id), get: (id) => rows.find((row) => row.id === id), find: () => [], version: () => 0 };
}
