/** What people do in the shop's own panel, and what its owner changes: the control surface's actions, by name. */
import { z } from 'zod';
import { functionNames } from './api.ts';
import { lineTypes } from './model.ts';
import type { StoredOrder } from './model.ts';
import { moveStock, setPaid, setStatus } from './order-status.ts';
import { totalsOf } from './order-totals.ts';
import { createOrder, editOrder } from './order-write.ts';
import type { World } from './store.ts';
import { switchesSchema } from './switches.ts';

type Actions = Record<string, (input: unknown) => unknown>;

/** Every action takes one object and throws an Error that says what is wrong with it. */
export function createActions(world: World): Actions {
  return { ...orderActions(world), ...catalogueActions(world), ...shopActions(world), ...hookActions(world) };
}

const id = z.number().int();
/** "12.50" or 12.5 as hundredths */
const amount = z.union([z.string(), z.number()]).pipe(z.coerce.number()).transform((value) => Math.round(value * 100));
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const line = z.strictObject({
  article: z.string(),
  quantity: z.number().optional(),
  price: amount.optional(),
  title: z.string().optional(),
  type: z.enum(lineTypes).optional(),
  discountMarker: z.string().optional(),
  counts: z.boolean().optional(),
  parentAt: id.optional(),
});
const delivery = z.strictObject({
  typeId: id.optional(),
  city: z.string().optional(),
  cityStable: z.string().optional(),
  address: z.string().optional(),
  /** null: not calculated */
  price: amount.nullable().optional(),
  trackingNumber: z.string().nullable().optional(),
});
const content = {
  name: z.string().optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  delivery: delivery.optional(),
  comment: z.string().optional(),
  currency: z.string().length(3).optional(),
  discountPercent: z.number().min(0).max(100).optional(),
  coupon: z.strictObject({ code: z.string(), percent: z.number().default(0), value: amount.default(0) }).nullable().optional(),
  adjustment: amount.optional(),
  lines: z.array(line).optional(),
};
const newOrder = z.strictObject({ ...content, status: id.optional(), createdAt: instant.optional(), language: z.string().optional(), isPaid: z.boolean().optional(), company: z.string().optional(), manager: z.string().optional() });
/** `line` changes one line by its position, `lines` replaces all. */
const orderEdit = z.strictObject({ ...content, id, line: z.strictObject({ at: id, quantity: z.number().optional(), price: amount.optional() }).optional() });

function orderActions(world: World): Actions {
  return {
    'create-order': action(newOrder, (wish) => shown(createOrder(world, withKnownStatus(world, wish)))),
    'set-status': action(z.strictObject({ id, status: id }), (input) => {
      const order = openOrder(world, input.id);
      setStatus(world, order, withKnownStatus(world, input).status, 'staff');
      return shown(order);
    }),
    'pay-order': action(z.strictObject({ id }), (input) => {
      const order = openOrder(world, input.id);
      setPaid(world, order, true);
      return shown(order);
    }),
    'edit-order': action(orderEdit, ({ id: wanted, line: change, ...wish }) => {
      const order = openOrder(world, wanted);
      editOrder(world, order, wish);
      if (change !== undefined) editLine(world, order, change);
      return shown(order);
    }),
    'delete-order': action(z.strictObject({ id }), (input) => {
      const order = orderNamed(world, input.id);
      moveStock(world, order, false);
      world.store.orders.delete(order.id);
    }),
  };
}

function editLine(world: World, order: StoredOrder, { at, quantity, price }: { at: number; quantity?: number | undefined; price?: number | undefined }): void {
  const changed = present(order.lines[at], `line ${at} of order ${order.id}`);
  const held = order.holdsStock;
  moveStock(world, order, false);
  changed.quantity = quantity ?? changed.quantity;
  changed.price = price ?? changed.price;
  moveStock(world, order, held);
}

function catalogueActions(world: World): Actions {
  const texts = z.record(z.string(), z.string());
  return {
    'edit-product': action(z.strictObject({ article: z.string(), newArticle: z.string().optional(), title: texts.optional(), price: amount.optional(), pageId: id.optional(), quantity: z.number().optional() }), (input) => {
      const { article, newArticle, ...change } = input;
      const product = present(world.store.products.get(article), `product ${article}`);
      Object.assign(product, change, { article: newArticle ?? article });
      world.store.products.delete(article);
      world.store.products.set(product.article, product);
    }),
    'delete-product': action(z.strictObject({ article: z.string() }), ({ article }) => {
      if (!world.store.products.delete(article)) throw new Error(`product ${article} is not there`);
    }),
    'rename-page': action(z.strictObject({ id, title: texts }), (input) => void (present(world.store.pages.get(input.id), `page ${input.id}`).title = input.title)),
  };
}

function shopActions(world: World): Actions {
  return {
    switches: action(z.record(z.string(), z.unknown()), (input) => (world.switches = switchesSchema.parse({ ...world.switches, ...input }))),
    /** the tokens handed out stay good until they expire, unless `end-tokens` is called */
    'set-login': action(z.strictObject({ login: z.string().optional(), password: z.string().optional() }), ({ login, password }) => {
      world.login = login ?? world.login;
      world.password = password ?? world.password;
    }),
    'end-tokens': () => world.tokens.clear(),
    /** the next calls of a function answer this and do nothing: `EXCEPTION`, a status nobody knows … */
    'answer-next': action(
      z.strictObject({ function: z.enum(functionNames), status: z.string(), response: z.unknown().default({ message: 'Server error' }), httpStatus: id.default(200), times: id.min(1).default(1) }),
      ({ times, ...answer }) => void world.prepared.push(...Array.from({ length: times }, () => answer)),
    ),
    'set-statuses': action(z.array(z.strictObject({ id, title: z.record(z.string(), z.string()), isSuccessful: z.boolean().default(false) })), (statuses) => void (world.store.statuses = statuses)),
  };
}

function hookActions(world: World): Actions {
  return {
    /** by hand: the address is told with DELETE */
    'remove-hook': action(z.strictObject({ id }), async (input) => {
      const hook = present(world.store.hooks.get(input.id), `hook ${input.id}`);
      world.store.hooks.delete(hook.id);
      world.queue.tellRemoved(hook);
      await world.queue.deliveries.quiet();
    }),
    /** what the clock does every five minutes; resolves when all first attempts are over */
    'run-hook-queue': async () => {
      world.queue.run();
      await world.queue.deliveries.quiet();
    },
    ...world.queue.deliveries.actions,
  };
}

const action =
  <Schema extends z.ZodType>(schema: Schema, run: (input: z.output<Schema>) => unknown) =>
  (input: unknown): unknown =>
    run(schema.parse(input ?? {}));

const shown = (order: StoredOrder) => ({ id: order.id, status: order.status, createdAt: new Date(order.createdAt).toISOString(), totalSum: (totalsOf(order).after / 100).toFixed(2) });

function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not there`);
  return value;
}

const orderNamed = (world: World, wanted: number): StoredOrder => present(world.store.orders.get(wanted), `order ${wanted}`);

/** One that may still be changed. */
function openOrder(world: World, wanted: number): StoredOrder {
  const order = orderNamed(world, wanted);
  if (order.isLocked) throw new Error(`order ${wanted} is locked for good: status 4 was set over the API`);
  return order;
}

function withKnownStatus<Wish extends { status?: number | undefined }>({ store }: World, wish: Wish): Wish {
  if (wish.status !== undefined) present(store.statuses.find((status) => status.id === wish.status), `status ${wish.status}`);
  return wish;
}
