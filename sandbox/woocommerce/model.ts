/** What the shop keeps. Amounts are millionths (amount.ts), times are ms of whole seconds, names are stored HTML-encoded as WordPress does. */

export interface Meta {
  id: number;
  key: string;
  value: unknown;
}

export interface Address {
  first_name: string;
  last_name: string;
  company: string;
  address_1: string;
  address_2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  phone: string;
}

export interface BillingAddress extends Address {
  email: string;
}

export interface OrderLine {
  id: number;
  name: string;
  /** as sold; the reply shows 0 once the product is gone */
  productId: number;
  variationId: number;
  quantity: number;
  taxClass: string;
  subtotal: number;
  total: number;
  subtotalTax: number;
  totalTax: number;
  meta: Meta[];
}

export interface ShippingLine {
  id: number;
  methodTitle: string;
  methodId: string;
  instanceId: string;
  total: number;
  totalTax: number;
  meta: Meta[];
}

export interface FeeLine {
  id: number;
  name: string;
  total: number;
  totalTax: number;
  meta: Meta[];
}

export interface CouponLine {
  id: number;
  code: string;
  discount: number;
  discountTax: number;
  nominal: number;
  meta: Meta[];
}

export interface Refund {
  id: number;
  createdAt: number;
  amount: number;
  reason: string;
  refundedPayment: boolean;
  meta: Meta[];
  /** with negative quantities and totals */
  lines: OrderLine[];
}

export interface Note {
  id: number;
  author: string;
  createdAt: number;
  note: string;
  customerNote: boolean;
}

/** One e-mail to the customer: on entering a status, for a refund, or with a note. */
export interface Mail {
  kind: 'on-hold' | 'processing' | 'completed' | 'refunded' | 'partially-refunded' | 'note';
  at: number;
}

export interface Totals {
  discount: number;
  discountTax: number;
  shipping: number;
  shippingTax: number;
  cartTax: number;
  total: number;
  totalTax: number;
}

export interface StoredOrder {
  id: number;
  /** arbitrary place among orders of one second */
  tie: number;
  number: string;
  status: string;
  currency: string;
  pricesIncludeTax: boolean;
  /** null: the shop charged no tax on this order */
  vatPercent: number | null;
  createdAt: number;
  modifiedAt: number;
  paidAt: number | null;
  completedAt: number | null;
  customerId: number;
  orderKey: string;
  billing: BillingAddress;
  shipping: Address;
  paymentMethod: string;
  paymentMethodTitle: string;
  transactionId: string;
  customerNote: string;
  createdVia: string;
  meta: Meta[];
  lines: OrderLine[];
  shippingLines: ShippingLine[];
  feeLines: FeeLine[];
  couponLines: CouponLine[];
  taxLineId: number;
  totals: Totals;
  refunds: Refund[];
  notes: Note[];
  /** what the shop wrote to the customer, oldest first */
  mails: Mail[];
  stockReduced: boolean;
  /** what the panel restores from the trash to; null while it is not there */
  statusBeforeTrash: string | null;
}

export interface Attribute {
  name: string;
  options: string[];
}

export interface Product {
  id: number;
  type: 'simple' | 'grouped' | 'external' | 'variable' | 'variation';
  name: string;
  slug: string;
  status: string;
  description: string;
  shortDescription: string;
  sku: string;
  globalUniqueId: string;
  regularPrice: string;
  salePrice: string;
  manageStock: boolean;
  stockQuantity: number | null;
  backorders: string;
  categoryIds: number[];
  attributes: Attribute[];
  variationIds: number[];
  parentId: number;
  createdAt: number;
  modifiedAt: number;
  meta: Meta[];
}

export interface Category {
  id: number;
  name: string;
  slug: string;
  parent: number;
  description: string;
}

export interface Customer {
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  username: string;
  role: string;
  billing: BillingAddress;
  shipping: Address;
  createdAt: number;
  modifiedAt: number;
  meta: Meta[];
}

/** One change as the shop itself notices it; the only place from which deliveries to others may be made. */
export interface ChangeEvent {
  at: number;
  topic: 'order.created' | 'order.updated' | 'order.deleted' | 'order.restored' | 'product.created' | 'product.updated' | 'product.deleted';
  id: number;
}

export interface Webhook {
  id: number;
  name: string;
  status: 'active' | 'paused' | 'disabled';
  topic: string;
  deliveryUrl: string;
  secret: string;
  createdAt: number;
  modifiedAt: number;
  /** deliveries refused in a row; it stops counting where the shop gives up */
  failures: number;
  /** the shop's home address as its creator reached it, without slash at its end */
  site: string;
}

export const emptyAddress = (): Address => ({ first_name: '', last_name: '', company: '', address_1: '', address_2: '', city: '', state: '', postcode: '', country: '', phone: '' });
export const emptyBilling = (): BillingAddress => ({ ...emptyAddress(), email: '' });
export const noTotals = (): Totals => ({ discount: 0, discountTax: 0, shipping: 0, shippingTax: 0, cartTax: 0, total: 0, totalTax: 0 });
