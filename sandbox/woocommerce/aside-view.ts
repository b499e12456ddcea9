/** Refunds and notes of an order as the API shows them (contract woocommerce 4). */
import { amountText } from './amount.ts';
import { gmtText, localText } from './dates.ts';
import { lineView, metaView } from './line-view.ts';
import type { Note, Refund, StoredOrder } from './model.ts';
import type { Row } from './reply.ts';
import type { ViewOptions } from './view-options.ts';

export function refundView(refund: Refund, order: StoredOrder, view: ViewOptions): Row {
  const base = `${view.site}/wp-json/wc/v3/orders/${order.id}`;
  return {
    id: refund.id,
    date_created: localText(refund.createdAt, view.store.shop.timeZone),
    date_created_gmt: gmtText(refund.createdAt),
    amount: amountText(refund.amount, view.dp),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: refund.refundedPayment,
    meta_data: metaView(refund.meta),
    line_items: refund.lines.map((line) => lineView(line, order, view)),
    shipping_lines: [],
    tax_lines: [],
    fee_lines: [],
    _links: {
      self: [{ href: `${base}/refunds/${refund.id}`, targetHints: { allow: ['GET', 'DELETE'] } }],
      collection: [{ href: `${base}/refunds` }],
      up: [{ href: base }],
    },
  };
}

export function noteView(note: Note, order: StoredOrder, { store, site }: ViewOptions): Row {
  const base = `${site}/wp-json/wc/v3/orders/${order.id}`;
  return {
    id: note.id,
    author: note.author,
    date_created: localText(note.createdAt, store.shop.timeZone),
    date_created_gmt: gmtText(note.createdAt),
    note: note.note,
    customer_note: note.customerNote,
    _links: {
      self: [{ href: `${base}/notes/${note.id}`, targetHints: { allow: ['GET', 'DELETE'] } }],
      collection: [{ href: `${base}/notes` }],
      up: [{ href: base }],
    },
  };
}
