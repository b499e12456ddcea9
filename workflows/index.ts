/** All workflows that the worker bundles. */
export { order } from './order.ts';
export { importOrders } from './import-orders.ts';
export { checkIntegration, findLookalikes, planImport, readOneOrder } from './questions.ts';
