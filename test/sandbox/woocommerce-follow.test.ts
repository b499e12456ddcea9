/** An order between its import and its write-off: what people do in the shop, and what the customer is written (contract woocommerce 4 and 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openShop } from './woocommerce-shop.ts';
import type { Row, TestShop } from './woocommerce-shop.ts';

let shop: TestShop;
beforeEach(async () => void (shop = await openShop()));
afterEach(() => shop.close());

const lamp = { name: 'Lamp', quantity: 2, subtotal: '20.00', total: '20.00' };
const billing = { first_name: 'Ewa', last_name: 'Zmyślona', email: 'ewa@example.test', phone: '600 700 800' };
const created = z.object({ id: z.number(), line_items: z.array(z.object({ id: z.number() })) });
const make = async (more: Row = {}) => {
  const { id, line_items: lines } = created.parse((await shop.call('POST', '/orders', { status: 'pending', billing, line_items: [lamp, lamp], ...more })).body);
  return { id, path: `/orders/${id}`, lines: lines.map((line) => line.id) };
};
const mails = (id: number): string[] =>
  z
    .object({ orders: z.array(z.object({ id: z.number(), mails: z.array(z.object({ kind: z.string() })) })) })
    .parse(shop.sandbox.definition.truth())
    .orders.find((order) => order.id === id)
    ?.mails.map(({ kind }) => kind) ?? [];

describe('e-mails to the customer', () => {
  test('every change into on-hold, processing or completed sends one, whoever makes it; the same status again none', async () => {
    const { id, path } = await make();
    expect(mails(id)).toEqual([]);
    await shop.call('PUT', path, { status: 'on-hold' });
    await shop.call('PUT', path, { status: 'processing' });
    await shop.call('PUT', path, { status: 'processing' });
    shop.act('set-status', { id, status: 'packed' });
    shop.act('set-status', { id, status: 'completed' });
    expect(mails(id)).toEqual(['on-hold', 'processing', 'completed']);
  });

  test('an order that begins in processing is mailed at once, one without an address never', async () => {
    expect(mails((await make({ status: 'processing' })).id)).toEqual(['processing']);
    expect(mails((await make({ status: 'processing', billing: { ...billing, email: null } })).id)).toEqual([]);
  });

  test('a note for the customer is mailed, an internal one is not; staff’s own too', async () => {
    const { id, path } = await make();
    await shop.call('POST', `${path}/notes`, { note: 'Written off' });
    expect(mails(id)).toEqual([]);
    await shop.call('POST', `${path}/notes`, { note: 'On its way', customer_note: true });
    shop.act('add-note', { id, note: 'Thank you', customerNote: true });
    expect(mails(id)).toEqual(['note', 'note']);
    expect((await shop.get(`${path}/notes?type=customer`)).rows.map(({ author }) => author)).toEqual(['WooCommerce', 'admin']);
  });

  test('refunds are mailed, in part and in full', async () => {
    const { id } = await make();
    shop.act('refund', { id, amount: '10.00' });
    shop.act('refund', { id, amount: '30.00' });
    expect(mails(id)).toEqual(['partially-refunded', 'refunded']);
  });
});

describe('what staff do', () => {
  test('R16 a quantity changed on the order page keeps the unit price', async () => {
    const { id, path, lines } = await make();
    shop.act('set-quantity', { id, line: lines[0], quantity: 5 });
    expect((await shop.get(path)).row).toMatchObject({ total: '70.00', line_items: [{ quantity: 5, total: '50.00', price: 10 }, { quantity: 2 }] });
  });

  test('R16 lines are added and removed, addresses changed', async () => {
    const { id, path, lines } = await make();
    shop.act('edit-order', { id, line_items: [{ id: lines[0], quantity: 0 }, { name: 'Shade', quantity: 1, total: '7.00' }], shipping: { city: 'Kraków' }, billing: { phone: '601' } });
    expect((await shop.get(path)).row).toMatchObject({ line_items: [{ id: lines[1] }, { name: 'Shade' }], shipping: { city: 'Kraków' }, billing: { phone: '601', email: 'ewa@example.test' }, total: '27.00' });
  });

  test('the trash remembers the status, and is no status to write', async () => {
    const { id, path } = await make({ status: 'on-hold' });
    expect(await shop.call('PUT', path, { status: 'trash' })).toMatchObject({ status: 400, row: { code: 'rest_invalid_param' } });
    shop.act('trash-order', { id });
    shop.act('trash-order', { id });
    expect((await shop.get(path)).row['status']).toBe('trash');
    shop.act('restore-order', { id });
    expect((await shop.get(path)).row['status']).toBe('on-hold');
    expect(() => shop.act('restore-order', { id })).toThrow('not in the trash');
  });
});
