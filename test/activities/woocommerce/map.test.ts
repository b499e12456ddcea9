import { describe, expect, test } from 'vitest';
import { BadDataError } from '../../../activities/errors.ts';
import { parseOrder, toCustomer, toInstant, toNaiveGmt, toOrder, toProduct, type MapSettings } from '../../../activities/woocommerce/map.ts';
import { line, nobody, order } from './orders.ts';

const settings: MapSettings = { connection: { country: 'PL', language: 'pl' }, integration: { codeOf: 'variant' } };

describe('R1 number, date, customer, products, quantity and amount come over', () => {
  test('an order in canonical words', () => {
    expect(toOrder(order({ number: 'FV/17' }), settings)).toEqual({
      platform: 'WooCommerce',
      sourceId: '38',
      number: 'FV/17',
      status: 'processing',
      createdAt: '2026-11-21T16:49:51.000Z',
      modifiedAt: '2026-11-21T16:50:00.000Z',
      currency: 'PLN',
      customer: { firstName: 'Anna', lastName: 'Nowak', email: 'anna@example.test', phone: '+48600700800', phoneAsWritten: '+48 600 700 800' },
      lineItems: [{ key: '41', product: { sourceId: '10', name: 'Oil filter X', sku: 'OF-X', code: '10' }, quantity: '2', total: { net: '99.80', tax: '22.95' } }],
      charges: [],
      total: '122.75',
      totalTax: '22.95',
    });
  });

  test.each([
    { field: 'total', raw: { ...order(), total: 'abc' } },
    { field: 'currency', raw: order({ currency: '' }) },
    { field: 'date_created_gmt', raw: { ...order(), date_created_gmt: null } },
    { field: 'line_items.0.quantity', raw: { ...order(), line_items: [{ ...line(), quantity: '2' }] } },
  ])('data that cannot be used name the field $field and never its value', ({ field, raw }) => {
    const read = () => toOrder(parseOrder(JSON.stringify(raw)), settings);
    expect(read).toThrow(BadDataError);
    expect(read).toThrow(expect.objectContaining({ field, message: expect.not.stringContaining('abc') }));
  });
});

describe('R10 which orders name a customer', () => {
  test.each([
    { why: 'a guest without anything', raw: order({ billing: nobody }), named: false },
    { why: 'blanks are nothing', raw: order({ billing: { ...nobody, first_name: ' ', phone: '  ' } }), named: false },
    { why: 'a guest with a first name', raw: order({ billing: { ...nobody, first_name: 'Anna' } }), named: true },
    { why: 'a company counts as a name', raw: order({ billing: { ...nobody, company: 'Filtry Example' } }), named: true },
    { why: 'an e-mail', raw: order({ billing: { ...nobody, email: 'anna@example.test' } }), named: true },
    { why: 'a phone', raw: order({ billing: { ...nobody, phone: '600700800' } }), named: true },
    { why: 'an account without billing data', raw: order({ customer_id: 4, billing: nobody }), named: true },
    { why: 'a shipping phone alone names nobody', raw: order({ billing: nobody, shipping: { phone: '600700801' } }), named: false },
  ])('$why: $named', ({ raw, named }) => {
    expect(toCustomer(raw, 'PL') !== undefined).toBe(named);
  });
});

describe('R20 R18 the phone is taken from shipping, else from billing, as E.164', () => {
  test.each([
    { why: 'shipping first', shipping: '600700801', billing: '+48 600 700 800', country: 'PL', phone: '+48600700801', written: '600700801' },
    { why: 'billing where shipping has none', shipping: '', billing: '600 700 800', country: 'PL', phone: '+48600700800', written: '600 700 800' },
    { why: 'older shops have no shipping phone', shipping: null, billing: '600 700 800', country: 'PL', phone: '+48600700800', written: '600 700 800' },
    { why: 'a dash is no phone', shipping: '-', billing: '600 700 800', country: 'PL', phone: '+48600700800', written: '600 700 800' },
    { why: 'by the country of the buyer', shipping: '', billing: '06 12 34 56 78', country: 'FR', phone: '+33612345678', written: '06 12 34 56 78' },
    { why: 'by the connection’s country where there is none', shipping: '', billing: '600700800', country: '', phone: '+48600700800', written: '600700800' },
    { why: 'no number of any country stays as written', shipping: '', billing: 'ext. 12', country: 'PL', phone: 'ext. 12', written: 'ext. 12' },
  ])('$why', ({ shipping, billing, country, phone, written }) => {
    expect(toCustomer(order({ shipping: { phone: shipping }, billing: { phone: billing, country } }), 'PL')).toMatchObject({ phone, phoneAsWritten: written });
  });

  test('without any phone there is none', () => {
    expect(toCustomer(order({ billing: { phone: '' } }), 'PL')).toEqual({ firstName: 'Anna', lastName: 'Nowak', email: 'anna@example.test' });
  });
});

const option = (key: string, value: unknown) => ({ key, value, display_value: value });

describe('R17 SKU is SKU, the id is Code, and the name carries the options', () => {
  const variant = { name: 'Belt - S', product_id: 11, variation_id: 12, sku: 'BELT-S', parent_name: 'Belt' };
  test.each([
    { why: 'a simple product', raw: line(), codeOf: 'variant', product: { sourceId: '10', name: 'Oil filter X', sku: 'OF-X', code: '10' } },
    { why: 'a variant has its own id', raw: line(variant), codeOf: 'variant', product: { sourceId: '12', name: 'Belt - S', sku: 'BELT-S', code: '12' } },
    { why: 'the product’s id by setting', raw: line(variant), codeOf: 'product', product: { sourceId: '12', name: 'Belt - S', sku: 'BELT-S', code: '11' } },
    { why: 'a deleted product comes by name', raw: line({ product_id: 0, sku: null }), codeOf: 'variant', product: { name: 'Oil filter X' } },
    { why: 'an empty SKU is none', raw: line({ sku: ' ' }), codeOf: 'variant', product: { sourceId: '10', name: 'Oil filter X', code: '10' } },
    { why: 'names are decoded', raw: line({ name: 'Food &amp; Drink &#8211; 5&quot;' }), codeOf: 'variant', product: { sourceId: '10', name: 'Food & Drink – 5"', sku: 'OF-X', code: '10' } },
    {
      why: 'options that the shop left out of the name are added, what the buyer typed is not',
      raw: line({ ...variant, name: 'Belt', meta_data: [option('pa_size', 'S'), option('kolor', 'Czerwony &amp; czarny'), option('_reduced_stock', '2'), option('Engraving', 'For Ewa'), option('layers', { deep: true })] }),
      codeOf: 'variant',
      product: { sourceId: '12', name: 'Belt - S, Czerwony & czarny', sku: 'BELT-S', code: '12' },
    },
    { why: 'options stay out of the name of a simple product', raw: line({ meta_data: [option('gift', 'yes')] }), codeOf: 'variant', product: { sourceId: '10', name: 'Oil filter X', sku: 'OF-X', code: '10' } },
  ] as const)('$why', ({ raw, codeOf, product }) => {
    expect(toProduct({ ...raw, meta_data: [...raw.meta_data] }, codeOf)).toEqual(product);
  });
});

describe('N14 amounts are the lines’ own decimal texts', () => {
  test('net and tax of a line are taken as they stand, never the rounded price', () => {
    const listed = { ...order(), line_items: [{ ...line({ quantity: 3, total: '10.00', total_tax: '2.30' }), price: 3.333333 }] };
    const raw = parseOrder(JSON.stringify(listed));
    expect(toOrder(raw, settings).lineItems[0]).toMatchObject({ quantity: '3', total: { net: '10.00', tax: '2.30' } });
  });

  test('shipping and fees are charges, negative fees discounts', () => {
    const raw = order({
      shipping_lines: [{ id: 43, total: '15.00', total_tax: '3.45' }],
      fee_lines: [
        { id: 44, name: 'Gift &amp; wrap', total: '5.00', total_tax: '0.00' },
        { id: 45, name: null, total: '-2.00', total_tax: '-0.46' },
      ],
    });
    expect(toOrder(raw, settings).charges).toEqual([
      { kind: 'shipping', name: 'Wysyłka', total: { net: '15.00', tax: '3.45' } },
      { kind: 'fee', name: 'Gift & wrap', total: { net: '5.00', tax: '0.00' } },
      { kind: 'discount', name: 'Opłata', total: { net: '-2.00', tax: '-0.46' } },
    ]);
  });

  test('the total is what is left after refunds', () => {
    expect(toOrder(order({ refunds: [{ id: 39, total: '-49.90' }, { id: 40, total: '-0.85' }] }), settings).total).toBe('72');
  });
});

test('R12 nothing of the delivery comes over: no carrier, no address', () => {
  const listed = { ...order(), shipping: { phone: '', first_name: 'Jan', address_1: 'Prosta 1' }, shipping_lines: [{ id: 43, method_title: 'Courier Example', total: '15.00', total_tax: '0.00' }] };
  const mapped = toOrder(parseOrder(JSON.stringify(listed)), settings);
  expect(mapped.delivery).toBeUndefined();
  expect(mapped.customer?.address).toBeUndefined();
  expect(JSON.stringify(mapped)).not.toMatch(/Courier|Prosta|Jan/);
});

describe('N7 dates: GMT without Z in both directions', () => {
  test.each([
    ['2026-10-25T00:30:00', '2026-10-25T00:30:00.000Z'], // 02:30 in Warsaw, first passage
    ['2026-10-25T01:30:00', '2026-10-25T01:30:00.000Z'], // 02:30 again
  ])('%s is read as GMT', (naive, instant) => {
    expect(toInstant(naive)).toBe(instant);
    expect(toNaiveGmt(Date.parse(instant))).toBe(naive);
  });
  test('a date that does not exist is refused', () => {
    expect(() => toInstant('2026-13-01T00:00:00')).toThrow(BadDataError);
  });
});
