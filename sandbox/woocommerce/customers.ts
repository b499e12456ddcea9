/** Accounts of the shop; guests are none (contract woocommerce 4). */
import { z } from 'zod';
import type { ArgSpecs } from './args.ts';
import { gmtText, localText } from './dates.ts';
import { noSuchCustomer, noTrashFor, takenEmail } from './errors.ts';
import { emptyAddress, emptyBilling } from './model.ts';
import type { Address, Customer } from './model.ts';
import { parseBody } from './order-body.ts';
import { mergeMeta } from './order-lines.ts';
import { pagingSpecs } from './order-query.ts';
import { pageReply, sliceOf } from './reply.ts';
import type { Row } from './reply.ts';
import type { Call, Route } from './router.ts';
import type { Store } from './store.ts';
import { itemMethods } from './view-options.ts';
import type { ViewOptions } from './view-options.ts';

const text = z.coerce.string();
const address = z.record(z.string(), text);
const customerBody = z.object({
  email: text.optional(),
  first_name: text.optional(),
  last_name: text.optional(),
  username: text.optional(),
  billing: address.optional(),
  shipping: address.optional(),
  meta_data: z.array(z.object({ key: text, value: z.unknown() })).optional(),
});
type CustomerBody = z.infer<typeof customerBody>;

/** @throws WooError 400 for an e-mail that has an account */
export function createCustomer(store: Store, body: CustomerBody): Customer {
  const email = body.email ?? '';
  checkEmail(store, email, 0);
  const now = store.now();
  const customer: Customer = {
    id: store.next('user'),
    email,
    firstName: '',
    lastName: '',
    username: body.username ?? email.split('@')[0] ?? email,
    role: 'customer',
    billing: emptyBilling(),
    shipping: emptyAddress(),
    createdAt: now,
    modifiedAt: now,
    // the shop made up a password and will ask for another
    meta: [{ id: store.next('meta'), key: 'default_password_nag', value: '1' }],
  };
  applyCustomer(store, customer, body);
  store.customers.set(customer.id, customer);
  return customer;
}

function applyCustomer(store: Store, customer: Customer, body: CustomerBody): void {
  customer.email = body.email ?? customer.email;
  customer.firstName = body.first_name ?? customer.firstName;
  customer.lastName = body.last_name ?? customer.lastName;
  Object.assign(customer.billing, known(customer.billing, body.billing));
  Object.assign(customer.shipping, known(customer.shipping, body.shipping));
  if (body.meta_data) customer.meta = mergeMeta(store, customer.meta, body.meta_data);
}

/** Fields the address has; others are ignored, as the shop does. */
function known(target: Address, given: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([name]) => name in target));
}

function checkEmail(store: Store, email: string, own: number): void {
  for (const other of store.customers.values()) if (other.id !== own && other.email.toLowerCase() === email.toLowerCase()) throw takenEmail(email);
}

function customerView(customer: Customer, { store, site }: ViewOptions): Row {
  const zone = store.shop.timeZone;
  const collection = `${site}/wp-json/wc/v3/customers`;
  const { phone, ...billing } = customer.billing;
  return {
    id: customer.id,
    date_created: localText(customer.createdAt, zone),
    date_created_gmt: gmtText(customer.createdAt),
    date_modified: localText(customer.modifiedAt, zone),
    date_modified_gmt: gmtText(customer.modifiedAt),
    email: customer.email,
    first_name: customer.firstName,
    last_name: customer.lastName,
    role: customer.role,
    username: customer.username,
    billing: { ...billing, phone },
    shipping: customer.shipping,
    is_paying_customer: false,
    avatar_url: 'https://secure.gravatar.com/avatar/x',
    meta_data: customer.meta,
    _links: { self: [{ href: `${collection}/${customer.id}`, targetHints: { allow: itemMethods } }], collection: [{ href: collection }] },
  };
}

const listSpecs: ArgSpecs = {
  ...pagingSpecs,
  order: { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
  orderby: { type: 'string', enum: ['id', 'include', 'name', 'registered_date'], default: 'name' },
  email: { type: 'string', format: 'email' },
  role: { type: 'string', enum: ['all', 'administrator', 'editor', 'author', 'contributor', 'subscriber', 'customer', 'shop_manager'], default: 'customer' },
};

/** `search` covers login, name and e-mail, not the phone. */
function listCustomers({ store, args }: Call): Customer[] {
  const [email, search, role, include, exclude] = [args.text('email')?.toLowerCase(), args.text('search')?.toLowerCase(), args.text('role'), args.integers('include'), args.integers('exclude')];
  const found = [...store.customers.values()].filter(
    (customer) =>
      (role === 'all' || customer.role === role) &&
      (!email || customer.email.toLowerCase() === email) &&
      (!search || `${customer.username} ${customer.firstName} ${customer.lastName} ${customer.email}`.toLowerCase().includes(search)) &&
      (include.length === 0 || include.includes(customer.id)) &&
      !exclude.includes(customer.id),
  );
  const by = args.text('orderby');
  const direction = args.text('order') === 'desc' ? -1 : 1;
  return found.toSorted((a, b) => direction * (by === 'id' ? a.id - b.id : by === 'registered_date' ? a.createdAt - b.createdAt || a.id - b.id : a.username.localeCompare(b.username, 'en')));
}

function customerOf({ store, id }: Call): Customer {
  const customer = store.customers.get(id());
  if (customer === undefined) throw noSuchCustomer();
  return customer;
}

const emailSpec = { type: 'string', format: 'email' } as const;

export const customerRoutes: Route[] = [
  {
    methods: ['GET'],
    path: '/customers',
    need: 'list',
    allow: ['GET', 'POST'],
    specs: listSpecs,
    handle: (call) => {
      const found = listCustomers(call);
      const { from, to } = sliceOf(call.args);
      return pageReply(found.slice(from, to).map((customer) => customerView(customer, call.view)), found.length, call.args);
    },
  },
  {
    methods: ['POST'],
    path: '/customers',
    need: 'create',
    allow: ['GET', 'POST'],
    specs: { email: { ...emailSpec, required: true } },
    handle: ({ store, body, view }) => ({ status: 201, body: customerView(createCustomer(store, parseBody(customerBody, body)), view) }),
  },
  { methods: ['GET'], path: '/customers/:id', need: 'view', allow: itemMethods, handle: (call) => ({ body: customerView(customerOf(call), call.view) }) },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/customers/:id',
    need: 'edit',
    allow: itemMethods,
    specs: { email: emailSpec },
    handle: (call) => {
      const customer = customerOf(call);
      const body = parseBody(customerBody, call.body);
      if (body.email !== undefined) checkEmail(call.store, body.email, customer.id);
      applyCustomer(call.store, customer, body);
      customer.modifiedAt = call.store.now();
      return { body: customerView(customer, call.view) };
    },
  },
  {
    methods: ['DELETE'],
    path: '/customers/:id',
    need: 'delete',
    allow: itemMethods,
    specs: { force: { type: 'boolean', default: false } },
    handle: (call) => {
      const customer = customerOf(call);
      if (!call.args.flag('force')) throw noTrashFor('Customers');
      call.store.customers.delete(customer.id);
      return { body: customerView(customer, call.view) };
    },
  },
];
