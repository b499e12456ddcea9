/** What every rendering needs to know. */
import type { Store } from './store.ts';

/** How a reply is to be rendered. */
export interface ViewOptions {
  store: Store;
  /** the shop's own home address, without slash at its end */
  site: string;
  /** decimals of amounts */
  dp: number;
}

/** What may be done with one thing, as its `_links` say. */
export const itemMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
