/** Contacts and statuses written to the simulated account: what arrives, how often, and what a lost or refused reply becomes. */
import { describe, expect, test } from 'vitest';
import { account, act, addPath, connection, contact, contactOf, driver, guarded, keyOf, opened, people, setStatus, statusPath, switches, truth, uid, upsert, useAccount, writes } from './account.ts';

useAccount();

const anna = 'anna@example.com';
const bogdan = 'bogdan@example.com';

describe('S8 an export', () => {
  test.each([
    ['granted', 8],
    ['unconfirmed', 6],
    ['refused', 2],
  ] as const)('S8 an unknown address enters as %s (%i), in its group', async (status, stored) => {
    expect(await upsert([contact(anna, { status })])).toEqual({ rejected: [], omittedTraits: [] });
    expect(contactOf(anna)).toMatchObject({ status: stored, groups: [12] });
  });

  test.each([3, 4] as const)('S8 refused is the configured status %i', async (optOutStatus) => {
    await upsert([contact(anna, { status: 'refused' })], driver({ optOutStatus }));
    expect(contactOf(anna)?.status).toBe(optOutStatus);
  });

  test.each(['confirmed', 'unconfirmed', 'unverified', 'removedByHand', 'removed', 'leaving'] as const)('S8 a known address (%s) keeps status and groups, whatever is sent; traits and group are filled in', async (who) => {
    const before = contactOf(people[who]);
    for (const status of ['granted', 'unconfirmed', 'refused'] as const) await upsert([contact(people[who], { status, traits: { name: 'Nowa', city: 'Sopot' } })]);
    expect(contactOf(people[who])).toMatchObject({ status: before?.status, groups: [...(before?.groups ?? []), 12], name: 'Nowa', prop: before?.prop, prop_cust: { city: 'Sopot' } });
    expect(contactOf(people[who])?.history).toHaveLength(1);
  });

  test('S5 traits in both spaces; an empty one as the mapping says; a bad phone is told and does not refuse the contact', async () => {
    switches({ emptyTrait: 'clears' });
    const given = await upsert([contact(people.confirmed, { traits: { city: '', name: 'Ola Nowa', prop1: 'Letnia', gsm: '600 100 200' } }), contact(anna, { traits: { gsm: '+48600100200', country: 'PL' } })]);
    expect(given).toEqual({ rejected: [], omittedTraits: [{ email: people.confirmed, trait: 'gsm', why: expect.any(String) }] });
    expect(contactOf(people.confirmed)).toMatchObject({ name: 'Ola Nowa', gsm: '', prop: { prop1: 'Letnia' }, prop_cust: {} });
    expect(contactOf(anna)).toMatchObject({ gsm: '+48600100200', prop_cust: { country: 'PL' } });
  });

  test('no call when nothing is left to be sent', async () => {
    expect(await upsert([])).toEqual({ rejected: [], omittedTraits: [] });
    expect(account.requests()).toEqual([]);
    expect((await opened.ledger.keys.find(keyOf()))?.intents ?? []).toEqual([]);
  });
});

const mixedBatch = () => upsert([contact(anna), contact(people.blocked), contact(bogdan, { groups: ['99'] }), contact('celina@example.com', { traits: { shoe: '38' } })]);

describe('partial success', () => {
  test('blocked, unknown group, unknown trait: those items alone, with address and words', async () => {
    expect((await mixedBatch()).rejected).toEqual([
      { email: people.blocked, words: expect.stringMatching(/zablokowany/) },
      { email: bogdan, words: expect.stringMatching(/Grupa 99/) },
      { email: 'celina@example.com', words: expect.stringMatching(/shoe/) },
    ]);
    expect(contactOf(anna)?.status).toBe(8);
    expect(contactOf(people.blocked)).toMatchObject({ status: 7, groups: [] });
    expect(contactOf(bogdan)).toBeUndefined();
  });

  test('without the address: as many, with words alone', async () => {
    switches({ rejectedAddress: false });
    expect((await mixedBatch()).rejected).toEqual([1, 2, 3].map(() => ({ words: expect.stringMatching(/./) })));
  });

  test('a reply without a list of errors: none was rejected', async () => {
    switches({ withoutErrors: 'left-out' });
    expect((await upsert([contact(anna)])).rejected).toEqual([]);
  });

  test('one malformed address may refuse the whole request: nothing is stored, the caller halves', async () => {
    switches({ malformedAddress: 'request' });
    await expect(upsert([contact(anna), contact('a..@example')])).rejects.toMatchObject({ name: 'PermanentError', status: 400, sent: 'no' });
    expect(contactOf(anna)).toBeUndefined();
  });

  test('too large a batch is a 413, and nothing is stored', async () => {
    switches({ mostItems: 1 });
    await expect(upsert([contact(anna), contact(bogdan)])).rejects.toMatchObject({ name: 'PermanentError', status: 413, sent: 'no' });
    expect([contactOf(anna), contactOf(bogdan)]).toEqual([undefined, undefined]);
    expect((await upsert([contact(anna)])).rejected).toEqual([]);
  });
});

/** Another connection: a call without an answer keeps its place for a while. */
const again = () => driver({}, { connection: `${connection}-again` });

describe('N11 replies that do not come', () => {
  test('N11 a lost reply: a repeat changes nothing', async () => {
    account.fault({ on: addPath, kind: 'lost-reply' });
    const items = [contact(anna, { traits: { city: 'Sopot' } }), contact(people.removed)];
    await expect(upsert(items)).rejects.toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    const stored = truth().contacts.map((one) => ({ ...one, modifiedAt: '' }));
    expect(contactOf(anna)).toBeDefined();
    expect((await upsert(items, again())).rejected).toEqual([]);
    expect(truth().contacts.map((one) => ({ ...one, modifiedAt: '' }))).toEqual(stored);
  });

  test('N11 slow before storing: no answer in time, and a repeat makes no second one', async () => {
    account.fault({ on: addPath, kind: 'hold' });
    await expect(upsert([contact(anna)], driver({ abortMs: 200 }))).rejects.toMatchObject({ name: 'RetryableError', sent: 'maybe', message: expect.stringMatching(/no answer in time/) });
    expect(contactOf(anna)).toBeUndefined();
    account.clearFaults();
    await upsert([contact(anna)], again());
    account.release(); // the first one is stored after all
    await expect.poll(() => account.requests(addPath).every(({ handledAt }) => handledAt !== undefined)).toBe(true);
    expect(truth().contacts.filter(({ email }) => email === anna)).toHaveLength(1);
    expect(contactOf(anna)?.history).toHaveLength(1);
  });

  test('S9 an opt-out does not wait for the place of an export without an answer', async () => {
    account.fault({ on: addPath, kind: 'lost-reply' });
    await expect(upsert([contact(anna)])).rejects.toMatchObject({ sent: 'maybe' });
    await expect(upsert([contact(anna)])).rejects.toMatchObject({ name: 'BudgetBusyError' });
    expect(await setStatus([{ email: anna, state: 'refused' }])).toEqual({ rejected: [], left: [] });
    expect(contactOf(anna)?.status).toBe(2);
  });

  test('S9 a lost reply of an opt-out: the repeat finds it done and writes nothing', async () => {
    account.fault({ on: addPath, kind: 'lost-reply' });
    const change = [{ email: people.confirmed, state: 'refused' }] as const;
    await expect(setStatus(change)).rejects.toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    expect(contactOf(people.confirmed)?.status).toBe(2);
    expect(await setStatus(change, again())).toEqual({ rejected: [], left: [{ email: people.confirmed, why: 'already so' }] });
    expect(writes()).toHaveLength(1);
  });
});

test.each([
  ['refuse', { status: 422 }, 'PermanentError'],
  ['refuse', { status: 401 }, 'UnauthorizedError'],
  ['refuse', { status: 403 }, 'ForbiddenError'],
  ['refuse', { status: 500 }, 'PerhapsRecordError'],
  ['refuse', { status: 503 }, 'RetryableError'],
  ['refuse', { status: 200 }, 'PermanentError'],
  ['refuse-with-email', {}, 'PermanentError'],
  ['throttle', {}, 'RateLimitedError'],
  ['garbage', {}, 'RetryableError'],
  ['half-page', {}, 'RetryableError'],
] as const)('a write met by %s %j is a %s that names nobody', async (kind, more, name) => {
  account.fault({ on: addPath, kind, ...more });
  await expect(upsert([contact(anna)])).rejects.toMatchObject({ name, message: expect.not.stringContaining('@') });
});

describe('S9 what may be sent is asked for right before it is', () => {
  test('S9 a refusal recorded during the wait for the budget changes what is sent', async () => {
    let status: 'granted' | 'refused' = 'granted';
    let beats = 0;
    let asked = 0;
    const step = driver({ perSecond: 1 }, { heartbeat: () => {
      beats += 1;
      if (beats === 2) status = 'refused'; // the first beat is before the budget is asked, the second during its wait
    } }); // prettier-ignore
    await step.groups();
    beats = 0;
    const intents: unknown[] = [];
    await guarded(async (guard) =>
      step.upsert(async () => {
        asked += 1;
        intents.push((await opened.ledger.keys.find(keyOf()))?.intent);
        return [contact(anna, { status })];
      }, guard),
    );
    expect(beats).toBeGreaterThanOrEqual(2);
    expect(writes().map(({ emails }) => emails.map(({ status: sent }) => sent))).toEqual([[2]]);
    expect([asked, intents]).toEqual([1, [expect.objectContaining({ effect: 'write' })]]);
  });

  test('S9 of the items of an opt-out those asked for last are sent; one whose status was not read is left, and told', async () => {
    const answers = [[people.confirmed, people.unconfirmed], [people.unconfirmed, people.unverified]];
    const given = await guarded(async (guard) => driver().setStatus(() => Promise.resolve((answers.shift() ?? []).map((email) => ({ email, state: 'refused' as const }))), guard));
    expect(given).toEqual({ rejected: [], left: [{ email: people.unverified, why: 'not read' }] });
    expect(writes().map(({ emails }) => emails)).toEqual([[{ email: people.unconfirmed, status: 2 }]]);
  });
});

const refusing = (...emails: string[]) => emails.map((email) => ({ email, state: 'refused' as const }));

describe('S9 overwriting a status', () => {
  test('S9 whoever gets mails, or would, is refused; group and traits stay', async () => {
    const before = contactOf(people.confirmed);
    expect(await setStatus(refusing(people.confirmed, people.unconfirmed, people.unverified))).toEqual({ rejected: [], left: [] });
    expect([people.confirmed, people.unconfirmed, people.unverified].map((email) => contactOf(email)?.status)).toEqual([2, 2, 2]);
    expect(contactOf(people.confirmed)).toMatchObject({ groups: before?.groups, name: before?.name, prop: before?.prop, prop_cust: before?.prop_cust });
  });

  test.each([3, 4] as const)('S9 with the configured status %i', async (optOutStatus) => {
    await setStatus(refusing(people.confirmed), driver({ optOutStatus }));
    expect(contactOf(people.confirmed)?.status).toBe(optOutStatus);
  });

  test.each(['hidden', 'shown'])('S9 unknown, blocked and forgotten (%s) ones and who refused already are left, and told; nobody is added', async (forgotten) => {
    switches({ forgotten });
    const before = truth().contacts;
    expect(await setStatus(refusing(anna, people.blocked, people.forgotten, people.removedByHand, people.removed, people.leaving))).toEqual({
      rejected: [],
      left: [
        { email: anna, why: 'unknown' },
        { email: people.blocked, why: 'blocked' },
        { email: people.forgotten, why: forgotten === 'shown' ? 'forgotten' : 'unknown' },
        { email: people.removedByHand, why: 'already so' },
        { email: people.removed, why: 'already so' },
        { email: people.leaving, why: 'already so' },
      ],
    });
    expect(truth().contacts).toEqual(before);
    expect(writes()).toEqual([]);
  });

  test('S9 some of each: the known ones are written, the unknown dropped', async () => {
    expect((await setStatus(refusing(anna, people.confirmed))).left).toEqual([{ email: anna, why: 'unknown' }]);
    expect(contactOf(anna)).toBeUndefined();
    expect(contactOf(people.confirmed)?.status).toBe(2);
  });

  test('granted by the person’s own proof overwrites a refusal, but no block', async () => {
    const given = await setStatus([people.removed, people.confirmed, people.blocked, anna].map((email) => ({ email, state: 'granted' as const })));
    expect(given.left).toEqual([{ email: people.confirmed, why: 'already so' }, { email: people.blocked, why: 'blocked' }, { email: anna, why: 'unknown' }]);
    expect([people.removed, people.blocked].map((email) => contactOf(email)?.status)).toEqual([8, 7]);
  });

  test('S9 blocked between reading and writing: the vendor’s refusal is told', async () => {
    account.fault({ on: addPath, kind: 'hold' });
    const writing = setStatus(refusing(people.confirmed, people.unconfirmed));
    await account.held(1);
    act('block', { email: people.confirmed });
    account.release();
    expect(await writing).toEqual({ rejected: [{ email: people.confirmed, words: expect.stringMatching(/zablokowany/) }], left: [] });
    expect(contactOf(people.unconfirmed)?.status).toBe(2);
  });

  test('S9 statuses that cannot be read: nothing is written', async () => {
    account.fault({ on: statusPath, kind: 'refuse', status: 503 });
    await expect(setStatus(refusing(people.confirmed))).rejects.toMatchObject({ name: 'RetryableError' });
    expect(writes()).toEqual([]);
  });

  test('nothing asked for: no call', async () => {
    expect(await setStatus([])).toEqual({ rejected: [], left: [] });
    expect(account.requests()).toEqual([]);
  });
});

const leave = async (emails: string[], groups: string[]) => guarded(async (guard) => driver().leaveGroups(emails, groups, guard));

describe('leaving groups (changed e-mail)', () => {
  test('the address leaves those groups and keeps its status and others; a repeat and an unknown address are no error', async () => {
    await upsert([contact(people.confirmed, { groups: ['12', '13'] })]);
    for (let times = 0; times < 2; times += 1) await leave([people.confirmed, anna], ['12', '13']);
    expect(contactOf(people.confirmed)).toMatchObject({ groups: [305], status: 8 });
  });

  test.each([true, false])('an address that SARE does not have is as good as gone, named (%s) or not', async (rejectedAddress) => {
    switches({ rejectedAddress });
    await expect(leave([anna], ['12'])).resolves.toBeUndefined();
  });

  test('a group that is not there is an error', async () => {
    await expect(leave([people.confirmed], ['99'])).rejects.toMatchObject({ name: 'PermanentError', status: 404 });
  });

  test('nobody, or no group: no call', async () => {
    await leave([], ['12']);
    await leave([anna], []);
    expect(account.requests(`POST /api/v1/${uid}/*`)).toEqual([]);
  });
});
