/** A company's ledger is put back from yesterday's copy: the worker notices as it starts, refusals are re-read on all sides, and only then anything is sent. */
import { copyFile, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startExport, tellChanges } from '../../scripts/contact-runs.ts';
import { followExport } from '../../scripts/follow-export.ts';
import { getExport } from '../../scripts/integration.ts';
import { openSession } from '../../scripts/session.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createSareSandbox, type SareSandbox } from '../../sandbox/sare/sandbox.ts';
import { sareTruthSchema } from '../../sandbox/sare/truth.ts';
import { act, contactsId, startContactsWorld, until, type ContactsWorld } from '../flows/contacts-world.ts';
import { said } from '../flows/said.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

const outletId = 'shop-to-outlet';
const outlet = (url: string) => ({
  connections: `  - { id: outlet, company: acme, system: sare, baseUrl: ${url}, uid: 10234, apiKey: { env: SARE_KEY }, perSecond: 100, share: 1, settleMs: 1000, abortMs: 5000 }\n`,
  integrations: `  - { id: ${outletId}, flow: export-contacts, source: shop, target: outlet, customers: { group: 12, traits: [] }, statusesEveryMinutes: 1440 }\n`,
});

const statusesOf = (account: SareSandbox, email: string): number[] | undefined => sareTruthSchema.parse(account.truth()).contacts.find((contact) => contact.email === email)?.history.map(({ to }) => Number(to));

describe.skipIf(!hasTemporal())('a company with two mailing accounts and a ledger of yesterday', () => {
  let world: ContactsWorld;
  let folder: string;
  let outletMail: SareSandbox;
  let outletRunning: RunningSandbox;
  const file = (name: string): string => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-restored-'));
    await symlink(file('today.db'), file('ledger.db')); // a file that was put back is another one, also for a process that had it open
    outletMail = createSareSandbox({ requestsPerSecond: Infinity });
    outletRunning = await startSandbox(outletMail);
    world = await startContactsWorld({ variables: { LEDGER_URL: `file:${file('ledger.db')}` }, more: outlet(outletRunning.url) });
  }, 120_000);
  afterAll(async () => {
    await world.close();
    await outletRunning.close();
    await rm(folder, { recursive: true, force: true });
  });

  const reopen = async (): Promise<void> => {
    world.session = await openSession({ home: world.home, yes: true, json: true, operator: 'tester' });
    await world.addWorker();
  };
  const shut = async (): Promise<void> => {
    await world.stopWorkers();
    await world.session.close();
  };
  const sweep = async (id: string): Promise<void> => {
    const integration = getExport(world.session, id);
    await startExport(world.session, integration, 'sweep');
    await said(async () => followExport(world.session, integration.ref));
  };

  test('N21 S9 a webhook comes first: nobody whose refusal the copy had forgotten is confirmed, not in the other account either', async () => {
    const email = 'ola@example.test';
    world.shoper.seed({ customers: 0, subscribers: 0, specials: false });
    const customer = { firstname: 'Ola', newsletter: true, isVerified: true, isRegistered: true, tell: false };
    const { id } = await act(world.shoper, 'create-customer', { email, ...customer });
    await act(world.shoper, 'create-customer', { email: 'jan@example.test', ...customer });
    expect([await world.connect(), await world.connect({}, outletId)]).toEqual([0, 0]);
    expect([statusesOf(world.sare, email), statusesOf(outletMail, email)]).toEqual([[8], [8]]);
    await shut();
    await copyFile(file('today.db'), file('yesterday.db'));
    await copyFile(file('today.db-wal'), file('yesterday.db-wal')).catch(() => undefined); // what is not in the file itself yet
    await reopen();
    await act(world.sare, 'unsubscribe', { email }); // the shop's box cannot be written: only the ledger knows of it for the other account
    for (const one of [contactsId, outletId]) await sweep(one);
    expect(statusesOf(outletMail, email)).toEqual([8, 2]);
    await shut();
    await rm(file('ledger.db'));
    await symlink(file('yesterday.db'), file('ledger.db'));
    await act(outletMail, 'delete-contact', { email }); // the outlet forgot, too
    await act(world.shoper, 'edit-customer', { id: Number(id), firstname: 'Aleksandra', tell: false });
    await reopen();
    await tellChanges(world.session, getExport(world.session, outletId).ref, [{ kind: 'customer', sourceId: String(id), event: 'changed' }]);
    await until(() => statusesOf(outletMail, email) !== undefined);
    expect([statusesOf(world.sare, email), statusesOf(outletMail, email), statusesOf(outletMail, 'jan@example.test')]).toEqual([[8, 3], [2], [8]]);
  }, 180_000);
});
