import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BadDataError, PermanentError } from '../../../activities/errors.ts';
import type { Customer } from '../../../domain/customer.ts';
import type { Order } from '../../../domain/order.ts';
import type { Product } from '../../../domain/product.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import { anna, at, cable, charger, importOrder, orderOf, repeated, startBooks, type Books, type StepsOptions } from './support.ts';

let books: Books;
beforeEach(async () => {
  books = await startBooks();
});
afterEach(() => books.close());

const ensure = (order: Order, given: StepsOptions = {}) => repeated(() => books.steps(given).ensureParties({ ...at, order }));
const ensureFor = (customer: Customer, given: StepsOptions = {}) => ensure(orderOf({ customer, lineItems: [] }), given);
const ensureProduct = (product: Product, given: StepsOptions = {}) => ensure(orderOf({ lineItems: [{ ...cable, product }] }), given);
const codes = (notes: { code: string }[]) => notes.map((note) => note.code);
const person = (first: string, last: string, phone: string, email = '') => ({ firstName: first, lastName: last, phones: phone === '' ? [] : [phone], email });

describe('the customer', () => {
  test.each(['601 234 567', '+48 601-234-567', '0048601234567', '48601234567', '(601) 234 567'])('R18 a contact with the phone written %s is reused without a call', async (written) => {
    const { people } = books.seed({ people: [person('Anna', 'Testowa', written)] });
    await books.index();
    books.sandbox.clearRequests();
    expect(await ensureFor(anna)).toMatchObject({ customerId: String(people[0]), notes: [] });
    expect(books.calls()).toEqual([]);
  });

  test.each(['601 234 567', '+48 601 234 567', '601234567', '+48601234567'])('R18 a contact that the index does not know yet, written %s, is found by one look-up and not doubled', async (written) => {
    const { people } = books.seed({ people: [person('Anna', 'Testowa', written)] });
    expect((await ensureFor({ ...anna, phoneAsWritten: written })).customerId).toBe(String(people[0]));
    expect(books.truth().people).toHaveLength(1);
    books.sandbox.clearRequests();
    await ensureFor(anna);
    expect(books.calls()).toEqual([]);
  });

  test('R18 what a filter returns unasked is not taken for the customer', async () => {
    books.act('set-switches', { phoneFilter: 'ignored' });
    books.seed({ people: [person('Anna', 'Inna', '+48 602 000 000', 'inna@example.com')] });
    await ensureFor(anna);
    expect(books.truth().people).toHaveLength(2);
  });

  test('R18 found by e-mail alone, in whatever case', async () => {
    const { people } = books.seed({ people: [person('Anna', 'Testowa', '', 'Anna.Testowa@Example.com')] });
    await books.index();
    expect(await ensureFor(anna)).toMatchObject({ customerId: String(people[0]), notes: [] });
  });

  test('R18 several contacts with the phone: the one with the same e-mail', async () => {
    const { people } = books.seed({ people: [person('Anna', 'Testowa', '601234567'), person('Anna', 'Testowa', '+48601234567', anna.email)] });
    await books.index();
    expect(await ensureFor(anna)).toMatchObject({ customerId: String(people[1]), notes: [] });
  });

  test('R18 several contacts with the phone and none with the e-mail: the lowest id, and a note', async () => {
    const { people } = books.seed({ people: [person('Anna', 'Testowa', '601234567'), person('Anna', 'Testowa', '+48601234567')] });
    await books.index();
    const parties = await ensureFor(anna);
    expect([parties.customerId, codes(parties.notes)]).toEqual([String(people[0]), ['several-contacts']]);
  });

  test('R18 phone and e-mail name two contacts: the phone’s, with a note and a comment on the order', async () => {
    const { people } = books.seed({ people: [person('Ewa', 'Testowa', '', anna.email), person('Anna', 'Testowa', '601234567')] });
    await books.index();
    const outcome = await importOrder(books, orderOf());
    expect(codes('notes' in outcome ? outcome.notes : [])).toEqual(['contacts-differ']);
    const [order] = books.truth().orders;
    expect(order?.client_id).toBe(people[1]);
    expect(order?.comments.map((comment) => comment.text)).toEqual([expect.stringContaining('do not point to one person')]);
  });

  test('R18 the names share no word: the phone’s contact, with a note', async () => {
    const { people } = books.seed({ people: [person('Jan', 'Wzorcowy', '601234567')] });
    await books.index();
    const parties = await ensureFor(anna);
    expect([parties.customerId, codes(parties.notes)]).toEqual([String(people[0]), ['contacts-differ']]);
  });

  test.each([['pl', 'Nieokreślony'], ['it', 'Non specificato'], ['fr', 'Non spécifié'], ['en', 'Unspecified']] as const)('R18 without a name it is created as Unspecified in the connection’s language: %s', async (language, name) => {
    await ensureFor({ firstName: '', lastName: '', email: 'someone@example.com' }, { settings: { language } });
    expect(books.truth().people.map((one) => one.first_name)).toEqual([name]);
  });

  test('R18 an unnamed contact contradicts no name later', async () => {
    await ensureFor({ firstName: '', lastName: '', phone: anna.phone });
    await books.index();
    expect((await ensureFor(anna)).notes).toEqual([]);
  });

  test('R18 a contact that exists is never changed by an order', async () => {
    books.seed({ people: [person('Anna', 'Testowa', '601234567', 'old@example.com')] });
    await books.index();
    const before = books.truth().people;
    await importOrder(books, orderOf());
    expect(books.truth().people).toEqual(before);
  });

  test('N15 R1 a new contact has the order’s data, and its phone sends no message', async () => {
    await ensureFor(anna);
    expect(books.truth().people[0]).toMatchObject({ first_name: 'Anna', last_name: 'Testowa', email: anna.email, phones: [{ phone: '+48601234567', notify: false, has_viber: false, has_whatsapp: false }] });
    expect(books.sandbox.requests('POST /v2/contacts/people')[0]?.body).toContain('"notify":false');
  });

  test('R19 an address that the order’s customer has comes along', async () => {
    await ensureFor({ ...anna, address: { lines: ['ul. Przykładowa 1'], postcode: '00-001', city: 'Warszawa', country: 'PL' } });
    expect(books.truth().people[0]?.address).toBe('ul. Przykładowa 1, 00-001 Warszawa, PL');
  });

  test('R10 R18 a customer with nothing to recognise it by is refused before any call', async () => {
    await expect(ensureFor({ firstName: 'Anna', lastName: '', phoneAsWritten: 'none' })).rejects.toBeInstanceOf(BadDataError);
    expect(books.calls()).toEqual([]);
  });
});

describe('products', () => {
  test('R14 R17 a missing product is created with name, description, SKU, Code and the unit piece', async () => {
    await ensureProduct(cable.product);
    expect(books.products()).toMatchObject([{ title: 'Cable 1 m', description: 'A cable', sku: 'A-1', code: '501', uom_id: 1 }]);
  });

  test.each([
    ['sku', { title: 'Other', sku: ' A-1 ', code: 'x' }],
    ['code', { title: 'Other', sku: 'x', code: '501' }],
    ['name', { title: 'Cable 1 m ', sku: 'x', code: 'x' }],
  ] as const)('R14 compared by %s: equal after trimming means not duplicated, and it is left as it is', async (identifyProductsBy, product) => {
    const { products } = books.seed({ products: [product] });
    const before = books.products();
    const pair = { identifyProductsBy };
    expect((await ensureProduct(cable.product, { pair })).products).toEqual({ '11': String(products[0]) });
    expect(books.products()).toEqual(before);
    books.sandbox.clearRequests();
    await ensureProduct({ ...cable.product, sourceId: '999' }, { pair }); // by the index now
    expect(books.calls().filter((call) => call.includes('products'))).toEqual([]);
  });

  test('R14 a text search’s near hits are not taken', async () => {
    books.seed({ products: [{ title: 'Cable A-1 long', sku: 'A-10' }] });
    await ensureProduct(cable.product);
    expect(books.products()).toHaveLength(2);
  });

  test('R14 several hits: the lowest id, and a note', async () => {
    const { products } = books.seed({ products: [{ title: 'One', sku: 'A-1' }, { title: 'Two', sku: 'A-1' }] });
    await books.index();
    const parties = await ensureProduct(cable.product);
    expect([parties.products['11'], codes(parties.notes)]).toEqual([String(products[0]), ['several-products']]);
  });

  test('R14 an empty SKU equals nothing: the next key decides', async () => {
    const { products } = books.seed({ products: [{ title: 'No SKU', sku: '', code: '7' }, { title: 'Cable', sku: '', code: '501' }] });
    expect((await ensureProduct({ ...cable.product, sku: ' ' })).products['11']).toBe(String(products[1]));
  });

  test('R14 none of the three keys parks the order', async () => {
    const attempt = ensureProduct({ name: ' ' });
    await expect(attempt).rejects.toBeInstanceOf(PermanentError);
    await expect(attempt).rejects.toMatchObject({ reason: 'product-key-missing' });
    expect(books.products()).toEqual([]);
  });

  test('R14 lines of one product ask once', async () => {
    const parties = await ensure(orderOf({ lineItems: [cable, { ...cable, key: '13' }] }));
    expect(parties.products['11']).toBe(parties.products['13']);
    expect(books.products()).toHaveLength(1);
  });

  test('R14 creating switched off: all missing ones are named together, and nothing is created', async () => {
    const parties = await ensure(orderOf(), { settings: { productCreate: 'off' } });
    expect(parties.missing).toEqual(['Cable 1 m (SKU A-1)', 'Charger (SKU B-2)']);
    expect([books.products(), books.truth().categories]).toEqual([[], []]);
  });

  test('R14 creating refused as unknown goes off, is remembered, and all missing are named', async () => {
    books.act('set-switches', { productCreate: false });
    expect((await ensure(orderOf())).missing).toHaveLength(2);
    books.sandbox.clearRequests();
    expect((await ensure(orderOf())).missing).toHaveLength(2);
    expect(books.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
    expect(await books.steps().checkTarget(at)).toContainEqual(expect.objectContaining({ what: 'creating products (R14)', state: 'not ok' }));
  });

  test('R14 the previous version’s call is used where the setting says so', async () => {
    await ensureProduct(cable.product, { settings: { productCreate: 'legacy' } });
    expect(books.products()).toMatchObject([{ title: 'Cable 1 m', sku: 'A-1' }]);
    expect(books.calls()).toContain('POST /products/');
  });

  test('R14 products made by hand afterwards let the order through', async () => {
    const settings = { productCreate: 'off' } as const;
    await ensure(orderOf(), { settings });
    const { products } = books.seed({ products: [{ title: 'Cable', sku: 'A-1' }, { title: 'Charger', sku: 'B-2' }] });
    expect(await ensure(orderOf(), { settings })).toMatchObject({ missing: [], products: { '11': String(products[0]), '12': String(products[1]) } });
  });
});

describe('categories', () => {
  test('R15 missing levels are created parents first, and known ones cost no call', async () => {
    await ensure(orderOf());
    const { categories } = books.truth();
    const [parts, cables] = categories;
    expect([parts, cables]).toMatchObject([{ title: 'Parts', parent_id: null }, { title: 'Cables', parent_id: parts?.id }]);
    expect(books.products().map((product) => product.category_id)).toEqual([cables?.id, parts?.id]);
    books.sandbox.clearRequests();
    await ensureProduct({ ...cable.product, sourceId: '503', sku: 'C-3' });
    expect(books.calls().filter((call) => call.includes('categories'))).toEqual([]);
  });

  test('R15 an existing category is used: by name under its parent, not by name alone', async () => {
    books.seed({ products: [{ title: 'Other', sku: 'x', category: 'Cables' }] });
    await ensureProduct(cable.product);
    expect(books.truth().categories.map((category) => category.title)).toEqual(['Cables', 'Parts', 'Cables']);
    await ensureProduct({ ...charger.product, category: ['Cables'] });
    expect(books.truth().categories).toHaveLength(3);
    expect(books.products().at(-1)?.category_id).toBe(books.truth().categories[0]?.id);
  });

  test('R15 N1 a category that another order is just making is waited for in place: what was looked up is not asked again', async () => {
    const [first, second] = [cable, charger].map(({ product, ...line }) => orderOf({ customer: anna, lineItems: [{ ...line, product: { ...product, category: ['Parts'] } }] }));
    if (first === undefined || second === undefined) throw new Error('two orders are needed');
    books.act('set-switches', { replyVariety: 'plain' }); // a reply without an id asks for one more look-up
    await ensureFor(anna);
    books.sandbox.fault({ on: 'POST /v2/catalog/products/categories', kind: 'hold' });
    const making = ensure(first);
    await books.sandbox.held(1);
    const turnedAway = new AbortController();
    const { keys } = books.ledger;
    const watched: Ledger = { ...books.ledger, keys: { ...keys, hold: async (wanted, holder, work) => keys.hold(wanted, holder, work).catch((error: unknown) => (turnedAway.abort(), Promise.reject(error))) } };
    const waiting = books.steps({ holder: 'run-2', ledger: watched }).ensureParties({ ...at, order: second });
    await Promise.race([once(turnedAway.signal, 'abort'), waiting]);
    books.sandbox.release();
    await Promise.all([making, waiting]);
    expect(books.sandbox.requests('GET /v2/catalog/products?*B-2*')).toHaveLength(1);
    expect(books.truth().categories).toHaveLength(1);
    expect(books.products().map((product) => product.category_id)).toEqual(books.products().map(() => books.truth().categories[0]?.id));
  });

  test('R15 creating refused goes off: the default category, and a note', async () => {
    books.act('set-switches', { categoryCreate: false });
    books.seed({ categories: 1 });
    const [fallback] = books.truth().categories;
    const parties = await ensureProduct(cable.product, { settings: { defaultCategory: fallback?.id } });
    expect(codes(parties.notes)).toEqual(['category-default']);
    expect(books.products()[0]?.category_id).toBe(fallback?.id);
  });

  test('R15 creating off by setting: an existing path is still used', async () => {
    await ensureProduct(cable.product);
    const settings = { categoryCreate: 'off' } as const;
    const parties = await ensureProduct({ ...cable.product, sourceId: '9', sku: 'Z-9' }, { settings });
    expect([parties.notes, books.products()[1]?.category_id]).toEqual([[], books.products()[0]?.category_id]);
  });
});

test('N17 digests of another company find nobody', async () => {
  await ensureFor(anna);
  const [own, other] = ['acme', 'other'].map((company) => books.ledger.crypto.digest(company, 'phone', anna.phone));
  expect(await books.ledger.index.find('books', 'phone', own ?? '')).toHaveLength(1);
  expect(await books.ledger.index.find('books', 'phone', other ?? '')).toHaveLength(0);
});
