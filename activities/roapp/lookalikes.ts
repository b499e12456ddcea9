/** Orders that already stand in RO App without our marker: typed by hand, or brought by another connector (N16). */
import { compare, isDecimal } from '../../domain/money.ts';
import type { Lookalike, OrderSummary } from '../../domain/ports.ts';
import { allPages } from './client.ts';
import { contactDigests } from './identity.ts';
import { hasAnyMarker, roappInstant } from './map.ts';
import type { RoappOrder } from './schemas.ts';
import { subjectOf, type RoappStep } from './step.ts';

const dayMs = 24 * 60 * 60_000;

/** Matched by customer (phone or e-mail), total, and day in the account's zone. Reads only. */
export async function findLookalikes(step: RoappStep, summaries: OrderSummary[]): Promise<Lookalike[]> {
  const times = summaries.map((summary) => Date.parse(summary.createdAt)).filter(Number.isFinite);
  if (times.length === 0) return [];
  const created_at = [roappInstant(Math.min(...times) - dayMs), roappInstant(Math.max(...times) + dayMs)];
  const orders = (await allPages(step.client.orders, { created_at, sort: 'id' })).filter((order) => !hasAnyMarker(order, step.settings));
  const dayOf = await dayIn(step);
  return orders.flatMap((order) => {
    const people = new Set(order.client ? contactDigests(step, order.client.phone, order.client.email) : []);
    const matches = summaries.filter((summary) => isSameCustomer(summary, people) && isSameTotal(summary, order) && dayOf(summary.createdAt) === dayOf(order.created_at));
    return matches.map((summary) => ({ sourceId: summary.sourceId, number: summary.number, targetId: String(order.id), targetNumber: order.number, createdAt: order.created_at, total: order.total }));
  });
}

const isSameCustomer = ({ phoneDigest, emailDigest }: OrderSummary, people: Set<string>): boolean => [phoneDigest, emailDigest].some((digest) => digest !== undefined && people.has(digest));

const isSameTotal = (summary: OrderSummary, order: RoappOrder): boolean => isDecimal(order.total) && isDecimal(summary.total) && compare(order.total, summary.total) === 0;

async function dayIn({ ledger, connection }: RoappStep): Promise<(instant: string) => string> {
  const timeZone = (await ledger.marks.get(subjectOf(connection), 'timeZone')) ?? 'UTC';
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  return (instant) => format.format(new Date(instant));
}
