/** `orders/update` (contract cartum 4.3): absolute values of status, payment and tracking code, one log entry an order. */
import { z } from 'zod';
import type { StoredOrder } from './model.ts';
import { setPaid, setStatus } from './order-status.ts';
import { parse, whole } from './params.ts';
import type { Envelope, Row } from './replies.ts';
import type { World } from './store.ts';

const rows = z.object({ orders: z.array(z.record(z.string(), z.unknown())) });
const number = (value: unknown): number | undefined => whole.safeParse(value).data;

/** A good entry's text is undefined. */
type Verdict = string | undefined;

export function updateOrders(world: World, params: Row): Envelope {
  const verdicts = parse(rows, params).orders.map((row) => ({ row, verdict: updateOne(world, row) }));
  const log = verdicts.map(({ row, verdict }) => logEntry(world, row, verdict));
  return { status: verdicts.every(({ verdict }) => verdict === undefined) ? 'OK' : 'WARNING', response: { log } };
}

function logEntry({ switches }: World, row: Row, verdict: Verdict): Row {
  const status = verdict === undefined ? 'OK' : 'ERROR';
  const text = verdict ?? 'UPDATED';
  return switches.logSpelling === 'messages' ? { status, messages: text } : { status, message: text, order_id: row['order_id'] };
}

/** Nothing of an order is changed when one of its values is refused. */
function updateOne(world: World, row: Row): Verdict {
  const order = world.store.orders.get(number(row['order_id']) ?? -1);
  if (order === undefined) return 'order is not found';
  const status = 'status' in row ? number(row['status']) : order.status;
  const isKnown = world.store.statuses.some(({ id }) => id === status);
  const saysSomething = ['status', 'payed', 'tracking_code'].some((name) => name in row);
  if (status === undefined || !isKnown || !saysSomething) return 'status is not defined or defined incorrectly';
  const payed = 'payed' in row ? number(row['payed']) : Number(order.isPaid);
  if (payed !== 0 && payed !== 1) return 'payed is defined incorrectly';
  if (order.isLocked && ('tracking_code' in row || status !== order.status || (payed === 1) !== order.isPaid)) return 'order is locked';
  apply(world, order, row, { status, payed });
  return undefined;
}

function apply(world: World, order: StoredOrder, row: Row, { status, payed }: { status: number; payed: 0 | 1 }): void {
  if ('status' in row) setStatus(world, order, status, 'api');
  setPaid(world, order, payed === 1);
  if (typeof row['tracking_code'] === 'string') order.delivery.trackingNumber = row['tracking_code'];
}
