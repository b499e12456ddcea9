/** Whatever the connector is asked to do in whatever order: which flags ever leave, read off the request log (contract sare 9, decision on S). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { account, contact, contactOf, driver, guarded, people, setStatus, truth, uid, upsert, useAccount, writes } from './account.ts';

useAccount();

const address = fc.constantFrom('anna@example.com', 'bogdan@example.com', ...Object.values(people));
const item = fc.record({ email: address, status: fc.constantFrom('granted' as const, 'unconfirmed' as const, 'refused' as const), groups: fc.constantFrom([], ['12'], ['13', '305']) });
const batchOf = <T extends { email: string }>(one: fc.Arbitrary<T>) => fc.uniqueArray(one, { selector: ({ email }) => email, minLength: 1, maxLength: 6 });
const act = fc.oneof(
  batchOf(item).map((items) => ({ act: 'upsert' as const, items })),
  batchOf(fc.record({ email: address, state: fc.constant('refused' as const) })).map((items) => ({ act: 'setStatus' as const, items })),
  batchOf(fc.record({ email: address })).map((items) => ({ act: 'leaveGroups' as const, items })),
);

const flags = (overwrites: boolean) => ({ only_add_to_groups: true, update_on_duplicate: true, update_status_on_duplicate: overwrites, send_confirmation: false });

test('S8 S9 N15 only an opt-out overwrites statuses, and only of known addresses; nobody is moved out of groups, mailed or subscribed again', async () => {
  let overwritten = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 5 }), async (acts) => {
      for (const one of acts) {
        account.clearRequests();
        const knownBefore = new Set(truth().contacts.map(({ email }) => email));
        if (one.act === 'upsert') await upsert(one.items.map((given) => contact(given.email, given)));
        else if (one.act === 'setStatus') await setStatus(one.items);
        else await guarded(async (guard) => driver().leaveGroups(one.items.map(({ email }) => email), ['12'], guard));
        for (const { emails, ...sent } of writes()) {
          expect(sent).toEqual(flags(one.act === 'setStatus'));
          if (one.act !== 'setStatus') continue;
          overwritten += 1;
          expect(emails.every(({ email, status }) => knownBefore.has(email) && status === 2)).toBe(true);
        }
        const others = account.requests(`POST /api/v1/${uid}/*`).map(({ path }) => path.replace(/\/\d+$/, ''));
        expect(others.filter((path) => !/\/(?:email\/add|email\/status_by_email_list|group\/remove_emails)$/.test(path))).toEqual([]);
      }
      expect(truth().incidents).toEqual([]);
      expect(truth().confirmationMails).toEqual([]);
      expect(contactOf(people.blocked)).toMatchObject({ status: 7, groups: [] });
    }),
    { numRuns: 15, seed: 7 },
  );
  expect(overwritten).toBeGreaterThan(3);
});
