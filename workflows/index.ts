/** All workflows that the worker bundles. */
export { order } from './order.ts';
export { importOrders } from './import-orders.ts';
export { followOrders } from './follow-orders.ts';
export { reconcile } from './reconcile.ts';
export { targetChanged } from './target-changed.ts';
export { checkIntegration, ensureWebhooks, findLookalikes, planImport, readOneOrder } from './questions.ts';
export { privacyRequest } from './privacy-request.ts';
export { exportContacts } from './export-contacts.ts';
export { syncContacts } from './sync-contacts.ts';
export { syncOptOuts } from './sync-opt-outs.ts';
export { checkContacts, compareContacts, ensureContactWebhooks } from './contact-questions.ts';
export { applyInstallation } from './installation.ts';
