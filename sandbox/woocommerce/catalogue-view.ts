/** Products, variations and categories as the API shows them (contract woocommerce 4 and 9). */
import { amountText, toUnits } from './amount.ts';
import { currencyOf } from './currencies.ts';
import { gmtText, localText } from './dates.ts';
import type { Category, Product } from './model.ts';
import { slugOf } from './names.ts';
import type { Row } from './reply.ts';
import type { Store } from './store.ts';
import { itemMethods } from './view-options.ts';
import type { ViewOptions } from './view-options.ts';

/** Also used where `GET /products?sku=` finds a variation. */
export function productView(product: Product, view: ViewOptions): Row {
  return { ...productHead(product, view), ...sharedFields(product), ...productTail(product, view) };
}

function dates(product: Product, zone: string): Row {
  return {
    date_created: localText(product.createdAt, zone),
    date_created_gmt: gmtText(product.createdAt),
    date_modified: localText(product.modifiedAt, zone),
    date_modified_gmt: gmtText(product.modifiedAt),
  };
}

function productHead(product: Product, { store, site }: ViewOptions): Row {
  return {
    id: product.id,
    name: product.type === 'variation' ? `${store.products.get(product.parentId)?.name ?? ''} - ${product.name}` : product.name,
    slug: product.slug,
    permalink: `${site}/product/${product.slug}/`,
    ...dates(product, store.shop.timeZone),
    type: product.type,
    status: product.status,
    featured: false,
    catalog_visibility: 'visible',
    description: product.description,
    short_description: product.shortDescription,
    sku: product.sku,
    ...prices(product, store),
    total_sales: 0,
  };
}

/** Prices as entered: "20" stays "20". A variable product shows its cheapest variation's. */
function prices(product: Product, store: Store): Row {
  const own = product.salePrice || product.regularPrice;
  const variations = product.variationIds.map((id) => store.products.get(id)?.regularPrice ?? '').filter((price) => price !== '');
  const cheapest = variations.toSorted((a, b) => toUnits(a) - toUnits(b))[0] ?? '';
  return {
    price: product.type === 'variable' ? cheapest : own,
    regular_price: product.regularPrice,
    sale_price: product.salePrice,
    date_on_sale_from: null,
    date_on_sale_from_gmt: null,
    date_on_sale_to: null,
    date_on_sale_to_gmt: null,
    on_sale: product.salePrice !== '',
    purchasable: product.type === 'variable' ? cheapest !== '' : own !== '',
  };
}

function sharedFields(product: Product): Row {
  return {
    virtual: false,
    downloadable: false,
    downloads: [],
    download_limit: -1,
    download_expiry: -1,
    external_url: '',
    button_text: '',
    tax_status: 'taxable',
    tax_class: '',
    manage_stock: product.manageStock,
    stock_quantity: product.stockQuantity,
    backorders: product.backorders,
    backorders_allowed: product.backorders !== 'no',
    backordered: false,
    low_stock_amount: null,
    sold_individually: false,
    weight: '',
    dimensions: { length: '', width: '', height: '' },
    shipping_required: true,
    shipping_taxable: true,
    shipping_class: '',
    shipping_class_id: 0,
    reviews_allowed: true,
    average_rating: '0.00',
    rating_count: 0,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: product.parentId,
    purchase_note: '',
  };
}

function productTail(product: Product, { store, site }: ViewOptions): Row {
  const collection = `${site}/wp-json/wc/v3/products`;
  return {
    categories: categoriesOf(product, store),
    brands: [],
    tags: [],
    images: [],
    attributes: attributesView(product),
    default_attributes: [],
    variations: product.variationIds,
    grouped_products: [],
    menu_order: 0,
    price_html: priceHtml(product, store),
    related_ids: [],
    meta_data: product.meta,
    stock_status: stockStatus(product),
    has_options: product.variationIds.length > 0,
    post_password: '',
    global_unique_id: product.globalUniqueId,
    _links: { self: [{ href: `${collection}/${product.id}`, targetHints: { allow: itemMethods } }], collection: [{ href: collection }] },
  };
}

/** Sorted by name, without parent or depth; variations have none. */
function categoriesOf(product: Product, store: Store): Row[] {
  if (product.type === 'variation') return [];
  const found = product.categoryIds.flatMap((id) => store.categories.get(id) ?? []);
  return found.toSorted((a, b) => a.name.localeCompare(b.name, 'en')).map(({ id, name, slug }) => ({ id, name, slug }));
}

function attributesView(product: Product): Row[] {
  if (product.type === 'variation') return product.attributes.map(({ name, options }) => ({ id: 0, name, slug: slugOf(name), option: options[0] ?? '' }));
  return product.attributes.map(({ name, options }, position) => ({ id: 0, name, slug: name, position, visible: false, variation: true, options }));
}

function priceHtml(product: Product, store: Store): string {
  const { price } = prices(product, store);
  if (typeof price !== 'string' || price === '') return '';
  const symbol = currencyOf(store.shop.currency).encoded;
  return `<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol" translate="no">${symbol}</span>${amountText(toUnits(price), 2)}</bdi></span>`;
}

function stockStatus(product: Product): string {
  return product.manageStock && (product.stockQuantity ?? 0) <= 0 && product.backorders === 'no' ? 'outofstock' : 'instock';
}

const onlyOfProducts = ['external_url', 'button_text', 'sold_individually', 'shipping_required', 'shipping_taxable', 'reviews_allowed', 'average_rating', 'rating_count', 'upsell_ids', 'cross_sell_ids', 'purchase_note', 'parent_id'];

/** `GET /products/{id}/variations`: fewer fields, and the name is the options alone. */
export function variationView(variation: Product, { store, site }: ViewOptions): Row {
  const parent = store.products.get(variation.parentId);
  const up = `${site}/wp-json/wc/v3/products/${variation.parentId}`;
  const option = variation.attributes.map(({ name, options }) => `attribute_${slugOf(name)}=${encodeURIComponent(options[0] ?? '')}`).join('&');
  const shared = Object.fromEntries(Object.entries(sharedFields(variation)).filter(([name]) => !onlyOfProducts.includes(name)));
  return {
    id: variation.id,
    type: 'variation',
    ...dates(variation, store.shop.timeZone),
    description: variation.description,
    permalink: `${site}/product/${parent?.slug ?? ''}/?${option}`,
    sku: variation.sku,
    global_unique_id: variation.globalUniqueId,
    ...prices(variation, store),
    status: variation.status,
    ...shared,
    stock_status: stockStatus(variation),
    image: null,
    gallery_image_ids: [],
    attributes: attributesView(variation),
    menu_order: 0,
    meta_data: variation.meta,
    name: variation.name,
    parent_id: variation.parentId,
    _links: { self: [{ href: `${up}/variations/${variation.id}`, targetHints: { allow: itemMethods } }], collection: [{ href: `${up}/variations` }], up: [{ href: up }] },
  };
}

export function categoryView(category: Category, { store, site }: ViewOptions): Row {
  const collection = `${site}/wp-json/wc/v3/products/categories`;
  const links = { self: [{ href: `${collection}/${category.id}`, targetHints: { allow: itemMethods } }], collection: [{ href: collection }] };
  return {
    id: category.id,
    name: category.name,
    slug: category.slug,
    parent: category.parent,
    description: category.description,
    display: 'default',
    image: null,
    menu_order: 0,
    count: countOf(category, store),
    _links: category.parent === 0 ? links : { ...links, up: [{ href: `${collection}/${category.parent}` }] },
  };
}

/** Products in the category or anywhere below it. */
function countOf(category: Category, store: Store): number {
  const isUnder = (id: number): boolean => id === category.id || (id !== 0 && isUnder(store.categories.get(id)?.parent ?? 0));
  return [...store.products.values()].filter((product) => product.categoryIds.some(isUnder)).length;
}
