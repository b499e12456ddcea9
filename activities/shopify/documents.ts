/**
 * The GraphQL documents we send (contract shopify 4, 12), each with what it costs. Personal fields stand in a document of their own: where a shop
 * withholds them, every one of them is an error in the reply (contract 9). Nested connections carry `pageInfo`, since they truncate silently.
 */
import { connectionCost } from './cost.ts';

/** Pinned; a version that is no longer accessible is answered by an older one, silently (contract 2). */
export const apiVersion = '2026-07';

export interface Operation {
  name: string;
  text: string;
  /** points, requested */
  cost: number;
}

export const ordersPerPage = 100;
export const namesPerPage = 250;
const linesInOrder = 50;
const linesPerPage = 250;
export const shippingLinesInOrder = 10;
/** Orders or products asked for by id in one document. */
export const mostAliases = 25;

const money = 'shopMoney { amount currencyCode }';

const namingFields = 'id legacyResourceId name createdAt updatedAt cancelledAt test displayFinancialStatus displayFulfillmentStatus';

/** Of a line, of an order without its connections, and of a shipping line: alike however orders are read. */
export const lineParts = `id title variantTitle sku quantity currentQuantity
  product { legacyResourceId } variant { legacyResourceId }
  originalUnitPriceSet { ${money} } discountedUnitPriceAfterAllDiscountsSet { ${money} }
  discountAllocations { allocatedAmountSet { ${money} } }
  taxLines { priceSet { ${money} } }`;
export const orderParts = `${namingFields} currencyCode taxesIncluded dutiesIncluded
  currentTotalPriceSet { ${money} } currentTotalTaxSet { ${money} } currentTotalDutiesSet { ${money} } totalTipReceivedSet { ${money} }
  additionalFees { name price { ${money} } taxLines { priceSet { ${money} } } }
  fulfillments { status updatedAt trackingInfo { number } }`;
export const shippingParts = `title discountedPriceSet { ${money} } currentDiscountedPriceSet { ${money} } taxLines { priceSet { ${money} } }`;

const lineFields = `fragment LineParts on LineItem {
  ${lineParts}
}`;
const lineCost = 5;

const orderFields = `fragment OrderParts on Order {
  ${orderParts}
  shippingLines(first: ${shippingLinesInOrder}) {
    nodes { ${shippingParts} }
    pageInfo { hasNextPage }
  }
  lineItems(first: ${linesInOrder}) { nodes { ...LineParts } pageInfo { hasNextPage endCursor } }
}
${lineFields}`;
/** Fees and their taxes, parcels and their numbers: lists of which each counts as one object (contract 12). */
const listsCost = 2 + 2;
const orderCost = 1 + listsCost + connectionCost(shippingLinesInOrder, 2) + connectionCost(linesInOrder, lineCost);

export const ordersByCreation = ordersPage('OrdersByCreation', 'CREATED_AT');
export const ordersByChange = ordersPage('OrdersByChange', 'UPDATED_AT');

function ordersPage(name: string, sortKey: 'CREATED_AT' | 'UPDATED_AT'): Operation {
  return {
    name,
    text: `query ${name}($after: String, $q: String!) {
  orders(first: ${ordersPerPage}, after: $after, query: $q, sortKey: ${sortKey}) { nodes { ...OrderParts } pageInfo { hasNextPage endCursor } }
}
${orderFields}`,
    cost: connectionCost(ordersPerPage, orderCost),
  };
}

/** Only what is needed to name and count orders that are left out. */
export const orderNames: Operation = {
  name: 'OrderNames',
  text: `query OrderNames($after: String, $q: String!) {
  orders(first: ${namesPerPage}, after: $after, query: $q, sortKey: CREATED_AT) { nodes { ${namingFields} } pageInfo { hasNextPage endCursor } }
}`,
  cost: connectionCost(namesPerPage, 1),
};

export const orderById: Operation = {
  name: 'OrderById',
  text: `query OrderById($id: ID!) { order(id: $id) { ...OrderParts } }\n${orderFields}`,
  cost: orderCost,
};

/** The lines behind the first ones. */
export const moreLines: Operation = {
  name: 'MoreLines',
  text: `query MoreLines($id: ID!, $after: String!) {
  order(id: $id) { lineItems(first: ${linesPerPage}, after: $after) { nodes { ...LineParts } pageInfo { hasNextPage endCursor } } }
}
${lineFields}`,
  cost: 1 + connectionCost(linesPerPage, lineCost),
};

/** The first or the last order that the token may read: what `check` looks at, and how far back it reaches. */
export const oldestOrder = oneOrder('OldestOrder', false);
export const newestOrder = oneOrder('NewestOrder', true);

function oneOrder(name: string, reverse: boolean): Operation {
  return { name, text: `query ${name} { orders(first: 1, sortKey: CREATED_AT, reverse: ${reverse}) { nodes { id legacyResourceId createdAt } pageInfo { hasNextPage } } }`, cost: connectionCost(1, 1) };
}

const addressFields = 'address1 address2 city zip provinceCode countryCodeV2 company phone';

/** Who ordered and where it goes, for up to `mostAliases` orders: `o0`, `o1` … */
export const orderPersons = byAlias('OrderPersons', 'o', 'order', 6, `fragment Parts on Order {
  legacyResourceId email phone
  customer { firstName lastName defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress { ${addressFields} } }
  billingAddress { firstName lastName ${addressFields} }
  shippingAddress { firstName lastName ${addressFields} }
}`);

/** Description and category of products that the target does not know: `p0`, `p1` … */
export const productDetails = byAlias('ProductDetails', 'p', 'product', 2, 'fragment Parts on Product { legacyResourceId descriptionHtml productType category { name } }');

/** One document that reads several objects by id: an alias and a variable for each. */
export function byAlias(name: string, alias: string, field: string, cost: number, fragment: string): (count: number) => Operation {
  return (count) => {
    const each = Array.from({ length: count }, (_, at) => at);
    return {
      name,
      text: `query ${name}(${each.map((at) => `$id${at}: ID!`).join(', ')}) {\n${each.map((at) => `  ${alias}${at}: ${field}(id: $id${at}) { ...Parts }`).join('\n')}\n}\n${fragment}`,
      cost: cost * count,
    };
  };
}

export const shopInfo: Operation = {
  name: 'ShopInfo',
  text: `query ShopInfo {
  shop { myshopifyDomain currencyCode ianaTimezone taxesIncluded plan { publicDisplayName } }
  currentAppInstallation { accessScopes { handle } }
}`,
  cost: 4,
};

/** Without a filter: `productVariantsCount` ignores one (contract 4). */
export const variantCounts: Operation = { name: 'VariantCounts', text: 'query VariantCounts { productsCount { count } productVariantsCount { count } }', cost: 20 };

export const listWebhooks: Operation = {
  name: 'ListWebhooks',
  text: 'query ListWebhooks($after: String) { webhookSubscriptions(first: 100, after: $after) { nodes { id topic uri } pageInfo { hasNextPage endCursor } } }',
  cost: connectionCost(100, 1),
};

export const createWebhook: Operation = {
  name: 'CreateWebhook',
  text: `mutation CreateWebhook($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri, format: JSON }) { webhookSubscription { id } userErrors { field message } }
}`,
  cost: 10,
};

/** Scopes without which orders cannot be imported. */
export const neededScopes = ['read_orders', 'read_products', 'read_customers'] as const;
/** Scope without which only the last sixty days are there. */
export const allOrdersScope = 'read_all_orders';

/** Every document, for the check against the vendor's type system. */
export const everyOperation: readonly Operation[] = [
  ordersByCreation,
  ordersByChange,
  orderNames,
  orderById,
  moreLines,
  oldestOrder,
  newestOrder,
  orderPersons(1),
  orderPersons(mostAliases),
  productDetails(1),
  productDetails(mostAliases),
  shopInfo,
  variantCounts,
  listWebhooks,
  createWebhook,
];
