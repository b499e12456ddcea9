/** What a simulated shop stores. Amounts are whole hundredths of the currency, times ms since 1970. */
import type { HookEvent } from './limits.ts';

export type Country = 'UA' | 'PL';

/** A text by language key, e.g. `{ ua, en }`. */
export type Texts = Record<string, string>;

export const lineTypes = ['product', 'gift', 'gift_parent', 'set_main', 'set_item'] as const;
export type LineType = (typeof lineTypes)[number];

export interface OrderLine {
  /** in the language of the order */
  title: string;
  article: string;
  price: number;
  /** may have decimals */
  quantity: number;
  discountMarker: string;
  type: LineType;
  storageId: number;
  parentStorageId: number | null;
  /** whether `total_default` counts it: the vendor does not say which lines of sets and gifts do */
  counts: boolean;
}

export interface Delivery {
  typeId: number;
  /** the carrier's name of the city, and the platform's */
  city: string;
  cityStable: string;
  /** for Ukrposhta the parts are joined with @ */
  address: string;
  /** null: not calculated, -1 in replies */
  price: number | null;
  trackingNumber: string | null;
}

export interface Coupon {
  code: string;
  percent: number;
  value: number;
}

export interface StoredOrder {
  /** `order_id`, the number people see */
  id: number;
  user: number;
  status: number;
  createdAt: number;
  /** the same in shop time, as stored and filtered by */
  createdText: string;
  /** its arbitrary place among the rows of a list */
  place: number;
  currency: string;
  language: string;
  name: string;
  email: string;
  phone: string;
  delivery: Delivery;
  comment: string;
  paymentTypeId: number;
  isPaid: boolean;
  discountPercent: number;
  coupon: Coupon | null;
  manager: string | null;
  company: string;
  campaign: string | number;
  lines: OrderLine[];
  /** what `total_default` has beyond its lines */
  adjustment: number;
  /** for good: status 4 was set over the API */
  isLocked: boolean;
  /** goods are out of the stock */
  holdsStock: boolean;
}

export interface Status {
  id: number;
  title: Texts;
  isSuccessful: boolean;
}

export interface Product {
  article: string;
  parentArticle: string;
  title: Texts;
  description: Texts;
  shortDescription: Texts;
  price: number;
  priceOld: number;
  pageId: number;
  quantity: number;
  createdText: string;
  isShown: boolean;
}

/** A page of the site; categories are pages. */
export interface Page {
  id: number;
  /** null: directly below the root */
  parent: number | null;
  title: Texts;
}

export interface Currency {
  id: number;
  iso: string;
  isEnabled: boolean;
}

export interface Hook {
  id: number;
  event: HookEvent;
  targetUrl: string;
}

/** One status set by anybody, also to what it was. */
export interface StatusChange {
  at: number;
  orderId: number;
  from: number;
  to: number;
  by: 'api' | 'staff';
}

/** One e-mail to a customer about a status. */
export interface Mail {
  at: number;
  orderId: number;
  status: number;
}
