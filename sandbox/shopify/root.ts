/** The roots of queries and mutations: what a request may ask for. */
import { z } from 'zod';
import { refusalOfType } from './access.ts';
import { bulkQueries, bulkMutations } from './bulk-api.ts';
import { connection } from './connection.ts';
import { localText, offsetText, utcText, zoneOffsetMs } from './dates.ts';
import { badRequest } from './errors.ts';
import { customerFilters, orderFilters, orderName, productFilters, variantFilters } from './filters.ts';
import { gid, numberOf, parseGid } from './gid.ts';
import { appVersion, plans } from './limits.ts';
import type { Customer, Order, Product, Variant } from './model.ts';
import { customerMutations } from './mutations-customers.ts';
import { consentMutations } from './mutations-consent.ts';
import { orderMutations } from './mutations-orders.ts';
import { stockMutations } from './mutations-stock.ts';
import { webhookMutations, webhookQueries } from './mutations-webhooks.ts';
import { mayRead, type Reading } from './reading.ts';
import { readSearch, type Filter, type Warning } from './search.ts';
import type { SortKey, Table } from './store.ts';
import { accessibleVersions } from './versions.ts';
import { countryName } from './view-address.ts';
import { customerView } from './view-customer.ts';
import { orderView } from './view-order.ts';
import { collectionView, productView, variantView } from './view-product.ts';
import { fulfillmentView, refundView } from './view-refund.ts';
import { inventoryItemView, locationView } from './view-stock.ts';
import { financialStatus, fulfillmentStatus, currentTotals } from './totals.ts';
import { nowOf } from './world.ts';

/** What the vendor says about a search it could not read wholly. */
export interface SearchNote {
  path: string[];
  query: string;
  warnings: Warning[];
}

export interface Root extends Reading {
  notes: SearchNote[];
  /** origin of this shop */
  origin: string;
}

export function createRoot(root: Root): Record<string, unknown> {
  return {
    ...shopRoot(root),
    ...orderRoot(root),
    ...customerRoot(root),
    ...catalogueRoot(root),
    ...nodeRoot(root),
    ...webhookQueries(root),
    ...bulkQueries(root),
    ...customerMutations(root),
    ...consentMutations(root),
    ...orderMutations(root),
    ...stockMutations(root),
    ...webhookMutations(root),
    ...bulkMutations(root),
  };
}

const listArgs = z.object({ query: z.string().nullish(), sortKey: z.string().nullish(), limit: z.number().nullish() });

interface Listing<Row extends { id: number }> {
  table: Table<Row>;
  filters: Record<string, Filter<Row>>;
  text: (row: Row) => string;
  sortKeys: Record<string, (row: Row) => SortKey>;
  isThere?: (row: Row) => boolean;
  node: (row: Row) => unknown;
}

type Info = { path: { key: string | number } };

function found<Row extends { id: number }>(root: Root, { table, filters, text, sortKeys, isThere }: Listing<Row>, given: unknown, info: Info) {
  const { query, sortKey } = listArgs.parse(given);
  const name = sortKey ?? 'ID';
  const key = sortKeys[name] ?? (({ id }: Row) => id);
  const search = readSearch(query, filters, text);
  if (search.warnings.length > 0) root.notes.push({ path: [String(info.path.key)], query: query ?? '', warnings: search.warnings });
  const rows = table.sorted(name, key).filter((row) => (isThere?.(row) ?? true) && search.fits(row));
  return { rows, key };
}

function list<Row extends { id: number }>(root: Root, listing: Listing<Row>) {
  return (args: unknown, _context: unknown, info: Info) => {
    const { rows, key } = found(root, listing, args, info);
    return connection(rows, args, { key, id: ({ id }) => id, node: listing.node, everything: root.everything });
  };
}

/** Exact up to the limit, "at least" beyond. */
function counted<Row extends { id: number }>(root: Root, listing: Listing<Row>) {
  return (args: unknown, _context: unknown, info: Info) => {
    const { limit } = listArgs.parse(args);
    const { length } = found(root, listing, args, info).rows;
    return limit !== null && limit !== undefined && length > limit ? { count: limit, precision: 'AT_LEAST' } : { count: length, precision: 'EXACT' };
  };
}

function shopRoot({ world, scopes, origin }: Root) {
  const { shop, account } = world;
  return {
    shop: () => {
      const offset = zoneOffsetMs(nowOf(world), shop.timeZone);
      const plan = plans[shop.plan];
      const address = { __typename: 'ShopAddress', id: gid('ShopAddress', shop.id), address1: 'ul. Przykładowa 1', address2: null, city: 'Warszawa', company: shop.name, coordinatesValidated: false, country: countryName('PL'), countryCodeV2: 'PL', phone: null, province: null, provinceCode: null, zip: '00-001' };
      return {
        __typename: 'Shop',
        id: gid('Shop', shop.id),
        name: shop.name,
        description: null,
        email: shop.email,
        contactEmail: shop.email,
        shopOwnerName: 'Jan Przykładowy',
        myshopifyDomain: shop.domain,
        url: `https://${shop.domain}`,
        primaryDomain: { __typename: 'Domain', id: gid('Domain', shop.id), host: shop.domain, url: `https://${shop.domain}`, sslEnabled: true },
        currencyCode: shop.currency,
        enabledPresentmentCurrencies: [...new Set([shop.currency, 'EUR'])],
        ianaTimezone: shop.timeZone,
        timezoneAbbreviation: localText(nowOf(world), shop.timeZone).slice(-6),
        timezoneOffset: offsetText(offset).replace(':', ''),
        timezoneOffsetMinutes: offset / 60_000,
        taxesIncluded: shop.taxesIncluded,
        taxShipping: true,
        setupRequired: false,
        unitSystem: 'METRIC_SYSTEM',
        weightUnit: 'KILOGRAMS',
        orderNumberFormatPrefix: '#',
        orderNumberFormatSuffix: '',
        plan: { publicDisplayName: plan.publicDisplayName, displayName: plan.publicDisplayName, partnerDevelopment: false, shopifyPlus: shop.plan === 'plus' || shop.plan === 'enterprise' },
        billingAddress: address,
        shopAddress: address,
        createdAt: utcText(shop.createdAt),
        updatedAt: utcText(shop.createdAt),
      };
    },
    currentAppInstallation: () => ({
      __typename: 'AppInstallation',
      id: gid('AppInstallation', 1),
      accessScopes: scopes.map((handle) => ({ handle, description: handle.replaceAll('_', ' ') })),
      app: { __typename: 'App', id: gid('App', 580_112), title: 'Integration', handle: 'integration', apiKey: account.client.id, webhookApiVersion: appVersion },
    }),
    publicApiVersions: () => accessibleVersions(world.clock.now()),
    origin,
  };
}

const orderSortKeys: Record<string, (order: Order) => SortKey> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  PROCESSED_AT: ({ processedAt }) => processedAt,
  ORDER_NUMBER: ({ number }) => number,
  CURRENT_TOTAL_PRICE: (order) => currentTotals(order).total,
  TOTAL_PRICE: (order) => currentTotals(order).total,
  FINANCIAL_STATUS: financialStatus,
  FULFILLMENT_STATUS: fulfillmentStatus,
};

function orderRoot(root: Root) {
  const { orders } = root.world.store;
  const listing: Listing<Order> = {
    table: orders,
    filters: orderFilters,
    text: (order) => `${orderName(order)} ${order.email ?? ''} ${order.shipping?.lastName ?? ''}`,
    sortKeys: orderSortKeys,
    isThere: (order) => mayRead(root, order),
    node: (order) => orderView(root, order),
  };
  const read = (id: string): unknown => {
    const order = orders.get(numberOf('Order', id) ?? 0);
    return order === undefined || !mayRead(root, order) ? null : orderView(root, order);
  };
  return {
    orders: list(root, listing),
    ordersCount: counted(root, listing),
    order: ({ id }: { id: string }) => read(id),
    orderByIdentifier: ({ identifier }: { identifier: { id?: string | null } }) => (identifier.id ? read(identifier.id) : null),
    refund: ({ id }: { id: string }) => refundNamed(root, id),
    fulfillment: ({ id }: { id: string }) => fulfillmentNamed(root, id),
  };
}

function refundNamed(root: Root, id: string): unknown {
  const wanted = numberOf('Refund', id);
  const order = root.world.store.orders.all().find(({ refunds }) => refunds.some((one) => one.id === wanted));
  const refund = order?.refunds.find((one) => one.id === wanted);
  return order && refund && mayRead(root, order) ? refundView(root, order, refund) : null;
}

function fulfillmentNamed(root: Root, id: string): unknown {
  const wanted = numberOf('Fulfillment', id);
  const order = root.world.store.orders.all().find(({ fulfillments }) => fulfillments.some((one) => one.id === wanted));
  const fulfillment = order?.fulfillments.find((one) => one.id === wanted);
  return order && fulfillment && mayRead(root, order) ? fulfillmentView(root, order, fulfillment) : null;
}

function customerRoot(root: Root) {
  const { world } = root;
  const { customers } = world.store;
  const listing: Listing<Customer> = {
    table: customers,
    filters: customerFilters(world.store),
    text: ({ firstName, lastName, email, phone }) => [firstName, lastName, email, phone].join(' '),
    sortKeys: { CREATED_AT: ({ createdAt }) => createdAt, UPDATED_AT: ({ updatedAt }) => updatedAt, NAME: ({ lastName, firstName }) => `${lastName ?? ''}, ${firstName ?? ''}` },
    node: (customer) => customerView(root, customer),
  };
  // the index is behind what was written; the whole list is not searched
  const searchable: Listing<Customer> = { ...listing, isThere: ({ indexedAt }) => indexedAt <= world.clock.now() };
  const view = (customer: Customer | undefined): unknown => (customer === undefined ? null : customerView(root, customer));
  return {
    customers: (args: { query?: string | null }, context: unknown, info: Info) => list(root, args.query ? searchable : listing)(args, context, info),
    customersCount: counted(root, listing),
    customer: ({ id }: { id: string }) => view(customers.get(numberOf('Customer', id) ?? 0)),
    customerByIdentifier: ({ identifier }: { identifier: { emailAddress?: string | null; phoneNumber?: string | null; id?: string | null } }) => {
      const { emailAddress, phoneNumber, id } = identifier;
      if (id) return view(customers.get(numberOf('Customer', id) ?? 0));
      return view(customers.all().find((one) => (emailAddress ? one.email?.toLowerCase() === emailAddress.trim().toLowerCase() : phoneNumber ? one.phone === phoneNumber.replaceAll(/[^\d+]/g, '') : false)));
    },
  };
}

const orNull = <Row>(row: Row | undefined, view: (row: Row) => unknown): unknown => (row === undefined ? null : view(row));

function catalogueRoot(root: Root) {
  const { store } = root.world;
  const products: Listing<Product> = {
    table: store.products,
    filters: productFilters(store),
    text: ({ title, vendor, tags }) => `${title} ${vendor} ${tags.join(' ')}`,
    sortKeys: { CREATED_AT: ({ createdAt }) => createdAt, UPDATED_AT: ({ updatedAt }) => updatedAt, TITLE: ({ title }) => title, VENDOR: ({ vendor }) => vendor, PRODUCT_TYPE: ({ productType }) => productType },
    node: (product) => productView(root, product),
  };
  const variants: Listing<Variant> = {
    table: store.variants,
    filters: variantFilters,
    text: ({ sku, title }) => `${sku ?? ''} ${title}`,
    sortKeys: { SKU: ({ sku }) => sku ?? '', TITLE: ({ title }) => title, POSITION: ({ position }) => position },
    node: (variant) => variantView(root, variant),
  };
  const locations = () => store.locations.sorted('name', ({ name }) => name);
  return {
    products: list(root, products),
    productsCount: counted(root, products),
    product: ({ id }: { id: string }) => orNull(store.products.get(numberOf('Product', id) ?? 0), products.node),
    productByIdentifier: ({ identifier }: { identifier: { id?: string | null; handle?: string | null } }) =>
      orNull(
        store.products.all().find((one) => (identifier.id ? one.id === numberOf('Product', identifier.id) : one.handle === identifier.handle)),
        products.node,
      ),
    productVariants: list(root, variants),
    // measured: the query is ignored without a word
    productVariantsCount: () => ({ count: store.variants.all().length, precision: 'EXACT' }),
    productVariant: ({ id }: { id: string }) => orNull(store.variants.get(numberOf('ProductVariant', id) ?? 0), variants.node),
    collection: ({ id }: { id: string }) => orNull(store.collections.get(numberOf('Collection', id) ?? 0), (one) => collectionView(root, one)),
    collections: (args: unknown) => connection(store.collections.sorted('id', ({ id }) => id), args, { key: ({ id }) => id, id: ({ id }) => id, node: (one) => collectionView(root, one), everything: root.everything }),
    inventoryItem: ({ id }: { id: string }) =>
      orNull(
        store.variants.all().find((one) => one.inventoryItemId === numberOf('InventoryItem', id)),
        (variant) => inventoryItemView(root, variant),
      ),
    location: ({ id }: { id?: string | null }) => orNull(id ? store.locations.get(numberOf('Location', id) ?? 0) : locations()[0], locationView),
    locations: (args: unknown) => connection(locations(), args, { key: ({ name }) => name, id: ({ id }) => id, node: locationView, everything: root.everything }),
  };
}

const byId = (reader: (args: { id: string }) => unknown) => (id: string) => reader({ id });

/** `node(id:)` and `nodes(ids:)` for every kind that has a query of its own. */
function nodeRoot(root: Root) {
  const read = (field: string, id: string): unknown => {
    const parsed = parseGid(id);
    if (parsed === undefined) throw badRequest(`Invalid global id '${id}'`);
    const refused = refusalOfType(root, field, parsed.type);
    if (refused) throw refused;
    const reader = readers()[parsed.type];
    return reader?.(id) ?? null;
  };
  const readers = (): Record<string, (id: string) => unknown> => {
    const { order, refund, fulfillment } = orderRoot(root);
    const { product, productVariant, collection, inventoryItem, location } = catalogueRoot(root);
    const { customer } = customerRoot(root);
    const { webhookSubscription } = webhookQueries(root);
    const { bulkOperation } = bulkQueries(root);
    return {
      Order: byId(order),
      Refund: byId(refund),
      Fulfillment: byId(fulfillment),
      Customer: byId(customer),
      Product: byId(product),
      ProductVariant: byId(productVariant),
      Collection: byId(collection),
      InventoryItem: byId(inventoryItem),
      Location: byId(location),
      WebhookSubscription: byId(webhookSubscription),
      BulkOperation: byId(bulkOperation),
    };
  };
  return {
    node: ({ id }: { id: string }) => read('node', id),
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => read('nodes', id)),
  };
}
