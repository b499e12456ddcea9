/** The seeded shop: the same each time, any size, every special case in it. */
import { describe, expect, test } from 'vitest';
import { ordersTypedByHand } from '../../sandbox/scenario.ts';
import { createWoocommerceSandbox } from '../../sandbox/woocommerce/sandbox.ts';
import { createStore } from '../../sandbox/woocommerce/store.ts';
import { describeSeed, seedShop } from '../../sandbox/woocommerce/seed.ts';
import type { SeedInput } from '../../sandbox/woocommerce/seed.ts';
import { specialNames } from '../../sandbox/woocommerce/seed-specials.ts';
import type { SpecialName } from '../../sandbox/woocommerce/seed-specials.ts';
import { truthOf } from '../../sandbox/woocommerce/truth.ts';
import type { TrueOrder, WoocommerceTruth } from '../../sandbox/woocommerce/truth.ts';

const now = '2026-11-22T09:00:00Z';
const input: SeedInput = { seed: 7, orders: 300, now };

function seeded(wish: SeedInput = input): { truth: WoocommerceTruth; special: Record<string, number> } {
  const store = createStore({}, { now: () => Date.parse(now) });
  const { special } = seedShop(store, wish);
  return { truth: truthOf(store), special };
}

const { truth, special } = seeded();
const order = (name: SpecialName): TrueOrder => {
  const found = truth.orders.find(({ id }) => id === special[name]);
  if (found === undefined) throw new Error(`no order ${name}`);
  return found;
};

test('the same seed gives the same shop, another seed another', () => {
  expect(seeded().truth).toEqual(truth);
  expect(seeded({ ...input, seed: 8 }).truth).not.toEqual(truth);
  expect(describeSeed(input)).toEqual(special);
});

test('seeding a running sandbox tells the special ids and replaces what was there', () => {
  const sandbox = createWoocommerceSandbox();
  sandbox.seed({ ...input, orders: 500 });
  expect(sandbox.seed(input)).toEqual({ orders: 300, products: truth.products.length, customers: truth.customers.length, special });
  expect(() => sandbox.seed({ ordres: 3 })).toThrow('ordres');
});

const early = (orders: TrueOrder[]) => orders.filter(({ createdAt }) => createdAt < '2026-09-22T09:00:00.000Z').length;

test('orders lie within two calendar months of the shop, apart from the older ones asked for', () => {
  expect(early(truth.orders)).toBe(0);
  expect(truth.orders.every(({ createdAt, modifiedAt }) => createdAt <= modifiedAt && modifiedAt < '2026-11-22T09:00:01')).toBe(true);
  expect(early(seeded({ ...input, older: 12 }).truth.orders)).toBe(12);
});

test('ids rise with time and have gaps; a bulk edit saved many in one second', () => {
  const created = truth.orders.map(({ createdAt }) => createdAt);
  expect(created).toEqual(created.toSorted());
  expect((truth.orders.at(-1)?.id ?? 0) - (truth.orders[0]?.id ?? 0)).toBeGreaterThan(truth.orders.length);
  const large = seeded({ ...input, orders: 2000 }).truth.orders;
  expect(large.filter(({ modifiedAt }) => modifiedAt === '2026-11-21T09:00:00.000Z').length).toBeGreaterThan(100);
});

describe('special cases', () => {
  test('all are in a shop of 300, and as many as fit in a smaller one', () => {
    expect(Object.keys(special).toSorted()).toEqual([...specialNames].toSorted());
    expect(Object.keys(seeded({ ...input, orders: 5 }).special).toSorted()).toEqual(specialNames.slice(0, 5).toSorted());
    expect(new Set(truth.orders.map(({ status }) => status))).toEqual(new Set(['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft', 'packed', 'trash']));
  });

  test('people', () => {
    expect((['anna-plus48', 'anna-digits', 'anna-dashes'] as const).map((name) => [order(name).billing.email, order(name).billing.phone])).toEqual([
      ['Anna.Nowak@example.test', '+48 600 700 800'],
      ['anna.nowak@example.test ', '600700800'],
      ['', '600-700-800'],
    ]);
    expect(order('company-phone-jan').billing.last_name).not.toBe(order('company-phone-ewa').billing.last_name);
    expect(order('same-second-a').createdAt).toBe(order('same-second-b').createdAt);
    expect(order('same-second-a').billing).toEqual(order('same-second-b').billing);
    expect(order('phone-only').billing).toMatchObject({ email: '', phone: expect.stringMatching(/\d/) });
    expect(order('email-only').billing).toMatchObject({ phone: '', email: expect.stringMatching(/@example\./) });
    expect(order('no-contact').billing).toMatchObject({ email: '', phone: '', last_name: expect.stringMatching(/./) });
    expect([order('shipping-phone-only').billing.phone, order('shipping-phone-only').shipping.phone]).toEqual(['', '+48 601 222 333']);
    expect(order('nobody').billing).toMatchObject({ first_name: '', last_name: '', email: '', phone: '' });
    expect(order('account').customerId).toBeGreaterThan(0);
  });

  test('goods', () => {
    expect(order('no-lines').lines).toEqual([]);
    expect(order('deleted-product').lines[0]).toMatchObject({ productId: 0, sku: null, name: 'Discontinued lamp', quantity: 2 });
    expect(order('variation').lines[0]).toMatchObject({ name: 'Belt - S', sku: 'BELT-S' });
    expect(order('no-sku').lines[0]).toMatchObject({ sku: '', name: 'Cleaning rag' });
    expect(order('html-names').lines[0]?.name).toBe('Salt &amp; pepper "Duo" &lt;mini&gt;');
    const categoriesOf = (name: SpecialName) => {
      const product = truth.products.find(({ id }) => id === order(name).lines[0]?.productId);
      return truth.categories.filter(({ id }) => product?.categoryIds.includes(id)).map((category) => category.name);
    };
    expect(categoriesOf('category-chain')).toEqual(['Parts', 'Filters', 'Oil filters']);
    expect(categoriesOf('category-one-level')).toEqual(['Accessories', 'Łańcuchy', 'Żarówki']);
    expect(categoriesOf('category-different-levels')).toEqual(['Belts', 'Accessories']);
    expect(categoriesOf('uncategorized')).toEqual(['Uncategorized']);
  });

  test('money', () => {
    expect(order('euro').currency).toBe('EUR');
    expect(order('tax-beside')).toMatchObject({ pricesIncludeTax: false, lines: [{ total: '49.90', totalTax: '11.48' }] });
    expect(order('tax-inside')).toMatchObject({ pricesIncludeTax: true, lines: [{ total: '121.71', totalTax: '27.99' }] });
    expect(order('shipping-and-fee')).toMatchObject({ shippingTotal: '12.99', fees: [{ total: '5.00' }], total: '67.89' });
    expect(order('coupon')).toMatchObject({ discountTotal: '10.00', coupons: [{ discount: '10.00' }], total: '54.90' });
    expect(order('refund-partial')).toMatchObject({ status: 'processing', refunds: [{ amount: '49.90' }], lines: [{ refunded: 1 }, { refunded: 0 }] });
    expect(order('refund-full')).toMatchObject({ status: 'refunded', refunds: [{ amount: order('refund-full').total }] });
    expect(order('uneven-price').lines[0]).toMatchObject({ quantity: 3, total: '10.00' });
    expect(order('many-pieces').lines.map(({ quantity }) => quantity)).toEqual([24, 7]);
  });

  test('both passages of the doubled hour', () => {
    expect([order('doubled-hour-first').createdAt, order('doubled-hour-second').createdAt]).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
  });
});

test('invented people only: addresses under example domains', () => {
  for (const { billing } of truth.orders) expect(billing.email.trim().toLowerCase()).toMatch(/^$|@([\w-]+\.)?example\.(com|test)$/);
});

test('N16 three orders typed by hand: their customers have just that one order', () => {
  const typed = ordersTypedByHand(truth);
  expect(typed).toHaveLength(3);
  for (const { customer, total, createdAt } of typed) {
    const same = truth.orders.filter(({ billing }) => billing.phone === customer.phone);
    expect(same).toMatchObject([{ total, createdAt, currency: 'PLN' }]);
    expect(customer.email).toContain('@example.');
  }
});
