/** Customers, addresses, subscribers, settings: what is read, what may be written, what is refused (contract shoper 4, 7, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { error, filters, seen, startShoper } from './shoper-shop.ts';
import type { TestShop } from './shoper-shop.ts';

let shop: TestShop;
beforeEach(async () => {
  shop = await startShoper();
});
afterEach(() => shop.running.close());

const created = async (path: string, body: unknown): Promise<number> => Number((await shop.call('POST', path, body)).text);
const put = async (path: string, body: unknown) => seen(await shop.call('PUT', path, body));

describe('/users', () => {
  test('POST answers the bare id; the row has text for scalars, zero dates, lists for groups, fields and tags', async () => {
    const answer = await shop.call('POST', '/users', { email: 'ola@example.org', firstname: 'Ola', discount: 5, active: true, additional_fields: { 7: true, 3: 'Reks' }, tags: 'vip', group_id: 3 });
    expect([answer.status, answer.text]).toEqual([200, '1']);
    const field = { locate: '7', req: '0', active: '1', order: '3' };
    expect(await shop.row('/users/1')).toEqual({
      user_id: '1',
      login: '',
      date_add: '2026-09-01 12:00:00',
      lastvisit: '0000-00-00 00:00:00',
      verify_email: '0',
      origin: '0',
      registered: '1',
      groups: [3],
      group_id: '3',
      additional_fields: [
        { field_id: '3', type: '1', locate: '3', req: '0', active: '1', order: '1', field_value: 'Reks', value: 'Reks' },
        { field_id: '7', type: '2', ...field, field_value: '1', value: '1' },
      ],
      tags: ['vip'],
      firstname: 'Ola',
      lastname: '',
      email: 'ola@example.org',
      discount: '5.00',
      newsletter: '0',
      active: '1',
      lang_id: '1',
      comment: '',
    });
  });

  test('only the address is required; without groups and fields their lists are empty and group_id is null', async () => {
    await created('/users', { email: 'ola@example.org' });
    expect(await shop.row('/users/1')).toMatchObject({ groups: [], group_id: null, additional_fields: [], tags: [] });
    expect(seen(await shop.call('POST', '/users', { firstname: 'Ola' }))).toEqual([400, error('invalid_request')]);
  });

  test('PUT is partial and answers 1', async () => {
    await created('/users', { email: 'ola@example.org', firstname: 'Ola', lastname: 'Zimna', additional_fields: { 1: '1', 7: '1' }, tags: 'vip' });
    expect(await put('/users/1', { lastname: 'Letnia', additional_fields: { 7: '0' }, tags: 'a, b' })).toEqual([200, 1]);
    expect(await shop.row('/users/1')).toMatchObject({ firstname: 'Ola', lastname: 'Letnia', additional_fields: [{ field_id: '1', value: '1' }, { field_id: '7', value: '0' }], tags: ['a', 'b'] });
    expect(await put('/users/1', {})).toEqual([200, 1]);
    expect(await put('/users/2', {})).toEqual([404, error('invalid_request')]);
  });

  test('newsletter is passed over on write, unless the shop accepts it', async () => {
    await shop.act('create-customer', { email: 'ola@example.org', newsletter: true });
    expect(await put('/users/1', { newsletter: false })).toEqual([200, 1]);
    expect(await shop.row('/users/1')).toMatchObject({ newsletter: '1' });
    await shop.act('switches', { newsletterWrites: 'accepted' });
    expect(await put('/users/1', { newsletter: false })).toEqual([200, 1]);
    expect(await shop.row('/users/1')).toMatchObject({ newsletter: '0' });
    expect(await put('/users/1', { newsletter: 'no' })).toEqual([400, error('invalid_request')]);
  });

  test('read-only and undocumented fields are passed over', async () => {
    await created('/users', { email: 'ola@example.org' });
    expect(await put('/users/1', { user_id: 7, registered: false, date_add: '2020-01-01', lang_id: 2, origin: 3 })).toEqual([200, 1]);
    expect(await shop.row('/users/1')).toMatchObject({ user_id: '1', registered: '1', date_add: '2026-09-01 12:00:00', lang_id: '1', origin: '0' });
  });

  test('a second customer with the address is refused, in any case of letters; its own address may be sent again', async () => {
    await created('/users', { email: 'ola@example.org' });
    await created('/users', { email: 'jan@example.org' });
    const taken = [400, { error: 'invalid_request', error_description: 'email: The given value already exists' }];
    expect(seen(await shop.call('POST', '/users', { email: 'OLA@example.org' }, { 'accept-language': 'en_US' }))).toEqual(taken);
    expect(seen(await shop.call('PUT', '/users/2', { email: 'ola@example.org' }, { 'accept-language': 'en_US' }))).toEqual(taken);
    expect(await put('/users/1', { email: 'Ola@example.org' })).toEqual([200, 1]);
    await shop.act('switches', { emailCase: 'exact' });
    expect(await created('/users', { email: 'ola@example.org' })).toBe(3);
  });

  test.each([[{ email: 'nobody' }], [{ password: 'too-short' }], [{ active: 'yes' }], [{ discount: 'much' }], [{ additional_fields: { 99: '1' } }], [{ additional_fields: { 7: 'perhaps' } }], [{ additional_fields: [{ field_id: 7, value: 1 }] }], [[1]]])('%j is refused', async (body) => {
    await created('/users', { email: 'ola@example.org' });
    expect(await put('/users/1', body)).toEqual([400, error('invalid_request')]);
  });

  test('the first DELETE answers 1, the second 404; addresses go along', async () => {
    const id = await created('/users', { email: 'ola@example.org' });
    await created('/user-addresses', { user_id: id, city: 'Opole' });
    expect(seen(await shop.call('DELETE', `/users/${id}`))).toEqual([200, 1]);
    expect(seen(await shop.call('DELETE', `/users/${id}`))).toEqual([404, error('invalid_request')]);
    expect((await shop.call('GET', `/users/${id}`)).status).toBe(404);
    expect(await shop.list('/user-addresses')).toEqual([]);
  });

  test('texts are escaped as PHP does it', async () => {
    await created('/users', { email: 'ola@example.org', firstname: 'Żaneta', comment: 'a/b' });
    const { text } = await shop.call('GET', '/users/1');
    expect(text).toContain(String.raw`"firstname":"\u017baneta"`);
    expect(text).toContain(String.raw`"comment":"a\/b"`);
  });

  test('a row that somebody edits answers 409 to writes until it is let go', async () => {
    await created('/users', { email: 'ola@example.org' });
    await shop.act('lock', { resource: 'users', id: 1 });
    expect([(await put('/users/1', {}))[0], (await shop.call('DELETE', '/users/1')).status, (await shop.call('GET', '/users/1')).status]).toEqual([409, 409, 200]);
    await shop.act('unlock', { resource: 'users', id: 1 });
    expect(await put('/users/1', {})).toEqual([200, 1]);
  });
});

describe('/user-addresses', () => {
  const keys = ['address_book_id', 'user_id', 'address_name', 'company_name', 'pesel', 'firstname', 'lastname', 'street_1', 'street_2', 'city', 'zip_code', 'state', 'country', 'country_code', 'default', 'shipping_default', 'phone', 'sortkey', 'tax_identification_number'];

  test('a customer has one default address; the others are found by the customer’s id', async () => {
    const [ola, jan] = [await created('/users', { email: 'ola@example.org' }), await created('/users', { email: 'jan@example.org' })];
    const first = await created('/user-addresses', { user_id: ola, city: 'Opole', phone: '601202303', default: true });
    await created('/user-addresses', { user_id: jan, city: 'Radom', default: true });
    const second = await created('/user-addresses', { user_id: ola, city: 'Toruń', default: true });
    const rows = await shop.list(`/user-addresses?${filters({ user_id: ola })}`);
    expect(rows).toMatchObject([{ address_book_id: String(first), default: '0', phone: '601202303' }, { address_book_id: String(second), default: '1', city: 'Toruń' }]);
    expect(Object.keys(rows[0] ?? {}).toSorted()).toEqual(keys.toSorted());
    expect(await put(`/user-addresses/${first}`, { phone: '+48 601 202 303' })).toEqual([200, 1]);
    expect(await shop.row(`/user-addresses/${first}`)).toMatchObject({ phone: '+48 601 202 303', city: 'Opole' });
    expect([seen(await shop.call('DELETE', `/user-addresses/${first}`)), (await shop.call('DELETE', `/user-addresses/${first}`)).status]).toEqual([[200, 1], 404]);
    expect((await shop.call('POST', '/user-addresses', { user_id: 99 })).status).toBe(400);
  });
});

describe('/subscribers', () => {
  test('POST answers the bare id; the row has dateadd in one word and no name', async () => {
    const answer = await shop.call('POST', '/subscribers', { email: 'jan@example.org' });
    expect([answer.status, answer.text]).toEqual([200, '1']);
    expect(await shop.row('/subscribers/1')).toEqual({ subscriber_id: '1', email: 'jan@example.org', active: '1', lang_id: '1', groups: [1], dateadd: '2026-09-01 12:00:00' });
    expect(await created('/subscribers', { email: 'ewa@example.org', active: false, lang_id: 2, groups: [1, 2] })).toBe(2);
    expect(await shop.row('/subscribers/2')).toMatchObject({ active: '0', lang_id: '2', groups: [1, 2] });
  });

  test('an opt-out keeps the row; a DELETE removes it once', async () => {
    await created('/subscribers', { email: 'jan@example.org' });
    expect(await put('/subscribers/1', { active: false })).toEqual([200, 1]);
    expect(await shop.row('/subscribers/1')).toMatchObject({ active: '0', email: 'jan@example.org' });
    expect([seen(await shop.call('DELETE', '/subscribers/1')), (await shop.call('DELETE', '/subscribers/1')).status]).toEqual([[200, 1], 404]);
  });

  test('the same address twice is refused, unless the shop takes it; unknown groups and languages are refused', async () => {
    await created('/subscribers', { email: 'jan@example.org' });
    expect((await shop.call('POST', '/subscribers', { email: 'Jan@example.org' })).status).toBe(400);
    await shop.act('switches', { subscriberDuplicates: 'allowed' });
    expect(await created('/subscribers', { email: 'jan@example.org' })).toBe(2);
    expect([(await put('/subscribers/1', { groups: [9] }))[0], (await put('/subscribers/1', { lang_id: 9 }))[0], (await put('/subscribers/1', { groups: 1 }))[0]]).toEqual([400, 400, 400]);
  });

  test('409 while somebody edits the row', async () => {
    await created('/subscribers', { email: 'jan@example.org' });
    await shop.act('lock', { resource: 'subscribers', id: 1 });
    expect((await put('/subscribers/1', { active: false }))[0]).toBe(409);
    await shop.act('unlock');
    expect(await put('/subscribers/1', { active: false })).toEqual([200, 1]);
  });
});

test('settings: groups, additional fields with their translations, languages, configuration, version', async () => {
  expect(await shop.list('/subscriber-groups')).toEqual([{ group_id: '1', name: 'Wszyscy', auto_add: '1' }, { group_id: '2', name: 'Nowości', auto_add: '0' }]);
  expect(await shop.row('/additional-fields/7')).toMatchObject({ field_id: '7', type: '2', locate: '7', req: '0', active: '1', checked: '0', translations: { pl_PL: { name: 'Zgoda na newsletter' } } });
  expect(await shop.row('/additional-fields/4')).toMatchObject({ type: '3', translations: { pl_PL: { options: [{ option_id: '1', value: 'Znajomi' }, { option_id: '2', value: 'Reklama' }] } } });
  expect(await shop.list('/languages')).toMatchObject([{ lang_id: '1', locale: 'pl_PL' }, { lang_id: '2', locale: 'en_US' }, { lang_id: '3', locale: 'de_DE' }]);
  expect(await shop.row('/application-config')).toMatchObject({ shop_url: 'https://sklep100001.example.test', license_id: expect.any(String), shop_email: expect.any(String), registration_confirm: '1' });
  await shop.act('switches', { registrationConfirm: false });
  expect(await shop.row('/application-config')).toMatchObject({ registration_confirm: '' });
  expect(await shop.row('/application-version')).toEqual({ version: expect.stringMatching(/^5\.26\./) });
});
