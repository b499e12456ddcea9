/** The views that others reach through a reading, so that no two files need each other. */
import type { Views } from './reading.ts';
import { orderView } from './view-order.ts';
import { variantView } from './view-product.ts';

export const views: Views = { order: orderView, variant: variantView };
