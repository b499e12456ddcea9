/** RO App sandbox: orders, lines, statuses, comments, write-off (contract roapp 4.2, 4.3, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { idOf, idsIn, newItem, newOrder, start, startRoapp, type RoappTest } from './roapp-setup.ts';

let shop: RoappTest;
beforeEach(async () => void (shop = await startRoapp()));
afterEach(() => shop.running.close());

const order = async (id: number): Promise<unknown> => shop.get(`/v2/orders/${id}`);

describe('creating and changing', () => {
  test('RO App numbers the order, stamps it by its own clock and sets the type’s initial status', async () => {
    const { person } = await shop.prepare();
    const id = idOf(await shop.call('POST', '/v2/orders', newOrder(person, { manager_notes: 'shop 1045', custom_fields: { f5501: 'shop:1045' }, number: 'X1', status_id: 104, created_at: '2020-01-01T00:00:00Z', items: [newItem(1)] })));
    expect(await order(id)).toMatchObject({
      number: 'B1002',
      status: { id: 101, name: 'Nowe' },
      created_at: '2026-09-01T10:00:00Z',
      modified_at: '2026-09-01T10:00:00Z',
      created_by_id: 31,
      branch_id: 1201,
      order_type: { id: 77 },
      client: { id: person, is_organization: false, first_name: 'Anna', phone: [], custom_fields: [] },
      manager_notes: 'shop 1045',
      engineer_notes: '',
      estimated_price: '0.00',
      total: '0.00',
      payed: '0.00',
      discount_sum: 0,
      custom_fields: { f5501: 'shop:1045' },
      is_deduction_required: false,
      closed_at: null,
      due_date: null,
    });
    expect(await shop.get(`/v2/orders/${id}/items`)).toEqual([]);
  });

  test('repeating a create makes a second order', async () => {
    const { person } = await shop.prepare();
    const body = newOrder(person, { custom_fields: { f5501: 'shop:1' } });
    await shop.call('POST', '/v2/orders', body);
    await shop.call('POST', '/v2/orders', body);
    expect(shop.truth().orders.filter(({ custom_fields: fields }) => fields['f5501'] === 'shop:1')).toHaveLength(2);
  });

  test.each([
    ['without client', { client_id: undefined }],
    ['ids as text', { branch_id: '1201' }],
    ['an unknown type', { order_type_id: 1 }],
    ['an unknown location', { branch_id: 1 }],
    ['an unknown employee', { manager_id: 999 }],
    ['an unknown custom field', { custom_fields: { f1: 'x' } }],
    ['a custom field of another type', { custom_fields: { f5501: 5 } }],
    ['money as a number', { estimated_price: 5 }],
    ['a date with milliseconds', { due_date: '2026-09-01T10:00:00.000Z' }],
    ['a date without zone', { scheduled_for: '2026-09-01T10:00:00' }],
  ])('%s is 400, and no order is made', async (_what, more) => {
    const { person } = await shop.prepare();
    expect((await shop.call('POST', '/v2/orders', newOrder(person, more))).status).toBe(400);
    expect(shop.truth().orders).toHaveLength(1);
  });

  test('a required custom field is enforced, an empty text is enough', async () => {
    shop.roapp.seed({ orderFields: [{ id: 5501, title: 'External id', required: true }] });
    const person = idOf(await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' }));
    expect((await shop.call('POST', '/v2/orders', newOrder(person))).status).toBe(400);
    expect((await shop.call('POST', '/v2/orders', newOrder(person, { custom_fields: { f5501: '' } }))).status).toBe(200);
  });

  test('a change touches only what it names, and modified_at', async () => {
    const { order: id } = await shop.prepare();
    await shop.call('PATCH', `/v2/orders/${id}`, { manager_notes: 'first', urgent: true, estimated_price: '12.5', due_date: '2026-09-03T08:00:00Z' });
    shop.running.clock.advance(60_500);
    await shop.call('PATCH', `/v2/orders/${id}`, { custom_fields: { f5501: 'm' }, due_date: null });
    expect(await order(id)).toMatchObject({ manager_notes: 'first', urgent: true, estimated_price: '12.50', due_date: null, custom_fields: { f5501: 'm' }, modified_at: '2026-09-01T10:01:00Z' });
  });

  test('an organisation may be the client', async () => {
    const id = idOf(await shop.call('POST', '/v2/contacts/organizations', { name: 'Example Ltd' }));
    const made = idOf(await shop.call('POST', '/v2/orders', newOrder(id)));
    expect(await order(made)).toMatchObject({ client: { id, is_organization: true, name: 'Example Ltd' } });
  });

  test('a client that staff merged away is 400 which says nothing; by a switch it names the field', async () => {
    const { person } = await shop.prepare();
    const keep = idOf(await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' }));
    shop.act('merge-people', { keep, remove: person });
    expect(await shop.call('POST', '/v2/orders', newOrder(person))).toMatchObject({ status: 400, text: '{}' });
    shop.act('set-switches', { goneReference: 'named' });
    expect((await shop.call('POST', '/v2/orders', newOrder(person))).text).toContain('client_id');
  });
});

describe('finding', () => {
  test('numbers filters integers while the number is a text', async () => {
    const { order: id, person } = await shop.prepare();
    await shop.call('POST', '/v2/orders', newOrder(person));
    expect(await shop.get('/v2/orders?numbers=1001')).toMatchObject({ data: [{ id, number: 'B1001' }] });
  });

  test('clients_ids, created_at, statuses, types, branches, managers narrow the list; both ends of a range belong to it', async () => {
    const { order: first, person } = await shop.prepare();
    shop.running.clock.advance(60_000);
    const other = idOf(await shop.call('POST', '/v2/contacts/people', { first_name: 'Piotr', last_name: 'Testowy', phones: [{ phone: '+48600700800', notify: false }] }));
    const second = idOf(await shop.call('POST', '/v2/orders', newOrder(other, { branch_id: 1202, order_type_id: 78, manager_id: 32 })));
    const found = async (query: string): Promise<number[]> => idsIn(await shop.get(`/v2/orders?${query}`));
    expect(await found(`clients_ids=${person}`)).toEqual([first]);
    expect(await found(`clients_ids=${person}&clients_ids=${other}&sort=-id`)).toEqual([second, first]);
    expect(await found('created_at=2026-09-01T10:00:30Z')).toEqual([second]);
    expect(await found('created_at=2026-09-01T10:00:00Z&created_at=2026-09-01T10:00:00Z')).toEqual([first]);
    expect(await found('statuses=102')).toEqual([second]);
    expect(await found('types=77')).toEqual([first]);
    expect(await found('branches=1202')).toEqual([second]);
    expect(await found('managers=32')).toEqual([second]);
    expect(await found('client_names=testowy')).toEqual([second]);
    expect(await found('client_phones=48600700800')).toEqual([second]);
    expect(await found('asset_uid=x')).toEqual([]);
  });

  test('scheduled_for and due_date are filters and sort orders of their own; orders without them are not found', async () => {
    const { person } = await shop.prepare();
    const make = async (more: object): Promise<number> => idOf(await shop.call('POST', '/v2/orders', newOrder(person, more)));
    const late = await make({ due_date: '2026-09-05T08:00:00Z', scheduled_for: '2026-09-02T08:00:00Z' });
    const early = await make({ due_date: '2026-09-03T08:00:00Z', scheduled_for: '2026-09-04T08:00:00Z' });
    const found = async (query: string): Promise<number[]> => idsIn(await shop.get(`/v2/orders?${query}`));
    expect(await found('due_date=2026-09-01T00:00:00Z&sort=due_date')).toEqual([early, late]);
    expect(await found('due_date=2026-09-04T00:00:00Z')).toEqual([late]);
    expect(await found('scheduled_for=2026-09-01T00:00:00Z&sort=-scheduled_for')).toEqual([early, late]);
    expect(await found('scheduled_for=2026-09-03T00:00:00Z')).toEqual([early]);
  });

  test('changed since: a line, a status or a note moves the order forward', async () => {
    const { order: first, person } = await shop.prepare();
    const second = idOf(await shop.call('POST', '/v2/orders', newOrder(person)));
    shop.running.clock.advance(3_600_000);
    await shop.call('POST', `/v2/orders/${first}/status`, { status_id: 102 });
    expect(idsIn(await shop.get('/v2/orders?sort=modified_at'))).toEqual([second, first]);
    expect(idsIn(await shop.get('/v2/orders?modified_at=2026-09-01T11:00:00Z&sort=modified_at'))).toEqual([first]);
  });
});

describe('lines', () => {
  test('a line added by the API is without deduction; decimal texts have their digits', async () => {
    const { order: id, product } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product, { comment: 'line 1', tax_ids: [5] }));
    expect(await shop.get(`/v2/orders/${id}/items`)).toMatchObject([
      {
        assignee_id: 31,
        quantity: '2.000',
        price: '81.00',
        cost: '0.00000',
        is_deduction_required: true,
        entity: { id: product, type: 'product', sku: 'A-1', code: '', title: 'Cable', uom: { id: 1, title: 'pcs' } },
        comment: 'line 1',
        write_offs: null,
        discount: { type: 'value', percentage: 0, amount: '0.00', sponsor: 'staff' },
        warranty: { period: 0, period_units: 'days' },
        taxes: [{ id: 5, name: 'VAT', rate: 23 }],
      },
    ]);
    expect(await order(id)).toMatchObject({ total: '162.00', is_deduction_required: true });
  });

  test('RO App computes the total, discounts included, without floats', async () => {
    const { order: id, product } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product, { quantity: '3', price: '0.10' }));
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product, { quantity: '0.5', price: '19.99', discount: { type: 'percentage', percentage: 10, amount: '0', sponsor: 'staff' } }));
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(7003, { quantity: '1', price: '-5.00', discount: { type: 'value', percentage: 0, amount: '0.30', sponsor: 'company' } }));
    // 0.30 + (10.00 - 1.00) - 5.00 - 0.30
    expect(await order(id)).toMatchObject({ total: '4.00', discount_sum: 1.3 });
  });

  test.each([
    ['10.005', '1', '10.01'],
    ['10.004', '1', '10.00'],
    ['-10.005', '1', '-10.01'],
    ['0.01', '0.5', '0.01'],
    ['0.01', '0.4999', '0.01'],
    ['0.01', '0.499', '0.00'],
  ])('a price of %s times %s makes %s: stored digits are rounded', async (price, quantity, total) => {
    const { order: id, product } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product, { price, quantity }));
    expect(await order(id)).toMatchObject({ total });
  });

  test.each([
    ['quantity as a number', { quantity: 2 }],
    ['price as a number', { price: 81 }],
    ['cost left out', { cost: undefined }],
    ['discount left out', { discount: undefined }],
    ['discount amount as a number', { discount: { type: 'value', percentage: 0, amount: 0, sponsor: 'staff' } }],
    ['warranty period as a number', { warranty: { period: 0, periodUnits: 'days' } }],
    ['warranty.period_units, the reply’s word', { warranty: { period: '0', period_units: 'days' } }],
    ['an unknown employee', { assignee_id: 999 }],
    ['no employee', { assignee_id: undefined }],
    ['a product that is not there', { entity_id: 999_999 }],
    ['an unknown tax', { tax_ids: [1] }],
    ['a negative quantity', { quantity: '-1' }],
    ['an exponent', { price: '1e3' }],
  ])('%s is 400, and no line is made', async (_what, more) => {
    const { order: id, product } = await shop.prepare();
    expect((await shop.call('POST', `/v2/orders/${id}/items`, newItem(product, more))).status).toBe(400);
    expect(shop.truth().orders[0]?.items).toEqual([]);
  });

  test('a line is changed, one at a time; quantity 0 is accepted unless switched off', async () => {
    const { order: id, product } = await shop.prepare();
    const item = idOf(await shop.call('POST', `/v2/orders/${id}/items`, newItem(product)));
    await shop.call('PATCH', `/v2/orders/${id}/items/${item}`, { quantity: '3', warranty: { period: '6', periodUnits: 'months' } });
    expect(await shop.get(`/v2/orders/${id}/items`)).toMatchObject([{ quantity: '3.000', price: '81.00', warranty: { period: 6, period_units: 'months' } }]);
    expect((await shop.call('PATCH', `/v2/orders/${id}/items/${item}`, { quantity: '0' })).status).toBe(200);
    shop.act('set-switches', { zeroQuantity: false });
    expect((await shop.call('PATCH', `/v2/orders/${id}/items/${item}`, { quantity: '0' })).status).toBe(400);
    expect((await shop.call('PATCH', `/v2/orders/${id}/items/1`, { quantity: '1' })).status).toBe(404);
  });

  test('without the right "may add products without deduction" a product is 403, a service is not', async () => {
    const { order: id, product } = await shop.prepare();
    shop.act('set-right', { granted: false });
    expect((await shop.call('POST', `/v2/orders/${id}/items`, newItem(product))).status).toBe(403);
    shop.act('set-switches', { missingRightStatus: 400 });
    expect((await shop.call('POST', `/v2/orders/${id}/items`, newItem(product))).status).toBe(400);
    expect((await shop.call('POST', `/v2/orders/${id}/items`, newItem(7001))).status).toBe(200);
  });

  test('a deleted product is refused for new lines, old lines still show it', async () => {
    const { order: id, product } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product));
    shop.act('delete-product', { id: product });
    expect(await shop.call('POST', `/v2/orders/${id}/items`, newItem(product))).toMatchObject({ status: 400, text: '{}' });
    expect(await shop.get(`/v2/orders/${id}/items`)).toMatchObject([{ entity: { id: product, title: 'Cable' } }]);
  });
});

describe('write-off', () => {
  test('R4 a written-off product carries write_offs with numbers, a service never does', async () => {
    const { order: id, product } = await shop.prepare();
    const item = idOf(await shop.call('POST', `/v2/orders/${id}/items`, newItem(product, { cost: '54' })));
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(7001));
    shop.act('write-off', { orderId: id });
    expect(await shop.get(`/v2/orders/${id}/items`)).toMatchObject([
      { is_deduction_required: false, write_offs: [{ cost: 54, quantity: 2, goodId: product, repairOrderProductId: item, sernum_id: null }] },
      { is_deduction_required: false, write_offs: null, entity: { type: 'service' } },
    ]);
    expect(await order(id)).toMatchObject({ is_deduction_required: false });
    shop.act('revert-write-off', { orderId: id });
    expect(await order(id)).toMatchObject({ is_deduction_required: true });
  });

  test('R4 one line of two may be written off', async () => {
    const { order: id, product } = await shop.prepare();
    const item = idOf(await shop.call('POST', `/v2/orders/${id}/items`, newItem(product)));
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product));
    shop.act('write-off', { orderId: id, itemId: item });
    expect(shop.truth().orders[0]?.items.map(({ write_offs: writeOffs }) => writeOffs !== null)).toEqual([true, false]);
    expect(await order(id)).toMatchObject({ is_deduction_required: true });
  });

  test('closing fails while goods are not deducted or the order is not paid; staff can close', async () => {
    const { order: id, product } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product));
    expect((await shop.call('POST', `/v2/orders/${id}/status`, { status_id: 106 })).status).toBe(400);
    shop.act('write-off', { orderId: id });
    expect((await shop.call('POST', `/v2/orders/${id}/status`, { status_id: 106 })).status).toBe(400);
    shop.act('close-order', { orderId: id });
    expect(await order(id)).toMatchObject({ status: { id: 106 }, payed: '162.00', closed_at: '2026-09-01T10:00:00Z', closed_by_id: 32 });
  });

  test('dropped off needs neither', async () => {
    const { order: id, product } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/items`, newItem(product));
    expect((await shop.call('POST', `/v2/orders/${id}/status`, { status_id: 107 })).status).toBe(200);
  });
});

describe('status and comments', () => {
  test('a status is set by id, with a comment in the feed; an unknown one is 400', async () => {
    const { order: id } = await shop.prepare();
    await shop.call('POST', `/v2/orders/${id}/status`, { status_id: 102, comment: 'paid online' });
    expect((await shop.call('POST', `/v2/orders/${id}/status`, { status_id: 1 })).status).toBe(400);
    expect(shop.truth().orders[0]).toMatchObject({ status: { id: 102, group: 2 }, comments: [{ text: 'paid online', by: 31 }] });
  });

  test('a comment is stored each time it is sent, and answered with nothing', async () => {
    const { order: id } = await shop.prepare();
    for (const text of ['a', 'a']) expect((await shop.call('POST', `/v2/orders/${id}/comments`, { comment: text, is_private: true })).text).toBe('');
    expect(shop.truth().orders[0]?.comments).toMatchObject([{ text: 'a', is_private: true, at: '2026-09-01T10:00:00Z' }, { text: 'a' }]);
    expect((await shop.call('POST', `/v2/orders/${id}/comments`, { comment: '' })).status).toBe(400);
  });

  test('a lost reply: the comment is in the feed all the same', async () => {
    const { order: id } = await shop.prepare();
    shop.running.fault({ on: 'POST /v2/orders/*/comments', kind: 'lost-reply' });
    await expect(shop.call('POST', `/v2/orders/${id}/comments`, { comment: 'a' })).rejects.toThrow();
    expect(shop.truth().orders[0]?.comments).toHaveLength(1);
  });
});

test('write replies come in all five forms, reads of one order bare or in data', async () => {
  shop.act('set-switches', { replyVariety: 'seeded' });
  const person = shop.roapp.seed({ people: [{ firstName: 'Anna' }] }).people[0] ?? 0;
  const forms = new Set<string>();
  for (let n = 0; n < 60; n += 1) forms.add(formOf(await shop.call('POST', '/v2/orders', newOrder(person))));
  expect([...forms].toSorted()).toEqual(['200 data', '200 empty', '200 id', '200 whole', '204 empty']);
  const reads = new Set<string>();
  for (let n = 0; n < 20; n += 1) reads.add(formOf(await shop.call('GET', '/v2/orders/4401')));
  expect([...reads].toSorted()).toEqual(['200 data', '200 whole']);
  expect(shop.truth().orders).toHaveLength(60);
});

const dataForm = z.strictObject({ data: z.looseObject({ id: z.number() }) });
const idForm = z.strictObject({ id: z.number() });
function formOf({ status, body }: { status: number; body: unknown }): string {
  if (body === undefined) return `${status} empty`;
  if (dataForm.safeParse(body).success) return `${status} data`;
  return `${status} ${idForm.safeParse(body).success ? 'id' : 'whole'}`;
}

test('what staff type by hand has their number, date and name, and no marker', () => {
  const made = z.object({ id: z.number() }).parse(shop.act('create-order-by-hand', { customer: { firstName: 'Ewa', phone: '600 700 800' }, total: '50.00', createdAt: '2026-08-01T08:00:00Z', number: 'B77' }));
  expect(shop.truth().orders).toMatchObject([{ id: made.id, number: 'B77', created_at: '2026-08-01T08:00:00Z', modified_at: '2026-08-01T08:00:00Z', total: '50.00', created_by_id: 32, custom_fields: {} }]);
  expect(shop.truth().people).toMatchObject([{ first_name: 'Ewa', phones: [{ phone: '600 700 800' }] }]);
});

test('a deleted order is 404 and vanishes from lists', async () => {
  const { order: id, person } = await shop.prepare();
  shop.act('delete-order', { orderId: id });
  expect((await shop.call('GET', `/v2/orders/${id}`)).status).toBe(404);
  expect(idsIn(await shop.get(`/v2/orders?clients_ids=${person}`))).toEqual([]);
  expect(shop.truth().gone.orders).toEqual([id]);
});

test('the clock of these tests stands still', () => {
  expect(shop.running.clock.now()).toBe(start);
});
