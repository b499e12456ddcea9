/** The one comment of an import in the order's event feed: charges that are no lines (N14), doubts about the customer (R18), delivery (R13). */
import { compare, gross, isZero, round, subtract } from '../../domain/money.ts';
import type { Order } from '../../domain/order.ts';
import type { Note } from '../../domain/outcome.ts';
import type { Content } from './content.ts';
import type { RoappStep } from './step.ts';

/** Text limits are undocumented; the vendor's clients stay below this (contract roapp 9). */
const longest = 1_000;

/** Undefined when there is nothing to say. */
export function commentOf({ texts, pair }: Pick<RoappStep, 'texts' | 'pair'>, { order, priced }: Content, notes: Note[]): string | undefined {
  const money = (amount: string) => `${amount} ${order.currency}`;
  const charges = priced.inComment.map((charge) => {
    const amount = pair.prices === 'with-tax' ? gross(charge.total) : charge.total.net;
    return `${[texts[charge.kind], charge.name].filter(Boolean).join(' – ')}: ${money(twoDigits(amount))}`;
  });
  const delivery = deliveryText({ texts }, order);
  const lines = [
    ...(notes.some((note) => note.code === 'contacts-differ') ? [texts.contactsDiffer] : []),
    ...charges,
    ...(compare(priced.total, priced.expected) === 0 ? [] : [`${texts.shopTotal}: ${money(twoDigits(priced.expected))}; ${texts.linesTotal}: ${money(twoDigits(priced.total))}`]),
    ...(delivery === undefined ? [] : [delivery]),
  ];
  return lines.length === 0 ? undefined : lines.join('\n').slice(0, longest);
}

/** R13: carrier, cost and recipient, as they stand in the comment; undefined where the platform gives none (R12). */
export function deliveryText({ texts }: Pick<RoappStep, 'texts'>, { delivery, currency }: Order): string | undefined {
  if (delivery === undefined) return undefined;
  return [
    `${texts.delivery}: ${delivery.carrier}`,
    ...(delivery.isCostOpen ? [`${texts.deliveryCost}: ${texts.costOpen}`] : delivery.cost === undefined ? [] : [`${texts.deliveryCost}: ${delivery.cost} ${currency}`]),
    ...(delivery.recipient === undefined ? [] : [`${texts.recipient}: ${delivery.recipient}`]),
    ...(delivery.trackingNumber === undefined ? [] : [`${texts.tracking}: ${delivery.trackingNumber}`]),
  ].join('\n');
}

/** N14: what of the amount did not become lines, and why. */
export function pricingNotes({ priced, order }: Content): Note[] {
  const named: Note[] = priced.inComment.map((charge) => ({ code: 'charge-in-comment', text: `${charge.kind} ${charge.name}: ${gross(charge.total)} ${order.currency} with tax` }));
  named.push(...(order.remarks ?? []).map((text): Note => ({ code: 'remark', text })));
  if (isZero(subtract(priced.expected, priced.total))) return named;
  const parts = priced.differences.map(({ reason, amount }) => `${reason} ${amount}`).join(', ');
  return [...named, { code: 'total-differs', text: `source ${priced.expected}, target ${priced.total} ${order.currency}: ${parts}` }];
}

const twoDigits = (amount: string): string => round(amount, 2);
