/**
 * The account's people, organisations, products and categories as digests in the ledger (R14, R18): a page a step.
 * The first time everything is read by id; later only people changed since the high-water mark, and once a day the catalogue, which has no
 * changed-since filter.
 */
import { z } from 'zod';
import type { IndexPage } from '../../domain/ports.ts';
import type { IndexEntry } from '../../ledger/ledger.ts';
import { PermanentError, ForbiddenError } from '../errors.ts';
import { categoryEntry } from './categories.ts';
import { isLastPage, type Query } from './client.ts';
import { entriesOf } from './identity.ts';
import { roappInstant } from './map.ts';
import { productEntries } from './product-match.ts';
import type { Page, Person } from './schemas.ts';
import { subjectOf, type RoappStep } from './step.ts';

const kinds = ['people', 'organizations', 'products', 'categories'] as const;
type Kind = (typeof kinds)[number];

const cursorSchema = z.object({
  kinds: z.array(z.enum(kinds)).min(1),
  page: z.int().positive(),
  /** of this kind: read what changed since; absent: everything */
  since: z.string().optional(),
  /** nothing of this kind was indexed before: nothing to replace, so a page goes in as one */
  isFirst: z.boolean(),
  isIncremental: z.boolean(),
  /** largest change time seen so far */
  seen: z.string().optional(),
  /** ms of the ledger's clock when this kind's walk began */
  startedAt: z.number(),
});
type Cursor = z.infer<typeof cursorSchema>;

const overlapMs = 5 * 60_000; // contract roapp 5
const clockMarginMs = 60 * 60_000; // contract roapp 12
const catalogueEveryMs = 24 * 60 * 60_000;

/** Safe to repeat: entries are put or replaced, and the mark moves only after the last page. */
export async function readIndexPage(step: RoappStep, input: { cursor?: string; since?: 'last time' }): Promise<IndexPage> {
  const cursor = input.cursor === undefined ? await firstCursor(step, input.since === 'last time') : cursorSchema.parse(JSON.parse(input.cursor));
  const [kind, ...rest] = cursor.kinds;
  if (kind === undefined) return { count: 0, of: 'people' };
  const page = await readers[kind](step, cursor);
  const pages = page.pages === undefined ? {} : { pages: page.pages };
  if (!page.isLast) return { count: page.count, of: kind, ...pages, nextCursor: JSON.stringify({ ...cursor, page: cursor.page + 1, ...(page.seen === undefined ? {} : { seen: page.seen }) } satisfies Cursor) };
  await finish(step, kind, cursor, page.seen);
  const next = rest.length === 0 ? undefined : await cursorFor(step, rest, cursor.isIncremental);
  return { count: page.count, of: kind, ...pages, ...(next === undefined ? {} : { nextCursor: JSON.stringify(next) }) };
}

async function firstCursor(step: RoappStep, isIncremental: boolean): Promise<Cursor> {
  if (!isIncremental) return cursorFor(step, [...kinds], false);
  const catalogueAt = Number(await markOf(step, 'catalogueAt'));
  const isCatalogueFresh = (await step.ledger.clock.now()) - catalogueAt < catalogueEveryMs;
  return cursorFor(step, isCatalogueFresh ? ['people', 'organizations'] : [...kinds], true);
}

async function cursorFor(step: RoappStep, left: Kind[], isIncremental: boolean): Promise<Cursor> {
  const startedAt = await step.ledger.clock.now();
  const [kind] = left;
  const isContacts = kind === 'people' || kind === 'organizations';
  const mark = await markOf(step, isContacts ? kind : 'catalogueAt');
  const since = isIncremental && isContacts && mark !== undefined ? { since: roappInstant(Date.parse(mark) - overlapMs) } : {};
  return { kinds: left, page: 1, startedAt, isIncremental, isFirst: mark === undefined, ...since };
}

const markOf = ({ ledger, connection }: RoappStep, name: string): Promise<string | undefined> => ledger.marks.get(subjectOf(connection), `index:${name}`);

interface Read {
  count: number;
  isLast: boolean;
  pages?: number;
  seen?: string;
}

const readers: Record<Kind, (step: RoappStep, cursor: Cursor) => Promise<Read>> = {
  people: (step, cursor) => readContacts(step, cursor, step.client.people),
  organizations: async (step, cursor) => {
    try {
      return await readContacts(step, cursor, step.client.organizations);
    } catch (error) {
      // organisations are an extra: an account or a right without them must not stop the index
      if (error instanceof PermanentError || error instanceof ForbiddenError) return { count: 0, isLast: true };
      throw error;
    }
  },
  products: async (step, cursor) => {
    const listed = await step.client.products({ page: cursor.page });
    await keep(step, cursor, ['sku', 'code', 'name'], listed.data.map((product) => [product.id, productEntries(step, product)]));
    return readOf(listed, cursor);
  },
  categories: async (step, cursor) => {
    const listed = await step.client.categories({ page: cursor.page });
    await keep(step, cursor, ['category'], listed.data.map((category) => [category.id, [categoryEntry(step, category)]]));
    return readOf(listed, cursor);
  },
};

async function readContacts(step: RoappStep, cursor: Cursor, list: (query: Query) => Promise<Page<Person>>): Promise<Read> {
  const listed = await list({ page: cursor.page, ...(cursor.since === undefined ? { sort: 'id' } : { sort: 'modified_at', modified_at: cursor.since }) });
  await keep(step, cursor, ['phone', 'email'], listed.data.map((person) => [person.id, entriesOf(step, person)]));
  const seen = [cursor.seen, ...listed.data.map((person) => person.modifiedAt)].filter((time) => time !== undefined).sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1);
  return { ...readOf(listed, cursor), ...(seen === undefined ? {} : { seen }) };
}

/** A changed phone, e-mail, SKU or name must no longer be found under the old one. */
async function keep({ ledger, connection, call }: RoappStep, { isFirst }: Cursor, of: IndexEntry['kind'][], rows: [number, IndexEntry[]][]): Promise<void> {
  if (isFirst) return ledger.index.put(rows.flatMap(([, entries]) => entries));
  for (const [id, entries] of rows) {
    call.heartbeat();
    await ledger.index.replace(connection, String(id), of, entries);
  }
}

const readOf = (listed: Page<unknown>, cursor: Cursor): Read => ({
  count: listed.data.length,
  isLast: isLastPage(listed, cursor.page),
  ...(listed.paging === undefined ? {} : { pages: listed.paging.total_pages }),
});

async function finish({ ledger, connection }: RoappStep, kind: Kind, cursor: Cursor, seen: string | undefined): Promise<void> {
  const set = (name: string, value: string) => ledger.marks.set(subjectOf(connection), `index:${name}`, value);
  if (kind === 'categories') return set('catalogueAt', String(cursor.startedAt));
  if (kind === 'products') return undefined;
  // what changed on a page already read must be seen next time: a walk by id reaches back to its own beginning
  const beginning = roappInstant(cursor.startedAt - clockMarginMs);
  if (cursor.since === undefined) return set(kind, seen !== undefined && Date.parse(seen) < Date.parse(beginning) ? seen : beginning);
  return seen === undefined ? undefined : set(kind, seen);
}
