/** All workflows that the worker bundles. */
export { order } from './order.ts';
export { importOrders } from './import-orders.ts';
export { followOrders } from './follow-orders.ts';
export { reconcile } from './reconcile.ts';
export { targetChanged } from './target-changed.ts';
export { checkIntegration, ensureWebhooks, findLookalikes, planImport, readOneOrder } from './questions.ts';
export { privacyRequest } from './privacy-request.ts';
