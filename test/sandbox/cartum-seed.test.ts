/** The seeded shop: the same each time, any size, every status and every oddity in it. */
import { describe, expect, test } from 'vitest';
import { createClock } from '../../sandbox/kernel/clock.ts';
import type { CartumOptions } from '../../sandbox/cartum/options.ts';
import { createCartumSandbox } from '../../sandbox/cartum/sandbox.ts';
import type { SeedInput, SeedSummary } from '../../sandbox/cartum/seed.ts';
import { specialNames } from '../../sandbox/cartum/seed-specials.ts';
import type { SpecialName } from '../../sandbox/cartum/seed-specials.ts';
import { cartumTruthSchema } from '../../sandbox/cartum/truth.ts';
import type { CartumTruth, TrueOrder } from '../../sandbox/cartum/truth.ts';

const now = '2026-11-22T09:00:00Z';
const input: SeedInput = { seed: 7, orders: 300, now };

function seeded(wish: SeedInput = input, options: CartumOptions = {}): { truth: CartumTruth; summary: SeedSummary } {
  const sandbox = createCartumSandbox({ clock: createClock(Date.parse(now)), ...options });
  const summary = sandbox.seed(wish);
  return { truth: sandbox.truth(), summary };
}

const { truth, summary } = seeded();
const order = (name: SpecialName): TrueOrder => {
  const found = truth.orders.find(({ id }) => id === summary.special[name]);
  if (found === undefined) throw new Error(`no order ${name}`);
  return found;
};
const lines = (name: SpecialName) => order(name).lines.map(({ type, counts, total }) => [type, counts, total]);
const titleOf = (article: string) => truth.products.find((product) => product.article === article)?.title;

test('the same seed gives the same shop, another seed another', () => {
  expect(seeded().truth).toEqual(truth);
  expect(seeded({ ...input, seed: 8 }).truth).not.toEqual(truth);
});

test('seeding again replaces what was there, and nobody is told by hooks', () => {
  const sandbox = createCartumSandbox();
  sandbox.seed({ ...input, orders: 500 });
  expect(sandbox.seed(input)).toEqual(summary);
  expect(sandbox.truth()).toEqual(truth);
  expect(truth).toMatchObject({ hookQueue: [], mails: [], statusChanges: [] });
  expect(() => sandbox.seed({ ordres: 3 })).toThrow('ordres');
});

test('the truth is plain JSON that fits its schema', () => {
  expect(cartumTruthSchema.parse(JSON.parse(JSON.stringify(truth)))).toEqual(truth);
});

test('orders are spread over a hundred days, numbers rise with time, every status is there', () => {
  const created = truth.orders.map(({ createdAt }) => createdAt);
  expect(created).toEqual(created.toSorted());
  const ordinary = truth.orders.filter(({ id }) => !Object.values(summary.special).includes(id));
  expect([ordinary[0]?.createdAt, ordinary.at(-1)?.createdAt].map((at) => at?.slice(0, 7))).toEqual(['2026-08', '2026-11']);
  expect(summary.older).toBe(created.filter((at) => at < '2026-09-22T08:00:00.000Z').length);
  expect(summary.older).toBeGreaterThan(50);
  expect(Object.keys(summary.statuses)).toEqual(['1', '2', '3', '4', '6', '7', '9']);
});

test('all special orders are in a shop of 300, and as many as fit in a smaller one', () => {
  expect(Object.keys(summary.special).toSorted()).toEqual([...specialNames].toSorted());
  expect(Object.keys(seeded({ ...input, orders: 5 }).summary.special).toSorted()).toEqual(specialNames.slice(0, 5).toSorted());
  expect(seeded({ ...input, orders: 0 }).summary).toMatchObject({ orders: 0, special: {} });
});

describe('special orders', () => {
  test('people', () => {
    expect((['anna-formatted', 'anna-digits', 'anna-no-email'] as const).map((name) => [order(name).email, order(name).phone.replace(/\D/g, '').slice(-9)])).toEqual([
      ['Anna.Nowak@example.test', '507008090'],
      ['anna.nowak@example.test ', '507008090'],
      ['', '507008090'],
    ]);
    expect(order('company-phone-a').name).not.toBe(order('company-phone-b').name);
    expect(order('same-second-a')).toMatchObject({ createdAt: order('same-second-b').createdAt, phone: order('same-second-b').phone });
    expect(order('by-telephone')).toMatchObject({ email: '', phone: expect.stringMatching(/\d/) });
    expect(order('email-only')).toMatchObject({ phone: '', email: expect.stringContaining('@') });
    expect(order('no-contact')).toMatchObject({ phone: '', email: '' });
    expect(order('one-word-name').name).toBe('Pat');
    expect(order('three-word-name').name.split(' ')).toHaveLength(3);
    expect(order('no-lines')).toMatchObject({ lines: [], totalSum: '0.00' });
  });

  test('R14 N14 sets and gifts of both readings, and one that fits neither', () => {
    expect([lines('set-main-counts'), order('set-main-counts').totalDefault]).toEqual([[['set_main', true, '450.00'], ['set_item', false, '300.00'], ['set_item', false, '200.00']], '450.00']);
    expect([lines('set-items-count'), order('set-items-count').totalDefault]).toEqual([[['set_main', false, '450.00'], ['set_item', true, '300.00'], ['set_item', true, '200.00']], '500.00']);
    expect([lines('gift-parent-counts'), order('gift-parent-counts').totalDefault]).toEqual([[['gift_parent', true, '300.00'], ['gift', true, '0.00']], '300.00']);
    expect([lines('gift-parent-doubles'), order('gift-parent-doubles').totalDefault]).toEqual([[['product', true, '300.00'], ['gift_parent', false, '300.00'], ['gift', true, '0.00']], '300.00']);
    expect(order('lines-fit-neither').totalDefault).toBe('462.34');
  });

  test('money', () => {
    expect(order('sum-zero')).toMatchObject({ totalDefault: '500.00', totalSum: '0.00' });
    expect(order('free-goods')).toMatchObject({ totalSum: '0.00', email: '' });
    expect(order('order-discount')).toMatchObject({ totalDefault: '500.00', discount: '50.00', totalSum: '450.00' });
    expect(order('coupon')).toMatchObject({ couponDiscount: '50.00', totalSum: '450.00' });
    expect(order('price-old').lines.map(({ discountMarker }) => discountMarker)).toEqual(['PRICE_OLD', 'DISCOUNT_CARD']);
    expect(order('fraction-quantity')).toMatchObject({ lines: [{ quantity: 1.5, price: '33.33' }], totalDefault: '50.00' });
    expect(order('other-currency').currency).toBe('EUR');
  });

  test('R13 delivery', () => {
    expect(order('delivery-not-calculated').delivery.price).toBeNull();
    expect(order('ukrposhta').delivery.address.split('@')).toHaveLength(4);
    expect(order('pickup').delivery).toMatchObject({ address: '', price: '0.00' });
    expect(order('tracked').delivery.trackingNumber).toBe('20450000000001');
  });

  test('goods: another language, not in the catalogue any more, never in it', () => {
    expect(order('other-language').lines[0]?.title).toBe(titleOf('LAMP-300')?.['ru']);
    expect(order('other-language').lines[0]?.title).not.toBe(titleOf('LAMP-300')?.['ua']);
    expect([order('deleted-article').lines[0], titleOf('OLD-LAMP')]).toMatchObject([{ article: 'OLD-LAMP', title: 'Лампа, знята з виробництва' }, undefined]);
    expect(order('no-article').lines).toMatchObject([{ article: '', title: 'Typed by the manager' }]);
    expect(titleOf('TWIN-A')).toEqual(titleOf('TWIN-B'));
    expect(titleOf('UNTRANSLATED-1')).toEqual({ en: 'Imported rag', ua: '' });
  });

  test('R5 times: both passages of the doubled hour, both sides of two calendar months', () => {
    expect([order('doubled-hour-first'), order('doubled-hour-second')].map(({ createdAt, createdText }) => [createdAt, createdText])).toEqual([
      ['2026-10-25T00:30:00.000Z', '2026-10-25 03:30:00'],
      ['2026-10-25T01:30:00.000Z', '2026-10-25 03:30:00'],
    ]);
    // 11:00 in the shop is 08:00 UTC in September and 09:00 UTC in November
    expect([order('just-outside-two-months').createdAt, order('just-inside-two-months').createdAt]).toEqual(['2026-09-22T02:00:00.000Z', '2026-09-22T14:00:00.000Z']);
  });

  test('R6 a locked order', () => {
    expect(order('locked')).toMatchObject({ status: 4, isLocked: true });
  });
});

test('people come back and write their phone in another way', () => {
  const writings = new Map<string, Set<string>>();
  for (const { phone } of truth.orders) {
    const key = phone.replace(/\D/g, '').slice(-9);
    if (key !== '') writings.set(key, (writings.get(key) ?? new Set()).add(phone));
  }
  expect([...writings.values()].filter(({ size }) => size > 1).length).toBeGreaterThan(20);
});

test('a shop in Poland: its currency, languages, people and hour', () => {
  const polish = seeded(input, { currency: 'PLN', timeZone: 'Europe/Warsaw' });
  expect(polish.truth.shop).toEqual({ timeZone: 'Europe/Warsaw', currency: 'PLN', country: 'PL', languages: ['pl', 'en', 'ua'] });
  const first = polish.truth.orders.find(({ id }) => id === polish.summary.special['doubled-hour-first']);
  expect([first?.createdText, first?.currency, first?.phone.replace(/\D/g, '').slice(-9, -6)]).toEqual(['2026-10-25 02:30:00', 'PLN', '701']);
  expect(new Set(polish.truth.orders.map(({ currency }) => currency))).toEqual(new Set(['PLN', 'EUR']));
  expect(polish.truth.products[0]?.title).toMatchObject({ pl: 'Kabel 1', ua: 'Кабель 1' });
});

test('invented people only: addresses under example domains', () => {
  for (const { email } of truth.orders) expect(email.trim().toLowerCase()).toMatch(/^$|@([\w-]+\.)?example\.(com|test)$/);
});
