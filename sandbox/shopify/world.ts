/** Everything a part of the shop needs, in one object; a reset replaces what is in it. */
import type { Deliveries } from '../kernel/deliveries.ts';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { PlanName } from './limits.ts';
import { wholeSecond } from './dates.ts';
import type { AppKind, Switches } from './options.ts';
import type { Store } from './store.ts';

export interface Shop {
  id: number;
  name: string;
  /** waybill-test.myshopify.com */
  domain: string;
  email: string;
  currency: string;
  timeZone: string;
  taxesIncluded: boolean;
  /** null: no taxes */
  vatPercent: number | null;
  plan: PlanName;
  createdAt: number;
}

/** What a request with the token may do. */
export interface Token {
  token: string;
  scopes: string[];
  /** null: never */
  expiresAt: number | null;
}

export const accountStates = ['active', 'frozen', 'forbidden', 'missing', 'locked', 'inactive'] as const;
export type AccountState = (typeof accountStates)[number];

export interface Account {
  state: AccountState;
  app: AppKind;
  tokens: Token[];
  /** what the next token gets */
  scopes: string[];
  client: { id: string; secret: string };
  /** where privacy requests go: set in the app's configuration, not over the API */
  privacyAddress: string | null;
  /** registered address → where it really is; for tests without https */
  routes: { from: string; to: string }[];
}

/** The leaky bucket of (app, shop). */
export interface Bucket {
  available: number;
  at: number;
}

export interface World {
  clock: SandboxClock;
  shop: Shop;
  account: Account;
  switches: Switches;
  store: Store;
  bucket: Bucket;
  deliveries: Deliveries;
  /** failures in a row of each subscription's deliveries, by webhook id */
  failures: Map<number, Map<string, number>>;
  /** number of the current event, and the topics it has told so far */
  event: { id: string } | null;
  counters: { event: number; webhook: number; request: number };
}

/** The shop's clock, as fine as it stores. */
export const nowOf = (world: Pick<World, 'clock'>): number => wholeSecond(world.clock.now());
