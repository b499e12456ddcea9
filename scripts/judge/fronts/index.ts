/** The platforms that the judge can import from. */
import { cartum } from './cartum.ts';
import { shopify } from './shopify.ts';
import { woocommerce } from './woocommerce.ts';
import type { Front, Source } from './front.ts';

export const fronts: Readonly<Record<Source, Front>> = { woocommerce, shopify, cartum };
