/** What the shop keeps. Amounts are whole hundredths of the shop's currency, times are ms of whole seconds. */

export interface Address {
  id: number;
  firstName: string | null;
  lastName: string | null;
  company: string | null;
  address1: string | null;
  address2: string | null;
  city: string | null;
  zip: string | null;
  province: string | null;
  provinceCode: string | null;
  countryCode: string | null;
  phone: string | null;
}

export type EmailState = 'NOT_SUBSCRIBED' | 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'PENDING' | 'INVALID' | 'REDACTED';
export type OptInLevel = 'SINGLE_OPT_IN' | 'CONFIRMED_OPT_IN' | 'UNKNOWN';
export interface Consent {
  state: EmailState;
  level: OptInLevel | null;
  at: number | null;
}

export interface Customer {
  id: number;
  firstName: string | null;
  lastName: string | null;
  email: string | null;
  /** E.164 */
  phone: string | null;
  addresses: Address[];
  note: string | null;
  tags: string[];
  locale: string;
  emailConsent: Consent;
  smsConsent: Consent;
  createdAt: number;
  updatedAt: number;
  /** when search finds it */
  indexedAt: number;
}

/** A share of a discount on a line or on shipping. `discount` is the index among the order's discounts. */
export interface Allocation {
  discount: number;
  amount: number;
}

export interface Discount {
  kind: 'code' | 'manual' | 'automatic';
  /** code or title */
  title: string;
  target: 'line' | 'all' | 'shipping';
  /** percent, or an amount in hundredths */
  percent: number | null;
  amount: number;
}

export interface Line {
  id: number;
  productId: number | null;
  variantId: number | null;
  title: string;
  variantTitle: string | null;
  sku: string | null;
  vendor: string | null;
  /** as ordered, with what was removed or refunded since */
  quantity: number;
  removed: number;
  refunded: number;
  fulfilled: number;
  /** of one unit */
  price: number;
  allocations: Allocation[];
  taxable: boolean;
  requiresShipping: boolean;
  attributes: { key: string; value: string | null }[];
}

export interface ShippingLine {
  id: number;
  title: string;
  code: string | null;
  carrier: string | null;
  price: number;
  allocations: Allocation[];
  removed: boolean;
}

export interface RefundLine {
  id: number;
  lineId: number;
  quantity: number;
  subtotal: number;
  tax: number;
  restock: 'RETURN' | 'CANCEL' | 'NO_RESTOCK';
}

export interface Refund {
  id: number;
  createdAt: number;
  note: string | null;
  lines: RefundLine[];
  /** of the shipping price */
  shipping: number;
  /** what was paid back beyond lines and shipping; negative: held back */
  adjustment: number;
  amount: number;
}

export interface Fulfillment {
  id: number;
  name: string;
  createdAt: number;
  status: 'SUCCESS' | 'CANCELLED';
  tracking: { company: string | null; number: string | null; url: string | null }[];
  lines: { id: number; lineId: number; quantity: number }[];
}

export interface Transaction {
  id: number;
  kind: 'SALE' | 'AUTHORIZATION' | 'CAPTURE' | 'REFUND' | 'VOID';
  status: 'SUCCESS' | 'PENDING';
  gateway: string;
  amount: number;
  createdAt: number;
  refundId: number | null;
}

export const payments = ['AUTHORIZED', 'EXPIRED', 'PAID', 'PARTIALLY_PAID', 'PENDING', 'VOIDED'] as const;
export type Payment = (typeof payments)[number];
export const heldStates = ['IN_PROGRESS', 'ON_HOLD', 'OPEN', 'PENDING_FULFILLMENT', 'REQUEST_DECLINED', 'RESTOCKED', 'SCHEDULED'] as const;
export type HeldState = (typeof heldStates)[number];
export const cancelReasons = ['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'OTHER', 'STAFF'] as const;
export type CancelReason = (typeof cancelReasons)[number];

export interface Order {
  id: number;
  number: number;
  createdAt: number;
  updatedAt: number;
  /** long before `createdAt` for orders imported from elsewhere */
  processedAt: number;
  cancelledAt: number | null;
  cancelReason: CancelReason | null;
  closedAt: number | null;
  confirmed: boolean;
  test: boolean;
  edited: boolean;
  email: string | null;
  phone: string | null;
  customerId: number | null;
  billing: Address | null;
  shipping: Address | null;
  note: string | null;
  tags: string[];
  sourceName: string;
  poNumber: string | null;
  attributes: { key: string; value: string | null }[];
  currency: string;
  presentmentCurrency: string;
  /** presentment units for one of the shop's */
  rate: number;
  taxesIncluded: boolean;
  vatPercent: number | null;
  payment: Payment;
  /** received so far */
  received: number;
  /** a state other than what the fulfilments say */
  held: HeldState | null;
  lines: Line[];
  shippingLines: ShippingLine[];
  discounts: Discount[];
  tip: number;
  fees: { id: number; name: string; amount: number }[];
  refunds: Refund[];
  fulfillments: Fulfillment[];
  transactions: Transaction[];
}

export interface Metafield {
  id: number;
  namespace: string;
  key: string;
  type: string;
  value: string;
}

export interface Product {
  id: number;
  title: string;
  handle: string;
  descriptionHtml: string;
  status: 'ACTIVE' | 'ARCHIVED' | 'DRAFT' | 'UNLISTED';
  vendor: string;
  productType: string;
  tags: string[];
  categoryId: string | null;
  collectionIds: number[];
  options: { id: number; name: string }[];
  variantIds: number[];
  metafields: Metafield[];
  createdAt: number;
  updatedAt: number;
}

export interface Variant {
  id: number;
  productId: number;
  /** "Default Title" for a product without options */
  title: string;
  sku: string | null;
  barcode: string | null;
  price: number;
  values: string[];
  position: number;
  inventoryItemId: number;
  tracked: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface Collection {
  id: number;
  title: string;
  handle: string;
  updatedAt: number;
}

/** A node of the vendor's taxonomy; ids are texts such as "el-2-1". */
export interface Category {
  id: string;
  name: string;
  parentId: string | null;
}

export interface Location {
  id: number;
  name: string;
  city: string;
  isActive: boolean;
}

/** Stock of one item at one place. */
export interface Level {
  itemId: number;
  locationId: number;
  available: number;
  committed: number;
  updatedAt: number;
}

export interface Subscription {
  id: number;
  /** ORDERS_CREATE */
  topic: string;
  uri: string;
  format: 'JSON' | 'XML';
  includeFields: string[];
  metafieldNamespaces: string[];
  filter: string | null;
  name: string | null;
  createdAt: number;
  updatedAt: number;
}

export interface BulkOperation {
  id: number;
  query: string;
  groupObjects: boolean;
  createdAt: number;
  status: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'CANCELING' | 'CANCELED' | 'FAILED' | 'EXPIRED';
  errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT' | null;
  completedAt: number | null;
  objectCount: number;
  rootObjectCount: number;
  /** JSON lines */
  result: string | null;
  /** the part of its address that cannot be guessed */
  secret: string;
}
