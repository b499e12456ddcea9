/** A page that is still on its way while its row is looked at anew: what the page saw first is not forgotten. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestLedger } from '../../setup/ledger.ts';
import { openPair, startAccount, startShop, type Account, type Shop } from './pair.ts';

let shop: Shop;
let account: Account;

beforeAll(async () => {
  [shop, account] = [await startShop(), await startAccount()];
});
afterAll(async () => {
  await Promise.all([shop.running.close(), account.running.close()]);
});

test('S9 a box that a page saw ticked, unticked before anything of the row was noted, is a refusal', async () => {
  const opened = await openTestLedger('sqlite', { clock: 'real' });
  try {
    const pair = await openPair(opened.ledger, { shop, account });
    const email = 'ola@example.test';
    const { id } = z.object({ id: z.number() }).parse(await shop.act('create-customer', { email, firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false }));
    await account.act('add-contact', { email, status: 8 });
    shop.running.fault({ on: 'GET /webapi/rest/users', kind: 'slow-after-storing', delayMs: 3_000 });
    const page = pair.source.readContactPage({ ...pair.step, kind: 'customer' });
    await shop.running.arrived('GET /webapi/rest/users', 1);
    await wait(100); // it is handled in the moment of its arrival, and answered much later
    await shop.act('set-newsletter', { email, newsletter: false, tell: false });
    const looked = await pair.source.readContacts({ ...pair.step, changes: [{ kind: 'customer', sourceId: String(id), event: 'changed' }] });
    expect(looked.refused).toEqual([]); // a first look at a box that is not ticked says nothing
    const { refused } = await page;
    expect(refused).toEqual([pair.personOf(email)]);
    await pair.target.refuseContacts({ ...pair.step, persons: refused });
    expect(account.contactOf(email)?.status).toBe(2);
  } finally {
    await opened.close();
  }
});
