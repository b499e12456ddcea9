/** What happens after the import: webhooks, statuses both ways, a write-off, a changed delivery. Each act is seen in the simulated systems themselves. */
import { z } from 'zod';
import { hookAddress } from '../../worker/hooks.ts';
import { arm } from '../arm.ts';
import { getIntegration } from '../integration.ts';
import { keyOf } from '../target.ts';
import { webhooksOf } from '../webhooks.ts';
import { copiesOf, piecesOf, readBooks, type BookedOrder } from './books.ts';
import { inPanel, truthOf } from './control.ts';
import { booksHookSecret } from './settings.ts';
import type { PlacedOrder, Shop } from './shops.ts';
import { assertSeen, type Act, type Stage } from './stage.ts';
import { storm } from './storm.ts';
import { until } from './until.ts';

/** Statuses of the simulated systems: in progress and ready in the books, packed in Cartum. */
const [inProgress, ready, packed] = [102, 104, 7];
const bookEvents = ['Order.Status.Changed', 'Order.Deleted'];

export function actsOf(stage: Stage): Act[] {
  const live: PlacedOrder[] = [];
  const nth = (shop: Shop['name'], at = 0): PlacedOrder => {
    const order = live.filter((one) => one.shop.name === shop)[at];
    if (order === undefined) throw new Error('there is no live order to do it with');
    return order;
  };
  return [
    { name: 'Webhooks', play: async () => registerWebhooks(stage) },
    { name: 'New orders', play: async () => newOrders(stage, live) },
    { name: 'Armed', play: async () => armShop(stage) },
    { name: 'Written off', play: async () => writeOff(stage, nth('WooCommerce')) },
    { name: 'Status to the shop', play: async () => statusToShop(stage, nth('WooCommerce', 1)) },
    { name: 'Status to the books', play: async () => statusToBooks(stage, nth('Cartum')) },
    { name: 'Delivery', play: async () => changeDelivery(stage, nth('Shopify')) },
    { name: 'Webhook storm', play: async () => storm(stage) },
  ];
}

/** The platforms' by the API, as `waybill webhooks` does it; RO App's by hand in its panel, since it has no call for it. */
async function registerWebhooks({ session, controls, shops }: Stage): Promise<string> {
  for (const { integration } of shops) await webhooksOf(session, getIntegration(session, integration));
  const { hooks } = session.environment;
  assertSeen(hooks !== undefined, 'no gateway is configured');
  await inPanel(controls.roapp, 'create-webhook', { address: hookAddress(hooks.publicUrl, hooks.secret, 'books'), secret: booksHookSecret, events: bookEvents });
  const woo = z.object({ webhooks: z.array(z.object({ status: z.string() })) }).parse(await truthOf(controls.woocommerce)).webhooks.filter(({ status }) => status === 'active').length;
  const cartum = z.object({ hooks: z.array(z.unknown()) }).parse(await truthOf(controls.cartum)).hooks.length;
  const shopify = z.object({ subscriptions: z.array(z.unknown()) }).parse(await truthOf(controls.shopify)).subscriptions.length;
  const books = (await readBooks(controls)).webhooks.filter(({ enabled }) => enabled).length;
  const words = `${woo} registered at WooCommerce, ${cartum} at Cartum, ${shopify} at Shopify; ${books} made by hand in RO App`;
  assertSeen(woo > 0 && cartum > 0 && shopify > 0 && books === 1, words);
  return words;
}

/** Two of WooCommerce, one of each other shop: the acts after this one go on with them. */
async function newOrders(stage: Stage, live: PlacedOrder[]): Promise<string> {
  const [woo, ...others] = stage.shops;
  const begun = Date.now();
  for (const [at, shop] of [woo, woo, ...others].entries()) {
    const phone = `+48 600 200 ${String(101 + at)}`;
    if (shop !== undefined) live.push(await shop.place({ firstName: 'Zofia', lastName: `Nowicka-${at + 1}`, email: `zofia.${at + 1}@example.test`, phone }));
  }
  for (const shop of stage.shops) await shop.flush();
  for (const order of live) await until(`order ${order.id} of ${order.shop.name} arrives by webhook`, stage.patienceMs, async () => ((await isImported(stage, order)) ? true : undefined));
  const books = await readBooks(stage.controls);
  for (const order of live) assertSeen(copiesOf(books, order).length === 1, `order ${order.id} of ${order.shop.name} stands ${copiesOf(books, order).length} times in the books`);
  return `${live.length} placed in the three shops stood in the books ${((Date.now() - begun) / 1_000).toFixed(1)} seconds later, told by webhook`;
}

async function isImported({ session }: Stage, { shop, id }: PlacedOrder): Promise<boolean> {
  const record = await session.ledger.records.find(keyOf({ integration: shop.integration, sourceId: String(id) }));
  return record?.state === 'completed';
}

async function armShop({ session, shops }: Stage): Promise<string> {
  const integration = shops[0]?.integration ?? '';
  await arm(session, integration, { off: false });
  const armed = await session.ledger.marks.get(`integration:${integration}`, 'armed');
  assertSeen(armed !== undefined, 'the mark is not set');
  return `statuses go to the WooCommerce shop from ${armed} on`;
}

async function writeOff(stage: Stage, order: PlacedOrder): Promise<string> {
  const { session, controls, patienceMs } = stage;
  const booked = await bookedOrder(stage, order);
  const ignored = async () => (await session.ledger.follows.count(order.shop.integration)).ignored;
  const before = await ignored();
  await inPanel(controls.roapp, 'write-off', { orderId: booked.id });
  await order.shop.changeQuantity(order, 7);
  await until('the change that came after the write-off is counted as ignored', patienceMs, async () => ((await ignored()) > before ? true : undefined));
  const pieces = piecesOf(await bookedOrder(stage, order));
  assertSeen(pieces === 1, `the books have ${pieces} pieces instead of 1`);
  return `staff wrote off order ${order.id}; the shop then made 7 pieces of 1: ignored and counted, the books keep 1`;
}

async function statusToShop(stage: Stage, order: PlacedOrder): Promise<string> {
  const { controls, patienceMs } = stage;
  await inPanel(controls.roapp, 'set-status', { orderId: (await bookedOrder(stage, order)).id, statusId: inProgress });
  const seen = z.object({ orders: z.array(z.object({ id: z.number(), status: z.string() })) });
  await until('the shop shows on-hold', patienceMs, async () => {
    const { orders } = seen.parse(await truthOf(controls.woocommerce));
    return orders.some(({ id, status }) => id === order.id && status === 'on-hold') ? true : undefined;
  });
  return `staff set “in progress” in the books; order ${order.id} is on-hold in the WooCommerce shop`;
}

async function statusToBooks(stage: Stage, order: PlacedOrder): Promise<string> {
  await inPanel(stage.controls.cartum, 'set-status', { id: order.id, status: packed });
  await order.shop.flush();
  await until('the books show “ready”', stage.patienceMs, async () => ((await bookedOrder(stage, order)).status.id === ready ? true : undefined));
  return `Cartum’s order ${order.id} was packed; it is “ready” in the books`;
}

async function changeDelivery(stage: Stage, order: PlacedOrder): Promise<string> {
  const street = 'ul. Zmieniona 7';
  const before = (await bookedOrder(stage, order)).comments.length;
  await inPanel(stage.controls.shopify, 'change-shipping-address', { id: order.id, address: { address1: street } });
  const { comments } = await until('a comment with the new address', stage.patienceMs, async () => {
    const booked = await bookedOrder(stage, order);
    return booked.comments.some(({ text }) => text.includes(street)) ? booked : undefined;
  });
  assertSeen(comments.length === before + 1, `${comments.length - before} comments were added instead of 1`);
  return `the buyer of Shopify’s order ${order.id} moved; the order in the books has comment ${comments.length} with the new address`;
}

async function bookedOrder({ controls }: Stage, order: PlacedOrder): Promise<BookedOrder> {
  const [booked, ...more] = copiesOf(await readBooks(controls), order);
  if (booked === undefined || more.length > 0) throw new Error(`order ${order.id} of ${order.shop.name} stands ${booked === undefined ? 0 : more.length + 1} times in the books`);
  return booked;
}
