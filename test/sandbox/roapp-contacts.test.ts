/** RO App sandbox: people and organisations (contract roapp 4.4, 6, 7, 9, 12). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { idOf, idsIn, newOrder, startRoapp, type RoappTest } from './roapp-setup.ts';

let shop: RoappTest;
beforeEach(async () => void (shop = await startRoapp()));
afterEach(() => shop.running.close());

const people = async (query: string): Promise<number[]> => idsIn(await shop.get(`/v2/contacts/people?${query}`));
const query = (phone: string): string => `phones=${encodeURIComponent(phone)}&sort=id`;
const seeded = (...persons: { firstName: string; phones?: string[]; email?: string }[]): number[] => shop.roapp.seed({ people: persons }).people;

describe('creating', () => {
  test('first name is enough; missing text is "", empty maps are []', async () => {
    const id = idOf(await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' }));
    expect(await shop.get(`/v2/contacts/people/${id}`)).toMatchObject({ id, first_name: 'Anna', last_name: '', email: '', phones: [], address: '', notes: '', custom_fields: [], created_at: '2026-09-01T10:00:00Z' });
  });

  test('repeating a create makes a second person with the same phone', async () => {
    const body = { first_name: 'Anna', phones: [{ phone: '+48600700800', notify: false }] };
    await shop.call('POST', '/v2/contacts/people', body);
    await shop.call('POST', '/v2/contacts/people', body);
    expect(shop.truth().people).toHaveLength(2);
  });

  test('N15 a phone without notify: false would get messages', async () => {
    await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna', phones: [{ phone: '+48600700800' }, { phone: '+48600700801', notify: false }] });
    expect(shop.truth().people[0]?.phones.map(({ notify }) => notify)).toEqual([true, false]);
  });

  test.each([
    ['no first name', { first_name: undefined }],
    ['an empty first name', { first_name: '' }],
    ['a phone as text', { phones: ['+48600700800'] }],
    ['a phone with spaces', { phones: [{ phone: '+48 600 700 800' }] }],
    ['a national phone', { phones: [{ phone: '600700800' }] }],
    ['an unknown custom field', { custom_fields: { f1: 'x' } }],
    ['an unknown manager', { manager_id: 999 }],
  ])('%s is 400', async (_what, more) => {
    expect((await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna', ...more })).status).toBe(400);
    expect(shop.truth().people).toEqual([]);
  });

  test('a required custom field must be given', async () => {
    shop.roapp.seed({ personFields: [{ id: 6601, title: 'Source', required: true }] });
    expect((await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' })).status).toBe(400);
    expect((await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna', custom_fields: { f6601: '' } })).status).toBe(201);
  });

  test('the reply is 200 or 201 and always has the id', async () => {
    shop.act('set-switches', { replyVariety: 'seeded' });
    const statuses = new Set<number>();
    for (let n = 0; n < 30; n += 1) {
      const answer = await shop.call('POST', '/v2/contacts/people', { first_name: 'Anna' });
      statuses.add(answer.status);
      expect(answer.text).toContain('"id":');
    }
    expect(statuses).toEqual(new Set([200, 201]));
  });

  test('organisations follow the same pattern with a name, and are not among people', async () => {
    expect((await shop.call('POST', '/v2/contacts/organizations', { first_name: 'Anna' })).status).toBe(400);
    const id = idOf(await shop.call('POST', '/v2/contacts/organizations', { name: 'Example Ltd', tax_identification_number: '1234563218' }));
    expect(await shop.get(`/v2/contacts/organizations/${id}`)).toMatchObject({ name: 'Example Ltd', tax_identification_number: '1234563218' });
    expect((await shop.call('GET', `/v2/contacts/people/${id}`)).status).toBe(404);
    expect(await people('')).toEqual([]);
  });
});

describe('reading', () => {
  test('phones are texts for some people and objects for others, the same at every read', async () => {
    shop.act('set-switches', { replyVariety: 'seeded' });
    const [first, second] = seeded({ firstName: 'A', phones: ['600700800'] }, { firstName: 'B', phones: ['600700801'] });
    expect(await shop.get(`/v2/contacts/people/${first}`)).toMatchObject({ phones: ['600700800'] });
    expect(await shop.get(`/v2/contacts/people/${second}`)).toMatchObject({ phones: [{ phone: '600700801', notify: false }] });
  });

  test('who is not there is 404 with an empty text', async () => {
    const answer = await shop.call('GET', '/v2/contacts/people/1');
    expect(answer).toMatchObject({ status: 404, text: '' });
    expect(answer.headers.get('content-type')).toContain('text/plain');
  });

  test('changed since, sorted by change', async () => {
    const [first = 0, second = 0] = seeded({ firstName: 'A' }, { firstName: 'B' });
    shop.running.clock.advance(60_000);
    await shop.call('PATCH', `/v2/contacts/people/${first}`, { notes: 'x' });
    expect(await people('sort=modified_at')).toEqual([second, first]);
    expect(await people('modified_at=2026-09-01T10:01:00Z')).toEqual([first]);
    expect(await people('created_at=2026-09-01T10:00:30Z')).toEqual([]);
  });

  test('names finds a part of the name; sort=name sorts by it', async () => {
    const [ewa = 0, anna = 0] = seeded({ firstName: 'Ewa' }, { firstName: 'Anna' });
    expect(await people('names=nn')).toEqual([anna]);
    expect(await people('sort=name')).toEqual([anna, ewa]);
    expect(await people('sort=-name')).toEqual([ewa, anna]);
  });

  test('emails is not documented: ignored, unless switched on', async () => {
    const [first = 0, second = 0] = seeded({ firstName: 'A', email: 'a@example.com' }, { firstName: 'B', email: 'b@example.com' });
    expect(await people('emails=a@example.com&sort=id')).toEqual([first, second]);
    shop.act('set-switches', { honourEmailsFilter: true });
    expect(await people('emails=A@example.com')).toEqual([first]);
  });
});

describe('R18 the phone filter is unreliable', () => {
  const phones = [['+48 600 700 800'], ['600700800'], ['600-700-800'], ['+48511222333']];

  test.each([
    ['digits', '600700800', [1, 2]],
    ['digits', '+48600700800', [0]],
    ['digits', '48600700800', [0]],
    ['exact', '600700800', [1]],
    ['exact', '+48600700800', []],
    ['exact', '600-700-800', [2]],
    ['suffix', '+48600700800', [0, 1, 2]],
    ['unrelated', '600-700-800', [0, 1, 2, 3]],
    ['ignored', '600700800', [0, 1, 2, 3]],
  ])('%s: %s finds people %j', async (phoneFilter, phone, expected) => {
    shop.act('set-switches', { phoneFilter });
    const ids = seeded(...phones.map((own, index) => ({ firstName: `P${index}`, phones: own })));
    expect(await people(query(phone))).toEqual(expected.map((index) => ids[index]));
  });

  test('a phone that was changed is no longer found', async () => {
    const [id = 0] = seeded({ firstName: 'A', phones: ['600700800'] });
    shop.act('edit-person', { id, phone: '511 222 333' });
    expect(await people(query('600700800'))).toEqual([]);
    expect(await people(query('511222333'))).toEqual([id]);
  });
});

describe('merged and deleted people', () => {
  test.each(['by staff', 'over the API'])('merged %s: orders and phones go over, the old id is 404', async (how) => {
    const [keep = 0, remove = 0] = seeded({ firstName: 'Keep', phones: ['600700800'] }, { firstName: 'Go', phones: ['511222333'], email: 'go@example.com' });
    const order = idOf(await shop.call('POST', '/v2/orders', newOrder(remove)));
    if (how === 'by staff') shop.act('merge-people', { keep, remove });
    else await shop.call('POST', `/v2/contacts/people/${keep}/merge`, { ids: [remove] });
    expect((await shop.call('GET', `/v2/contacts/people/${remove}`)).status).toBe(404);
    expect(await shop.get(`/v2/orders/${order}`)).toMatchObject({ client: { id: keep, phone: ['600700800', '511222333'], email: 'go@example.com' } });
    expect(idsIn(await shop.get(`/v2/orders?clients_ids=${remove}`))).toEqual([]);
    expect(idsIn(await shop.get(`/v2/orders?clients_ids=${keep}`))).toEqual([order]);
    expect(shop.truth().gone.contacts).toEqual([{ id: remove, merged_into: keep }]);
  });

  test('deleted: gone from lists and for new orders', async () => {
    const [id = 0] = seeded({ firstName: 'A', phones: ['600700800'] });
    expect([200, 204]).toContain((await shop.call('DELETE', `/v2/contacts/people/${id}`)).status);
    expect(await people('phones=600700800')).toEqual([]);
    expect((await shop.call('POST', '/v2/orders', newOrder(id))).status).toBe(400);
    expect((await shop.call('DELETE', `/v2/contacts/people/${id}`)).status).toBe(404);
  });

  test('a comment can be left at a person', async () => {
    const [id = 0] = seeded({ firstName: 'A' });
    await shop.call('POST', `/v2/contacts/people/${id}/comments`, { comment: 'called' });
    expect(shop.truth().people[0]?.comments).toMatchObject([{ text: 'called', is_private: false }]);
  });
});
