/** The platform's limits and word lists as named constants (contract shoper 3, 4.9, 5, 8). */
export const limits = {
  /** drained calls per second and capacity of the bucket, unless a switch says otherwise */
  apiBandwidth: 2,
  apiLimit: 10,
  pageSize: 50,
  /** rows of a page when `limit` is omitted; recordings differ, this is the unkind end */
  pageSizeWhenOmitted: 10,
  bulkItems: 25,
  passwordLength: 12,
  /** 30 days */
  tokenLifeSeconds: 2_592_000,
  webhookRetriesMs: [5_000, 30_000, 120_000],
  /** how long the sender waits for an answer; the vendor names no number */
  webhookTimeoutMs: 10_000,
} as const;

/** Reported by `/application-version` and in `X-Shop-Version`. */
export const shopVersion = '5.26.4';

const crud = ['create', 'edit', 'delete'] as const;

/** What a webhook may be subscribed to: 24 events. Only `client.*` and `subscriber.*` ever happen in this sandbox. */
export const webhookEvents: readonly string[] = [
  ...['category', 'product', 'specialoffer', 'client', 'subscriber'].flatMap((noun) => crud.map((verb) => `${noun}.${verb}`)),
  ...['create', 'edit', 'paid', 'status', 'delete'].map((verb) => `order.${verb}`),
  ...['create', 'dispatch', 'delete', 'send'].map((verb) => `parcel.${verb}`),
];

export const peopleEvents = ['client.create', 'client.edit', 'client.delete', 'subscriber.create', 'subscriber.edit', 'subscriber.delete'] as const;
export type PeopleEvent = (typeof peopleEvents)[number];
