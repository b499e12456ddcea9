/** The shop's state, and what surrounds it while it is open. */
import type { SandboxClock } from '../kernel/sandbox.ts';
import { statusesOfShop } from './dictionaries.ts';
import type { HookQueue } from './hook-queue.ts';
import type { Country, Currency, Hook, Mail, Page, Product, Status, StatusChange, StoredOrder } from './model.ts';
import type { Envelope } from './replies.ts';
import type { Switches } from './switches.ts';
import type { Variety } from './variety.ts';

export interface Shop {
  timeZone: string;
  currency: string;
  country: Country;
  /** the default language first */
  languages: [string, ...string[]];
}

export interface Counters {
  order: number;
  hook: number;
  page: number;
  storage: number;
}

export interface Store {
  orders: Map<number, StoredOrder>;
  products: Map<string, Product>;
  pages: Map<number, Page>;
  currencies: Currency[];
  statuses: Status[];
  hooks: Map<number, Hook>;
  changes: StatusChange[];
  mails: Mail[];
  next(counter: keyof Counters): number;
}

/** What the next call of a function answers instead of doing anything. */
export interface PreparedAnswer extends Envelope {
  /** "orders/get" */
  function: string;
  httpStatus: number;
}

export interface World {
  clock: SandboxClock;
  shop: Shop;
  login: string;
  password: string;
  switches: Switches;
  variety: Variety;
  /** decides the arbitrary order of rows */
  rowSeed: number;
  store: Store;
  /** token and the instant it was handed out */
  tokens: Map<string, number>;
  prepared: PreparedAnswer[];
  queue: HookQueue;
}

/** A shop without orders and goods. */
export function createStore(shop: Shop): Store {
  const counters: Counters = { order: 1000, hook: 11, page: 2, storage: 500 };
  const others = ['EUR', 'USD', 'UAH', 'PLN'].filter((iso) => iso !== shop.currency).slice(0, 2);
  return {
    orders: new Map(),
    products: new Map(),
    pages: new Map(),
    currencies: [shop.currency, ...others].map((iso, index) => ({ id: index + 1, iso, isEnabled: index < 2 })),
    statuses: statusesOfShop.map((status) => ({ ...status })),
    hooks: new Map(),
    changes: [],
    mails: [],
    next: (counter) => (counters[counter] += 1),
  };
}
