/** Orders: pages, search, what they hold; customers, stock and bulk (contract shopify 4, 5, 7, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openShop, type TestShop } from './shopify-shop.ts';

let shop: TestShop;
beforeEach(async () => void (shop = await openShop()));
afterEach(() => shop.close());

const names = (answer: { list(...path: (string | number)[]): unknown[] }, root = 'orders') => answer.list(root, 'nodes');
const search = (query: string) => shop.ask('query($q: String) { orders(first: 250, query: $q, sortKey: UPDATED_AT) { nodes { name displayFinancialStatus displayFulfillmentStatus updatedAt } } }', { q: query });

test('the same seed makes the same shop, of any size', async () => {
  const first = JSON.stringify([shop.shop.seed({ seed: 5, orders: 120 }), shop.shop.truth()]);
  expect(JSON.stringify([shop.shop.seed({ seed: 5, orders: 120 }), shop.shop.truth()])).toBe(first);
  expect(shop.shop.truth().orders).toHaveLength(120);
  shop.shop.seed({ orders: 2_000 });
  expect(shop.shop.truth().orders).toHaveLength(2_000);
});

test('every state of payment and fulfilment is there', () => {
  shop.shop.seed({ orders: 60 });
  const { orders } = shop.shop.truth();
  expect(new Set(orders.map(({ financialStatus }) => financialStatus)).size).toBe(8);
  expect(new Set(orders.map(({ fulfillmentStatus }) => fulfillmentStatus)).size).toBe(10);
});

describe('pages', () => {
  test('all orders come once, whatever their state; nested pages go on by the order', async () => {
    const { special } = shop.shop.seed({ orders: 120 });
    shop.act('set-switches', { rateLimit: 'none' });
    const seen: unknown[] = [];
    for (let after: unknown = null; ; ) {
      const page = await shop.ask('query($after: String) { orders(first: 50, after: $after, sortKey: UPDATED_AT) { nodes { id } pageInfo { hasNextPage endCursor } } }', { after });
      seen.push(...names(page));
      after = page.at('orders', 'pageInfo', 'endCursor');
      if (page.at('orders', 'pageInfo', 'hasNextPage') !== true) break;
    }
    expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(120);
    expect(seen).toHaveLength(120);
    const lines: unknown[] = [];
    for (let after: unknown = null; ; ) {
      const page = await shop.ask('query($id: ID!, $after: String) { order(id: $id) { lineItems(first: 250, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }', { id: `gid://shopify/Order/${special['more-than-250-lines']}`, after });
      lines.push(...page.list('order', 'lineItems', 'nodes'));
      after = page.at('order', 'lineItems', 'pageInfo', 'endCursor');
      if (page.at('order', 'lineItems', 'pageInfo', 'hasNextPage') !== true) break;
    }
    expect(lines).toHaveLength(260);
  });

  test('an order edited while somebody pages is seen again at the end', async () => {
    shop.shop.seed({ orders: 6, specials: false });
    const ask = (after: unknown) => shop.ask('query($after: String) { orders(first: 3, after: $after, sortKey: UPDATED_AT) { nodes { legacyResourceId } pageInfo { endCursor } } }', { after });
    const first = await ask(null);
    shop.act('touch', { id: Number(first.at('orders', 'nodes', 0, 'legacyResourceId')) });
    const rest = await ask(first.at('orders', 'pageInfo', 'endCursor'));
    expect(names(rest)).toHaveLength(3);
    expect(names(await ask(rest.at('orders', 'pageInfo', 'endCursor')))).toEqual([first.at('orders', 'nodes', 0)]);
  });

  test('a cursor that is none is refused', async () => {
    expect((await shop.ask('{ orders(first: 1, after: "nonsense") { nodes { id } } }')).codes).toEqual(['BAD_REQUEST']);
  });
});

describe('search', () => {
  test('quoted dates are exact to the second, an unquoted one is a wrong filter with a warning', async () => {
    const made = shop.act('create-order', { lines: [{ title: 'A', price: '1' }] });
    expect(names(await search("updated_at:>='2026-09-22T10:00:00Z'"))).toHaveLength(1);
    expect(names(await search("updated_at:>'2026-09-22T10:00:00Z'"))).toHaveLength(0);
    expect(names(await search("created_at:<='2026-09-22T12:00:00+02:00' AND name:#1001"))).toHaveLength(1);
    const wrong = await search('updated_at:>=2026-09-23T00:00:00Z');
    expect(names(wrong)).toHaveLength(1);
    expect(wrong.body.extensions?.search?.[0]).toMatchObject({ path: ['orders'], warnings: [{ code: 'invalid_field' }] });
    expect(made['name']).toBe('#1001');
  });

  test('words, brackets, not, states', async () => {
    shop.shop.seed({ orders: 60 });
    const all = shop.shop.truth().orders;
    const count = (fits: (order: (typeof all)[number]) => boolean) => all.filter(fits).length;
    const found = async (query: string) => names(await search(query)).length;
    expect(await found('financial_status:paid')).toBe(count((one) => one.financialStatus === 'PAID'));
    expect(await found('-fulfillment_status:fulfilled')).toBe(count((one) => one.fulfillmentStatus !== 'FULFILLED'));
    expect(await found('status:cancelled OR (financial_status:pending fulfillment_status:unshipped)')).toBe(count((one) => one.cancelledAt !== null || (one.financialStatus === 'PENDING' && one.fulfillmentStatus === 'UNFULFILLED')));
    expect(await found('test:true')).toBe(1);
    const unknown = await search('colour:red');
    expect([names(unknown).length, unknown.body.extensions?.search?.[0]?.warnings[0]?.field]).toEqual([60, 'colour']);
  });

  test('a look-up by SKU may give more than asked for; the count of variants ignores the query', async () => {
    for (const sku of ['AB', 'AB-1', 'AB']) shop.act('create-product', { title: 'Rzecz', variants: [{ sku, price: '1' }] });
    expect((await shop.ask(`{ productVariants(first: 5, query: "sku:'AB'") { nodes { sku } } }`)).list('productVariants', 'nodes')).toHaveLength(3);
    expect((await shop.ask('{ productVariantsCount(query: "sku:none") { count } }')).at('productVariantsCount', 'count')).toBe(3);
  });

  test('a new customer is found by identifier at once, by search later', async () => {
    shop.act('create-customer', { email: 'ewa@example.com' });
    const both = () => shop.ask('{ customers(first: 1, query: "email:ewa@example.com") { nodes { email } } customerByIdentifier(identifier: { emailAddress: "EWA@example.com" }) { email } }');
    const before = await both();
    expect([before.list('customers', 'nodes'), before.at('customerByIdentifier', 'email')]).toEqual([[], 'ewa@example.com']);
    shop.sandbox.clock.advance(1_000);
    expect((await both()).list('customers', 'nodes')).toHaveLength(1);
  });
});

const read = (id: unknown) => shop.ask('query($id: ID!) { order(id: $id) { displayFinancialStatus displayFulfillmentStatus cancelledAt edited updatedAt currentTotalPriceSet { shopMoney { amount } presentmentMoney { amount currencyCode } } totalRefundedSet { shopMoney { amount } } shippingAddress { city } lineItems(first: 10) { nodes { id quantity currentQuantity product { id } title discountedUnitPriceAfterAllDiscountsSet { shopMoney { amount } } } } } }', { id: `gid://shopify/Order/${String(id)}` });
const place = (more: Record<string, unknown> = {}) => shop.act('create-order', { lines: [{ title: 'A', quantity: 3, price: '10.00' }, { title: 'B', quantity: 1, price: '5.50' }], shippingLine: { price: '15' }, ...more });

describe('an order', () => {

  test('R16 edits and refunds change the current quantity, not the ordered one', async () => {
    const made = place();
    const [a, b] = z.array(z.number()).parse(made['lineIds']);
    shop.sandbox.clock.advance(5_000);
    shop.act('edit-order', { id: made['id'], quantities: [{ lineId: b, quantity: 0 }], add: [{ title: 'C', quantity: 2, price: '1' }] });
    shop.act('refund', { id: made['id'], lines: [{ lineId: a, quantity: 1 }] });
    const order = await read(made['id']);
    expect(order.list('order', 'lineItems', 'nodes')).toMatchObject([{ quantity: 3, currentQuantity: 2 }, { quantity: 1, currentQuantity: 0 }, { quantity: 2, currentQuantity: 2 }]);
    expect(order.at('order')).toMatchObject({ edited: true, updatedAt: '2026-09-22T10:00:05Z', displayFinancialStatus: 'PARTIALLY_REFUNDED', currentTotalPriceSet: { shopMoney: { amount: '37.0' } }, totalRefundedSet: { shopMoney: { amount: '10.0' } } });
  });

  test('cancelled, refunded, fulfilled, moved, deleted', async () => {
    const [one, two, three] = [place(), place(), place()];
    shop.act('cancel', { id: one['id'] });
    expect((await read(one['id'])).at('order')).toMatchObject({ cancelledAt: '2026-09-22T10:00:00Z', displayFinancialStatus: 'REFUNDED' });
    shop.act('fulfill', { id: two['id'] });
    expect((await read(two['id'])).at('order', 'displayFulfillmentStatus')).toBe('FULFILLED');
    shop.act('change-shipping-address', { id: two['id'], address: { city: 'Łódź' } });
    expect((await read(two['id'])).at('order', 'shippingAddress', 'city')).toBe('Łódź');
    shop.act('delete-order', { id: three['id'] });
    expect((await read(three['id'])).at('order')).toBeNull();
  });

  test('discounts are shared out to the cent; another presentment currency; a deleted product leaves its name', async () => {
    const product = shop.act('create-product', { title: 'Towar', variants: [{ sku: 'T', price: '10' }] });
    const [variantId] = z.array(z.number()).parse(product['variantIds']);
    const made = shop.act('create-order', { lines: [{ variantId, quantity: 3 }, { title: 'B', price: '5.50' }], discountCode: { code: 'X', amount: '1.00' }, presentmentCurrency: 'EUR', rate: 0.25 });
    shop.act('delete-product', { id: product['id'] });
    const order = await read(made['id']);
    expect(order.at('order', 'currentTotalPriceSet')).toEqual({ shopMoney: { amount: '34.5' }, presentmentMoney: { amount: '8.63', currencyCode: 'EUR' } });
    expect(order.at('order', 'lineItems', 'nodes', 0)).toMatchObject({ product: null, title: 'Towar' });
  });
});

const create = (input: Record<string, unknown>) => shop.ask('mutation($input: CustomerInput!) { customerCreate(input: $input) { customer { id phone email } userErrors { field message } } }', { input });
const set = (identifier: Record<string, unknown>, input: Record<string, unknown>) => shop.ask('mutation($identifier: CustomerSetIdentifiers, $input: CustomerSetInput!) { customerSet(identifier: $identifier, input: $input) { customer { id tags firstName } userErrors { code field message } } }', { identifier, input });

describe('customers over the API', () => {

  test('stored in normal form, refused by text, an e-mail once', async () => {
    expect((await create({ email: ' ewa@example.com ', phone: '600 100 200' })).at('customerCreate', 'customer')).toMatchObject({ email: 'ewa@example.com', phone: '+48600100200' });
    const messages = async (input: Record<string, unknown>) => (await create(input)).at('customerCreate', 'userErrors');
    expect(await messages({ email: 'EWA@example.com' })).toEqual([{ field: ['email'], message: 'Email has already been taken' }]);
    expect(await messages({ phone: '+48600100200' })).toEqual([{ field: ['phone'], message: 'Phone has already been taken' }]);
    expect(await messages({ email: 'x' })).toEqual([{ field: ['email'], message: 'Email is invalid' }]);
    expect(await messages({ note: 'x' })).toEqual([{ field: null, message: 'A name, phone number, or email address must be present' }]);
  });

  test('upsert: the identifier is repeated, texts left out stay, lists are replaced', async () => {
    const email = 'ewa@example.com';
    const made = await set({ email }, { email, firstName: 'Ewa', tags: ['a', 'b'] });
    const again = await set({ email }, { email, tags: ['c'] });
    expect(again.at('customerSet', 'customer')).toEqual({ id: made.at('customerSet', 'customer', 'id'), firstName: 'Ewa', tags: ['c'] });
    expect((await set({ email }, { firstName: 'X' })).at('customerSet', 'userErrors', 0, 'code')).toBe('MISSING_FIELD_REQUIRED');
    expect((await set({ email }, { email: 'other@example.com' })).at('customerSet', 'userErrors', 0, 'code')).toBe('INPUT_MISMATCH');
  });

  test('consent has its own call and its own refusals', async () => {
    const { id } = shop.act('create-customer', { email: 'ewa@example.com' });
    const consent = (state: string, level: string | null, at?: string) =>
      shop.ask('mutation($input: CustomerEmailMarketingConsentUpdateInput!) { customerEmailMarketingConsentUpdate(input: $input) { customer { defaultEmailAddress { marketingState } } userErrors { message code } } }', { input: { customerId: `gid://shopify/Customer/${String(id)}`, emailMarketingConsent: { marketingState: state, marketingOptInLevel: level, consentUpdatedAt: at } } });
    const root = 'customerEmailMarketingConsentUpdate';
    expect((await consent('UNSUBSCRIBED', 'SINGLE_OPT_IN')).at(root, 'customer', 'defaultEmailAddress', 'marketingState')).toBe('UNSUBSCRIBED');
    expect((await consent('SUBSCRIBED', null)).at(root, 'userErrors')).toEqual([{ message: 'Marketing opt in level must exist', code: 'MISSING_ARGUMENT' }]);
    expect((await consent('SUBSCRIBED', 'SINGLE_OPT_IN', '2030-01-01T00:00:00Z')).at(root, 'userErrors', 0, 'message')).toBe('Consent updated at must not be in the future');
    expect((await consent('NOT_SUBSCRIBED', 'SINGLE_OPT_IN')).body.errors).toMatchObject([{ message: 'Cannot specify NOT_SUBSCRIBED as a marketing state input', extensions: { code: 'INVALID' } }]);
  });
});

test('stock: a key and the value seen are required, a stale one is refused, a repeat gives the first reply', async () => {
  const { id } = shop.act('create-product', { title: 'A', variants: [{ sku: 'A', price: '1', stock: 5 }] });
  const item = (await shop.ask('query($id: ID!) { product(id: $id) { variants(first: 1) { nodes { inventoryItem { id inventoryLevels(first: 1) { nodes { location { id } } } } } } } }', { id: `gid://shopify/Product/${String(id)}` })).at('product', 'variants', 'nodes', 0, 'inventoryItem', 'id');
  const write = (quantity: number, rest: Record<string, unknown>, directive = '@idempotent(key: "k1")') =>
    shop.ask(`mutation($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) ${directive} { inventoryAdjustmentGroup { id changes { delta } } userErrors { code } } }`, { input: { name: 'available', reason: 'correction', quantities: [{ inventoryItemId: item, locationId: 'gid://shopify/Location/71000000001', quantity, ...rest }] } });
  expect((await write(7, { changeFromQuantity: 5 }, '')).codes).toEqual(['BAD_REQUEST']);
  expect((await write(7, {})).body.errors).toMatchObject([{ message: 'InventoryQuantityInput must include the following argument: changeFromQuantity.', extensions: { code: 'INVALID_FIELD_ARGUMENTS' } }]);
  const first = await write(7, { changeFromQuantity: 5 });
  expect(first.at('inventorySetQuantities', 'inventoryAdjustmentGroup', 'changes')).toEqual([{ delta: 2 }]);
  expect((await write(7, { changeFromQuantity: 5 })).at('inventorySetQuantities')).toEqual(first.at('inventorySetQuantities'));
  expect((await write(8, { changeFromQuantity: 5 })).at('inventorySetQuantities', 'userErrors')).toEqual([{ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' }]);
  expect((await write(8, { changeFromQuantity: 5 }, '@idempotent(key: "k2")')).at('inventorySetQuantities', 'userErrors')).toEqual([{ code: 'CHANGE_FROM_QUANTITY_STALE' }]);
});

const run = (query: string, groupObjects = false) => shop.ask('mutation($query: String!, $groupObjects: Boolean!) { bulkOperationRunQuery(query: $query, groupObjects: $groupObjects) { bulkOperation { id status } userErrors { code message } } }', { query, groupObjects });

describe('bulk', () => {
  const good = '{ orders { edges { node { id lineItems { edges { node { id sku } } } } } } }';

  test('JSON lines at an address when it is done, children with their parent', async () => {
    shop.shop.seed({ orders: 5 });
    const id = (await run(good)).at('bulkOperationRunQuery', 'bulkOperation', 'id');
    const poll = () => shop.ask('query($id: ID!) { bulkOperation(id: $id) { status objectCount rootObjectCount url } }', { id });
    expect((await poll()).at('bulkOperation')).toMatchObject({ status: 'RUNNING', url: null });
    shop.sandbox.clock.advance(2_000);
    const done = await poll();
    expect(done.at('bulkOperation')).toMatchObject({ status: 'COMPLETED', objectCount: '10', rootObjectCount: '5' });
    const lines = (await (await fetch(String(done.at('bulkOperation', 'url')))).text()).trim().split('\n').map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
    expect(lines.slice(0, 5).every((line) => !('__parentId' in line))).toBe(true);
    expect(new Set(lines.slice(5).map((line) => line['__parentId']))).toEqual(new Set(lines.slice(0, 5).map((line) => line['id'])));
    shop.sandbox.clock.advance(7 * 86_400_000);
    expect((await poll()).at('bulkOperation', 'url')).toBeNull();
  });

  test.each([
    ['nodes', '{ orders { nodes { id } } }'],
    ['no connection', '{ shop { id } }'],
    ['a parent without id', '{ orders { edges { node { lineItems { edges { node { id } } } } } } }'],
    ['too deep', '{ products { edges { node { id variants { edges { node { id metafields { edges { node { id } } } } } } } } } }'],
    ['a top-level node', '{ node(id: "gid://shopify/Order/1") { id } }'],
  ])('%s is refused', async (_, query) => {
    expect((await run(query)).at('bulkOperationRunQuery', 'userErrors', 0, 'code')).toBe('INVALID');
  });

  test('five at a time; nothing found has no address; a missing scope fails it', async () => {
    for (let count = 0; count < 5; count += 1) expect((await run(good)).at('bulkOperationRunQuery', 'userErrors')).toEqual([]);
    expect((await run(good)).at('bulkOperationRunQuery', 'userErrors', 0)).toMatchObject({ code: 'OPERATION_IN_PROGRESS', message: expect.stringContaining('already in progress: gid://shopify/BulkOperation/') });
    shop.sandbox.clock.advance(2_000);
    expect((await shop.ask('{ currentBulkOperation { status url } }')).at('currentBulkOperation')).toEqual({ status: 'COMPLETED', url: null });
    shop.act('set-scopes', { scopes: ['read_products'] });
    const id = (await run(good)).at('bulkOperationRunQuery', 'bulkOperation', 'id');
    shop.sandbox.clock.advance(2_000);
    expect((await shop.ask('query($id: ID!) { bulkOperation(id: $id) { status errorCode } }', { id })).at('bulkOperation')).toEqual({ status: 'FAILED', errorCode: 'ACCESS_DENIED' });
  });
});
