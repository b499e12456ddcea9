/** The shop's limits as named numbers (contract woocommerce 2, 3, 5). */
export const limits = {
  defaultPerPage: 10,
  maxPerPage: 100,
  batchItems: 100,
  /** a signed request is good for this long before and after the shop's clock */
  oauthWindowMs: 15 * 60_000,
  /** what a host's firewall asks for in a 429 */
  retryAfterSeconds: 2,
  /** how long a delivery waits for its answer */
  webhookTimeoutMs: 60_000,
  /** a webhook whose count of failures in a row exceeds this is disabled by the next one: the seventh */
  webhookFailures: 5,
} as const;

/** The versions that the shop reports about itself. */
export const versions = { woocommerce: '10.9.1', wordpress: '7.0.4' } as const;

/** Every order status of the plugin with its name, in the shop's own order. */
export const coreStatuses = [
  { slug: 'pending', name: 'Pending payment' },
  { slug: 'processing', name: 'Processing' },
  { slug: 'on-hold', name: 'On hold' },
  { slug: 'completed', name: 'Completed' },
  { slug: 'cancelled', name: 'Cancelled' },
  { slug: 'refunded', name: 'Refunded' },
  { slug: 'failed', name: 'Failed' },
  { slug: 'checkout-draft', name: 'Draft' },
] as const;
