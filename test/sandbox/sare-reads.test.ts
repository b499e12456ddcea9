/** Reads of contacts, statuses, traits and groups; pages without totals (contract sare 4, 4.2, 5). */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { errorsIn, rowsIn, startSare } from './sare-account.ts';
import type { TestAccount } from './sare-account.ts';

let account: TestAccount;
beforeEach(async () => {
  account = await startSare();
  await account.add([
    { email: 'Ola+vip@example.org', status: 8, groups: [12], name: 'Ola', gsm: '+48600100200', prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' } },
    { email: 'jan@example.org', status: 3, groups: [12, 13] },
    { email: 'ewa@example.org', status: 6, groups: [12] },
  ]);
});
afterEach(() => account.running.close());

const ola = { email: 'Ola+vip@example.org', status: 8, gsm: '+48600100200', name: 'Ola', groups: [12], prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' } };
const emailsOf = async (page: number) => rowsIn(await account.get(`/group/emails/13/${page}`)).map(({ email }) => email);
const asked = (...emails: string[]) => ({ emails: emails.map((email) => ({ email })) });

describe('one contact', () => {
  test('is read by its encoded address, whatever its case', async () => {
    expect(await account.get(`/email/by_email/${encodeURIComponent('ola+VIP@example.org')}`)).toMatchObject({ httpStatus: 200, code: 200, response: ola });
  });

  test('an unknown address is 404, a malformed one 400; a bare plus is a space', async () => {
    expect(await account.get('/email/by_email/nobody%40example.org')).toMatchObject({ httpStatus: 404, code: 404, status: expect.any(String) });
    expect(await account.get('/email/by_email/nobody')).toMatchObject({ httpStatus: 400, code: 400 });
    expect(await account.get('/email/by_email/%zz')).toMatchObject({ httpStatus: 400, code: 400 });
    expect(await account.get('/email/by_email/ola+vip@example.org')).toMatchObject({ httpStatus: 400 });
  });

  test('is read by the hash of salt and address, which the API never tells', async () => {
    const hash = (email: string): string => createHash('md5').update(account.sare.truth().account.salt + email).digest('hex');
    expect((await account.get(`/email/by_email_hash/${hash('ola+vip@example.org')}`)).response).toMatchObject(ola);
    expect((await account.get(`/email/status_hash/${hash('jan@example.org')}`)).response).toEqual({ status: 3 });
    expect(await account.get(`/email/by_email_hash/${createHash('md5').update('jan@example.org').digest('hex')}`)).toMatchObject({ httpStatus: 404 });
    await account.add({ email: 'new@example.org', status: 8 });
    expect((await account.get(`/email/status_hash/${hash('new@example.org')}`)).response).toEqual({ status: 8 });
  });

  test('a forgotten one is as if unknown, or shown with the panel’s word and no data', async () => {
    await account.act('forget', { email: ola.email });
    const read = () => account.get(`/email/by_email/${encodeURIComponent(ola.email)}`);
    expect(await read()).toMatchObject({ httpStatus: 404 });
    await account.act('switches', { forgotten: 'shown' });
    expect((await read()).response).toEqual({ email: ola.email, status: 'zapomniany RODO', gsm: '', name: '', groups: [], prop: {}, prop_cust: {} });
  });
});

describe('many contacts', () => {
  test('those who are known, each once, in the order of asking', async () => {
    const body = asked('JAN@example.org', 'nobody@example.org', 'jan@example.org', 'wrong', 'ola+vip@example.org');
    expect(rowsIn(await account.post('/email/status_by_email_list/0', body))).toEqual([{ email: 'jan@example.org', status: 3 }, { email: 'Ola+vip@example.org', status: 8 }]);
    expect(rowsIn(await account.post('/email/by_email_list/0', body))).toMatchObject([{ email: 'jan@example.org', name: '' }, ola]);
  });

  test('a status can be text, or now this and now that', async () => {
    const statuses = async () => rowsIn(await account.get('/group/emails/12/0')).map(({ status }) => typeof status);
    expect(await statuses()).toEqual(['number', 'number', 'number']);
    await account.act('switches', { statusForm: 'text' });
    expect(await statuses()).toEqual(['string', 'string', 'string']);
    await account.act('switches', { statusForm: 'mixed' });
    expect(new Set(await statuses())).toEqual(new Set(['number', 'string']));
  });

  test('lists can be bare or in data, all of them', async () => {
    const [bare, data] = [z.array(z.unknown()), z.object({ data: z.array(z.unknown()) })];
    await account.act('switches', { lists: 'array' });
    expect(bare.parse((await account.get('/group/emails/12/0')).response)).toHaveLength(3);
    await account.act('switches', { lists: 'data' });
    expect(data.parse((await account.get('/email/props')).response).data).toContainEqual({ name: 'city', type: 'text' });
  });
});

describe('pages', () => {
  const many = Array.from({ length: 5 }, (_, index) => `p${index}@example.org`);
  beforeEach(async () => {
    await account.act('switches', { pageSize: 2 });
    await account.add(many.map((email) => ({ email, status: 8, groups: [13] })));
  });

  test('count from zero and have no totals', async () => {
    expect([await emailsOf(0), await emailsOf(1), await emailsOf(2)]).toEqual([['jan@example.org', many[0]], [many[1], many[2]], [many[3], many[4]]]);
    const body = asked(...many);
    expect(rowsIn(await account.post('/email/status_by_email_list/2', body))).toEqual([{ email: many[4], status: 8 }]);
    expect((await account.post('/email/by_email_list/0', body)).response).toEqual({ data: [expect.any(Object), expect.any(Object)] });
  });

  test('beyond the end there is an empty page', async () => {
    expect(await emailsOf(3)).toEqual([]);
  });

  test('… or the last page again', async () => {
    await account.act('switches', { beyondTheEnd: 'repeats-last' });
    expect(await emailsOf(7)).toEqual([many[3], many[4]]);
  });

  test('… or a 404, but never for page 0', async () => {
    await account.act('switches', { beyondTheEnd: '404' });
    expect(await account.get('/group/emails/13/3')).toMatchObject({ httpStatus: 404, code: 404 });
    expect(rowsIn(await account.get('/group/emails/305/0'))).toEqual([]);
  });
});

describe('traits and groups', () => {
  test('definitions of the custom traits', async () => {
    await account.act('add-prop', { name: 'shoe' });
    expect((await account.get('/email/props')).response).toEqual(['city', 'country', 'birthday', 'language', 'tags', 'regular_customer', 'shoe'].map((name) => ({ name, type: 'text' })));
  });

  test('one group, free numbers, an unknown group', async () => {
    expect((await account.get('/group/get/305')).response).toEqual({ id: 305, name: 'Archiwum' });
    expect(await account.get('/group/get/999')).toMatchObject({ httpStatus: 404, code: 404 });
    expect(await account.get('/group/emails/999/0')).toMatchObject({ httpStatus: 404 });
    const free = z.array(z.number()).parse((await account.get('/group/free')).response);
    expect([free.includes(11), free.includes(12), free.includes(305)]).toEqual([true, false, false]);
  });

  test('groups are made, renamed, emptied and dropped', async () => {
    expect(errorsIn(await account.post('/group/add', { groups: [{ id: 400, name: 'Nowa' }, { id: 12, name: 'Druga' }, { name: 'Wolna' }] }))).toMatchObject([{ id: 12 }]);
    await account.post('/group/edit', { groups: [{ id: 400, name: 'Nowsza' }] });
    expect((await account.get('/group/list')).response).toContainEqual({ id: 400, name: 'Nowsza' });
    expect((await account.get('/group/get/1')).response).toEqual({ id: 1, name: 'Wolna' });
    await account.post('/group/clear/13');
    await account.post('/group/remove/12');
    expect(account.contact('jan@example.org').groups).toEqual([]);
    expect(await account.get('/group/emails/12/0')).toMatchObject({ httpStatus: 404 });
    expect(account.sare.truth().contacts).toHaveLength(3);
  });

  test('contacts join and leave groups by address', async () => {
    const body = { emails: ['EWA@example.org', 'nobody@example.org'], groups: [13, 305] };
    expect(errorsIn(await account.post('/group/add_emails', body))).toMatchObject([{ email: 'nobody@example.org', why: expect.any(String) }]);
    expect(account.contact('ewa@example.org')).toMatchObject({ groups: [12, 13, 305], status: 6 });
    await account.post('/group/remove_emails', { emails: ['ewa@example.org'], groups: [12, 13] });
    expect(account.contact('ewa@example.org')).toMatchObject({ groups: [305], status: 6 });
    expect(await account.post('/group/add_emails', { emails: ['ewa@example.org'], groups: [999] })).toMatchObject({ httpStatus: 404 });
    expect(await account.post('/group/add_emails', { emails: [], groups: [12] })).toMatchObject({ httpStatus: 400 });
    await account.act('block', { email: 'ewa@example.org' });
    expect(errorsIn(await account.post('/group/add_emails', { emails: ['ewa@example.org'], groups: [12] }))).toHaveLength(1);
  });
});
