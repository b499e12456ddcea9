/** Events that systems tell of by webhook, in their senders' words: the closed list by which hints, marks and `waybill status` name a webhook. */

/** What a sweep finds when nobody told of it: of orders, and of contacts. */
export type Untold = 'new' | 'changed' | 'gone' | 'customer' | 'subscriber' | 'refusal';

interface TopicRow {
  system: string;
  topic: string;
  /** what a sweep finds in its stead; empty: a sweep cannot know that it was this one that kept silent */
  untold: readonly Untold[];
  /** registered by `waybill webhooks`, or entered by hand as it says; the others come only if somebody asked for them elsewhere */
  isAsked: boolean;
}

const rows = [
  { system: 'woocommerce', topic: 'order.created', untold: ['new'], isAsked: true },
  { system: 'woocommerce', topic: 'order.updated', untold: ['changed'], isAsked: true },
  { system: 'woocommerce', topic: 'order.deleted', untold: ['gone'], isAsked: true },
  { system: 'woocommerce', topic: 'order.restored', untold: [], isAsked: true },

  { system: 'shopify', topic: 'orders/create', untold: ['new'], isAsked: true },
  { system: 'shopify', topic: 'orders/updated', untold: ['changed'], isAsked: true },
  { system: 'shopify', topic: 'orders/edited', untold: [], isAsked: true },
  { system: 'shopify', topic: 'orders/cancelled', untold: [], isAsked: true },
  { system: 'shopify', topic: 'orders/delete', untold: ['gone'], isAsked: true },
  { system: 'shopify', topic: 'refunds/create', untold: [], isAsked: true },
  { system: 'shopify', topic: 'orders/paid', untold: [], isAsked: false },
  { system: 'shopify', topic: 'orders/fulfilled', untold: [], isAsked: false },
  { system: 'shopify', topic: 'orders/partially_fulfilled', untold: [], isAsked: false },
  { system: 'shopify', topic: 'fulfillments/create', untold: [], isAsked: false },
  { system: 'shopify', topic: 'fulfillments/update', untold: [], isAsked: false },

  // its three events come to one address in the same form: which one it was, nothing says (contract cartum 8)
  { system: 'cartum', topic: 'order_*', untold: ['new', 'changed', 'gone'], isAsked: true },

  // the sweep of the target reads every change anew, told or not: it cannot say what was not told
  { system: 'roapp', topic: 'Order.Status.Changed', untold: [], isAsked: true },
  { system: 'roapp', topic: 'Order.Deleted', untold: [], isAsked: true },
  { system: 'roapp', topic: 'Order.Created', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Type.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Client.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Manager.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Assignee.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Deadline.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Amount.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Location.Changed', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Approval.Accepted', untold: [], isAsked: false },
  { system: 'roapp', topic: 'Order.Approval.Declined', untold: [], isAsked: false },

  // a new row and a changed one look alike to the sweep, which compares addresses
  { system: 'shoper', topic: 'client.create', untold: ['customer'], isAsked: true },
  { system: 'shoper', topic: 'client.edit', untold: ['customer'], isAsked: true },
  { system: 'shoper', topic: 'client.delete', untold: [], isAsked: true },
  { system: 'shoper', topic: 'subscriber.create', untold: ['subscriber'], isAsked: true },
  { system: 'shoper', topic: 'subscriber.edit', untold: ['subscriber'], isAsked: true },
  { system: 'shoper', topic: 'subscriber.delete', untold: [], isAsked: true },

  { system: 'sare', topic: 'unsubscribe', untold: ['refusal'], isAsked: true },
  { system: 'sare', topic: 'bounce', untold: [], isAsked: true },
  // the vendor does not publish how its events are named: told of, and not by which name (contract sare 8)
  { system: 'sare', topic: 'unnamed', untold: ['refusal'], isAsked: false },
] as const satisfies readonly TopicRow[];

export type WebhookTopic = (typeof rows)[number]['topic'];

/** The row of the list whose topic this is; undefined: a word of the sender's that is not on it. */
export const findTopic = (system: string, word: string): WebhookTopic | undefined => rows.find((row) => row.system === system && row.topic === word)?.topic;

export const topicsOf = (system: string): readonly TopicRow[] => rows.filter((row) => row.system === system);

/** Whose silence these finds of a sweep would be; a word that is not on the list is not a topic. */
export const untoldBy = (word: string): readonly Untold[] | undefined => rows.find(({ topic }) => topic === word)?.untold;
