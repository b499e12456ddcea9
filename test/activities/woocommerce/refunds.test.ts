import { describe, expect, test } from 'vitest';
import { toOrder } from '../../../activities/woocommerce/map.ts';
import { subtractRefunds } from '../../../activities/woocommerce/refunds.ts';
import { add, compare, gross } from '../../../domain/money.ts';
import type { WooOrder, WooRefund } from '../../../activities/woocommerce/schemas.ts';
import { line, order, refund } from './orders.ts';

const apply = (raw: WooOrder, refunds: WooRefund[]) => {
  const listed = { ...raw, refunds: refunds.map(({ id, amount }) => ({ id, total: amount === '0.00' ? '0.00' : `-${amount}` })) };
  return subtractRefunds(toOrder(listed, { connection: { country: 'PL', language: 'pl' }, integration: { codeOf: 'variant' } }), listed, refunds, 'pl');
};
/** What lines and charges come to. */
const sum = (mapped: ReturnType<typeof apply>) => add(...mapped.lineItems.map((item) => gross(item.total)), ...mapped.charges.map((charge) => gross(charge.total)));

const belt = line({ id: 42, name: 'Belt - S', product_id: 11, variation_id: 12, quantity: 1, total: '20.00', total_tax: '4.60', sku: 'BELT-S', parent_name: 'Belt' });
const shipping = { id: 43, total: '15.00', total_tax: '3.45' };
const raw = order({ line_items: [line(), belt], shipping_lines: [shipping], total: '165.80', total_tax: '31.00' });

describe('R16 N14 refunds are taken off the order that is created', () => {
  test('pieces and their amount', () => {
    const mapped = apply(raw, [refund({ amount: '61.38', items: [{ of: '41', quantity: -1, total: '-49.90', tax: '-11.48' }] })]);
    expect(mapped.lineItems.map(({ key, quantity, total }) => ({ key, quantity, total }))).toEqual([
      { key: '41', quantity: '1', total: { net: '49.9', tax: '11.47' } },
      { key: '42', quantity: '1', total: { net: '20.00', tax: '4.60' } },
    ]);
    expect(mapped).toMatchObject({ total: '104.42', totalTax: '19.52' });
    expect(compare(sum(mapped), mapped.total)).toBe(0);
  });

  test('a line that is refunded fully is left out', () => {
    const mapped = apply(raw, [refund({ amount: '24.60', items: [{ of: 42, quantity: -1, total: '-20.00', tax: '-4.60' }] })]);
    expect(mapped.lineItems.map(({ key }) => key)).toEqual(['41']);
    expect(compare(sum(mapped), mapped.total)).toBe(0);
  });

  test('several refunds of one line add up', () => {
    const once = { of: 41, quantity: -1, total: '-49.90', tax: '0.00' };
    expect(apply(raw, [refund({ id: 1, amount: '49.90', items: [once] }), refund({ id: 2, amount: '49.90', items: [once] })]).lineItems.map(({ key }) => key)).toEqual(['42']);
  });

  test('nothing is left: the order keeps its lines with quantity 0, so that it shows as fully refunded', () => {
    const mapped = apply(order({ total: '122.75' }), [refund({ amount: '122.75', items: [{ of: 41, quantity: -2, total: '-99.80', tax: '-22.95' }] })]);
    expect(mapped.lineItems.map(({ quantity }) => quantity)).toEqual(['0']);
    expect(mapped.total).toBe('0');
  });

  test('refunded shipping is taken off the shipping', () => {
    const part = apply(raw, [refund({ amount: '6.15', shipping: [{ of: 43, total: '-5.00', tax: '-1.15' }] })]);
    expect(part.charges).toEqual([{ kind: 'shipping', name: 'Wysyłka', total: { net: '10', tax: '2.3' } }]);
    const all = apply(raw, [refund({ amount: '18.45', shipping: [{ of: 43, total: '-15.00', tax: '-3.45' }] })]);
    expect(all.charges).toEqual([]);
  });

  test('an amount that names no line is a discount', () => {
    const mapped = apply(raw, [refund({ amount: '30.00', reason: 'scratched', items: [{ of: 42, quantity: 0, total: '-10.00', tax: '0.00' }] })]);
    expect(mapped.charges).toContainEqual({ kind: 'discount', name: 'Zwrot', total: { net: '-20', tax: '0' } });
    expect(compare(sum(mapped), mapped.total)).toBe(0);
  });
});
