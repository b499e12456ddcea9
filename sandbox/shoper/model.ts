/** What the shop holds: customers, their addresses, newsletter subscribers, additional fields, webhooks. Times are ms since 1970. */

export interface Customer {
  id: number;
  /** as typed */
  email: string;
  firstname: string;
  lastname: string;
  /** percent, decimal text */
  discount: string;
  newsletter: boolean;
  active: boolean;
  /** the e-mail address was confirmed */
  isVerified: boolean;
  /** false: a guest who bought without an account */
  isRegistered: boolean;
  /** 0 shop, 1 Facebook, 2 mobile, 3 Allegro */
  origin: number;
  groupId: number | null;
  langId: number;
  comment: string;
  /** additional fields that were answered, by their id */
  fields: Record<number, string>;
  tags: string[];
  addedAt: number;
  /** null: never */
  visitedAt: number | null;
}

export interface Address {
  id: number;
  userId: number;
  name: string;
  company: string;
  pesel: string;
  firstname: string;
  lastname: string;
  street1: string;
  street2: string;
  city: string;
  zip: string;
  state: string;
  country: string;
  countryCode: string;
  isDefault: boolean;
  isShippingDefault: boolean;
  /** as typed by the buyer */
  phone: string;
  taxNumber: string;
}

export interface Subscriber {
  id: number;
  /** as typed */
  email: string;
  active: boolean;
  langId: number;
  groups: number[];
  addedAt: number;
}

export interface SubscriberGroup {
  id: number;
  name: string;
  /** new subscribers without groups of their own get it */
  isAutomatic: boolean;
}

export interface AdditionalField {
  id: number;
  /** 1 text, 2 checkbox, 3 select, 4 file, 5 hidden, 6 description */
  type: number;
  /** bitmask; 1 user, 2 account panel, 4 registration … */
  locate: number;
  isRequired: boolean;
  isActive: boolean;
  order: number;
  isChecked: boolean;
  names: Record<string, string>;
  options: { id: number; value: string }[];
}

export interface Language {
  id: number;
  locale: string;
  isActive: boolean;
}

export interface Webhook {
  id: number;
  url: string;
  secret: string;
  active: boolean;
  /** 0 JSON, 1 XML */
  format: 0 | 1;
  events: string[];
  /** declared in an App Store application: its deliveries are signed with a derived secret. `system`: of the platform's own applications */
  madeBy: 'api' | 'app store' | 'system';
}

/** One change of a person, in the order they happened. */
export interface Change {
  at: number;
  event: string;
  id: number;
  email: string;
  by: 'api' | 'people';
}
