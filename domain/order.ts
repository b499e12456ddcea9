/** An order as every platform's connector gives it and every target's connector takes it. */
import type { Customer } from './customer.ts';
import type { Amount, Decimal } from './money.ts';
import type { Product } from './product.ts';

export interface LineItem {
  /** the platform's id of the line, unique within the order */
  key: string;
  product: Product;
  /** what is still ordered: refunded pieces are taken off (R16) */
  quantity: Decimal;
  /** for the whole line, after discounts, for `quantity` pieces */
  total: Amount;
}

/** Money of an order that belongs to no product line: becomes a line by a configured article, or is named in the comment (N14). */
export interface Charge {
  kind: 'shipping' | 'fee' | 'discount';
  name: string;
  /** negative for discounts */
  total: Amount;
}

/** How an order came to its end on the platform before its goods left (decision on R8, R16). */
export type Ending = 'cancelled' | 'refunded' | 'trashed' | 'deleted';

/** Carrier, cost and recipient of a delivery (R13). WooCommerce orders carry none (R12). */
export interface Delivery {
  carrier: string;
  cost?: Decimal;
  /** the platform has not worked the cost out yet: to be said instead of a cost */
  isCostOpen?: boolean;
  recipient?: string;
  /** the carrier's number of the parcel, once there is one */
  trackingNumber?: string;
}

export interface Order {
  /** the platform's immutable id */
  sourceId: string;
  /** what the shop's staff call it; may differ from the id */
  number: string;
  /** the platform's own status word */
  status: string;
  /** cancelled, fully refunded or trashed there; absent while it goes on */
  ending?: Ending;
  /** what people call the platform, e.g. "WooCommerce": stands before the number in notes for staff */
  platform?: string;
  /** ISO 8601 UTC */
  createdAt: string;
  modifiedAt: string;
  /** ISO 4217 */
  currency: string;
  /** absent when the order names nobody (R10) */
  customer?: Customer;
  lineItems: LineItem[];
  charges: Charge[];
  delivery?: Delivery;
  /** what the customer owes with tax, as the platform has it, after refunds */
  total: Decimal;
  /** tax within `total` */
  totalTax: Decimal;
  /** what the source noticed about this order and a person should know, in plain words: becomes lines of the report (notes) */
  remarks?: string[];
}
