/** A tiny shop that holds orders, persons and products, and answers every operation of the connector. */
import { connectionOf, personOf, type ShopOrder } from './orders.ts';
import { startTinyShop, type Answer, type Asked, type TinyShop } from './setup.ts';

export interface BooksShop extends TinyShop {
  orders: ShopOrder[];
  persons: Map<string, object>;
  /** the shop withholds these fields (R19): path behind the alias */
  withheld: string[][];
  scopes: string[];
  products: Map<string, object>;
  webhooks: { id: string; topic: string; uri: string }[];
  refuseWebhook?: string | undefined;
  version: string;
  zone: string;
}

const withheldText = 'This app is not approved to access the Customer object. Access to personally identifiable information (PII) like customer names, addresses, emails, phone numbers is only available on Shopify, Advanced, and Plus plans.';

export async function startBooksShop(): Promise<BooksShop> {
  const state: Omit<BooksShop, keyof TinyShop> = { orders: [], persons: new Map(), withheld: [], scopes: ['read_orders', 'read_products', 'read_customers', 'read_all_orders'], products: new Map(), webhooks: [], version: '2026-07', zone: 'Europe/Warsaw' };
  const shop = await startTinyShop((asked) => answer(asked));
  const books: BooksShop = Object.assign(shop, state);
  return books;

  function answer(asked: Asked): Answer {
    return { headers: { 'x-shopify-api-version': books.version }, body: body(asked) };
  }

  function body({ operation, variables }: Asked): object {
    switch (operation) {
      case 'ShopInfo':
        return { data: { shop: { myshopifyDomain: 'acme.myshopify.com', currencyCode: 'PLN', ianaTimezone: books.zone, taxesIncluded: true, plan: { publicDisplayName: 'Basic' } }, currentAppInstallation: { accessScopes: books.scopes.map((handle) => ({ handle })) } } };
      case 'OrdersByCreation':
      case 'OrderNames':
        return page(books.orders.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt)), variables);
      case 'OrdersByChange':
        return page(books.orders.toSorted((a, b) => a.updatedAt.localeCompare(b.updatedAt)), variables);
      case 'OldestOrder':
        return { data: { orders: connectionOf(books.orders.slice(0, 1)) } };
      case 'NewestOrder':
        return { data: { orders: connectionOf(books.orders.slice(-1)) } };
      case 'OrderById':
        return { data: { order: books.orders.find(({ id }) => id === variables['id']) ?? null } };
      case 'OrderPersons':
        return persons(variables);
      case 'ProductDetails':
        return { data: byAlias(variables, 'p', (id) => books.products.get(id) ?? null) };
      case 'VariantCounts':
        return { data: { productsCount: { count: 1 }, productVariantsCount: { count: 2 } } };
      case 'ListWebhooks':
        return { data: { webhookSubscriptions: connectionOf(books.webhooks) } };
      default:
        return createWebhook(variables);
    }
  }

  function persons(variables: Record<string, unknown>): object {
    const errors: object[] = [];
    const data = byAlias(variables, 'o', (id, alias) => {
      const order = books.orders.find(({ legacyResourceId }) => legacyResourceId === id);
      if (!order) return null;
      let person: object = books.persons.get(id) ?? personOf({ legacyResourceId: id });
      for (const path of books.withheld) {
        errors.push({ message: withheldText, path: [alias, ...path], extensions: { code: 'ACCESS_DENIED' } });
        if (path.length === 1) person = { ...person, [path[0] ?? '']: null };
      }
      return person;
    });
    return { data, ...(errors.length === 0 ? {} : { errors }) };
  }

  function createWebhook({ topic, uri }: Record<string, unknown>): object {
    const refused = books.refuseWebhook;
    if (refused !== undefined) return { data: { webhookSubscriptionCreate: { webhookSubscription: null, userErrors: [{ field: ['webhookSubscription', 'callbackUrl'], message: refused }] } } };
    const made = { id: `gid://shopify/WebhookSubscription/${books.webhooks.length + 1}`, topic: String(topic), uri: String(uri) };
    books.webhooks.push(made);
    return { data: { webhookSubscriptionCreate: { webhookSubscription: { id: made.id }, userErrors: [] } } };
  }
}

function byAlias(variables: Record<string, unknown>, alias: string, find: (id: string, alias: string) => object | null): Record<string, object | null> {
  return Object.fromEntries(Object.entries(variables).map(([name, gid]) => [name.replace('id', alias), find(String(gid).split('/').at(-1) ?? '', name.replace('id', alias))]));
}

/** Filters by the two quoted bounds; a page has two orders. */
function page(sorted: ShopOrder[], { q, after }: Record<string, unknown>): object {
  const [field = '', from = ''] = /(\w+_at):>='([^']+)'/.exec(String(q))?.slice(1) ?? [];
  const until = /_at:<'([^']+)'/.exec(String(q))?.[1] ?? '9999';
  const at = (order: ShopOrder) => (field === 'updated_at' ? order.updatedAt : order.createdAt);
  const found = sorted.filter((order) => at(order) >= from && at(order) < until);
  const start = Number(after ?? 0);
  return { data: { orders: connectionOf(found.slice(start, start + 2), start + 2 < found.length ? String(start + 2) : null) } };
}
