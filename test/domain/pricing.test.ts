import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { add, compare, multiply, round } from '../../domain/money.ts';
import type { Charge, LineItem } from '../../domain/order.ts';
import { priceLines } from '../../domain/pricing.ts';

const line = (key: string, quantity: string, net: string, tax = '0'): LineItem => ({ key, quantity, total: { net, tax }, product: { name: `Product ${key}` } });
const shipping: Charge = { kind: 'shipping', name: 'Courier', total: { net: '12.20', tax: '2.80' } };
const money = (cents: number) => round(multiply(String(cents), '0.01'), 2);
const withTax = { prices: 'with-tax', articles: {} } as const;

describe('lines of the books', () => {
  test('N14 R16 quantity and price are kept, with tax or without as the setting says', () => {
    const order = { lineItems: [line('1', '2', '100.00', '23.00')], charges: [], total: '123.00', totalTax: '23.00' };
    expect(priceLines(order, withTax).lines).toMatchObject([{ key: '1', quantity: '2', price: '61.50' }]);
    expect(priceLines(order, { prices: 'without-tax', articles: {} })).toMatchObject({ lines: [{ quantity: '2', price: '50.00' }], total: '100.00', expected: '100.00', differences: [] });
  });

  test('N14 a rest from rounding goes to the one piece of a line with quantity one', () => {
    const order = { lineItems: [line('1', '3', '10.00'), line('2', '1', '5.00')], charges: [], total: '15.00', totalTax: '0' };
    const priced = priceLines(order, withTax);
    expect(priced.lines).toMatchObject([{ key: '1', quantity: '3', price: '3.33' }, { key: '2', quantity: '1', price: '5.01' }]);
    expect(priced).toMatchObject({ total: '15.00', differences: [] });
  });

  test('N14 where no line has quantity one, one piece is split off to carry the rest', () => {
    const priced = priceLines({ lineItems: [line('1', '3', '10.00')], charges: [], total: '10.00', totalTax: '0' }, withTax);
    expect(priced.lines.map(({ key, quantity, price }) => [key, quantity, price])).toEqual([['1', '2', '3.33'], ['1:rest', '1', '3.34']]);
    expect(priced.differences).toEqual([]);
  });

  test('N14 a charge with an article becomes a line, one without is named and explains the difference', () => {
    const order = { lineItems: [line('1', '1', '10.00')], charges: [shipping], total: '25.00', totalTax: '2.80' };
    expect(priceLines(order, { prices: 'with-tax', articles: { shipping: '7001' } })).toMatchObject({ lines: [{}, { kind: 'charge', article: '7001', price: '15.00' }], differences: [] });
    expect(priceLines(order, withTax)).toMatchObject({ inComment: [shipping], total: '10.00', expected: '25.00', differences: [{ reason: 'charges-in-comment', amount: '15.00' }] });
  });

  test('N14 a platform whose total is not the sum of its parts is reported with that reason', () =>
    expect(priceLines({ lineItems: [line('1', '1', '10.00')], charges: [], total: '11.00', totalTax: '0' }, withTax).differences).toEqual([{ reason: 'platform-total', amount: '1.00' }]));

  test('N14 for any order the lines plus the named differences are the platform’s total', () =>
    fc.assert(fc.property(fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 40 }), cents: fc.integer({ min: 0, max: 500_000 }) }), { minLength: 1, maxLength: 6 }), fc.integer({ min: 0, max: 3000 }), (items, ship) => {
      const lineItems = items.map(({ quantity, cents }, n) => line(String(n), String(quantity), money(cents)));
      const charges: Charge[] = [{ kind: 'shipping', name: 'Courier', total: { net: money(ship), tax: '0' } }];
      const total = add(...lineItems.map((item) => item.total.net), money(ship));
      const priced = priceLines({ lineItems, charges, total, totalTax: '0' }, withTax);
      expect(compare(add(priced.total, ...priced.differences.map((part) => part.amount)), priced.expected)).toBe(0);
      expect(compare(add(...priced.lines.map((item) => item.quantity)), add(...lineItems.map((item) => item.quantity)))).toBe(0);
      expect(new Set(priced.lines.map((item) => item.key)).size).toBe(priced.lines.length);
    })));
});
