/** What the judge has to know of a platform: how its shop is filled and connected, what its truth demands, and what its staff and buyers change. */
import type { RemoteSandbox } from '../../../sandbox/kernel/remote.ts';
import type { Demand } from '../demand.ts';

export const sources = ['woocommerce', 'shopify', 'cartum'] as const;
export type Source = (typeof sources)[number];

/** An order of the shop as it stands now. */
export interface FrontOrder {
  id: number;
  /** as an import would bring it in, whatever its status */
  content: Demand;
  /** what the judge cannot reckon, or what is too old to be surely in the window: kept out of the import */
  isRiddle: boolean;
  /** the rules let it in */
  isWanted: boolean;
  status: string;
  /** lines that may be changed, in the shop's words; empty: the judge leaves it alone */
  editable: EditableLine[];
}

export interface EditableLine {
  /** as the shop names it in an edit */
  line: number;
  quantity: number;
}

export interface ShopTruth {
  orders: FrontOrder[];
  people: { firstName: string; lastName: string; email: string; phone: string }[];
  products: { title: string; sku: string; code: string }[];
  /** what an added line may be of: an id or article */
  goods: string[];
}

export interface Edits {
  changeQuantity: (shop: RemoteSandbox, order: FrontOrder, line: EditableLine, quantity: number) => Promise<unknown>;
  addLine: (shop: RemoteSandbox, order: FrontOrder, goods: string) => Promise<unknown>;
  cancel: (shop: RemoteSandbox, order: FrontOrder) => Promise<unknown>;
  /** goods go to this street from now on; absent: deliveries do not travel (R12) */
  moveTo?: (shop: RemoteSandbox, order: FrontOrder, street: string) => Promise<unknown>;
  /** one piece of the line leaves as a parcel with this number; absent: parcels are not told of */
  sendParcel?: (shop: RemoteSandbox, order: FrontOrder, parcel: { line: EditableLine; number: string }) => Promise<unknown>;
  setStatus?: (shop: RemoteSandbox, order: FrontOrder, status: string) => Promise<unknown>;
}

export interface Front {
  /** what people call it */
  name: string;
  /** lines of the connection in the settings, indented by four */
  connection: (url: string) => string;
  /** the status table (R6, R11); none: statuses are left alone (R8) */
  statuses: { platform: string; books: number }[];
  /** more arguments of the process that simulates it */
  sandboxArgs: string[];
  seed: (wish: { seed: number; orders: number }) => unknown;
  read: (truth: unknown) => ShopTruth;
  /** An order that must not come in is put into a status that the backfill leaves out. */
  leaveOut: (shop: RemoteSandbox, order: FrontOrder) => Promise<unknown>;
  edits: Edits;
}

/** Environment of workers that connect to any of them; these open nothing but simulated systems. */
export const keysOfShops = {
  JUDGE_CONSUMER_KEY: `ck_${'1'.padStart(40, '0')}`,
  JUDGE_CONSUMER_SECRET: `cs_${'2'.padStart(40, '0')}`,
  JUDGE_SHOP_TOKEN: 'shpat_sandbox',
  JUDGE_SHOP_SECRET: 'sandbox-client-secret',
  JUDGE_SHOP_LOGIN: 'api_user',
  JUDGE_SHOP_PASSWORD: 'secret',
};

/** Wide enough for seeded orders; what is created near its edge is kept out. */
export const windowMs = 64 * 86_400_000;
export const surelyWithinMs = 58 * 86_400_000;
export const isTooOld = (createdAt: string): boolean => Date.now() - Date.parse(createdAt) > surelyWithinMs;
