/** Statuses, contacts, rejections and settings of SARE, as tables. */
import { describe, expect, test } from 'vitest';
import { meaningOf, strictest, toItem } from '../../../activities/sare/map.ts';
import { rejectionsIn } from '../../../activities/sare/schemas.ts';
import { identityOf, settingsSchema } from '../../../activities/sare/settings.ts';
import type { TargetContact } from '../../../domain/contact.ts';

const email = 'ola@example.com';

describe('S10 statuses', () => {
  test.each([
    ['2', { state: 'refused' }],
    ['3', { state: 'refused' }],
    ['4', { state: 'refused' }],
    ['5', { state: 'unconfirmed' }],
    ['6', { state: 'unconfirmed' }],
    ['7', { state: 'refused', cause: 'blocked' }],
    ['8', { state: 'granted' }],
    ['zapomniany RODO', { state: 'refused', cause: 'forgotten' }],
    ['forgotten', { state: 'refused', cause: 'forgotten' }],
    ['1', undefined],
    ['9', undefined],
    ['88', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('S10 %j is %j', (status, meaning) => {
    expect(meaningOf(status)).toEqual(meaning);
  });

  test.each([
    [['8', '3'], '3'],
    [['3', '8'], '3'],
    [['6', '8'], '6'],
    [['3', '7'], '7'],
    [['8', '9'], '9'],
    [['9', '2'], '2'],
  ])('S10 of rows %j of one address %s counts', (statuses, counts) => {
    expect([...strictest(statuses.map((status) => ({ email, status }))).values()]).toEqual([{ email, status: counts }]);
  });
});

const item = (change: Partial<TargetContact>, optOutStatus: 2 | 3 | 4 = 2) => toItem({ email, status: 'granted', groups: [], traits: {}, ...change }, { optOutStatus });

describe('S8 an item', () => {
  test.each([
    ['granted', 2, 8],
    ['unconfirmed', 2, 6],
    ['refused', 2, 2],
    ['refused', 3, 3],
    ['refused', 4, 4],
  ] as const)('S8 %s with opt-out status %i has status %i', (status, optOut, sent) => {
    expect(item({ status }, optOut).item).toEqual({ email, status: sent, groups: [] });
  });

  test('S5 traits go where SARE has them; an empty text stays one; names of every object are names', () => {
    const traits = Object.fromEntries([['name', 'Ola'], ['gsm', '+48600100200'], ['prop1', 'Zimna'], ['prop9', ''], ['prop10', 'a'], ['prop0', 'b'], ['city', 'Gdynia'], ['email', 'x'], ['status', '3'], ['__proto__', 'p']]);
    const { item: made, omitted } = item({ traits, groups: ['12', '305'] });
    expect(JSON.parse(JSON.stringify(made))).toEqual(JSON.parse('{"email":"ola@example.com","status":8,"groups":[12,305],"name":"Ola","gsm":"+48600100200","prop":{"prop1":"Zimna","prop9":""},"prop_cust":{"prop10":"a","prop0":"b","city":"Gdynia","email":"x","status":"3","__proto__":"p"}}'));
    expect(omitted).toEqual([]);
  });

  test.each(['600100200', '+48 600 100 200', '48600100200', '+4860010', '', '+48600100200x'])('S5 a phone that SARE would refuse (%j) is left out and told, without its value', (gsm) => {
    const { item: made, omitted } = item({ traits: { gsm, name: '' } });
    expect(made).toEqual({ email, status: 8, groups: [], name: '' });
    expect(omitted).toEqual([{ email, trait: 'gsm', why: expect.stringMatching(/phone/) }]);
    if (gsm !== '') expect(omitted[0]?.why).not.toContain(gsm);
  });

  test.each(['Klienci', '', '12a', '-1', '1.5', '12345678901'])('S7 a group that is no number (%j) is a mistake in the settings', (group) => {
    expect(() => item({ groups: [group] })).toThrow(expect.objectContaining({ name: 'SettingsError' }));
  });
});

describe('response.error', () => {
  test.each([
    ['absent', {}, []],
    ['no response', undefined, []],
    ['a response without members', [], []],
    ['null', { error: null }, []],
    ['false', { error: false }, []],
    ['an empty list', { error: [] }, []],
    ['an empty object', { error: {} }, []],
    ['an empty text', { error: '' }, []],
    ['entries with address', { error: [{ email: ' Ola@Example.com ', why: 'zły adres' }] }, [{ email, words: 'zły adres' }]],
    ['under other names', { error: [{ mail: email, message: 'no' }, { address: email, reason: 'no' }] }, [{ email, words: 'no' }, { email, words: 'no' }]],
    ['one level below', { error: [{ item: { email, status: 8 }, why: 'no' }] }, [{ email, words: 'no' }]],
    ['without address', { error: [{ why: 'no' }] }, [{ words: 'no' }]],
    ['an address that is none', { error: [{ email: 'Zimna 3', why: 'no' }] }, [{ words: 'no' }]],
    ['texts', { error: ['no', email] }, [{ words: 'no' }, { email, words: email }]],
    ['by position', { error: { 0: { why: 'a' }, 7: { email, why: 'b' } } }, [{ words: 'a' }, { email, words: 'b' }]],
    ['by address', { error: { [email]: 'no' } }, [{ email, words: 'no' }]],
    ['one entry', { error: { email, why: 'no' } }, [{ email, words: 'no' }]],
    ['one text', { error: 'all wrong' }, [{ words: 'all wrong' }]],
    ['nothing that can be understood', { error: [7, null, [], {}] }, [{ words: '' }, { words: '' }, { words: '' }, { words: '' }]],
    ['a number', { error: 3 }, [{ words: '' }]],
    ['true', { error: true }, [{ words: '' }]],
  ])('%s', (_what, response, rejections) => {
    expect(rejectionsIn(response)).toEqual(rejections);
  });
});

const good = { uid: '10234', apiKey: '0a1b2c3d-0000-4000-8000-00000000000f' };

describe('S1 settings', () => {
  test('S1 number and key are enough', () => {
    expect(settingsSchema.parse(good)).toEqual({ ...good, baseUrl: 'https://s.enewsletter.pl', optOutStatus: 2, batch: 100, timeZone: 'Europe/Warsaw', perSecond: 5, share: 0.8, abortMs: 10_000, settleMs: 10_000 });
    expect(settingsSchema.parse({ ...good, uid: 10234 }).uid).toBe('10234');
    expect(settingsSchema.parse({ ...good, baseUrl: 'https://s10.sare.pl/api/v1/' }).baseUrl).toBe('https://s10.sare.pl');
  });

  test.each([
    ['uid', '12'],
    ['uid', '12a'],
    ['uid', 12],
    ['apiKey', 'key'],
    ['apiKey', '0a1b2c3d-0000-4000-8000-00000000000'],
    ['baseUrl', 's10.sare.pl'],
    ['baseUrl', 'https://s10.sare.pl/api/v2'],
    ['baseUrl', 'https://s10.sare.pl?x=1'],
    ['baseUrl', 'https://a:b@s10.sare.pl'],
    ['baseUrl', 'ftp://s10.sare.pl'],
    ['optOutStatus', 7],
    ['optOutStatus', 8],
    ['batch', 0],
    ['batch', 501],
    ['timeZone', 'Warsaw'],
    ['perSecond', 0],
    ['share', 1.5],
    ['sendConfirmation', true],
  ])('S1 %s: %j is a mistake', (name, value) => {
    expect(settingsSchema.safeParse({ ...good, [name]: value }).success).toBe(false);
  });

  test('the account is its host and number', () => {
    expect(identityOf({ uid: 10234 })).toBe('s.enewsletter.pl/10234');
    expect(identityOf({ uid: '10234', baseUrl: 'https://s10.sare.pl/api/v1' })).toBe('s10.sare.pl/10234');
  });
});
