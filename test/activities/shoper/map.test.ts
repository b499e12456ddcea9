/** A shop's rows in canonical words (contract 4.1–4.3, 9, 10; decisions on S). */
import { describe, expect, test } from 'vitest';
import { toCustomer, toSubscriber, type Beside } from '../../../activities/shoper/map.ts';
import { addressSchema, configSchema, pageOf, subscriberSchema, userSchema } from '../../../activities/shoper/schemas.ts';
import { checkbox, listOf, subscriber, user } from './setup.ts';

const settings = { country: 'PL', timeZone: 'Europe/Warsaw', consentField: undefined };
const withField = { ...settings, consentField: '7' };
const beside: Beside = { confirmsRegistration: false, wanted: new Set() };
const customer = (more: Record<string, unknown> = {}, given: Partial<Beside> = {}, own: typeof settings | typeof withField = settings) => toCustomer(userSchema.parse(user(42, more)), { ...beside, ...given }, own);

describe('a customer', () => {
  test('in canonical words, empty and zero values absent', () => {
    expect(customer()).toMatchObject({
      kind: 'customer',
      sourceId: '42',
      email: 'ola42@example.org',
      isOptedIn: true,
      isConfirmed: true,
      properties: { firstname: 'Ola', lastname: 'Zimna', email: 'ola42@example.org', discount: '5.00', group_id: '3', lang_id: '1', tags: ['vip'], date_add: '2026-05-02', date_add_at: '2026-05-02T07:14:33.000Z', registered: true, active: true, newsletter: true },
    });
    expect(Object.keys(customer().properties)).not.toContain('lastvisit');
    expect(Object.keys(customer().properties)).not.toContain('comment');
    expect(Object.keys(customer().properties)).not.toContain('language');
  });

  test.each([
    { why: 'texts', row: {} },
    { why: 'numbers and booleans', row: { user_id: 42, verify_email: true, registered: 1, group_id: 3, discount: '5.00', newsletter: true, active: 1, lang_id: 1 } },
    { why: 'tags and fields as objects', row: { tags: { 0: 'vip' }, additional_fields: {} } },
    { why: 'no fields at all', row: { additional_fields: null } },
  ])('the same whatever form its scalars have: $why', ({ row }) => {
    expect(customer(row)).toEqual(customer());
  });

  test.each(['', '0', 0, false, null, undefined])('newsletter %j is not ticked', (newsletter) => {
    expect(customer({ newsletter })).toMatchObject({ isOptedIn: false, isConfirmed: false });
  });

  test.each([
    { verify_email: '1', confirmsRegistration: true, isConfirmed: true },
    { verify_email: '0', confirmsRegistration: true, isConfirmed: false },
    { verify_email: '0', confirmsRegistration: false, isConfirmed: true },
  ])('S8 verify_email $verify_email where the shop confirms ($confirmsRegistration): confirmed $isConfirmed', ({ verify_email, confirmsRegistration, isConfirmed }) => {
    expect(customer({ verify_email }, { confirmsRegistration })).toMatchObject({ isOptedIn: true, isConfirmed });
  });

  test('a shop that does not tell whether it confirms is taken for one that does', () => {
    expect([configSchema.parse({}), configSchema.parse({ registration_confirm: '' }), configSchema.parse({ registration_confirm: '1' })].map((one) => one.confirmsRegistration)).toEqual([true, false, true]);
  });

  test.each([
    { newsletter: '0', consent: '1', isOptedIn: true, boxes: { newsletter: false, consentField: true } },
    { newsletter: '1', consent: '0', isOptedIn: true, boxes: { newsletter: true, consentField: false } },
    { newsletter: '0', consent: '0', isOptedIn: false, boxes: { newsletter: false, consentField: false } },
  ])('newsletter $newsletter and consent field $consent: opted in $isOptedIn, each box by name', ({ newsletter, consent, isOptedIn, boxes }) => {
    expect(customer({ newsletter, additional_fields: [checkbox(7, consent), checkbox(8, '1')] }, {}, withField)).toMatchObject({ isOptedIn, boxes });
  });

  test('without the setting a consent field is a field like others', () => {
    const { isOptedIn, boxes, properties } = customer({ newsletter: '0', additional_fields: [checkbox(7, '1'), { ...checkbox(9, ''), type: '1', field_value: 'Gdynia' }] });
    expect([isOptedIn, boxes, properties['additional:7'], properties['additional:9']]).toEqual([false, { newsletter: false }, true, 'Gdynia']);
  });

  test('guests are left out unless they asked for mail', () => {
    expect(customer({ registered: '0', newsletter: '0' })).toMatchObject({ leftOut: 'guest-without-newsletter' });
    expect(customer({ registered: '0', newsletter: '1' })).not.toHaveProperty('leftOut');
    expect(customer({ registered: '1', newsletter: '0' })).not.toHaveProperty('leftOut');
    expect(customer({ registered: '0', newsletter: '0', additional_fields: [checkbox(7, '1')] }, {}, withField)).not.toHaveProperty('leftOut');
  });

  test('the language by its id', () => {
    expect(customer({}, { languages: new Map([['1', 'pl_PL']]) }).properties['language']).toBe('pl_PL');
    expect(customer({ lang_id: '9' }, { languages: new Map([['1', 'pl_PL']]) }).properties).not.toHaveProperty('language');
  });
});

const address = (more: Record<string, unknown> = {}) => addressSchema.parse({ address_book_id: '5', user_id: '42', default: '0', city: 'Gdynia', phone: '600 100 200', country_code: 'PL', ...more });

describe('the address', () => {
  test('the default one counts, else the only one, else none', () => {
    const cityOf = (...addresses: ReturnType<typeof address>[]) => customer({}, { addresses }).properties['address.city'];
    expect([cityOf(address(), address({ default: '1', city: 'Sopot' })), cityOf(address()), cityOf(address(), address({ city: 'Sopot' })), cityOf()]).toEqual(['Sopot', 'Gdynia', undefined, undefined]);
  });

  test.each([
    { phone: '600 100 200', country_code: 'PL', e164: '+48600100200' },
    { phone: '030 901820', country_code: 'de', e164: '+4930901820' },
    { phone: '+49 30 901820', country_code: 'PL', e164: '+4930901820' },
    { phone: '600-100-200', country_code: '', e164: '+48600100200' },
    { phone: 'ask my mother', country_code: 'PL', e164: undefined },
    { phone: '', country_code: 'PL', e164: undefined },
  ])('its phone $phone of $country_code is $e164', ({ phone, country_code, e164 }) => {
    expect(customer({}, { addresses: [address({ phone, country_code })] }).properties['address.phone']).toBe(e164);
  });
});

const map = (more: Record<string, unknown> = {}) => toSubscriber(subscriberSchema.parse(subscriber(9, more)), {}, settings);

test('a subscriber: `dateadd` without underscore, active is opted in and confirmed', () => {
  expect(map()).toMatchObject({ kind: 'subscriber', sourceId: '9', email: 'jan9@example.org', isOptedIn: true, isConfirmed: true, properties: { email: 'jan9@example.org', lang_id: '1', groups: ['2'], dateadd: '2026-05-03', active: true } });
  expect(map({ active: '0' })).toMatchObject({ isOptedIn: false, isConfirmed: false, properties: { active: false } });
  expect(map({ dateadd: '0000-00-00 00:00:00' }).properties).not.toHaveProperty('dateadd');
});

describe('the digest', () => {
  test('N18 changes with the data that are read, and with nothing else', () => {
    const same = customer().digest;
    expect(customer({ origin: '3' }).digest).toBe(same);
    expect(customer({ lastvisit: '2026-06-01 10:00:00' }).digest).toBe(same);
    expect(customer({ tags: ['b', 'a'] }).digest).toBe(customer({ tags: ['a', 'b'] }).digest);
    for (const more of [{ firstname: 'Ala' }, { newsletter: '0' }, { tags: [] }, { additional_fields: [checkbox(7, '1')] }, { email: 'ala@example.org' }]) expect(customer(more).digest).not.toBe(same);
  });

  test('with an address that was read, and with the last visit where it is asked for', () => {
    expect(customer({}, { addresses: [address()] }).digest).not.toBe(customer({}, { addresses: [address({ city: 'Sopot' })] }).digest);
    const asked = { wanted: new Set(['lastvisit']) };
    expect(customer({}, asked).digest).not.toBe(customer({ lastvisit: '2026-06-01 10:00:00' }, asked).digest);
  });
});

test.each([
  { why: 'an array', list: [user(1), user(2)] },
  { why: 'an object by id', list: { 1: user(1), 2: user(2) } },
])('a page whose list is $why; its count is a text', ({ list }) => {
  const page = pageOf(userSchema).parse({ count: '2', pages: 1, page: 1, list });
  expect([page.count, page.pages, page.list.map(({ user_id: id }) => id)]).toEqual([2, 1, ['1', '2']]);
});

test('an empty page', () => {
  expect(pageOf(userSchema).parse({ count: '0', pages: 0, page: 1, list: [] })).toEqual({ count: 0, pages: 0, list: [] });
  expect(listOf([])).toMatchObject({ count: '0', pages: 0, list: [] });
});
