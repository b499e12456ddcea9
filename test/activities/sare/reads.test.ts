/** Statuses, groups, traits and the rows of `waybill check`, read from the simulated account. */
import { describe, expect, test } from 'vitest';
import { account, act, apiKey, driver, people, statusPath, switches, uid, useAccount } from './account.ts';

useAccount();

const everybody = Object.values(people);
const strangers = Array.from({ length: 5 }, (_, at) => `nobody-${at}@example.com`);
const sorted = (found: { email: string }[]) => found.toSorted((a, b) => a.email.localeCompare(b.email));

const expected = [
  { email: people.confirmed, state: 'granted', vendor: '8' },
  { email: people.unconfirmed, state: 'unconfirmed', vendor: '6' },
  { email: people.unverified, state: 'unconfirmed', vendor: '5' },
  { email: people.removedByHand, state: 'refused', vendor: '2' },
  { email: people.removed, state: 'refused', vendor: '3' },
  { email: people.leaving, state: 'refused', vendor: '4' },
  { email: people.blocked, state: 'refused', cause: 'blocked', vendor: '7' },
];

const forms = ['as-described', 'array', 'data'].flatMap((lists) => ['number', 'text', 'mixed'].map((statusForm) => ({ lists, statusForm })));

describe('S10 statuses', () => {
  test.each(forms)('S10 each as its own, lists $lists, statuses as $statusForm', async (form) => {
    switches(form);
    expect(sorted(await driver().readStatuses([...everybody, ...strangers]))).toEqual(sorted(expected));
  });

  test.each(['empty', 'repeats-last', '404'].flatMap((beyondTheEnd) => [1, 2, 3, 7, 50].map((pageSize) => ({ beyondTheEnd, pageSize }))))('S10 all pages of $pageSize are read when the end is $beyondTheEnd', async (paging) => {
    switches(paging);
    expect(sorted(await driver().readStatuses([...strangers, ...everybody]))).toEqual(sorted(expected));
  });

  test('S10 a forgotten one that the account shows is a refusal with its cause', async () => {
    switches({ forgotten: 'shown' });
    expect(await driver().readStatuses([people.forgotten])).toEqual([{ email: people.forgotten, state: 'refused', cause: 'forgotten', vendor: 'zapomniany RODO' }]);
  });

  test('S10 addresses that SARE wrote with capitals are ours in lower case', async () => {
    act('add-contact', { email: 'Halina@Example.com', status: 3 });
    expect(await driver().readStatuses(['halina@example.com'])).toEqual([{ email: 'halina@example.com', state: 'refused', vendor: '3' }]);
  });

  test('S10 nobody known: an empty answer', async () => {
    expect(await driver().readStatuses(strangers)).toEqual([]);
  });

  test('S10 trouble on a later page ends nothing', async () => {
    switches({ pageSize: 2 });
    account.fault({ on: statusPath, kind: 'refuse', status: 503, after: 3 });
    await expect(driver().readStatuses(everybody)).rejects.toMatchObject({ name: 'RetryableError' });
  });

  test('S10 a full batch of known addresses is one call a page', async () => {
    const many = Array.from({ length: 120 }, (_, at) => `person-${at}@example.com`);
    for (const email of many) act('add-contact', { email });
    expect(await driver().readStatuses(many)).toHaveLength(120);
    expect(account.requests(statusPath).map(({ path }) => path.split('/').at(-1))).toEqual(['0', '1', '2']);
  });
});

describe('S7 S5 what a mapping may name', () => {
  test.each(['as-described', 'array', 'data'])('S7 S5 groups by number, traits by name (lists %s)', async (lists) => {
    switches({ lists });
    expect(await driver().groups()).toEqual([{ id: '12', name: 'Klienci' }, { id: '13', name: 'Subskrybenci' }, { id: '305', name: 'Archiwum' }]);
    const traits = (await driver().traits()).map(({ name }) => name);
    expect(traits.slice(0, 3)).toEqual(['name', 'gsm', 'prop1']);
    expect(traits).toEqual(expect.arrayContaining(['prop9', 'city', 'birthday']));
  });
});

const rows = async (settings: Parameters<typeof driver>[0] = {}) => (await driver(settings).check()).map(({ what, state, found, step }) => `${what}: ${state}: ${found}${step === undefined ? '' : ` → ${step}`}`);

describe('S1 check', () => {
  test('S1 S7 S5 an account that is in order', async () => {
    expect(await rows()).toEqual([expect.stringMatching(/^credentials: ok: accepted; the address is plain http/), 'target groups: ok: 12 Klienci, 13 Subskrybenci, 305 Archiwum', expect.stringMatching(/^traits: ok: name, gsm, prop1 to prop9, city/)]);
  });

  test.each([
    [401, { apiKey: '11111111-0000-4000-8000-000000000001' }],
    [403, { uid: '99999' }],
  ])('S1 refused with %i: the key of the new API is asked for', async (authStatus, settings) => {
    switches({ authStatus });
    const found = await rows(settings);
    expect(found[0]).toMatch(new RegExp(`^credentials: not ok: .*status ${authStatus}.*new REST API`));
    expect(found.slice(1)).toEqual(['target groups', 'traits'].map((what) => expect.stringMatching(`${what}: cannot be read`)));
    expect(found.join()).not.toContain(apiKey);
  });

  test('S7 an account without groups; traits that cannot be read', async () => {
    for (const id of [12, 13, 305]) act('remove-group', { id });
    account.fault({ on: `GET /api/v1/${uid}/email/props`, kind: 'refuse', status: 503 });
    const found = await rows();
    expect(found[1]).toMatch(/^target groups: not ok: .*Make the target group/);
    expect(found[2]).toMatch(/^traits: not ok: GET \/email\/props: RetryableError, status 503/);
  });

  test('another host is named where nobody answers for the account', async () => {
    account.fault({ on: `GET /api/v1/${uid}/group/list`, kind: 'refuse', status: 404 });
    expect((await rows())[0]).toMatch(/another host/);
  });
});
