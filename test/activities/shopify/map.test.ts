/** Tables of how an order of the shop becomes canonical (contract shopify 9, 10). */
import { describe, expect, test } from 'vitest';
import { parseOrder, statusOf, toOrder } from '../../../activities/shopify/map.ts';
import { add, gross, round } from '../../../domain/money.ts';
import type { Order } from '../../../domain/order.ts';
import { priceLines } from '../../../domain/pricing.ts';
import { addressOf, connectionOf, lineOf, money, orderOf, personOf, shippingOf } from './orders.ts';
import { importSettings } from './setup.ts';

type CodeOf = 'variant' | 'product';
const mapped = (order: object = {}, person: object | null = {}, codeOf: CodeOf = 'variant'): Order =>
  toOrder(parseOrder(JSON.stringify({ order: orderOf(order), person: person === null ? null : personOf(person) })), { connection: { country: 'PL', language: 'pl' }, integration: { codeOf } });
const lines = (...given: object[]) => ({ lineItems: connectionOf(given.map((line) => lineOf(line))) });
const sumOf = (order: Order) => round(add(...[...order.lineItems, ...order.charges].map(({ total }) => gross(total))), 2);

describe('R1 number, times, status', () => {
  test('R1 number, creation date, currency, totals', () => {
    expect(mapped()).toMatchObject({ sourceId: '9001', number: '#1001', platform: 'Shopify', createdAt: '2026-11-20T10:00:00.000Z', modifiedAt: '2026-11-20T10:05:00.000Z', currency: 'PLN', total: '35.0', totalTax: '6.54', status: 'open' });
    expect(mapped()).not.toHaveProperty('ending');
  });

  test.each([
    { given: {}, status: 'open', ending: undefined },
    { given: { displayFulfillmentStatus: 'FULFILLED' }, status: 'fulfilled', ending: undefined },
    { given: { displayFulfillmentStatus: 'PARTIALLY_FULFILLED' }, status: 'open', ending: undefined },
    { given: { displayFulfillmentStatus: 'FULFILLMENT_NOT_REQUIRED' }, status: 'open', ending: undefined },
    { given: { displayFinancialStatus: 'PARTIALLY_REFUNDED' }, status: 'open', ending: undefined },
    { given: { displayFinancialStatus: null }, status: 'open', ending: undefined },
    { given: { displayFinancialStatus: 'REFUNDED', displayFulfillmentStatus: 'FULFILLED' }, status: 'refunded', ending: 'refunded' },
    { given: { cancelledAt: '2026-11-21T10:00:00Z', displayFinancialStatus: 'REFUNDED' }, status: 'cancelled', ending: 'cancelled' },
    { given: { test: true }, status: 'test', ending: undefined },
  ])('R7 R16 $given is $status', ({ given, status, ending }) => {
    const order = mapped(given);
    expect(order.status).toBe(status);
    expect(order.ending).toBe(ending);
    expect(statusOf(parseOrder(JSON.stringify({ order: orderOf(given), person: null })).order)).toBe(status);
  });
});

describe('R17 products', () => {
  test.each([
    { line: {}, codeOf: 'variant', product: { sourceId: '711', name: 'Mug', sku: 'MUG-1', code: '711' } },
    { line: {}, codeOf: 'product', product: { sourceId: '711', name: 'Mug', sku: 'MUG-1', code: '71' } },
    { line: { variantTitle: 'Blue / L' }, codeOf: 'variant', product: { sourceId: '711', name: 'Mug - Blue / L', sku: 'MUG-1', code: '711' } },
    { line: { variantTitle: 'Default Title' }, codeOf: 'variant', product: { sourceId: '711', name: 'Mug', sku: 'MUG-1', code: '711' } },
    { line: { sku: ' ' }, codeOf: 'variant', product: { sourceId: '711', name: 'Mug', code: '711' } },
    { line: { variant: null }, codeOf: 'variant', product: { sourceId: '71', name: 'Mug', sku: 'MUG-1', code: '71' } },
    { line: { variant: null, product: null, sku: null }, codeOf: 'variant', product: { name: 'Mug' } },
    { line: { variant: null, product: null }, codeOf: 'product', product: { name: 'Mug', sku: 'MUG-1' } },
  ] satisfies { line: object; codeOf: CodeOf; product: object }[])('R17 $line with Code of the $codeOf', ({ line, codeOf, product }) => {
    expect(mapped(lines(line), {}, codeOf).lineItems[0]?.product).toEqual(product);
  });
});

describe('R16 N14 quantities and money', () => {
  test('R16 what was removed or refunded is taken off, and a line of which nothing is left is left out', () => {
    const order = mapped(lines({ currentQuantity: 1 }, { id: 'gid://shopify/LineItem/502', currentQuantity: 0 }));
    expect(order.lineItems).toEqual([expect.objectContaining({ key: '501', quantity: '1', total: { net: '8.13', tax: '1.87' } })]);
  });

  test('R16 nothing left of any line: they stay, with nothing, so that it shows as fully refunded', () => {
    expect(mapped(lines({ currentQuantity: 0 })).lineItems).toEqual([expect.objectContaining({ quantity: '0', total: { net: '0', tax: '0.00' } })]);
  });

  test.each([
    { why: 'prices with tax', given: {}, line: { net: '16.26', tax: '3.74' }, shipping: { net: '12.2', tax: '2.8' } },
    { why: 'prices without tax', given: { taxesIncluded: false, currentTotalPriceSet: money('41.54') }, line: { net: '20', tax: '3.74' }, shipping: { net: '15', tax: '2.8' } },
  ])('N14 $why: the parts make the total', ({ given, line, shipping }) => {
    const order = mapped(given);
    expect(order.lineItems[0]?.total).toEqual({ net: expect.stringMatching(new RegExp(`^${line.net}(\\.0+)?$`)), tax: expect.stringMatching(new RegExp(`^${line.tax}0*$`)) });
    expect(order.charges).toEqual([{ kind: 'shipping', name: 'Courier', total: { net: expect.stringMatching(new RegExp(`^${shipping.net}(\\.0+)?$`)), tax: expect.stringMatching(new RegExp(`^${shipping.tax}0*$`)) } }]);
    expect(sumOf(order)).toBe(round(order.total, 2));
  });

  test('N14 allocated discounts give the exact sum where the piece’s price is rounded', () => {
    const line = { quantity: 3, currentQuantity: 3, originalUnitPriceSet: money('4.0'), discountedUnitPriceAfterAllDiscountsSet: money('3.33'), discountAllocations: [{ allocatedAmountSet: money('1.5') }, { allocatedAmountSet: money('0.5') }], taxLines: [] };
    const order = mapped({ ...lines(line), shippingLines: connectionOf([]), currentTotalPriceSet: money('10.0') });
    expect(order.lineItems[0]?.total.net).toBe('10');
    expect(priceLines(order, importSettings)).toMatchObject({ total: '10.00', expected: '10.00', differences: [] });
  });

  test('N14 where they say something else, the piece’s price holds', () => {
    const line = { originalUnitPriceSet: money('12.0'), discountedUnitPriceAfterAllDiscountsSet: money('9.0'), taxLines: [] };
    expect(mapped(lines(line)).lineItems[0]?.total.net).toBe('18');
  });

  test('N14 fees, duties and a tip are charges; the total is met', () => {
    const order = mapped({ additionalFees: [{ name: 'Gift wrap', price: money('5.0'), taxLines: [] }], currentTotalDutiesSet: money('2.0'), totalTipReceivedSet: money('3.0'), currentTotalPriceSet: money('45.0') });
    expect(order.charges.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['shipping Courier', 'fee Gift wrap', 'fee Cło', 'fee Napiwek']);
    expect(sumOf(order)).toBe('45.00');
  });

  test('N14 a tip that stands among the lines is not counted twice', () => {
    const order = mapped({ ...lines({}, { id: 'gid://shopify/LineItem/502', title: 'Tip', product: null, variant: null, sku: null, quantity: 1, currentQuantity: 1, originalUnitPriceSet: money('3.0'), discountedUnitPriceAfterAllDiscountsSet: money('3.0'), taxLines: [] }), totalTipReceivedSet: money('3.0'), currentTotalPriceSet: money('38.0') });
    expect(order.charges.map(({ kind }) => kind)).toEqual(['shipping']);
    expect(sumOf(order)).toBe('38.00');
  });

  test('N14 refunded shipping is taken off with its tax', () => {
    expect(mapped({ shippingLines: connectionOf([shippingOf({ currentDiscountedPriceSet: money('7.5') })]) }).charges[0]?.total).toEqual({ net: '6.1', tax: '1.40' });
  });
});

describe('R18 R19 the customer', () => {
  test('R19 name, e-mail, phone and address come', () => {
    expect(mapped().customer).toEqual({
      firstName: 'Zofia',
      lastName: 'Testowa',
      email: 'zofia@example.com',
      phone: '+48601234567',
      phoneAsWritten: '+48601234567',
      address: { lines: ['Prosta 1'], postcode: '00-001', city: 'Warszawa', country: 'PL' },
    });
  });

  test.each([
    { why: 'a guest: from the billing address', person: { customer: null, email: null }, customer: { firstName: 'Zofia', lastName: 'Testowa', phone: '+48601234567', phoneAsWritten: '601 234 567' } },
    { why: 'a phone as typed, in the country of its address', person: { customer: null, billingAddress: addressOf({ countryCodeV2: 'FR', phone: '06 12 34 56 78', company: 'Test SARL' }) }, customer: { phone: '+33612345678', company: 'Test SARL' } },
    { why: 'the order’s phone before those of addresses', person: { customer: null, phone: '+48700000001' }, customer: { phone: '+48700000001' } },
  ])('R18 $why', ({ person, customer }) => {
    expect(mapped({}, person).customer).toMatchObject(customer);
  });

  test.each([
    { why: 'withheld by the shop', person: null },
    { why: 'a sale over the counter', person: { email: null, customer: null, billingAddress: null, shippingAddress: null } },
    { why: 'a name alone', person: { email: null, customer: null, billingAddress: addressOf({ phone: null }), shippingAddress: null } },
    { why: 'nothing but blanks', person: { email: ' ', phone: '-', customer: null, billingAddress: null, shippingAddress: null } },
  ])('R19 $why: Unspecified, without a name', ({ person }) => {
    expect(mapped({}, person).customer).toEqual({ firstName: '', lastName: '', isUnspecified: true });
  });
});

describe('R13 the delivery', () => {
  test('R13 carrier, cost with tax, recipient on one line', () => {
    expect(mapped().delivery).toEqual({ carrier: 'Courier', cost: '15.00', recipient: 'Adam Testowy, Krzywa 2, 81-001 Gdynia, PL, 601 234 567' });
  });

  test.each([
    { why: 'withheld: the carrier alone', order: {}, person: null, delivery: { carrier: 'Courier', cost: '15.00' } },
    { why: 'no shipping and no recipient: none', order: { shippingLines: connectionOf([]) }, person: { shippingAddress: null }, delivery: undefined },
    { why: 'two parcels', order: { shippingLines: connectionOf([shippingOf(), shippingOf({ title: 'Van' })]) }, person: { shippingAddress: null }, delivery: { carrier: 'Courier, Van', cost: '30.00' } },
  ])('R13 $why', ({ order, person, delivery }) => {
    expect(mapped(order, person).delivery).toEqual(delivery);
  });
});

describe('what cannot be used is named', () => {
  test.each([
    { given: { currencyCode: 'zł' }, field: 'currencyCode' },
    { given: { currencyCode: 'EUR' }, field: 'currentTotalPriceSet' },
    { given: { createdAt: 'yesterday' }, field: 'order.createdAt' },
    { given: { currentTotalPriceSet: { shopMoney: { amount: 'ten', currencyCode: 'PLN' } } }, field: 'order.currentTotalPriceSet' },
    { given: { shippingLines: { nodes: [], pageInfo: { hasNextPage: true } } }, field: 'shippingLines' },
  ])('$field', ({ given, field }) => {
    expect(() => mapped(given)).toThrow(expect.objectContaining({ name: 'BadDataError', field: expect.stringContaining(field) }));
  });
});
