/** `email/add`, `email/edit`, `email/delete`: flags and their defaults, statuses, partial success (contract sare 4.1, 4.3, 4.4, 6, 7, 9). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { careful, errorsIn, startSare } from './sare-account.ts';
import type { Row, TestAccount } from './sare-account.ts';

let account: TestAccount;
beforeEach(async () => {
  account = await startSare();
});
afterEach(() => account.running.close());

const email = 'ola@example.org';
const ola = { email, status: 8, groups: [12], name: 'Ola', gsm: '+48600100200', prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' } };
const noFlags = {};

describe('a new address', () => {
  test('is stored as sent', async () => {
    const answer = await account.add({ ...ola, mail_type: ['HTML', 'text'], comment: 'shop import', interface: 1 });
    expect(answer).toMatchObject({ httpStatus: 200, code: 200, status: 'OK', response: { error: [] } });
    expect(account.contact(email)).toMatchObject({ status: 8, groups: [12], name: 'Ola', gsm: '+48600100200', prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' }, comment: 'shop import', mailTypes: ['HTML', 'text'], confirmationMails: 0 });
  });

  test('without a status is 6, unconfirmed', async () => {
    await account.add({ email });
    expect(account.contact(email).status).toBe(6);
  });

  test.each([2, 3, 4, 5, 6, 7, 8])('takes the status %i', async (status) => {
    await account.add({ email, status });
    expect(account.contact(email).status).toBe(status);
  });

  test('needs no address when there is a mobile number, which is then its key', async () => {
    await account.add({ gsm: '+48600100200', status: 8 });
    await account.add({ gsm: '+48600100200', name: 'Ola', status: 8 });
    expect(account.sare.truth().contacts).toMatchObject([{ email: '', gsm: '+48600100200', name: 'Ola' }]);
  });
});

describe('a known address', () => {
  beforeEach(() => account.add({ ...ola, groups: [12, 305] }));
  const change = { email, status: 6, groups: [13], name: 'Aleksandra', prop: { prop2: 'Polna' }, prop_cust: { city: 'Sopot' } };

  test('without flags MOVES: it leaves its groups; data and status stay', async () => {
    await account.add(change, noFlags);
    expect(account.contact(email)).toMatchObject({ groups: [13], name: 'Ola', status: 8, prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' } });
    expect(account.sare.truth().incidents).toMatchObject([{ email, kind: 'moved out of groups', what: '12, 305', by: 'api' }]);
  });

  test('without flags and without groups it leaves all', async () => {
    await account.add({ email }, noFlags);
    expect(account.contact(email).groups).toEqual([]);
  });

  test('only_add_to_groups keeps the present groups', async () => {
    await account.add(change, { only_add_to_groups: true });
    expect(account.contact(email)).toMatchObject({ groups: [12, 305, 13], name: 'Ola', status: 8 });
    expect(account.sare.truth().incidents).toEqual([]);
  });

  test('update_on_duplicate overwrites what is given, and nothing else', async () => {
    await account.add(change, { ...careful });
    expect(account.contact(email)).toMatchObject({ name: 'Aleksandra', gsm: '+48600100200', prop: { prop1: 'Zimna', prop2: 'Polna' }, prop_cust: { city: 'Sopot' }, status: 8 });
  });

  test('update_status_on_duplicate overwrites the status', async () => {
    await account.add(change, { ...careful, update_on_duplicate: false, update_status_on_duplicate: true });
    expect(account.contact(email)).toMatchObject({ status: 6, name: 'Ola' });
  });

  test('update_status_on_duplicate without a status overwrites it with 6', async () => {
    await account.add({ email }, { ...careful, update_status_on_duplicate: true });
    expect(account.contact(email).status).toBe(6);
  });

  test('update_status_on_duplicate re-subscribes one who left, and the truth names it', async () => {
    await account.act('unsubscribe', { email });
    await account.add({ email, status: 8 }, { ...careful, update_status_on_duplicate: true });
    expect(account.contact(email).status).toBe(8);
    expect(account.sare.truth().incidents).toMatchObject([{ email, kind: 're-subscribed', what: '3 → 8', by: 'api', request: expect.any(Number) }]);
  });

  test('the careful flags leave one who left as they are, traits and group filled in', async () => {
    await account.act('unsubscribe', { email });
    await account.add(change);
    expect(account.contact(email)).toMatchObject({ status: 3, name: 'Aleksandra', groups: [12, 305, 13] });
    expect(account.sare.truth().incidents).toEqual([]);
  });

  test('the opt-out write sets 2', async () => {
    await account.add({ email, status: 2 }, { ...careful, update_status_on_duplicate: true });
    expect(account.contact(email)).toMatchObject({ status: 2, groups: [12, 305], name: 'Ola' });
  });

  test('send_confirmation mails whoever it is', async () => {
    await account.add([{ email, status: 8 }, { email: 'jan@example.org', status: 6 }], { ...careful, send_confirmation: true });
    expect(account.contact(email).confirmationMails).toBe(1);
    expect(account.sare.truth().confirmationMails).toMatchObject([{ email }, { email: 'jan@example.org' }]);
  });

  test('is compared without case', async () => {
    await account.add({ ...change, email: 'OLA@Example.ORG' });
    expect(account.sare.truth().contacts).toMatchObject([{ email, name: 'Aleksandra' }]);
  });

  test('an empty text keeps the old value, or clears it where the account is so', async () => {
    const empty = { email, status: 8, name: '', prop: { prop1: '' }, prop_cust: { city: '' } };
    await account.add(empty);
    expect(account.contact(email)).toMatchObject({ name: 'Ola', prop: { prop1: 'Zimna' }, prop_cust: { city: 'Gdynia' } });
    await account.act('switches', { emptyTrait: 'clears' });
    await account.add(empty);
    expect(account.contact(email)).toMatchObject({ name: '', prop: {}, prop_cust: {} });
    expect(account.contact(email).prop_cust).not.toHaveProperty('city');
  });

  test('the same body again changes nothing', async () => {
    await account.add(change);
    const before = account.contact(email);
    await account.add(change);
    expect(account.contact(email)).toEqual(before);
  });
});

describe('partial success', () => {
  test.each([
    ['a malformed address', { email: 'ola@', status: 8 }],
    ['an address with a space', { email: 'ola kos@example.org', status: 8 }],
    ['an unknown group', { ...ola, groups: [12, 999] }],
    ['an unknown trait', { ...ola, prop_cust: { shoe: '38' } }],
    ['a tenth basic trait', { ...ola, prop: { prop10: 'x' } }],
    ['a trait that is no text', { ...ola, prop_cust: { city: 7 } }],
    ['a status out of range', { ...ola, status: 9 }],
    ['a status in text', { ...ola, status: '8' }],
    ['a number without +', { ...ola, gsm: '600100200' }],
    ['a number that is too short', { ...ola, gsm: '+4860010' }],
    ['neither address nor number', { status: 8 }],
  ] satisfies [string, Row][])('%s is rejected with a reason, and the others are stored', async (_what, wrong) => {
    const answer = await account.add([{ email: 'a@example.org' }, wrong, { email: 'b@example.org' }]);
    expect(answer).toMatchObject({ httpStatus: 200, code: 200 });
    expect(errorsIn(answer)).toEqual([{ email: 'email' in wrong ? wrong.email : '', why: expect.stringMatching(/./) }]);
    expect(account.sare.truth().contacts.map((one) => one.email)).toEqual(['a@example.org', 'b@example.org']);
  });

  test('a rejected item can come without its address, with it in the text; and no error list at all when nothing is wrong', async () => {
    await account.act('switches', { rejectedAddress: false });
    expect(errorsIn(await account.add({ email: 'ola@' }))).toEqual([{ why: 'Nieprawidłowy adres e-mail' }]);
    await account.act('switches', { whyNamesAddress: true, withoutErrors: 'left-out' });
    expect(errorsIn(await account.add({ email: 'ola@' }))).toEqual([{ why: 'Nieprawidłowy adres e-mail: ola@' }]);
    expect((await account.add(ola)).response).toEqual({});
  });

  test('a malformed address can refuse the whole request before anything is stored', async () => {
    await account.act('switches', { malformedAddress: 'request' });
    expect(await account.add([{ email: 'a@example.org' }, { email: 'ola@' }])).toMatchObject({ httpStatus: 400, code: 400 });
    expect(account.sare.truth().contacts).toEqual([]);
  });

  test('a blocked address is rejected by add and edit, whatever the flags', async () => {
    await account.add(ola);
    await account.act('block', { email });
    const all = { ...careful, update_status_on_duplicate: true };
    const answers = [await account.add({ ...ola, name: 'Other' }), await account.add({ email, status: 8 }, all), await account.post('/email/edit', { emails: [{ email, status: 8 }] })];
    expect(answers.map(errorsIn)).toEqual(answers.map(() => [{ email, why: 'Adres zablokowany' }]));
    expect(account.contact(email)).toMatchObject({ status: 7, name: 'Ola' });
  });

  test('a forgotten address is rejected for good, and its data are gone', async () => {
    await account.add(ola);
    await account.act('forget', { email });
    expect(errorsIn(await account.add(ola, { ...careful, update_status_on_duplicate: true }))).toMatchObject([{ email, why: expect.stringContaining('RODO') }]);
    expect(errorsIn(await account.post('/email/delete', { emails: [email] }))).toHaveLength(1);
    await expect(account.act('set-status', { email, status: 8 })).rejects.toThrow('forgotten for good');
    expect(account.contact(email)).toMatchObject({ status: 'forgotten', name: '', gsm: '', prop: {}, prop_cust: {}, groups: [] });
  });

  test('one address several times in a batch is done in order', async () => {
    const items = [{ email, status: 6, name: 'First' }, { email: 'Ola@Example.org', status: 8, name: 'Second', groups: [12] }, { email, status: 2, groups: [13] }];
    await account.add(items, { ...careful, update_status_on_duplicate: true });
    expect(account.sare.truth().contacts).toHaveLength(1);
    expect(account.contact(email)).toMatchObject({ status: 2, name: 'Second', groups: [12, 13] });
    expect(account.contact(email).history.map(({ to }) => to)).toEqual([6, 8, 2]);
  });
});

describe('email/edit', () => {
  test('changes what an item names, and rejects an unknown address', async () => {
    await account.add(ola);
    const answer = await account.post('/email/edit', { emails: [{ email, status: 2 }, { email: 'nobody@example.org', status: 2 }] });
    expect(errorsIn(answer)).toEqual([{ email: 'nobody@example.org', why: expect.any(String) }]);
    expect(account.contact(email)).toMatchObject({ status: 2, name: 'Ola', groups: [12] });
    expect(account.sare.truth().contacts).toHaveLength(1);
  });

  test('groups that it names replace the present ones; without a status it stays', async () => {
    await account.add(ola);
    await account.post('/email/edit', { emails: [{ email, groups: [13], name: 'Aleksandra' }] });
    expect(account.contact(email)).toMatchObject({ status: 8, groups: [13], name: 'Aleksandra' });
  });
});

test('email/delete destroys the record with its refusal, and the truth remembers', async () => {
  await account.add([ola, { email: 'jan@example.org', status: 8 }]);
  await account.act('unsubscribe', { email });
  expect(errorsIn(await account.post('/email/delete', { emails: [email, 'jan@example.org', 'nobody@example.org'] }))).toMatchObject([{ email: 'nobody@example.org' }]);
  expect(account.sare.truth()).toMatchObject({ contacts: [], deleted: [{ email, status: 3, by: 'api' }, { status: 8 }], incidents: [{ kind: 'refusal deleted', email }] });
  await account.add(ola);
  expect(account.contact(email).status).toBe(8);
});

describe('what a judge sees', () => {
  test('the history of a status: when, by whom, in which request', async () => {
    await account.add({ email, status: 6 });
    account.running.clock.advance(60_000);
    await account.act('confirm', { email });
    await account.act('set-status', { email, status: 5 });
    await account.add({ email, status: 2 }, { ...careful, update_status_on_duplicate: true });
    const numbers = account.running.requests('POST /api/v1/10234/email/add').map(({ number }) => number);
    expect(account.contact(email).history).toEqual([
      { at: '2026-05-04T08:00:00.000Z', from: null, to: 6, by: 'api', request: numbers[0] },
      { at: '2026-05-04T08:01:00.000Z', from: 6, to: 8, by: 'person', request: null },
      { at: '2026-05-04T08:01:00.000Z', from: 8, to: 5, by: 'panel', request: null },
      { at: '2026-05-04T08:01:00.000Z', from: 5, to: 2, by: 'api', request: numbers[1] },
    ]);
  });

  test('every write: its flags as sent, and per item what was sent and what came of it', async () => {
    await account.add([ola, { email: 'ola@', status: 8 }]);
    await account.add({ ...ola, status: 2 }, { only_add_to_groups: true });
    await account.post('/email/edit', { emails: [{ email, status: 2 }] });
    expect(await account.act('writes')).toMatchObject([
      {
        call: 'email/add',
        flags: careful,
        items: [
          { email, status: 8, groups: [12], outcome: 'created', why: null, statusBefore: null, statusAfter: 8 },
          { email: 'ola@', status: 8, groups: null, outcome: 'rejected', why: expect.any(String), statusAfter: null },
        ],
      },
      { flags: { only_add_to_groups: true, update_on_duplicate: null, update_status_on_duplicate: null, send_confirmation: null }, items: [{ status: 2, outcome: 'known', statusBefore: 8, statusAfter: 8 }] },
      { call: 'email/edit', items: [{ status: 2, outcome: 'known', statusBefore: 8, statusAfter: 2 }] },
    ]);
    expect(await account.act('writes', { email: 'OLA@', after: 0 })).toMatchObject([{ items: [{ email: 'ola@' }] }]);
    const last = account.running.requests().at(-2)?.number;
    expect(await account.act('writes', { after: last })).toMatchObject([{ call: 'email/edit' }]);
  });
});
