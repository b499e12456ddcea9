/** The simulated systems' truth against what the rules demand: order by order, line by line, comment by comment. */
import type { Demand, DemandedLine } from './demand.ts';
import { countDoubles, type Doubles } from './doubles.ts';
import { integration, markerField } from './settings.ts';
import { cents, emailKey, phoneKey, type BooksOrder, type BooksTruth } from './truths.ts';

/** What our own memory says became of an order. */
export interface Account {
  isParked: boolean;
  /** the record is completed and its latest outcome is *created* */
  isConfirmed: boolean;
  /** its comment is reported as *unknown* */
  isUnknown: boolean;
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
  if (account?.isUnknown) verdict.unknown += 1;
  if (account?.isParked) {
    verdict.parked += 1; // waits for a person, visible: not lost, and not finished
    return;
  }
  if (order === undefined) {
    verdict.lost += 1;
    return find('neither in the books nor parked');
  }
  const wrong = [...wrongLines(demand.lines, order), ...wrongCustomer(demand, people.get(order.client_id)), ...wrongComment(demand, order, account)];
  verdict.wrongLines += wrong.length;
  wrong.forEach(find);
  const surplus = Math.max(0, order.comments.length - 1);
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

function wrongCustomer({ phone, email }: Demand, person: BooksTruth['people'][number] | undefined): string[] {
  const isSame = (phone !== '' && person?.phones.some((one) => phoneKey(one.phone) === phone)) || (email !== '' && person !== undefined && emailKey(person.email) === email);
  return isSame ? [] : ['its customer has neither its phone nor its e-mail'];
}

/** A comment that may have been lost on the way must be reported as unknown. */
function wrongComment({ charges, amounts }: Demand, { comments }: BooksOrder, account: Account | undefined): string[] {
  const [comment] = comments;
  if (charges === 0) return [];
  if (comment === undefined) return account?.isUnknown ? [] : ['its comment is missing and not reported as unknown'];
  return amounts.every((amount) => comment.text.includes(amount)) ? [] : ['its comment does not name every charge'];
}
