/** An order of the shop in canonical words, as tables. */
import { describe, expect, test } from 'vitest';
import { chooseLines } from '../../../activities/cartum/lines.ts';
import { dayOf, secondsOf, toInstant } from '../../../activities/cartum/local-time.ts';
import { parseOrder, splitName, toOrder, type MapSettings } from '../../../activities/cartum/map.ts';
import { orderSchema } from '../../../activities/cartum/schemas.ts';
import { priceLines } from '../../../domain/pricing.ts';
import { line, order, rawOrder } from './orders.ts';

const settings: MapSettings = { connection: { country: 'UA', timeZone: 'Europe/Kyiv', nameOrder: 'first-last' }, integration: { articles: {} } };
const withArticles = (articles: MapSettings['integration']['articles']): MapSettings => ({ ...settings, integration: { articles } });

test('R1 R13 R14 the contract’s example in canonical words', () => {
  expect(toOrder(order(), settings)).toEqual({
    sourceId: '1045',
    platform: 'Cartum',
    number: '1045',
    status: '1',
    createdAt: '2026-09-01T07:15:00.000Z',
    modifiedAt: '2026-09-01T07:15:00.000Z',
    currency: 'UAH',
    customer: { firstName: 'Olena', lastName: 'Kovalenko', email: 'olena@example.com', phone: '+380124214214', phoneAsWritten: '+38 (012) 421-42-14' },
    lineItems: [{ key: 'A-1', product: { sourceId: 'A-1', name: 'Cable', sku: 'A-1', code: 'A-1' }, quantity: '2', total: { net: '500', tax: '0' } }],
    charges: [{ kind: 'discount', name: '10%', total: { net: '-50', tax: '0' } }],
    delivery: { carrier: 'Carrier X to branch', cost: '80', recipient: 'Olena Kovalenko, Kyiv, Branch No 5' },
    total: '500',
    totalTax: '0',
  });
});

describe('reading what a shop writes', () => {
  test('numbers may be numeric texts, absent texts and empty lists are nothing', () => {
    const odd = order({
      order_id: '1045', stat_status: '6', total_default: '500.00', total_sum: '500.000', discount_percent: '', discount_value: null, coupon_discount_value: undefined, payment_price: '0',
      delivery_type: [], delivery_data: [], delivery_email: null, delivery_city: undefined, delivery_price: '80.5', products: [line({ price: '250.00', quantity: '2', total_price: '500.00' })],
    });
    expect(toOrder(odd, settings)).toMatchObject({ sourceId: '1045', status: '6', total: '500', charges: [], delivery: { carrier: '', cost: '80.5' } });
  });

  test('binary noise in a number is no error', () => expect(order({ total_sum: 449.99999999999994 }).total_sum).toBe('450'));

  test('what was stored in a page is read as the same order', () => {
    for (const one of [order(), order({ delivery_type: [], delivery_data: null, delivery_price: -1, products: null })]) expect(orderSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
  });

  test.each([
    { field: 'stat_created', value: '01.09.2026' },
    { field: 'total_default', value: 'a lot' },
    { field: 'total_default', value: '' },
    { field: 'order_id', value: 'A1' },
    { field: 'products.0.price', value: 'free', raw: { products: [line({ price: 'free' })] } },
  ])('$field $value is named, not its value', ({ field, value, raw }) => {
    expect(() => parseOrder(rawOrder(raw ?? { [field]: value }))).toThrow(expect.objectContaining({ name: 'BadDataError', field, message: expect.not.stringContaining(value || 'a lot') }));
  });

  test('a currency that is no code is named', () => {
    expect(() => toOrder(order({ currency: 'hryvnia' }), settings)).toThrow(expect.objectContaining({ name: 'BadDataError', field: 'currency' }));
  });
});

const titled = (type: string, total: number) => line({ title: `${type} ${total}`, article: `${type}-${total}`, price: total, quantity: 1, total_price: total, type });

describe('R14 which lines are goods', () => {
  test.each([
    { why: 'plain products and a gift', lines: [titled('product', 300), titled('gift', 0)], total: 300, taken: ['product 300', 'gift 0'] },
    { why: 'the set counts', lines: [titled('set_main', 500), titled('set_item', 200), titled('set_item', 300)], total: 500, taken: ['set_main 500'] },
    { why: 'the set’s items count', lines: [titled('set_main', 0), titled('set_item', 200), titled('set_item', 300)], total: 500, taken: ['set_item 200', 'set_item 300'] },
    { why: 'a set whose sums fit both ways', lines: [titled('set_main', 500), titled('set_item', 500)], total: 500, taken: ['set_main 500'] },
    { why: 'the product with a gift counts, its gift is named', lines: [titled('gift_parent', 400), titled('gift', 0)], total: 400, taken: ['gift_parent 400'], remarks: [/gift 0 is left out/] },
    { why: 'the gift counts, what it came with does not', lines: [titled('gift_parent', 0), titled('gift', 20)], total: 20, taken: ['gift 20'] },
    { why: 'items and gift parents', lines: [titled('set_main', 0), titled('set_item', 200), titled('gift_parent', 100), titled('gift', 0)], total: 300, taken: ['set_item 200', 'gift_parent 100'], remarks: [/left out/] },
    { why: 'nothing fits: all but items, and a remark', lines: [titled('product', 10), titled('set_main', 500), titled('set_item', 200), titled('gift', 1), titled('gift_parent', 2)], total: 999, taken: ['product 10', 'set_main 500', 'gift 1', 'gift_parent 2'], remarks: [/999\.00.*513\.00/] },
    { why: 'a type that is new is a product', lines: [titled('service', 50)], total: 50, taken: ['service 50'] },
  ])('R14 $why', ({ lines, total, taken, remarks = [] }) => {
    const chosen = chooseLines(order({ products: lines, total_default: total }));
    expect(chosen.lines.map(({ title }) => title)).toEqual(taken);
    expect(chosen.remarks).toEqual(remarks.map((words) => expect.stringMatching(words)));
  });

  test('R14 a line without article comes by its name; keys are unique and stay when another line goes', () => {
    const products = [line({ article: '' }), line({ article: '', title: 'Plug' }), line(), line({ type: 'gift' }), line()];
    const keys = (lines: object[]) => toOrder(order({ products: lines }), settings).lineItems.map(({ key }) => key);
    expect(keys(products)).toEqual([expect.stringMatching(/^title:[0-9a-f]{16}$/), expect.stringMatching(/^title:[0-9a-f]{16}$/), 'A-1', 'gift:A-1', 'A-1#2']);
    expect(new Set(keys(products)).size).toBe(5);
    expect(keys(products.slice(1)).slice(0, 2)).toEqual(keys(products).slice(1, 3));
    expect(toOrder(order({ products: [line({ article: '' })] }), settings).lineItems[0]?.product).toEqual({ name: 'Cable' });
  });

  test('R16 a line without pieces is left out, unless none has any', () => {
    const emptied = line({ article: 'A-2', quantity: 0, total_price: 0 });
    expect(toOrder(order({ products: [line(), emptied] }), settings).lineItems.map(({ key }) => key)).toEqual(['A-1']);
    expect(toOrder(order({ products: [emptied], total_default: 0, total_sum: 0 }), settings).lineItems).toHaveLength(1);
  });
});

const priced = (raw: Record<string, unknown>, articles: MapSettings['integration']['articles'], prices: 'with-tax' | 'without-tax' = 'with-tax') =>
  priceLines(toOrder(order(raw), withArticles(articles)), { prices, articles });

describe('N14 the order’s own discount', () => {
  test.each(['with-tax', 'without-tax'] as const)('N14 named in the comment it leaves the total at total_default (%s)', (prices) => {
    const { total, expected, inComment } = priced({}, {}, prices);
    expect({ total, expected, inComment: inComment.map(({ kind, name, total: { net } }) => ({ kind, name, net })) }).toEqual({ total: '500.00', expected: '500.00', inComment: [{ kind: 'discount', name: '10%', net: '-50' }] });
  });

  test.each(['with-tax', 'without-tax'] as const)('N14 as a line of the books it lowers both sides alike (%s)', (prices) => {
    expect(priced({}, { discount: '7003' }, prices)).toMatchObject({ total: '450.00', expected: '450.00', inComment: [], differences: [] });
  });

  test('N14 a coupon gives its code, a payment’s price is a fee, delivery is in no total', () => {
    const { charges, total } = toOrder(order({ discount_percent: 0, discount_value: 0, coupon_code: 'SPRING', coupon_discount_value: 50, payment_price: 15 }), withArticles({ fee: '7002', shipping: '7001' }));
    expect(charges).toEqual([
      { kind: 'fee', name: 'On delivery', total: { net: '15', tax: '0' } },
      { kind: 'discount', name: 'SPRING', total: { net: '-50', tax: '0' } },
    ]);
    expect(total).toBe('515');
  });

  test.each([
    { why: 'a telephone order without totals', raw: { total_sum: 0, discount_percent: 0, discount_value: 0 } },
    { why: 'more after the discounts than before', raw: { total_sum: 600 } },
  ])('N14 $why: no discount is made up, a remark says so', ({ raw }) => {
    expect(toOrder(order(raw), settings)).toMatchObject({ charges: [], total: '500', remarks: [expect.stringMatching(/contradict/)] });
  });
});

describe('R13 delivery', () => {
  test.each([
    { why: 'a price that is not calculated yet', raw: { delivery_price: -1 }, delivery: { carrier: 'Carrier X to branch', isCostOpen: true, recipient: 'Olena Kovalenko, Kyiv, Branch No 5' } },
    { why: 'nothing to pay is a cost', raw: { delivery_price: 0 }, delivery: { carrier: 'Carrier X to branch', cost: '0', recipient: 'Olena Kovalenko, Kyiv, Branch No 5' } },
    { why: 'an address in parts', raw: { delivery_address: '01001@Lesi St@ 4@@' }, delivery: { carrier: 'Carrier X to branch', cost: '80', recipient: 'Olena Kovalenko, Kyiv, 01001, Lesi St, 4' } },
    { why: 'a parcel’s number', raw: { delivery_data: { tnNumber: 20450000 } }, delivery: { carrier: 'Carrier X to branch', cost: '80', recipient: 'Olena Kovalenko, Kyiv, Branch No 5', trackingNumber: '20450000' } },
  ])('R13 $why', ({ raw, delivery }) => expect(toOrder(order(raw), settings).delivery).toEqual(delivery));

  test('R13 an order that says nothing of it has none', () => {
    expect(toOrder(order({ delivery_type: null, delivery_city: '', delivery_address: '', delivery_price: 0 }), settings).delivery).toBeUndefined();
  });
});

describe('R10 R18 the customer', () => {
  test.each([
    { order: 'first-last', name: ' Olena  Maria Kovalenko ', first: 'Olena', last: 'Maria Kovalenko' },
    { order: 'last-first', name: 'Kovalenko Olena Ivanivna', first: 'Olena Ivanivna', last: 'Kovalenko' },
    { order: 'unsplit', name: 'Olena Kovalenko', first: 'Olena Kovalenko', last: '' },
    { order: 'last-first', name: 'Olena', first: 'Olena', last: '' },
    { order: 'first-last', name: '', first: '', last: '' },
  ] as const)('$order: “$name”', ({ order: nameOrder, name, first, last }) => expect(splitName(name, nameOrder)).toEqual({ firstName: first, lastName: last }));

  test.each([
    { phone: '+38 (012) 421-42-14', e164: '+380124214214' },
    { phone: '0124214214', e164: '+380124214214' },
    { phone: '380124214214', e164: '+380124214214' },
    { phone: '+48 601 234 567', e164: '+48601234567' },
    { phone: '12', e164: '12' },
  ])('R18 $phone', ({ phone, e164 }) => expect(toOrder(order({ delivery_phone: phone }), settings).customer).toMatchObject({ phone: e164, phoneAsWritten: phone }));

  test('R10 an order that names nobody has no customer; one without e-mail and phone has one without contact', () => {
    expect(toOrder(order({ delivery_name: '', delivery_email: null, delivery_phone: '' }), settings).customer).toBeUndefined();
    expect(toOrder(order({ delivery_email: '', delivery_phone: ' - ' }), settings).customer).toEqual({ firstName: 'Olena', lastName: 'Kovalenko' });
  });
});

test('R8 R16 status 4 is the order’s end', () => {
  expect(toOrder(order({ stat_status: 4 }), settings).ending).toBe('cancelled');
  expect(toOrder(order({ stat_status: 3 }), settings)).not.toHaveProperty('ending');
});

describe('N7 the shop’s clock', () => {
  test.each([
    { why: 'winter', local: '2026-01-15 12:00:00', utc: '2026-01-15T10:00:00.000Z' },
    { why: 'summer', local: '2026-07-15 12:00:00', utc: '2026-07-15T09:00:00.000Z' },
    { why: 'the doubled hour is its first passage', local: '2026-10-25 03:30:00', utc: '2026-10-25T00:30:00.000Z' },
    { why: 'the missing hour is tolerated', local: '2026-03-29 03:30:00', utc: '2026-03-29T01:30:00.000Z' },
  ])('N7 $why', ({ local, utc }) => expect(toInstant(local, 'Europe/Kyiv')).toBe(utc));

  test('N7 days are the shop’s, and asked for by their seconds', () => {
    expect(dayOf('2026-09-01T21:30:00Z', 'Europe/Kyiv')).toBe('2026-09-02');
    expect(secondsOf('2026-09-01')).toEqual({ from: '2026-09-01 00:00:00', to: '2026-09-01 23:59:59' });
  });

  test('a date that is none is named', () => expect(() => toInstant('2026-02-31 10:00:00', 'Europe/Kyiv')).toThrow(expect.objectContaining({ name: 'BadDataError', field: 'stat_created' })));
});
