/** Products and stock in webhooks. */
import { localText } from './dates.ts';
import { gid } from './gid.ts';
import type { Level, Product } from './model.ts';
import { amountText } from './money.ts';
import { variantsOf } from './view-product.ts';
import { stockOf } from './view-stock.ts';
import type { World } from './world.ts';

export function productPayload({ store, shop }: World, product: Product): Record<string, unknown> {
  const local = (at: number): string => localText(at, shop.timeZone);
  const variants = variantsOf(store, product);
  const category = product.categoryId === null ? undefined : store.categories.get(product.categoryId);
  return {
    admin_graphql_api_id: gid('Product', product.id),
    body_html: product.descriptionHtml,
    created_at: local(product.createdAt),
    handle: product.handle,
    id: product.id,
    product_type: product.productType,
    published_at: product.status === 'ACTIVE' ? local(product.createdAt) : null,
    template_suffix: null,
    title: product.title,
    updated_at: local(product.updatedAt),
    vendor: product.vendor,
    status: product.status.toLowerCase(),
    published_scope: 'web',
    tags: product.tags.join(', '),
    variants: variants.map((variant) => {
      const stock = stockOf(store, variant.inventoryItemId);
      return {
        admin_graphql_api_id: gid('ProductVariant', variant.id),
        barcode: variant.barcode,
        compare_at_price: null,
        created_at: local(variant.createdAt),
        id: variant.id,
        inventory_policy: 'continue',
        position: variant.position,
        price: amountText(variant.price),
        product_id: product.id,
        sku: variant.sku,
        taxable: true,
        title: variant.title,
        updated_at: local(variant.updatedAt),
        option1: variant.values[0] ?? 'Default Title',
        option2: variant.values[1] ?? null,
        option3: variant.values[2] ?? null,
        image_id: null,
        inventory_item_id: variant.inventoryItemId,
        inventory_quantity: stock,
        old_inventory_quantity: stock,
      };
    }),
    options: product.options.map(({ id, name }, index) => ({ id, product_id: product.id, name, position: index + 1, values: [...new Set(variants.flatMap(({ values }) => values[index] ?? []))] })),
    images: [],
    image: null,
    media: [],
    variant_gids: variants.map(({ id, updatedAt }) => ({ admin_graphql_api_id: gid('ProductVariant', id), updated_at: new Date(updatedAt).toISOString() })),
    has_variants_that_requires_components: false,
    category: category === undefined ? null : { admin_graphql_api_id: gid('TaxonomyCategory', category.id), name: category.name, full_name: category.name },
  };
}

export const levelPayload = ({ shop }: World, { itemId, locationId, available, updatedAt }: Level): Record<string, unknown> => ({
  inventory_item_id: itemId,
  location_id: locationId,
  available,
  updated_at: localText(updatedAt, shop.timeZone),
  admin_graphql_api_id: gid('InventoryLevel', `${locationId}?inventory_item_id=${itemId}`),
});
