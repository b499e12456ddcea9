import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explain } from '../../../activities/roapp/client.ts';
import { settingsSchema } from '../../../activities/roapp/settings.ts';
import { compare } from '../../../domain/money.ts';
import { anna, at, cable, importOrder, orderOf, startBooks, type Books } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

const digest = (kind: string, value: string) => books.ledger.crypto.digest('acme', kind, value);

const rowsOf = async (settings = {}) => Object.fromEntries((await books.steps({ settings }).checkTarget(at)).map((row) => [row.what, row]));
const summary = () => ({ sourceId: '1045', number: '1045', createdAt: '2026-09-01T08:15:00Z', total: '212.00', phoneDigest: digest('phone', anna.phone), emailDigest: digest('email', anna.email) });
const byHand = (changes = {}) => books.act('create-order-by-hand', { customer: { firstName: 'Anna', phone: '601 234 567', email: '' }, total: '212.00', createdAt: '2026-09-01T12:00:00Z', ...changes });
const findAlikes = async () => books.steps().findLookalikes({ ...at, summaries: [summary()] });

describe('the index', () => {
  test('R18 R14 the first walk reads everything, page after page, people without asking for them again', async () => {
    books.seed({ people: 60, organizations: 2, categories: 3, products: 51 });
    const pages = await books.index();
    expect(pages).toEqual(['people 50', 'people 10', 'organizations 2', 'products 50', 'products 1', 'categories 3']);
    const [first] = books.truth().people;
    expect((await books.ledger.index.find('books', 'email', digest('email', first?.email ?? ''))).map((entry) => entry.targetId)).toEqual([String(first?.id)]);
    const [organization] = books.truth().organizations;
    expect((await books.ledger.index.find('books', 'email', digest('email', organization?.email ?? ''))).map((entry) => entry.targetId)).toEqual([String(organization?.id)]);
  });

  test('R18 a changed phone is found under the new one only, from the next changed-since scan on', async () => {
    const { people } = books.seed({ people: [{ firstName: 'Anna', phones: ['601234567'], email: 'a@example.com' }] });
    await books.index();
    books.act('edit-person', { id: people[0], phone: '602 000 111' });
    expect(await books.index({}, 'last time')).toEqual(['people 1', 'organizations 0']);
    const find = async (phone: string) => (await books.ledger.index.find('books', 'phone', digest('phone', phone))).map((entry) => entry.targetId);
    expect([await find('+48601234567'), await find('+48602000111')]).toEqual([[], [String(people[0])]]);
  });

  test('R18 the changed-since scan asks from the last change seen, five minutes earlier', async () => {
    books.sandbox.clock.freeze();
    books.seed({ people: 1 });
    await books.index();
    await books.index({}, 'last time');
    const asked = books.sandbox.requests('GET /v2/contacts/people').map((request) => new URL(request.path, books.sandbox.url).searchParams);
    expect(asked[0]?.get('sort')).toBe('id');
    expect(asked[1]?.get('sort')).toBe('modified_at');
    expect(Date.parse(asked[1]?.get('modified_at') ?? '')).toBeLessThanOrEqual(books.sandbox.clock.now() - 5 * 60_000);
  });

  test('R14 a product whose SKU changed is found under the new one only, after a whole walk', async () => {
    const { products } = books.seed({ products: [{ title: 'Cable', sku: 'A-1' }] });
    await books.index();
    books.act('edit-product', { id: products[0], sku: 'A-2' });
    await books.index();
    const find = async (sku: string) => (await books.ledger.index.find('books', 'sku', digest('sku', sku))).length;
    expect([await find('A-1'), await find('A-2')]).toEqual([0, 1]);
  });

  test('N9 the ledger holds no phone and no e-mail of an indexed person', async () => {
    books.seed({ people: [{ firstName: 'Anna', phones: ['601234567'], email: 'anna@example.com' }] });
    await books.index();
    const entries = await books.ledger.index.find('books', 'phone', digest('phone', '+48601234567'));
    expect(JSON.stringify(entries)).not.toMatch(/601234567|anna/i);
  });
});

describe('check', () => {
  test('R2 R3 N15 a sound account: rows for everything, the right said to be unreadable, the currency remembered', async () => {
    const rows = await rowsOf();
    expect(Object.values(rows).filter((row) => row.state === 'not ok')).toEqual([]);
    expect(rows['currency (R3)']).toMatchObject({ state: 'ok', found: 'PLN' });
    expect(rows['right “may add products without deduction” (R2)']).toMatchObject({ state: 'cannot be read', step: expect.stringContaining('Roles') });
    expect(rows['messages to customers (N15)']?.found).toContain('notify off');
    expect(await books.ledger.marks.get('connection:books', 'currency')).toBe('PLN');
    expect(await books.ledger.marks.get('connection:books', 'timeZone')).toBe('Europe/Warsaw');
    expect(books.sandbox.requests().filter((request) => request.method !== 'GET')).toEqual([]);
  });

  test('R3 another currency in the shop is refused with both named', async () => {
    await books.ledger.marks.set('connection:shop', 'currency', 'EUR');
    expect((await rowsOf())['currency (R3)']).toMatchObject({ state: 'not ok', found: expect.stringMatching(/PLN.*EUR/) });
  });

  test('a wrong key is the only row', async () => {
    expect(Object.values(await rowsOf({ apiKey: 'another-key' }))).toMatchObject([{ what: 'credentials', state: 'not ok' }]);
  });

  test.each([
    ['location', { location: 999 }],
    ['order type', { orderType: 999 }],
    ['employee that lines are assigned to', { assignee: 999 }],
    ['field for our marker', { orderMarkerField: 'f999' }],
    ['default category', { defaultCategory: 999 }],
  ])('names a wrong %s', async (what, settings) => {
    expect((await rowsOf(settings))[what]).toMatchObject({ state: 'not ok', step: expect.any(String) });
  });

  test('a location that the employee cannot see', async () => {
    books.act('hide-location', { id: 1201 });
    expect((await rowsOf())['location']?.state).toBe('not ok');
  });

  test('a marker field that is no text, and fields without which RO App refuses', async () => {
    books.seed({ orderFields: [{ id: 5501, title: 'Ours', type: 4 }, { id: 5502, title: 'Colour', required: true }], personFields: [{ id: 1, title: 'Card', required: true }] });
    const rows = await rowsOf();
    expect([rows['field for our marker']?.state, rows['required fields of orders']?.found, rows['required fields of contacts']?.state]).toEqual(['not ok', expect.stringContaining('Colour'), 'not ok']);
  });

  test('N14 an article of the settings that does not exist', async () => {
    const rows = await books.steps({ pair: { articles: { shipping: '999' } } }).checkTarget(at);
    expect(rows).toContainEqual(expect.objectContaining({ what: 'article for shipping (N14)', state: 'not ok' }));
  });
});

describe('plan', () => {
  test('N12 an unknown customer and product: every call field by field, nothing written', async () => {
    const plan = await books.steps().planOrder({ ...at, order: orderOf({ lineItems: [cable], total: '162.00', totalTax: '30.30' }) });
    expect(plan.writes.map((write) => write.what)).toEqual(['create the person', 'create the category', 'create the category', 'create the product', 'create the order', 'add line 1: Cable 1 m']);
    expect(plan.writes[0]?.fields).toMatchObject({ first_name: 'Anna', email: anna.email });
    expect(plan.writes[4]?.fields).toMatchObject({ client_id: '(new)', custom_fields: '{"f5501":"shop-to-books:1045"}' });
    expect(plan.writes[5]?.fields).toMatchObject({ entity_id: '(new)', quantity: '2.000', price: '81.00' });
    expect(books.sandbox.requests().filter((request) => request.method !== 'GET')).toEqual([]);
    expect([books.truth().people, books.products(), books.truth().orders]).toEqual([[], [], []]);
    expect(await books.ledger.records.find({ integration: 'shop-to-books', kind: 'order', sourceId: '1045' })).toBeUndefined();
  });

  test('N12 what exists is named, and the plan is what an import then writes', async () => {
    await importOrder(books, orderOf());
    const order = orderOf({ sourceId: '1046', charges: [{ kind: 'fee', name: 'Gift', total: { net: '10.00', tax: '2.30' } }], total: '224.30' });
    const plan = await books.steps().planOrder({ ...at, order });
    expect(plan.uses).toEqual([expect.stringMatching(/^contact \d+$/), expect.stringMatching(/^product \d+: Cable 1 m \(SKU A-1\)$/), expect.stringMatching(/^product \d+: Charger/)]);
    books.sandbox.clearRequests();
    await importOrder(books, order);
    const sent = books.sandbox.requests().filter((request) => request.method === 'POST').map((request): unknown => JSON.parse(request.body));
    const planned = plan.writes.map((write) => Object.fromEntries(Object.entries(write.fields)));
    expect(planned.map((fields) => Object.keys(fields).sort())).toEqual(sent.map((body) => Object.keys(Object(body)).sort()));
  });

  test('R14 N12 missing products are named where creating is off', async () => {
    const plan = await books.steps({ settings: { productCreate: 'off' } }).planOrder({ ...at, order: orderOf() });
    expect(plan.missing).toEqual(['Cable 1 m (SKU A-1)', 'Charger (SKU B-2)']);
  });
});

describe('look-alikes', () => {
  test('N16 an order typed by hand with the same customer, total and day is found', async () => {
    byHand();
    const [order] = books.truth().orders;
    expect(await findAlikes()).toMatchObject([{ sourceId: '1045', number: '1045', targetId: String(order?.id), targetNumber: order?.number }]);
    expect(compare((await findAlikes())[0]?.total ?? '0', '212')).toBe(0);
  });

  test.each([
    ['customer', { customer: { firstName: 'Ewa', phone: '602 000 111', email: '' } }],
    ['total', { total: '211.00' }],
    ['day', { createdAt: '2026-09-02T12:00:00Z' }],
  ])('N16 another %s is another order', async (_, changes) => {
    byHand(changes);
    expect(await findAlikes()).toEqual([]);
  });

  test('N16 an order of ours is no look-alike', async () => {
    await importOrder(books, orderOf());
    const [order] = books.truth().orders;
    const own = { ...summary(), createdAt: order?.created_at ?? '' };
    expect(await books.steps().findLookalikes({ ...at, summaries: [own] })).toEqual([]);
  });
});

describe('edges', () => {
  test.each([
    [{ message: { validation: { client_id: ['is wrong'] } } }, { code: 'validation', words: 'client_id: is wrong' }],
    [{ validation: { email: ['taken', 'bad'] } }, { code: 'validation', words: 'email: taken bad' }],
    [{ errors: { price: ['too high'] } }, { code: 'validation', words: 'price: too high' }],
    [{ message: 'no' }, { words: 'no' }],
    [{ error: 'no' }, { words: 'no' }],
    [{ detail: 'no' }, { words: 'no' }],
    [{}, {}],
    ['text', {}],
  ])('the vendor’s words out of %j', (body, expected) => {
    expect(explain(body)).toEqual(expected);
  });

  test.each([
    ['an unknown field', { colour: 'red' }],
    ['a number as country', { country: 48 }],
    ['a field without its f', { orderMarkerField: '5501' }],
  ])('settings refuse %s', (_, wrong) => {
    const right = { apiKey: 'key', country: 'PL', language: 'pl', location: 1, orderType: 2, assignee: 3 };
    expect(settingsSchema.parse(right)).toMatchObject({ baseUrl: 'https://api.roapp.io/v2', productCreate: 'v2', categoryCreate: 'v2', unitOfMeasure: 1, share: 0.8, requestsPerSecond: 3, abortMs: 10_000, settleMs: 10_000 });
    expect(settingsSchema.safeParse({ ...right, ...wrong }).success).toBe(false);
  });
});
