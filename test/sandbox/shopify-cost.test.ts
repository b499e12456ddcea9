/** What queries cost, how they are throttled, and how large a page may be (contract shopify 3, 5, 6). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { scale } from '../../sandbox/shopify/cost.ts';
import { openShop, type TestShop } from './shopify-shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await openShop({ plan: 'plus' });
  shop.shop.seed({ orders: 70 });
});
afterEach(() => shop.close());

const ordersPage = `query($first: Int!) { orders(first: $first) {
  nodes { id currentTotalPriceSet { shopMoney { amount currencyCode } } totalRefundedSet { shopMoney { amount } }
    refunds(first: 20) { id createdAt totalRefundedSet { shopMoney { amount } } }
    shippingLines(first: 5) { nodes { id title } pageInfo { hasNextPage } }
    lineItems(first: 50) { nodes { id product { id } variant { id } originalUnitPriceSet { shopMoney { amount } } } pageInfo { hasNextPage endCursor } } }
  pageInfo { hasNextPage endCursor } } }`;
const personal = `query($id: ID!) { order(id: $id) { id email customer { id defaultEmailAddress { emailAddress } defaultPhoneNumber { phoneNumber } defaultAddress { city } } billingAddress { city } shippingAddress { city } } }`;

test.each([[1, 1], [2, 1], [3, 2], [5, 3], [10, 4], [20, 5], [50, 7], [100, 9], [250, 11]])('a page of %i counts as %i', (first, size) => {
  expect(scale(first)).toBe(size);
});

test.each([
  ['orders flat', '{ orders(first: 250) { nodes { id name } } }', {}, 13],
  ['orders with lines', '{ orders(first: 250) { nodes { id lineItems(first: 250) { nodes { id } } } } }', {}, 156],
  ['the same by edges', '{ orders(first: 250) { edges { node { id lineItems(first: 250) { edges { node { id } } } } } } }', {}, 156],
  ['nodes and edges both', '{ orders(first: 250) { nodes { id } edges { node { id } } } }', {}, 24],
  ['products with variants and options', '{ products(first: 250) { nodes { id variants(first: 250) { nodes { id } } options { name } } } }', {}, 167],
  ['a product with its stock items', '{ product(id: "gid://shopify/Product/1") { variants(first: 250) { nodes { inventoryItem { id } } } } }', {}, 25],
  ['the list document at 50', ordersPage, { first: 50 }, 212],
  ['the list document at 250', ordersPage, { first: 250 }, 332],
  ['the personal document', personal, { id: 'gid://shopify/Order/1' }, 6],
  ['a count', '{ ordersCount { count } }', {}, 10],
  ['a union by its dearest kind', '{ node(id: "gid://shopify/Order/1") { ... on Order { customer { id lastOrder { id } } } ... on Product { id } } }', {}, 3],
  ['a mutation', 'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: ["a"]) { node { id } userErrors { message } } }', {}, 10],
])('%s', async (_, query, variables, cost) => {
  const { body } = await shop.ask(query, variables);
  expect(body.extensions?.cost?.requestedQueryCost).toBe(cost);
  expect(body.extensions?.cost?.actualQueryCost).toBeLessThanOrEqual(cost);
});

test('an empty connection costs 2', async () => {
  expect((await shop.ask('{ orders(first: 250, query: "name:none") { nodes { id } } }')).body.extensions?.cost?.actualQueryCost).toBe(2);
});

test('the debug header lists each field\'s share', async () => {
  const { body } = await shop.ask('{ shop { plan { publicDisplayName } } }', {}, { 'x-shopify-access-token': 'shpat_sandbox', 'shopify-graphql-cost-debug': '1' });
  expect(body.extensions?.cost?.['fields']).toContainEqual({ path: ['shop'], definedCost: 1, requestedTotalCost: 2, requestedChildrenCost: 1 });
});

test('a query over 1000 is refused whatever the plan, without cost', async () => {
  const { status, codes, body } = await shop.ask('{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { variant { product { variants(first: 250) { nodes { id } } } } } } } } }');
  expect([status, codes, body.data, body.extensions]).toEqual([200, ['MAX_COST_EXCEEDED'], undefined, undefined]);
  expect(Array.isArray(body.errors) && body.errors[0]?.extensions).toMatchObject({ maxCost: 1000, cost: expect.any(Number) });
});

describe('throttling', () => {
  test.each([
    ['basic', 2_000, 100],
    ['grow', 2_000, 100],
    ['advanced', 4_000, 200],
    ['plus', 20_000, 1_000],
    ['enterprise', 40_000, 2_000],
  ])('%s has %i points and gets %i a second', async (plan, maximumAvailable, restoreRate) => {
    shop.act('set-plan', { plan });
    const status = (await shop.ask('{ shop { id } }')).body.extensions?.cost?.throttleStatus;
    expect(status).toEqual({ maximumAvailable, restoreRate, currentlyAvailable: maximumAvailable - 1 });
  });

  test('numbers are written with a fraction', async () => {
    expect((await shop.ask('{ shop { id } }')).text).toContain('"maximumAvailable":20000.0,"currentlyAvailable":19999,"restoreRate":1000.0');
  });

  test('admission is by the requested cost, the charge is the actual one', async () => {
    const flat = '{ orders(first: 250) { nodes { id } } }';
    shop.act('drain-bucket', { available: 13 });
    const admitted = await shop.ask(flat);
    expect(admitted.body.extensions?.cost?.actualQueryCost).toBeLessThan(13);
    const throttled = await shop.ask(flat);
    expect(throttled.status).toBe(200);
    expect(throttled.headers.get('retry-after')).toBeNull();
    const left = throttled.body.extensions?.cost?.throttleStatus.currentlyAvailable ?? 99;
    expect(left).toBe(13 - (admitted.body.extensions?.cost?.actualQueryCost ?? 0));
    expect(throttled.body).toEqual({
      errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' } }],
      extensions: { cost: { requestedQueryCost: 13, actualQueryCost: null, throttleStatus: { maximumAvailable: 20_000, currentlyAvailable: left, restoreRate: 1_000 } } },
    });
    shop.sandbox.clock.advance(Math.ceil(((13 - left) / 1_000) * 1_000));
    expect((await shop.ask(flat)).body.errors).toBeUndefined();
  });
});

describe('pages', () => {
  test.each([
    ['{ orders(first: 251) { nodes { id } } }', 'first cannot exceed 250'],
    ['{ orders(first: 5) { nodes { lineItems(first: 251) { nodes { id } } } } }', 'first cannot exceed 250'],
    ['{ orders { nodes { id } } }', 'you must provide one of first or last'],
  ])('%s is refused', async (query, message) => {
    const { status, body } = await shop.ask(query);
    expect([status, body.data, body.errors]).toEqual([200, undefined, [{ message, extensions: { code: 'BAD_REQUEST' } }]]);
  });

  test('lists handed in hold at most 250', async () => {
    expect((await shop.ask('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array.from({ length: 251 }, () => 'gid://shopify/Order/1') })).codes).toEqual(['MAX_INPUT_SIZE_EXCEEDED']);
  });
});

test.each([
  ['{ orders(first: 1) { nodes { nonsense } } }', 'undefinedField'],
  ['{ order { id } }', 'missingRequiredArguments'],
  ['{ orders(first: "x") { nodes { id } } }', 'argumentLiteralsIncompatible'],
  ['{ orders(first: 1, colour: "red") { nodes { id } } }', 'argumentNotAccepted'],
  ['query($n: Int!) { orders(first: $n) { nodes { id } } }', 'INVALID_VARIABLE'],
])('%s is our own mistake: %s, no data', async (query, code) => {
  const answer = await shop.ask(query);
  expect([answer.status, answer.codes, answer.body.data]).toEqual([200, [code], undefined]);
});

test('a long list of errors is cut, the data are not', async () => {
  shop.act('set-scopes', { scopes: ['read_orders', 'read_all_orders'] });
  shop.shop.seed({ orders: 130 });
  const answer = await shop.ask('{ orders(first: 130) { nodes { id customer { id } } } }');
  expect(answer.list('orders', 'nodes')).toHaveLength(130);
  expect(answer.codes).toHaveLength(101);
  expect(answer.text).toContain('Too many execution errors, max error limit reached. Results truncated');
});
