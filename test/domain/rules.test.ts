import { describe, expect, test } from 'vitest';
import { chooseCategory } from '../../domain/category.ts';
import { hasContact, nameWords, namesShareAWord } from '../../domain/customer.ts';
import { editOrder, formatEdits, keepCorrections, parseEdits } from '../../domain/edit.ts';
import { refusalOf, type EligibilityInput } from '../../domain/eligibility.ts';
import type { LineItem, Order } from '../../domain/order.ts';
import { productKey } from '../../domain/product.ts';

const anna = { firstName: 'Anna', lastName: 'Nowak', email: 'anna@example.test' };
const order = (changes: Partial<Order> = {}): Order => ({
  sourceId: '17', number: '1017', status: 'processing', createdAt: '2026-11-01T10:00:00Z', modifiedAt: '2026-11-01T10:00:00Z', currency: 'PLN', customer: anna,
  lineItems: [{ key: '1', quantity: '1', total: { net: '10.00', tax: '2.30' }, product: { name: 'Cable', sku: 'A-1', sourceId: '5', code: '5' } }],
  charges: [], total: '12.30', totalTax: '2.30', ...changes,
});
const connected = { connectedAt: '2026-11-10T00:00:00Z', backfillFrom: '2026-09-10T00:00:00Z' };
const ask = (changes: Partial<Order>, more: Partial<EligibilityInput> = {}) =>
  refusalOf({ order: order(changes), connected, settings: { excludeStatuses: ['completed', 'trash'] }, byOperator: false, targetCurrency: 'PLN', ...more })?.reason;

describe('which orders come in', () => {
  test.each<[string, Partial<Order>, string | undefined]>([
    ['R1 an order of the backfill window in an allowed status', {}, undefined],
    ['R1 a new order in whatever status it is first seen', { createdAt: '2026-11-10T00:00:00Z', status: 'completed' }, undefined],
    ['R9 an excluded status within the window', { status: 'completed' }, 'status-excluded'],
    ['R1 an order older than the window', { createdAt: '2026-09-09T23:59:59Z' }, 'before-connecting'],
    ['R1 an order of the very second of connecting, written with milliseconds', { createdAt: '2026-11-10T00:00:00.000Z', status: 'completed' }, undefined],
    ['R9 an unfinished checkout, even a new one', { createdAt: '2026-11-11T00:00:00Z', status: 'checkout-draft' }, 'checkout-draft'],
    ['R10 no products', { lineItems: [] }, 'no-products'],
    ['R10 no customer', { customer: undefined }, 'no-customer'],
    ['R10 neither e-mail nor phone', { customer: { firstName: 'Anna', lastName: 'Nowak' } }, 'no-contact'],
    ['R3 another currency', { currency: 'EUR' }, 'currency-differs'],
  ])('%s → %s', (_title, changes, reason) => expect(ask(changes)).toBe(reason));

  test('R3 the refusal names both currencies', () =>
    expect(refusalOf({ order: order({ currency: 'EUR' }), connected, settings: { excludeStatuses: [] }, byOperator: false, targetCurrency: 'PLN' })?.detail).toBe('order EUR, books PLN'));

  test('R1 an operator may import an older order, but not one without products', () => {
    expect(ask({ createdAt: '2020-01-01T00:00:00Z', status: 'completed' }, { byOperator: true })).toBeUndefined();
    expect(ask({ lineItems: [] }, { byOperator: true })).toBe('no-products');
  });
});

describe('categories', () => {
  test.each([
    ['R15 one branch at several depths: the deepest', [['Parts', 'Filters'], ['Parts', 'Filters', 'Oil'], ['Parts']], ['Parts', 'Filters', 'Oil']],
    ['R15 several of one level: the first alphabetically', [['Żarówki'], ['Akumulatory'], ['Łożyska']], ['Akumulatory']],
    ['R15 Polish letters sort where Poles look for them', [['Parts', 'Mufy'], ['Parts', 'Łączniki'], ['Parts', 'Lampy']], ['Parts', 'Lampy']],
    ['R15 several of different levels: the more general', [['Parts', 'Belts'], ['Accessories']], ['Accessories']],
    ['R15 a chain and another branch: the most general of all, ties by name', [['Parts', 'Filters', 'Oil'], ['Parts', 'Filters'], ['Accessories', 'Lamps']], ['Parts', 'Filters']],
  ])('%s', (_title, paths, chosen) => expect(chooseCategory(paths)).toEqual(chosen));
  test('R15 a product without category has none', () => expect(chooseCategory([])).toBeUndefined());
});

describe('products', () => {
  test.each([
    [{ name: 'Cable', sku: ' A-1 ', code: '5' }, 'sku', { by: 'sku', value: 'A-1' }],
    [{ name: 'Cable', sku: '', code: '5' }, 'sku', { by: 'code', value: '5' }],
    [{ name: 'Cable', sku: 'A-1' }, 'code', { by: 'sku', value: 'A-1' }],
    [{ name: '  ', sku: 'A-1', code: '5' }, 'name', { by: 'sku', value: 'A-1' }],
    [{ name: ' ', sku: ' ' }, 'name', undefined],
  ] as const)('R14 %j identified by %s → %j: an empty key equals nothing', (product, by, key) => expect(productKey(product, by)).toEqual(key));
});

describe('people', () => {
  test('R18 names are compared by words, without accents and case', () => {
    expect(nameWords({ firstName: 'Łukasz', lastName: 'ŻÓŁĆ-Nowak' })).toEqual(['lukasz', 'zolc', 'nowak']);
    expect(namesShareAWord(['anna', 'nowak'], ['nowak', 'jan'])).toBe(true);
    expect(namesShareAWord(['anna'], ['jan'])).toBe(false);
    expect(namesShareAWord([], ['jan'])).toBe(true);
  });
  test('R10 R20 a phone alone is a contact', () => expect(hasContact({ firstName: '', lastName: '', phoneAsWritten: '600700800' })).toBe(true));
});

describe('corrections by an operator', () => {
  test('N8 fields are changed and every difference is shown', () => {
    const result = editOrder(order(), [{ field: 'customer.phone', value: '+48600700800' }, { field: 'lines.1.sku', value: 'B-2' }]);
    expect(result).toMatchObject({ order: { customer: { phone: '+48600700800' }, lineItems: [{ product: { sku: 'B-2' } }] }, changes: [{ field: 'customer.phone', before: '' }, { field: 'lines.1.sku', before: 'A-1', after: 'B-2' }] });
  });
  test('N8 all mistakes are named together and nothing is changed', () => {
    const result = editOrder(order(), [{ field: 'customer.email', value: 'nobody' }, { field: 'lines.2.sku', value: 'x' }, { field: 'total', value: '1' }, { field: 'lines.1.quantity', value: '0' }]);
    expect(result).toMatchObject({ mistakes: [{ field: 'customer.email' }, { field: 'lines.2.sku', expected: 'a line from 1 to 1' }, { field: 'total' }, { field: 'lines.1.quantity' }] });
  });
  test('N8 corrections survive being stored', () => {
    const edits = [{ field: 'lines.1.name', value: 'Kabel "długi"' }, { field: 'lines.1.quantity', value: '2', was: '1', line: 'a' }];
    expect(parseEdits(formatEdits(edits))).toEqual(edits);
  });
  test('N8 R16 after the import a correction of a line holds as long as the platform says what it said then', () => {
    const before = order();
    const [line] = before.lineItems;
    if (line === undefined) throw new Error('no line');
    const result = editOrder(before, [{ field: 'lines.1.quantity', value: '7' }]);
    const edits = 'changes' in result ? result.changes.map(({ field, before: was, after, line: key }) => ({ field, value: after, was, ...(key === undefined ? {} : { line: key }) })) : [];
    const quantityOf = (lineItems: LineItem[]): string[] => keepCorrections({ ...before, lineItems }, edits).lineItems.map(({ quantity }) => quantity);
    expect(quantityOf([line])).toEqual(['7']);
    expect(quantityOf([{ ...line, key: 'another' }, line])).toEqual([line.quantity, '7']);
    expect(quantityOf([{ ...line, quantity: '3' }])).toEqual(['3']);
    expect(quantityOf([{ ...line, key: 'another' }])).toEqual([line.quantity]);
  });
});
