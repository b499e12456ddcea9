/** The GraphQL documents of bulk operations (contract shopify 5), and the query that runs in bulk. */
import { connectionCost } from './cost.ts';
import { byAlias, lineParts, orderParts, shippingParts, type Operation } from './documents.ts';

/** Bulk operations of the app that are looked through for an own one; five run at a time. */
const operationsLookedAt = 50;
/** Orders asked in one document when they changed. */
export const stampsPerCall = 50;

/** Literal, since only a number above the threshold matters: a larger count costs the shop more. */
export const countOrders = (limit: number): Operation => ({
  name: 'CountOrders',
  text: `query CountOrders($q: String!) { ordersCount(query: $q, limit: ${limit}) { count } }`,
  cost: 10,
});

/** Their queries carry our marker. */
export const recentOperations: Operation = {
  name: 'RecentOperations',
  text: `query RecentOperations { bulkOperations(first: ${operationsLookedAt}, sortKey: CREATED_AT, reverse: true) { nodes { id query } pageInfo { hasNextPage } } }`,
  cost: connectionCost(operationsLookedAt, 1),
};

/** `userErrors` under another name: as such a busy shop would count as one that cannot be reached. Grouped, so that the result can be read as it streams. */
export const startOperation: Operation = {
  name: 'StartOperation',
  text: `mutation StartOperation($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) { bulkOperation { id } refusals: userErrors { code message } }
}`,
  cost: 10,
};

export const operationById: Operation = {
  name: 'OperationById',
  text: 'query OperationById($id: ID!) { bulkOperation(id: $id) { status errorCode createdAt objectCount url } }',
  cost: 1,
};

/** When orders changed last: `o0`, `o1` … */
export const orderStamps = byAlias('OrderStamps', 'o', 'order', 1, 'fragment Parts on Order { legacyResourceId updatedAt }');

/**
 * All that a page of orders reads, without personal fields: one that is refused would fail the whole operation (contract 9). Without fragments and
 * variables, which a query in bulk may not have; `edges` only; a parent and its children select `id` (contract 5).
 */
export const ordersInBulk = (marker: string, q: string): string => `query ${marker} {
  orders(query: ${JSON.stringify(q)}) { edges { node {
    ${orderParts}
    shippingLines { edges { node { id ${shippingParts} } } }
    lineItems { edges { node { ${lineParts} } } }
  } } }
}`;

/** Every document, for the check against the vendor's type system. */
export const everyBulkDocument: readonly Operation[] = [countOrders(5_001), recentOperations, startOperation, operationById, orderStamps(1), orderStamps(stampsPerCall)];
