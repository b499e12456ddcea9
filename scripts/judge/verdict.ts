/** The simulated systems' truth against what the rules demand: order by order, line by line, comment by comment. */
import type { Demand, DemandedLine } from './demand.ts';
import { countDoubles, type Doubles } from './doubles.ts';
import { integration, markerField } from './settings.ts';
import { cents, emailKey, phoneKey, type BooksOrder, type BooksTruth } from './truths.ts';

/** What our own memory says became of an order. */
export interface Account {
  isParked: boolean;
  /** the record is completed, and *created* is among its outcomes */
  isConfirmed: boolean;
  /** how many of its comments are reported as *unknown* */
  unknownComments: number;
}

export interface Verdict {
  lost: number;
  duplicateOrders: number;
  unconfirmed: number;
  wrongLines: number;
  duplicateCustomers: number;
  duplicateProducts: number;
  duplicateComments: number;
  parked: number;
  unknown: number;
  /** each failure in words */
  findings: string[];
}

export interface Evidence {
  demands: readonly Demand[];
  before: BooksTruth;
  after: BooksTruth;
  accounts: ReadonlyMap<string, Account>;
}

export function judgeTruth({ demands, before, after, accounts }: Evidence): Verdict {
  const copies = copiesOf(after.orders, new Set(before.orders.map((order) => order.id)));
  const people = new Map(after.people.map((person) => [person.id, person]));
  const doubles = countDoubles(before, after);
  const verdict: Verdict = { lost: 0, duplicateOrders: 0, unconfirmed: 0, wrongLines: 0, ...figuresOf(doubles), duplicateComments: 0, parked: 0, unknown: 0, findings: [...doubles.findings] };
  const wanted = new Set(demands.map((demand) => demand.sourceId));
  for (const [sourceId, orders] of copies) {
    const surplus = orders.length - (wanted.has(sourceId) ? 1 : 0);
    verdict.duplicateOrders += surplus;
    if (surplus > 0) verdict.findings.push(wanted.has(sourceId) ? `order ${sourceId} stands in the books ${orders.length} times` : `order ${sourceId || 'without our marker'} is in the books but must not be`);
  }
  for (const demand of demands) judgeOrder(verdict, demand, { order: copies.get(demand.sourceId)?.[0], account: accounts.get(demand.sourceId), people });
  return verdict;
}

const figuresOf = ({ customers, products }: Doubles) => ({ duplicateCustomers: customers, duplicateProducts: products });

/** By the id of the shop's order; "" for those that nobody can tell the origin of. */
function copiesOf(orders: readonly BooksOrder[], before: ReadonlySet<number>): Map<string, BooksOrder[]> {
  const copies = new Map<string, BooksOrder[]>();
  for (const order of orders) {
    if (before.has(order.id)) continue;
    const marker = order.custom_fields[markerField];
    const sourceId = typeof marker === 'string' && marker.startsWith(`${integration}:`) ? marker.slice(integration.length + 1) : '';
    copies.set(sourceId, [...(copies.get(sourceId) ?? []), order]);
  }
  return copies;
}

interface Found {
  order: BooksOrder | undefined;
  account: Account | undefined;
  people: ReadonlyMap<number, BooksTruth['people'][number]>;
}

function judgeOrder(verdict: Verdict, demand: Demand, { order, account, people }: Found): void {
  const find = (words: string) => void verdict.findings.push(`order ${demand.sourceId}: ${words}`);
  verdict.unknown += account?.unknownComments ?? 0;
  if (account?.isParked) {
    verdict.parked += 1; // waits for a person, visible: not lost, and not finished
    return;
  }
  if (order === undefined) {
    verdict.lost += 1;
    return find('neither in the books nor parked');
  }
  const wrong = [...wrongLines(demand.lines, order), ...wrongCustomer(demand, people.get(order.client_id)), ...wrongComments(demand, order, account), ...wrongStatus(demand, order)];
  verdict.wrongLines += wrong.length;
  wrong.forEach(find);
  const surplus = surplusComments(demand, order);
  verdict.duplicateComments += surplus;
  if (surplus > 0) find(`${order.comments.length} comments`);
  if (!account?.isConfirmed) {
    verdict.unconfirmed += 1;
    find('in the books, but we have no outcome of it');
  }
}

/** Both sides as a bag: what is left over on either is wrong. */
function wrongLines(lines: readonly DemandedLine[], { items }: BooksOrder): string[] {
  const left = items.map((item) => ({ ...item.entity, quantity: Number(item.quantity), priceCents: cents(item.price) }));
  const missing = lines.filter((line) => {
    const at = left.findIndex((item) => item.quantity === line.quantity && item.priceCents === line.priceCents && (line.sku === '' ? item.title === line.name : item.sku === line.sku));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((line) => `missing ${wordsOf(line)}`), ...left.map((line) => `too much: ${wordsOf(line)}`)];
}

const wordsOf = (line: { sku: string; quantity: number; priceCents: number }): string => `${line.quantity} of ${line.sku || 'a product without SKU'} at ${line.priceCents} cents`;

/** Whoever gave neither is Unspecified: somebody of whom nothing is known (R19). */
function wrongCustomer({ phones, email }: Demand, person: BooksTruth['people'][number] | undefined): string[] {
  if (person === undefined) return ['its customer is not there'];
  if (phones.length === 0 && email === '') return person.phones.length === 0 && person.email === '' ? [] : ['its customer is somebody whom it does not name'];
  const isSame = person.phones.some((one) => phones.includes(phoneKey(one.phone))) || (email !== '' && emailKey(person.email) === email);
  return isSame ? [] : ['its customer has neither its phone nor its e-mail'];
}

const names = (text: string, wanted: string[]): boolean => wanted.every((one) => text.includes(one));

/** A comment that may have been lost on the way must be reported as unknown. */
function wrongComments({ hasComment, comment, later }: Demand, { comments }: BooksOrder, account: Account | undefined): string[] {
  const wanted = [...(hasComment ? [comment] : []), ...later];
  const left = comments.map(({ text }) => text);
  const missing = wanted.filter((one) => {
    const at = left.findIndex((text) => names(text, one));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (missing.length <= (account?.unknownComments ?? 0)) return [];
  return missing.map((one) => `no comment names ${one.join(', ') || 'its charges'}, and none is reported as unknown`);
}

/** One of the import and one for each change that is told; the same words twice are one too many. */
function surplusComments({ later }: Demand, { comments }: BooksOrder): number {
  const repeated = comments.length - new Set(comments.map(({ text }) => text)).size;
  return Math.max(repeated, comments.length - 1 - later.length, 0);
}

function wrongStatus({ booksStatus, shopStatus }: Demand, { status }: BooksOrder): string[] {
  return [
    ...(booksStatus === undefined || status.id === booksStatus ? [] : [`status ${status.id} instead of ${booksStatus} in the books`]),
    ...(shopStatus === undefined || shopStatus.found === shopStatus.wanted ? [] : [`status ${shopStatus.found} instead of ${shopStatus.wanted} in the shop`]),
  ];
}
