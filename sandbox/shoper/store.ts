/** The shop's state, and what surrounds it while it is open. */
import type { Deliveries } from '../kernel/deliveries.ts';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { Access } from './access.ts';
import type { Bucket } from './bucket.ts';
import type { AdditionalField, Address, Change, Customer, Language, Subscriber, SubscriberGroup, Webhook } from './model.ts';
import type { AppStoreApplication } from './options.ts';
import type { Switches } from './switches.ts';
import { createTable } from './table.ts';
import type { RowSource, Table } from './table.ts';

export interface Shop {
  host: string;
  license: string;
  timeZone: string;
}

export interface Store {
  customers: Table<Customer>;
  /** found by the customer's id */
  addresses: Table<Address>;
  subscribers: Table<Subscriber>;
  groups: SubscriberGroup[];
  fields: AdditionalField[];
  languages: Language[];
  webhooks: Table<Webhook>;
  /** the last 10,000, oldest first */
  changes: Change[];
  /** rows somebody is editing: "users 42", "subscribers 9" */
  locked: Set<string>;
}

export interface World {
  clock: SandboxClock;
  shop: Shop;
  switches: Switches;
  store: Store;
  access: Access;
  bucket: Bucket;
  app: AppStoreApplication;
  billingUrl: string | undefined;
  deliveries: Deliveries;
}

export interface Sources {
  customers?: RowSource<Customer>;
  addresses?: RowSource<Address>;
  subscribers?: RowSource<Subscriber>;
}

/** Id of the additional field that is a newsletter consent in this shop. */
export const consentFieldId = 7;

/** How a person is told from another: the address without its case and the space around it. */
export const personKey = (email: string): string => email.trim().toLowerCase();

const source = <T>(given: T | undefined): { source?: T } => (given === undefined ? {} : { source: given });

/** A shop without people unless sources bring them; with the settings and the webhook that a real one has from the start. */
export function createStore(sources: Sources = {}): Store {
  const webhooks = createTable<Webhook>({ firstId: 1, keyOf: ({ url }) => url });
  webhooks.put({ id: 1, url: 'https://bridge.example.org/refund', secret: '', active: true, format: 0, events: ['order_refund.create'], madeBy: 'system' });
  return {
    customers: createTable({ firstId: 1, keyOf: ({ email }) => personKey(email), ...source(sources.customers) }),
    addresses: createTable({ firstId: 1, keyOf: ({ userId }) => String(userId), ...source(sources.addresses) }),
    subscribers: createTable({ firstId: 1, keyOf: ({ email }) => personKey(email), ...source(sources.subscribers) }),
    groups: [
      { id: 1, name: 'Wszyscy', isAutomatic: true },
      { id: 2, name: 'Nowości', isAutomatic: false },
    ],
    fields: fieldsOfShop(),
    languages: [
      { id: 1, locale: 'pl_PL', isActive: true },
      { id: 2, locale: 'en_US', isActive: true },
      { id: 3, locale: 'de_DE', isActive: false },
    ],
    webhooks,
    changes: [],
    locked: new Set(),
  };
}

function fieldsOfShop(): AdditionalField[] {
  const field = { isRequired: false, isActive: true, order: 0, isChecked: false, options: [] };
  return [
    { ...field, id: 1, type: 2, locate: 7, isRequired: true, names: { pl_PL: 'Akceptacja regulaminu', en_US: 'I accept the terms' } },
    { ...field, id: 3, type: 1, locate: 3, order: 1, names: { pl_PL: 'Imię psa', en_US: 'Name of the dog' } },
    { ...field, id: 4, type: 3, locate: 3, order: 2, names: { pl_PL: 'Skąd nas znasz?' }, options: [{ id: 1, value: 'Znajomi' }, { id: 2, value: 'Reklama' }] },
    { ...field, id: consentFieldId, type: 2, locate: 7, order: 3, names: { pl_PL: 'Zgoda na newsletter', en_US: 'Newsletter consent' } },
    { ...field, id: 8, type: 2, locate: 104, order: 4, names: { pl_PL: 'Chcę otrzymać fakturę' } },
  ];
}

const keptChanges = 10_000;

export function noteChange({ store, clock }: World, change: Omit<Change, 'at'>): void {
  store.changes.push({ at: clock.now(), ...change });
  if (store.changes.length > keptChanges) store.changes.splice(0, store.changes.length - keptChanges);
}
