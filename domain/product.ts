/** Products as the lines of an order name them. */

/** Path of a category from the root, decoded names: ["Parts", "Filters", "Oil"]. */
export type CategoryPath = string[];

export interface Product {
  /** the platform's id of what was sold: the variant's id, or the product's if it has none; absent when the shop deleted it (R17) */
  sourceId?: string;
  /** decoded, with the options of a variant */
  name: string;
  sku?: string;
  /** becomes Code in the books: the variant's id, or the product's by setting (R17) */
  code?: string;
  /** plain text; read only when the target does not know the product yet */
  description?: string;
  /** the one category by R15; absent: none */
  category?: CategoryPath;
}

/** Setting *identify products by* (R14). */
export type IdentifyBy = 'name' | 'sku' | 'code';

const order: Record<IdentifyBy, IdentifyBy[]> = {
  sku: ['sku', 'code', 'name'],
  code: ['code', 'sku', 'name'],
  name: ['name', 'sku', 'code'],
};

/** The key a product is compared by. */
export interface ProductKey {
  by: IdentifyBy;
  value: string;
}

/** Compared exactly, after trimming (contract roapp 7). */
export const normaliseKey = (value: string): string => value.trim();

/**
 * R14: the configured key decides; an empty key equals nothing, so the next of SKU, ID, name that is present is used.
 * Undefined when the product has none of them.
 */
export function productKey(product: Product, identifyBy: IdentifyBy): ProductKey | undefined {
  for (const by of order[identifyBy]) {
    const value = normaliseKey(product[by] ?? '');
    if (value !== '') return { by, value };
  }
  return undefined;
}
