import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForbiddenError, PerhapsRecordError, PermanentError, RetryableError, UnauthorizedError } from '../../../activities/errors.ts';
import type { Order } from '../../../domain/order.ts';
import { at, cable, charger, importOrder, integration, orderOf, repeated, startBooks, type Books, type StepsOptions } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

const shipping = { kind: 'shipping', name: 'Courier', total: { net: '10.00', tax: '2.30' } } as const;
const key = { integration: integration.id, kind: 'order', sourceId: '1045' } as const;
const notesOf = (outcome: Awaited<ReturnType<typeof importOrder>>) => (outcome.kind === 'created' ? outcome.notes.map((note) => note.code) : outcome.kind);
const create = async (order: Order, given: StepsOptions = {}) => {
  const steps = books.steps(given);
  const parties = await steps.ensureParties({ ...at, order });
  return () => steps.createOrder({ ...at, order, parties, digest: 'd1' });
};

describe('what is written', () => {
  test('R1 R8 R16 number and date stand in the notes, the marker in its field; quantity and price are kept, nothing is written off', async () => {
    await books.steps().checkTarget(at);
    await importOrder(books, orderOf());
    const [order] = books.truth().orders;
    expect(order).toMatchObject({ branch_id: 1201, order_type: { id: 77 }, manager_notes: 'WooCommerce #1045, 2026-09-01 10:15', custom_fields: { f5501: 'shop-to-books:1045' }, total: '212.00', comments: [] });
    expect(order?.items).toMatchObject([
      { quantity: '2.000', price: '81.00', assignee_id: 31, write_offs: null, comment: '#1', discount: { amount: '0.00' }, warranty: { period: 0 } },
      { quantity: '1.000', price: '50.00', write_offs: null, comment: '#2' },
    ]);
  });

  test('R1 without a field for it the marker is the first line of the notes', async () => {
    const settings = { orderMarkerField: undefined, abortMs: 250 };
    books.sandbox.fault({ on: 'POST /v2/orders', kind: 'lost-reply' });
    await importOrder(books, orderOf(), { settings });
    expect(books.truth().orders.map((order) => order.manager_notes)).toEqual(['shop-to-books:1045\nWooCommerce #1045, 2026-09-01 08:15 UTC']);
  });

  test.each([
    ['by its last line', {}],
    ['by its comment', { charges: [shipping] }],
  ])('promise 6: an order that is completed %s has its outcome in the same moment, so that a kill leaves none without', async (_by, over) => {
    await importOrder(books, orderOf(over));
    const outcomes = await books.ledger.outcomes.list(integration.id, { limit: 10 });
    expect(outcomes).toMatchObject([{ outcome: 'created', targetId: String(books.truth().orders[0]?.id), run: 'run-1', settingsVersion: 'v1' }]);
  });

  test('promise 6: a repeat of a completed import adds no outcome, and makes up for one that an older release had not written yet', async () => {
    for (let time = 0; time < 2; time += 1) await importOrder(books, orderOf());
    expect(await books.ledger.outcomes.list(integration.id, { limit: 10 })).toHaveLength(1);
    await books.ledger.records.complete({ integration: integration.id, kind: 'order', sourceId: '1046' }, '900', 'digest-1046');
    expect(await importOrder(books, orderOf({ sourceId: '1046', number: '1046' }))).toMatchObject({ kind: 'created', targetId: '900' });
    expect(await books.ledger.outcomes.list(integration.id, { sourceId: '1046', limit: 10 })).toMatchObject([{ outcome: 'created', targetId: '900', run: 'run-1', settingsVersion: 'v1' }]);
    expect(books.truth().orders).toHaveLength(1);
  });

  test('promise 3: known customer and products cost one call for the order and one a line, no look-up', async () => {
    books.act('set-switches', { replyVariety: 'plain' });
    await importOrder(books, orderOf());
    books.sandbox.clearRequests();
    await importOrder(books, orderOf({ sourceId: '1046', number: '1046' }));
    const id = books.truth().orders[1]?.id;
    expect(books.calls()).toEqual(['POST /v2/orders', `POST /v2/orders/${id}/items`, `POST /v2/orders/${id}/items`]);
  });

  test('a new customer and two new products of one new category cost the least possible', async () => {
    await importOrder(books, orderOf({ lineItems: [cable] }));
    books.act('set-switches', { replyVariety: 'plain' });
    books.sandbox.clearRequests();
    const lineItems = [{ ...charger, key: '1' }, { ...charger, key: '2', product: { name: 'Lens', sku: 'L-1', sourceId: '77', category: ['Parts', 'Glass'] } }];
    const customer = { firstName: 'Ewa', lastName: 'Próbna', phone: '+48602000111', email: 'ewa@example.com' };
    await importOrder(books, orderOf({ sourceId: '1046', lineItems, customer, total: '100.00', totalTax: '18.70' }));
    expect(books.calls().map((call) => call.replace(/\d{3,}/, '{id}'))).toEqual([
      'GET /v2/contacts/people', 'GET /v2/contacts/people', 'POST /v2/contacts/people',
      'GET /v2/catalog/products', 'POST /v2/catalog/products',
      'GET /v2/catalog/products', 'GET /v2/catalog/products/categories', 'POST /v2/catalog/products/categories', 'POST /v2/catalog/products',
      'POST /v2/orders', 'POST /v2/orders/{id}/items', 'POST /v2/orders/{id}/items',
    ]);
  });

  test('N14 shipping without an article is named in the comment, and the difference is recorded', async () => {
    const outcome = await importOrder(books, orderOf({ charges: [shipping], total: '224.30', totalTax: '41.95' }));
    expect(notesOf(outcome)).toEqual(['charge-in-comment', 'total-differs']);
    expect(books.truth().orders[0]?.comments.map((comment) => comment.text)).toEqual(['Shipping – Courier: 12.30 PLN\nAmount in the shop: 224.30 PLN; sum of the lines: 212.00 PLN']);
  });

  test('N14 shipping with an article is a line, and the totals are equal', async () => {
    const { products } = books.seed({ products: [{ title: 'Delivery' }] });
    const outcome = await importOrder(books, orderOf({ charges: [shipping], total: '224.30', totalTax: '41.95' }), { pair: { articles: { shipping: String(products[0]) } } });
    expect(notesOf(outcome)).toEqual([]);
    expect(books.truth().orders[0]).toMatchObject({ total: '224.30', comments: [] });
  });

  test('R13 a delivery is told in the comment, in the connection’s language', async () => {
    const delivery = { carrier: 'Kurier', cost: '12.00', recipient: 'Anna Testowa, ul. Przykładowa 1' };
    await importOrder(books, orderOf({ delivery }), { settings: { language: 'pl' } });
    expect(books.truth().orders[0]?.comments.map((comment) => comment.text)).toEqual(['Dostawa: Kurier\nKoszt dostawy: 12.00 PLN\nAdres odbiorcy: Anna Testowa, ul. Przykładowa 1']);
  });

  test('R12 without delivery information there is no comment', async () => {
    await importOrder(books, orderOf());
    expect(books.calls().filter((call) => call.endsWith('/comments'))).toEqual([]);
  });

  test('N2 the record is completed with the digest of what was applied', async () => {
    const outcome = await importOrder(books, orderOf());
    expect(outcome.kind).toBe('created');
    expect(await books.ledger.records.find(key)).toMatchObject({ state: 'completed', digest: 'digest-1045', targetId: String(books.truth().orders[0]?.id) });
  });
});

describe('half-made orders', () => {
  test('R4 N2 a half-made order is completed with the content its import began with, even after a write-off', async () => {
    const first = await create(orderOf());
    books.sandbox.fault({ on: 'POST /v2/orders/*/items', kind: 'refuse', status: 503, text: 'down', after: 2 });
    await expect(first()).rejects.toBeInstanceOf(RetryableError);
    books.act('write-off', { orderId: books.truth().orders[0]?.id });
    const changed = orderOf({ lineItems: [{ ...cable, quantity: '9' }], number: '1045-x' });
    expect(await importOrder(books, changed)).toMatchObject({ kind: 'created' });
    const { orders } = books.truth();
    expect(orders.map((order) => order.items.map((item) => [item.entity.sku, item.quantity]))).toEqual([[['A-1', '2.000'], ['B-2', '1.000']]]);
    expect(await books.ledger.records.find(key)).toMatchObject({ state: 'completed', digest: 'd1' });
  });

  test('a half-made order that staff deleted is parked, and a retry makes it anew', async () => {
    const again = await create(orderOf());
    books.sandbox.fault({ on: 'POST /v2/orders/*/items', kind: 'refuse', status: 503, text: 'down', after: 2 });
    await expect(again()).rejects.toBeInstanceOf(RetryableError);
    books.act('delete-order', { orderId: books.truth().orders[0]?.id });
    expect(await again()).toMatchObject({ kind: 'parked', reason: 'order-gone', step: 'create the order' });
    expect(await again()).toMatchObject({ kind: 'created' });
    expect(books.truth().orders.map((order) => order.items.length)).toEqual([2]);
  });

  test('what an operator mended after a refusal is what is sent', async () => {
    const refused = await create(orderOf());
    books.sandbox.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'no' });
    await expect(refused()).rejects.toBeInstanceOf(PermanentError);
    await books.ledger.records.park(key, 'd1'); // as the workflow does
    await importOrder(books, orderOf({ lineItems: [charger] }));
    expect(books.truth().orders.map((order) => order.items.map((item) => item.entity.sku))).toEqual([['B-2']]);
  });
});

describe('what a refusal does to the record', () => {
  test.each([
    [400, PermanentError], [401, UnauthorizedError], [403, ForbiddenError], [404, PermanentError], [405, PermanentError], [422, PermanentError],
    [429, RetryableError], [500, PerhapsRecordError], [502, RetryableError], [503, RetryableError], [504, RetryableError],
  ] as const)('creating the order answered with %i', async (status, kind) => {
    const attempt = await create(orderOf());
    books.sandbox.fault({ on: 'POST /v2/orders', kind: 'refuse', status, text: 'Said by the vendor' });
    const error: unknown = await attempt().catch((failure: unknown) => failure);
    expect(error).toBeInstanceOf(kind);
    expect(books.truth().orders).toEqual([]);
    if (status !== 429) expect(error).toMatchObject({ words: expect.stringContaining('Said by the vendor') });
    expect(String(error)).not.toContain('Said by the vendor');
    expect(await repeated(attempt)).toMatchObject({ kind: 'created' });
    expect(books.truth().orders).toHaveLength(1);
  });

  test('N9 a vendor’s words with a person in them stay out of the message', async () => {
    const attempt = await create(orderOf());
    books.sandbox.fault({ on: 'POST /v2/orders', kind: 'refuse-with-email', status: 400, text: 'no' });
    const error: unknown = await attempt().catch((failure: unknown) => failure);
    expect(String(error)).not.toContain('@');
  });

  test.each([403, 400] as const)('R2 a line refused with %i although product and employee exist: perhaps the right is missing', async (status) => {
    books.act('set-right', { granted: false });
    books.act('set-switches', { missingRightStatus: status });
    const attempt = await create(orderOf());
    const outcome = await attempt();
    expect(outcome).toMatchObject({ kind: 'parked', reason: 'perhaps-right-missing', step: 'create the order', detail: expect.stringContaining(`status ${status}`) });
    books.act('set-right', { granted: true });
    expect(await attempt()).toMatchObject({ kind: 'created' });
    expect(books.truth().orders.map((order) => order.items.length)).toEqual([2]);
  });

  test('a line refused because the employee does not exist is a mistake in the settings', async () => {
    expect(await importOrder(books, orderOf(), { settings: { assignee: 999 } })).toMatchObject({ kind: 'parked', reason: 'settings-mistake', detail: expect.stringContaining('999') });
  });

  test.each([
    ['location', { location: 999 }],
    ['order type', { orderType: 999 }],
  ])('an order refused because the %s does not exist is a mistake in the settings', async (_, settings) => {
    expect(await importOrder(books, orderOf(), { settings })).toMatchObject({ kind: 'parked', reason: 'settings-mistake', detail: expect.stringContaining('999') });
    expect(await importOrder(books, orderOf())).toMatchObject({ kind: 'created' });
  });
});

describe('linked objects that staff removed', () => {
  test.each(['deleted', 'merged'])('R18 the contact was %s: it is looked up again, the order goes through, with a note', async (how) => {
    await importOrder(books, orderOf());
    const old = books.truth().orders[0]?.client_id;
    const [keep] = books.seed({ people: [{ firstName: 'Anna', lastName: 'Testowa', phones: how === 'merged' ? ['601234567'] : [] }] }).people;
    if (how === 'merged') books.act('merge-people', { keep, remove: old });
    else books.act('delete-person', { id: old });
    const outcome = await importOrder(books, orderOf({ sourceId: '1046' }));
    expect(notesOf(outcome)).toEqual(['stale-link']);
    const client = books.truth().orders[1]?.client_id;
    expect(books.truth().people.map((person) => person.id)).toContain(client);
    if (how === 'merged') expect(client).toBe(keep);
  });

  test('R14 the product was deleted: it is looked up and made again, the order goes through, with a note', async () => {
    await importOrder(books, orderOf());
    const [old] = books.products();
    books.act('delete-product', { id: old?.id });
    const outcome = await importOrder(books, orderOf({ sourceId: '1046' }));
    expect(notesOf(outcome)).toEqual(['stale-link']);
    expect(books.truth().orders[1]?.items.map((item) => item.entity.sku)).toEqual(['A-1', 'B-2']);
    expect(books.products().filter((product) => product.sku === 'A-1').map((product) => product.id)).not.toContain(old?.id);
  });

  test('R14 the product was deleted and creating is off: the order is parked with its name', async () => {
    await importOrder(books, orderOf());
    books.act('delete-product', { id: books.products()[0]?.id });
    const settings = { productCreate: 'off' } as const;
    expect(await importOrder(books, orderOf({ sourceId: '1046' }), { settings })).toMatchObject({ kind: 'parked', reason: 'products-missing', detail: 'Cable 1 m (SKU A-1)' });
  });

  test('N11 a contact that was gone, and then the order’s reply lost: still one order', async () => {
    await importOrder(books, orderOf());
    books.act('delete-person', { id: books.truth().orders[0]?.client_id });
    books.sandbox.fault({ on: 'POST /v2/orders', kind: 'lost-reply', after: 2 });
    await importOrder(books, orderOf({ sourceId: '1046' }), { settings: { abortMs: 250 } });
    expect(books.truth().orders.filter((order) => order.custom_fields['f5501'] === 'shop-to-books:1046')).toHaveLength(1);
  });
});
