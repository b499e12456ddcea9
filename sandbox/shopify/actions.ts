/** What people do in the shop's own panel, and what its owner changes: the control surface's actions, by name. */
import { z } from 'zod';
import { addressOf, addressSchema } from './address-writes.ts';
import { createCustomer, customerChanged, customerCreated, setEmailConsent, setSmsConsent } from './customer-writes.ts';
import { emit, emitPrivacy, inOneEvent } from './events.ts';
import { addProduct, deleteProduct, productChanged, productCreated } from './product-writes.ts';
import { planNames } from './limits.ts';
import { cancelReasons, heldStates, payments, type Customer, type Order, type Product } from './model.ts';
import { toHundredths } from './money.ts';
import { appKinds, switchesSchema } from './options.ts';
import { blankOrder, discountLine, discountOrder, lineOf, pay, shippingOf } from './order-make.ts';
import { cancelOrder, deleteOrder, editOrder, fulfillOrder, fullRefund, markAsPaid, orderChanged, placeOrder, refundOrder, sendTestOrder } from './order-writes.ts';
import { orderName } from './filters.ts';
import { currentTotals, financialStatus, fulfillmentStatus } from './totals.ts';
import { throttleStatus } from './throttle.ts';
import { accountStates, type World } from './world.ts';

type Actions = Record<string, (input: unknown) => unknown>;

const id = z.number().int();
const ofOne = z.strictObject({ id });
const amount = z.union([z.string(), z.number()]).transform(toHundredths);
const instant = z.iso.datetime({ offset: true }).transform((text) => Math.floor(Date.parse(text) / 1000) * 1000);
const text = z.string().nullable().optional();

const lineWish = z.strictObject({ variantId: id.optional(), title: z.string().optional(), sku: z.string().nullable().optional(), quantity: z.number().int().min(1).default(1), price: amount.optional(), discount: amount.optional(), taxable: z.boolean().optional() });
const personWish = z.strictObject({ firstName: text, lastName: text, email: text, phone: text });
/** An order at the checkout. Money is decimal text; everything but the lines may be left out. */
const orderWish = z.strictObject({
  lines: z.array(lineWish).default([]),
  /** an existing customer */
  customerId: id.optional(),
  /** or a new one, or the one with that e-mail */
  customer: personWish.optional(),
  email: text,
  phone: text,
  billing: addressSchema.nullable().optional(),
  shipping: addressSchema.nullable().optional(),
  shippingLine: z.strictObject({ title: z.string().default('Kurier'), price: amount, carrier: z.string().nullable().default(null) }).optional(),
  discountCode: z.strictObject({ code: z.string(), amount: amount.optional(), percent: z.number().optional() }).optional(),
  tip: amount.default(0),
  payment: z.enum(payments).default('PAID'),
  fulfillment: z.enum(heldStates).optional(),
  note: text,
  tags: z.array(z.string()).default([]),
  test: z.boolean().default(false),
  presentmentCurrency: z.string().length(3).optional(),
  rate: z.number().positive().optional(),
  createdAt: instant.optional(),
});

/** The shop as it is at the time of an action; `reset` and `seed` replace what is in it. */
export const createActions = (world: World): Actions => ({ ...orderActions(world), ...peopleActions(world), ...catalogueActions(world), ...shopActions(world), ...appActions(world) });

const action =
  <Schema extends z.ZodType>(schema: Schema, run: (input: z.output<Schema>) => unknown) =>
  (input: unknown): unknown =>
    run(schema.parse(input ?? {}));

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not there`);
  return value;
}

const shown = (order: Order) => ({ id: order.id, name: orderName(order), financialStatus: financialStatus(order), fulfillmentStatus: fulfillmentStatus(order), currentTotal: currentTotals(order).total / 100, lineIds: order.lines.map((line) => line.id), updatedAt: new Date(order.updatedAt).toISOString() });

function orderActions(world: World): Actions {
  const orderIn = (wanted: number): Order => present(world.store.orders.get(wanted), `order ${wanted}`);
  const changing = <Shape extends z.ZodRawShape>(shape: Shape, run: (order: Order, input: z.output<z.ZodObject<Shape>>) => void) => {
    const schema = z.strictObject(shape);
    return (input: unknown) => {
      const parsed = schema.parse(input ?? {});
      const order = orderIn(z.looseObject({ id }).parse(input).id);
      run(order, parsed);
      return shown(order);
    };
  };
  return {
    'create-order': action(orderWish, (wish) => {
      const order = orderFrom(world, wish);
      placeOrder(world, order);
      return shown(order);
    }),
    /** `quantities`: what a line shall have now, 0 removes it; `add`: new lines */
    'edit-order': changing({ id, quantities: z.array(z.strictObject({ lineId: id, quantity: z.number().int().min(0) })).default([]), add: z.array(lineWish).default([]) }, (order, { quantities, add }) =>
      editOrder(world, order, { quantities, added: add.map((wish) => lineOf(world, wish)) }),
    ),
    /** nothing else given: everything that is left */
    refund: changing({ id, lines: z.array(z.strictObject({ lineId: id, quantity: z.number().int().min(1), restock: z.enum(['RETURN', 'CANCEL', 'NO_RESTOCK']).default('RETURN') })).optional(), shipping: amount.optional(), amount: amount.optional(), note: text }, (order, { lines, shipping, amount: paidBack, note }) => {
      const all = lines === undefined && shipping === undefined && paidBack === undefined;
      refundOrder(world, order, all ? fullRefund(order, 'RETURN') : { lines: lines ?? [], shipping: shipping ?? 0, amount: paidBack ?? null, note: note ?? null });
    }),
    cancel: changing({ id, reason: z.enum(cancelReasons).default('CUSTOMER'), refund: z.boolean().default(true) }, (order, how) => cancelOrder(world, order, how)),
    /** no lines given: everything that is open */
    fulfill: changing({ id, lines: z.array(z.strictObject({ lineId: id, quantity: z.number().int().min(1) })).default([]), company: z.string().nullable().default(null), number: z.string().nullable().default(null), url: z.string().nullable().default(null) }, (order, wish) => fulfillOrder(world, order, wish)),
    'mark-as-paid': changing({ id }, (order) => inOneEvent(world, () => markAsPaid(world, order))),
    'set-fulfillment-status': changing({ id, status: z.enum(heldStates).nullable() }, (order, { status }) => {
      order.held = status;
      inOneEvent(world, () => orderChanged(world, order, []));
    }),
    /** what is left out stays */
    'change-shipping-address': changing({ id, address: addressSchema.strict() }, (order, { address }) => {
      order.shipping = addressOf(world, address, order.shipping);
      inOneEvent(world, () => orderChanged(world, order, []));
    }),
    'change-shipping-line': changing({ id, title: z.string().optional(), price: amount.optional(), carrier: z.string().nullable().optional() }, (order, { title, price, carrier }) => {
      const line = order.shippingLines[0] ?? shippingOf(world, 'Kurier', 0);
      if (order.shippingLines.length === 0) order.shippingLines.push(line);
      Object.assign(line, { title: title ?? line.title, price: price ?? line.price, carrier: carrier === undefined ? line.carrier : carrier });
      inOneEvent(world, () => orderChanged(world, order, []));
    }),
    'edit-note': changing({ id, note: z.string().nullable() }, (order, { note }) => {
      order.note = note;
      inOneEvent(world, () => orderChanged(world, order, []));
    }),
    /** the customer at the till is named afterwards, or taken away */
    'set-order-customer': changing({ id, customerId: id.nullable() }, (order, { customerId }) => {
      order.customerId = customerId;
      inOneEvent(world, () => orderChanged(world, order, []));
    }),
    /** a save without a change still moves `updatedAt` */
    touch: changing({ id }, (order) => inOneEvent(world, () => orderChanged(world, order, []))),
    'delete-order': action(ofOne, (input) => deleteOrder(world, orderIn(input.id))),
    'send-test-order': action(ofOne, (input) => sendTestOrder(world, orderIn(input.id))),
  };
}

function orderFrom(world: World, wish: z.output<typeof orderWish>): Order {
  const order = blankOrder(world, wish.createdAt);
  const customer = customerOf(world, wish);
  const address = (input: z.output<typeof addressSchema> | null | undefined) => (input ? addressOf(world, input) : null);
  Object.assign(order, { customerId: customer?.id ?? null, email: wish.email === undefined ? (customer?.email ?? null) : wish.email, phone: wish.phone === undefined ? (customer?.phone ?? null) : wish.phone, billing: address(wish.billing ?? wish.shipping), shipping: address(wish.shipping ?? wish.billing) });
  Object.assign(order, { note: wish.note ?? null, tags: wish.tags, test: wish.test, tip: wish.tip, held: wish.fulfillment ?? null, presentmentCurrency: wish.presentmentCurrency ?? order.currency, rate: wish.rate ?? 1 });
  for (const one of wish.lines) {
    const line = lineOf(world, one);
    order.lines.push(line);
    if (one.discount !== undefined) discountLine(order, line, one.discount);
  }
  if (wish.shippingLine) order.shippingLines.push(shippingOf(world, wish.shippingLine.title, wish.shippingLine.price, wish.shippingLine.carrier));
  if (wish.discountCode) discountOrder(order, { kind: 'code', title: wish.discountCode.code, percent: wish.discountCode.percent ?? null, amount: wish.discountCode.amount ?? 0 });
  pay(world, order, wish.payment);
  return order;
}

/** At the checkout a known e-mail is the same customer. */
function customerOf(world: World, { customerId, customer }: z.output<typeof orderWish>): Customer | undefined {
  if (customerId !== undefined) return present(world.store.customers.get(customerId), `customer ${customerId}`);
  if (customer === undefined) return undefined;
  const known = world.store.customers.all().find(({ email }) => email !== null && email.toLowerCase() === customer.email?.trim().toLowerCase());
  if (known) return known;
  const made = createCustomer(world, customer);
  inOneEvent(world, () => customerCreated(world, made));
  return made;
}

const consent = z.enum(['SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING', 'NOT_SUBSCRIBED']);

function peopleActions(world: World): Actions {
  const customerIn = (wanted: number): Customer => present(world.store.customers.get(wanted), `customer ${wanted}`);
  return {
    'create-customer': action(personWish.extend({ tags: z.array(z.string()).optional(), addresses: z.array(addressSchema).default([]) }), ({ addresses, ...fields }) => {
      const customer = createCustomer(world, { ...fields, addresses: addresses.map((one) => addressOf(world, one)) });
      inOneEvent(world, () => customerCreated(world, customer));
      return { id: customer.id };
    }),
    'edit-customer': action(personWish.extend({ id, tags: z.array(z.string()).optional(), address: addressSchema.optional() }), ({ id: wanted, address, ...fields }) => {
      const customer = customerIn(wanted);
      const tagsBefore = customer.tags;
      Object.assign(customer, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
      if (address) customer.addresses = [addressOf(world, address, customer.addresses[0] ?? null), ...customer.addresses.slice(1)];
      inOneEvent(world, () => customerChanged(world, customer, { tagsBefore }));
      return { id: wanted };
    }),
    /** the person's own click, or staff */
    'set-consent': action(z.strictObject({ id, channel: z.enum(['email', 'sms']).default('email'), state: consent, level: z.enum(['SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', 'UNKNOWN']).default('SINGLE_OPT_IN') }), ({ id: wanted, channel, state, level }) => {
      const customer = customerIn(wanted);
      const set = channel === 'email' ? setEmailConsent : setSmsConsent;
      inOneEvent(world, () => set(world, customer, { state, level, at: Math.floor(world.clock.now() / 1000) * 1000 }));
      return { id: wanted };
    }),
    /** orders stay, without their customer */
    'delete-customer': action(ofOne, ({ id: wanted }) => {
      world.store.customers.remove(customerIn(wanted).id);
      for (const order of world.store.orders.all()) if (order.customerId === wanted) order.customerId = null;
      emit(world, 'customers/delete', { id: wanted, tax_exemptions: [], admin_graphql_api_id: `gid://shopify/Customer/${wanted}` });
      return { id: wanted };
    }),
  };
}

const variantWish = z.strictObject({ sku: z.string().nullable().default(null), price: amount, barcode: z.string().nullable().optional(), values: z.array(z.string()).optional(), stock: z.number().int().optional() });
const productWish = z.strictObject({ title: z.string(), descriptionHtml: z.string().optional(), vendor: z.string().optional(), productType: z.string().optional(), tags: z.array(z.string()).optional(), categoryId: z.string().nullable().optional(), options: z.array(z.string()).optional(), variants: z.array(variantWish).min(1) });

function catalogueActions(world: World): Actions {
  const productIn = (wanted: number): Product => present(world.store.products.get(wanted), `product ${wanted}`);
  return {
    'create-product': action(productWish, ({ variants, ...wish }) => {
      const known = Object.fromEntries(Object.entries(wish).filter(([, value]) => value !== undefined));
      const product = addProduct(world, { title: wish.title, ...known, variants: variants.map(({ sku, price, barcode = null, values = [], stock = 0 }) => ({ sku, price, barcode, values, stock })) });
      productCreated(world, product);
      return { id: product.id, variantIds: product.variantIds };
    }),
    'edit-product': action(z.strictObject({ id, title: z.string().optional(), descriptionHtml: z.string().optional(), sku: z.string().nullable().optional(), price: amount.optional(), categoryId: z.string().nullable().optional(), productType: z.string().optional() }), ({ id: wanted, sku, price, ...fields }) => {
      const product = productIn(wanted);
      Object.assign(product, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
      const [first] = product.variantIds.flatMap((one) => world.store.variants.get(one) ?? []);
      if (first && sku !== undefined) first.sku = sku;
      if (first && price !== undefined) first.price = price;
      inOneEvent(world, () => productChanged(world, product));
      return { id: wanted };
    }),
    'delete-product': action(ofOne, ({ id: wanted }) => deleteProduct(world, productIn(wanted))),
  };
}

function shopActions(world: World): Actions {
  return {
    /** an upgrade gives an app made in the panel personal data, and a faster bucket */
    'set-plan': action(z.strictObject({ plan: z.enum(planNames) }), ({ plan }) => {
      throttleStatus(world);
      world.shop.plan = plan;
      world.bucket.available = throttleStatus(world).maximumAvailable;
      return { plan };
    }),
    /** orders made before keep what they were made with */
    'set-shop': action(z.strictObject({ name: z.string().optional(), currency: z.string().length(3).optional(), timeZone: z.string().optional(), taxesIncluded: z.boolean().optional(), vatPercent: z.number().nullable().optional() }), (change) =>
      Object.assign(world.shop, Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))),
    ),
    /** frozen 402, forbidden 403, missing 404, locked 423, inactive SHOP_INACTIVE */
    'set-account': action(z.strictObject({ state: z.enum(accountStates) }), ({ state }) => void (world.account.state = state)),
    /** another program of the same app has used the bucket up to this */
    'drain-bucket': action(z.strictObject({ available: z.number().int().min(0).default(0) }), ({ available }) => {
      throttleStatus(world);
      world.bucket.available = Math.min(world.bucket.available, available);
      return throttleStatus(world);
    }),
    'set-switches': action(z.record(z.string(), z.unknown()), (change) => void (world.switches = switchesSchema.parse({ ...world.switches, ...change }))),
  };
}

function appActions(world: World): Actions {
  const { deliveries } = world;
  return {
    ...deliveries.actions,
    /** of every token, and of those to come */
    'set-scopes': action(z.strictObject({ scopes: z.array(z.string()) }), ({ scopes }) => {
      world.account.scopes = scopes;
      for (const token of world.account.tokens) token.scopes = [...scopes];
      return { scopes };
    }),
    /** another fixed token; all others are refused from now on */
    'set-token': action(z.strictObject({ token: z.string() }), ({ token }) => void (world.account.tokens = [{ token, scopes: [...world.account.scopes], expiresAt: null }])),
    /** none given: all of them, at once */
    'expire-token': action(z.strictObject({ token: z.string().optional() }), ({ token }) => {
      for (const one of world.account.tokens) if (token === undefined || one.token === token) one.expiresAt = world.clock.now();
    }),
    /** webhooks are signed with the new secret from now on */
    'set-client-secret': action(z.strictObject({ secret: z.string() }), ({ secret }) => void (world.account.client.secret = secret)),
    'set-app': action(z.strictObject({ app: z.enum(appKinds) }), ({ app }) => void (world.account.app = app)),
    'set-privacy-address': action(z.strictObject({ uri: z.string().nullable() }), ({ uri }) => void (world.account.privacyAddress = uri)),
    /** what is registered as https://… is really sent to another address */
    'route-webhooks': action(z.strictObject({ from: z.string(), to: z.string() }), (route) => {
      world.account.routes = [...world.account.routes.filter(({ from }) => from !== route.from), route];
      return world.account.routes;
    }),
    'privacy-request': action(z.strictObject({ kind: z.enum(['customers/data_request', 'customers/redact', 'shop/redact']), customerId: id.optional(), orderIds: z.array(id).optional() }), (wish) => privacyRequest(world, wish)),
    uninstall: action(z.strictObject({}), () => {
      emit(world, 'app/uninstalled', { id: world.shop.id, name: world.shop.name, email: world.shop.email, domain: null, myshopify_domain: world.shop.domain, currency: world.shop.currency, iana_timezone: world.shop.timeZone });
      world.account.tokens = [];
      for (const { id: subscription } of world.store.subscriptions.all()) world.store.subscriptions.remove(subscription);
    }),
  };
}

function privacyRequest(world: World, { kind, customerId, orderIds }: { kind: string; customerId?: number | undefined; orderIds?: number[] | undefined }): unknown {
  const head = { shop_id: world.shop.id, shop_domain: world.shop.domain };
  if (kind === 'shop/redact') {
    emitPrivacy(world, kind, head);
    return undefined;
  }
  const { id: wanted, email, phone } = present(world.store.customers.get(customerId ?? 0), `customer ${customerId}`);
  const orders = orderIds ?? world.store.ordersOf(wanted).map((order) => order.id);
  const customer = { id: wanted, email, phone };
  const request = { id: world.store.next('other') };
  const payload = kind === 'customers/redact' ? { ...head, customer, orders_to_redact: orders } : { ...head, customer, orders_requested: orders, data_request: request };
  emitPrivacy(world, kind, payload);
  return { orders };
}

