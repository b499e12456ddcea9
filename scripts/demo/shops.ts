/** The three simulated shops as the demo drives them: what each is called, and how somebody orders there, edits an order and hands over what waits to be told. */
import { z } from 'zod';
import { inPanel, truthOf, type Controls } from './control.ts';

export interface Shop {
  name: 'WooCommerce' | 'Cartum' | 'Shopify';
  integration: string;
  /** of its control surface */
  control: string;
  /** Somebody orders one piece of the first article. */
  place: (buyer: Buyer) => Promise<PlacedOrder>;
  changeQuantity: (order: PlacedOrder, quantity: number) => Promise<unknown>;
  /** Sends what would be sent minutes later: the shop's own queue, and what the storm holds back. */
  flush: () => Promise<void>;
}

/** Invented; the same person may order in every shop. */
export interface Buyer {
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
}

export interface PlacedOrder {
  shop: Shop;
  id: number;
  /** its one line, as the shop names it in an edit */
  line: number;
}

const idSchema = z.object({ id: z.number() });
const address = { address1: 'ul. Przykładowa 5', city: 'Warszawa', zip: '00-001', countryCode: 'PL' };

export function shopsOf(controls: Controls): Shop[] {
  return [wooShop(controls.woocommerce), cartumShop(controls.cartum), shopifyShop(controls.shopify)];
}

function wooShop(control: string): Shop {
  const article = once(async () => z.object({ products: z.array(z.object({ id: z.number(), type: z.string(), sku: z.string() })) }).parse(await truthOf(control)).products.find(({ type, sku }) => type === 'simple' && sku !== ''));
  const shop: Shop = {
    name: 'WooCommerce',
    integration: 'shop-to-books',
    control,
    place: async ({ firstName, lastName, email, phone }) => {
      const billing = { first_name: firstName, last_name: lastName, email, phone, country: 'PL' };
      const { id } = idSchema.parse(await inPanel(control, 'create-order', { status: 'processing', billing, line_items: [{ product_id: (await article())?.id, quantity: 1 }] }));
      return { shop, id, line: await lineOf(id) };
    },
    changeQuantity: async ({ id, line }, quantity) => inPanel(control, 'set-quantity', { id, line, quantity }),
    flush: async () => void (await inPanel(control, 'webhook-flush')),
  };
  const lineOf = async (id: number): Promise<number> => {
    const { orders } = z.object({ orders: z.array(z.object({ id: z.number(), lines: z.array(idSchema) })) }).parse(await truthOf(control));
    return orders.find((order) => order.id === id)?.lines[0]?.id ?? 0;
  };
  return shop;
}

function cartumShop(control: string): Shop {
  const article = once(async () => z.object({ products: z.array(z.object({ article: z.string() })) }).parse(await truthOf(control)).products[0]?.article);
  const shop: Shop = {
    name: 'Cartum',
    integration: 'cartum-to-books',
    control,
    place: async ({ firstName, lastName, email, phone }) => {
      const delivery = { city: address.city, address: address.address1 };
      const { id } = idSchema.parse(await inPanel(control, 'create-order', { name: `${firstName} ${lastName}`, email, phone, delivery, lines: [{ article: await article(), quantity: 1 }] }));
      return { shop, id, line: 0 };
    },
    changeQuantity: async ({ id, line }, quantity) => inPanel(control, 'edit-order', { id, line: { at: line, quantity } }),
    flush: async () => {
      await inPanel(control, 'run-hook-queue');
      await inPanel(control, 'webhook-flush');
    },
  };
  return shop;
}

function shopifyShop(control: string): Shop {
  const variants = z.object({ products: z.array(z.object({ variants: z.array(z.object({ id: z.number(), sku: z.string().nullable() })) })) });
  const article = once(async () => variants.parse(await truthOf(control)).products.flatMap((product) => product.variants).find(({ sku }) => sku !== null)?.id);
  const shop: Shop = {
    name: 'Shopify',
    integration: 'shopify-to-books',
    control,
    place: async (customer) => {
      const { firstName, lastName, phone } = customer;
      const order = { customer, shipping: { firstName, lastName, phone, ...address }, shippingLine: { title: 'Kurier', price: '14.99' }, lines: [{ variantId: await article(), quantity: 1 }] };
      const { id, lineIds } = z.object({ id: z.number(), lineIds: z.array(z.number()) }).parse(await inPanel(control, 'create-order', order));
      return { shop, id, line: lineIds[0] ?? 0 };
    },
    changeQuantity: async ({ id, line }, quantity) => inPanel(control, 'edit-order', { id, quantities: [{ lineId: line, quantity }] }),
    flush: async () => void (await inPanel(control, 'webhook-flush')),
  };
  return shop;
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return async () => (answer ??= ask());
}
