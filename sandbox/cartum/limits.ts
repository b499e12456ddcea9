/** The platform's limits as named numbers (contract cartum 2, 4.4, 8). */
export const limits = {
  tokenLifeMs: 600_000,
  /** default and silent cap of `catalog/export` */
  catalogRows: 500,
  hooksPerEvent: 5,
  hookQueueEveryMs: 5 * 60_000,
  hookRetryEveryMs: 10 * 60_000,
  hookRetries: 10,
  /** how long the platform waits for an answer to a hook; the vendor names no number */
  hookTimeoutMs: 10_000,
} as const;

/** The release in which a function or a form appeared. */
export const since = {
  timesInDateFilters: '3.30',
  availableStatuses: '4.0',
  photoUrl: '4.26',
} as const;

/** What may be subscribed to (contract cartum 8). */
export const hookEvents = ['order_created', 'order_paid', 'order_update', 'user_signup', 'user_update', 'request_call_me', 'comments_created'] as const;
export type HookEvent = (typeof hookEvents)[number];

/** What the English page lists; shops that know no more exist. */
export const hookEventsOfEnglishPage: readonly HookEvent[] = ['order_created', 'user_signup', 'request_call_me'];

/** Ids of statuses that mean something to the platform itself. */
export const statusIds = { created: 1, processing: 2, delivered: 3, cancelled: 4, shipping: 6 } as const;
