/** Products, variants, collections and categories as GraphQL shows them. */
import { connection } from './connection.ts';
import { utcText } from './dates.ts';
import { gid } from './gid.ts';
import type { Category, Collection, Product, Variant } from './model.ts';
import { decimalText, money, sum } from './money.ts';
import { listed, type Reading } from './reading.ts';
import type { Store } from './store.ts';
import { metafieldViews } from './view-metafield.ts';
import { inventoryItemView, stockOf } from './view-stock.ts';

export const variantsOf = (store: Store, product: Product): Variant[] => product.variantIds.flatMap((id) => store.variants.get(id) ?? []);

const plainText = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ').trim();

export function productView(reading: Reading, product: Product): Record<string, unknown> {
  const { store, shop } = reading.world;
  const variants = variantsOf(store, product);
  const prices = variants.map(({ price }) => price);
  const stock = variants.map((variant) => stockOf(store, variant.inventoryItemId));
  const description = plainText(product.descriptionHtml);
  return {
    __typename: 'Product',
    id: gid('Product', product.id),
    legacyResourceId: String(product.id),
    title: product.title,
    handle: product.handle,
    description: ({ truncateAt }: { truncateAt?: number | null }) => description.slice(0, truncateAt ?? undefined),
    descriptionHtml: product.descriptionHtml,
    status: product.status,
    vendor: product.vendor,
    productType: product.productType,
    tags: product.tags,
    category: () => categoryView(store, product.categoryId),
    collections: (args: unknown) => listed(reading, product.collectionIds.flatMap((id) => store.collections.get(id) ?? []), args, (one) => collectionView(reading, one)),
    variants: (args: unknown) => connection(variants, args, { key: ({ position }) => position, id: ({ id }) => id, node: (variant) => variantView(reading, variant), everything: reading.everything }),
    variantsCount: { count: variants.length, precision: 'EXACT' },
    options: ({ first }: { first?: number | null }) => product.options.slice(0, first ?? undefined).map((option, index) => optionView(product, variants, index)),
    hasOnlyDefaultVariant: product.options.length === 0,
    hasOutOfStockVariants: stock.some((available) => available <= 0),
    totalInventory: sum(stock),
    tracksInventory: variants.some(({ tracked }) => tracked),
    priceRangeV2: { minVariantPrice: money(Math.min(...prices), shop.currency), maxVariantPrice: money(Math.max(...prices), shop.currency) },
    isGiftCard: false,
    requiresSellingPlan: false,
    templateSuffix: null,
    onlineStoreUrl: null,
    publishedAt: product.status === 'ACTIVE' ? utcText(product.createdAt) : null,
    createdAt: utcText(product.createdAt),
    updatedAt: utcText(product.updatedAt),
    ...metafieldViews(product.metafields, 'PRODUCT', reading),
  };
}

function optionView(product: Product, variants: Variant[], index: number) {
  const option = product.options[index];
  const values = [...new Set(variants.flatMap((variant) => variant.values[index] ?? []))];
  return {
    __typename: 'ProductOption',
    id: gid('ProductOption', option?.id ?? 0),
    name: option?.name ?? '',
    position: index + 1,
    values,
    optionValues: values.map((name, place) => optionValue(option?.id ?? 0, name, place)),
  };
}

const optionValue = (optionId: number, name: string, place: number) => ({ __typename: 'ProductOptionValue', id: gid('ProductOptionValue', optionId * 100 + place), name, hasVariants: true });

export function variantView(reading: Reading, variant: Variant): Record<string, unknown> {
  const { store } = reading.world;
  const product = store.products.get(variant.productId);
  const stock = stockOf(store, variant.inventoryItemId);
  const options = product?.options ?? [];
  const selected = options.length === 0 ? [{ name: 'Title', id: variant.id, value: variant.title }] : options.map(({ id, name }, index) => ({ name, id, value: variant.values[index] ?? '' }));
  return {
    __typename: 'ProductVariant',
    id: gid('ProductVariant', variant.id),
    legacyResourceId: String(variant.id),
    title: variant.title,
    displayName: `${product?.title ?? ''} - ${variant.title}`,
    sku: variant.sku,
    barcode: variant.barcode,
    price: decimalText(variant.price).replace(/\.(\d)$/, '.$10'),
    compareAtPrice: null,
    position: variant.position,
    taxable: true,
    availableForSale: true,
    requiresComponents: false,
    inventoryPolicy: 'CONTINUE',
    inventoryQuantity: stock,
    sellableOnlineQuantity: stock,
    selectedOptions: selected.map(({ name, id, value }) => ({ name, value, optionValue: optionValue(id, value, 0) })),
    product: () => (product === undefined ? null : productView(reading, product)),
    inventoryItem: () => inventoryItemView(reading, variant),
    createdAt: utcText(variant.createdAt),
    updatedAt: utcText(variant.updatedAt),
    ...metafieldViews([], 'PRODUCTVARIANT', reading),
  };
}

export function collectionView(reading: Reading, collection: Collection): Record<string, unknown> {
  const members = (): Product[] => reading.world.store.products.sorted('id', ({ id }) => id).filter(({ collectionIds }) => collectionIds.includes(collection.id));
  return {
    __typename: 'Collection',
    id: gid('Collection', collection.id),
    legacyResourceId: String(collection.id),
    title: collection.title,
    handle: collection.handle,
    description: '',
    descriptionHtml: '',
    sortOrder: 'BEST_SELLING',
    templateSuffix: null,
    updatedAt: utcText(collection.updatedAt),
    products: (args: unknown) => listed(reading, members(), args, (product) => productView(reading, product)),
    productsCount: () => ({ count: members().length, precision: 'EXACT' }),
    ...metafieldViews([], 'COLLECTION', reading),
  };
}

const taxonomyGid = (id: string): string => gid('TaxonomyCategory', id);

/** The node with its ancestors' names. */
export function categoryView({ categories }: Store, id: string | null): Record<string, unknown> | null {
  const category = id === null ? undefined : categories.get(id);
  if (category === undefined) return null;
  const ancestors: Category[] = [];
  for (let parent = category.parentId; parent !== null; ) {
    const found = categories.get(parent);
    if (found === undefined) break;
    ancestors.push(found);
    parent = found.parentId;
  }
  const children = [...categories.values()].filter(({ parentId }) => parentId === category.id);
  return {
    __typename: 'TaxonomyCategory',
    id: taxonomyGid(category.id),
    name: category.name,
    fullName: [...ancestors.toReversed(), category].map(({ name }) => name).join(' > '),
    level: ancestors.length + 1,
    isLeaf: children.length === 0,
    isRoot: category.parentId === null,
    isArchived: false,
    parentId: category.parentId === null ? null : taxonomyGid(category.parentId),
    ancestorIds: ancestors.map((one) => taxonomyGid(one.id)),
    childrenIds: children.map((one) => taxonomyGid(one.id)),
  };
}
