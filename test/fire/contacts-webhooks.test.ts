/** Contacts of both systems carried by their own webhooks through a real gateway: nothing is lost that the shop told of, nothing goes round in circles. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { optOut } from '../../scripts/consent.ts';
import { startExport } from '../../scripts/contact-runs.ts';
import { untilCarried } from '../../scripts/demo/contacts/watch.ts';
import { followExport } from '../../scripts/follow-export.ts';
import { getExport } from '../../scripts/integration.ts';
import { status as showStatus } from '../../scripts/status.ts';
import { sareTruthSchema, type TrueContact } from '../../sandbox/sare/truth.ts';
import { shoperTruthSchema, type TruePerson } from '../../sandbox/shoper/truth.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { act, contactsId, startContactsWorld, until, type ContactsWorld } from '../flows/contacts-world.ts';
import { said } from '../flows/said.ts';

const patienceMs = 60_000;
const statusSchema = z.object({ contacts: z.array(z.object({ webhooks: z.object({ topics: z.array(z.object({ topic: z.string(), heardAt: z.string().nullable() })) }) })) });
const attemptsSchema = z.array(z.object({ about: z.string(), status: z.number().nullable(), dropped: z.boolean() }));
const writesSchema = z.array(z.object({ flags: z.object({ update_status_on_duplicate: z.boolean().nullable() }), items: z.array(z.object({ email: z.string(), status: z.unknown(), statusAfter: z.unknown() })) }));

const isAlone = ({ customers, subscribers }: TruePerson): boolean => customers.length === 0 && subscribers.length === 1 && (subscribers[0]?.active ?? false);
const attempts = async (sandbox: ContactsWorld['shoper'] | ContactsWorld['sare']) => attemptsSchema.parse(await sandbox.actions['webhook-attempts']?.({}));

describe.skipIf(!hasTemporal())('contacts told of by webhooks', () => {
  let world: ContactsWorld;

  beforeAll(async () => {
    world = await startContactsWorld({ withGateway: true, callTimes: { abortMs: 60_000, settleMs: 1_000 } });
    world.shoper.seed({ seed: 5, customers: 60, subscribers: 40 });
    expect(await world.connect()).toBe(0);
    const address = world.hookAddress('mail');
    await world.sare.actions['webhooks']?.({ active: true, urls: { unsubscribe: [address], bounce: [address], open: [address], click: [address] } });
  }, 180_000);
  afterAll(async () => world.close());

  const people = (): TruePerson[] => shoperTruthSchema.parse(world.shoper.truth()).people;
  const contactOf = (email: string): TrueContact | undefined => sareTruthSchema.parse(world.sare.truth()).contacts.find((contact) => contact.email.toLowerCase() === email.toLowerCase());
  const shopRows = (email: string): boolean[] => (people().find((person) => person.email === email)?.subscribers ?? []).map(({ active }) => active);
  /** Subscribers who are active on both sides and in no customer row; each test takes its own. */
  const taken = new Set<string>();
  const nextSubscriber = (): string => {
    const found = people().find((person) => isAlone(person) && !taken.has(person.email) && contactOf(person.email)?.status === 8)?.email ?? '';
    taken.add(found);
    return found;
  };
  const mailWrites = async (email: string) => writesSchema.parse(await world.sare.actions['writes']?.({ email }));
  const shopWrites = (): number => shoperTruthSchema.parse(world.shoper.truth()).changes.filter(({ by }) => by === 'api').length;
  const carried = async (): Promise<void> => untilCarried(world.session, patienceMs);

  test('S3 S4 S9 the shop’s signed webhooks reach SARE: made, changed, deleted, of customers and subscribers', async () => {
    await act(world.shoper, 'create-customer', { email: 'nora@example.test', firstname: 'Nora', newsletter: true, isVerified: true, isRegistered: true });
    await act(world.shoper, 'subscribe', { email: 'sven@example.test' });
    await until(() => contactOf('nora@example.test')?.status === 8 && contactOf('sven@example.test')?.status === 8);
    await act(world.shoper, 'edit-customer', { email: 'nora@example.test', firstname: 'Norma' });
    await until(() => contactOf('nora@example.test')?.name === 'Norma');
    await act(world.shoper, 'set-newsletter', { email: 'nora@example.test', newsletter: false });
    await act(world.shoper, 'set-subscriber', { email: 'sven@example.test', active: false });
    await until(() => contactOf('nora@example.test')?.status === 2 && contactOf('sven@example.test')?.status === 2);
    const [gone, account] = [nextSubscriber(), people().find(({ email, customers, subscribers }) => subscribers.length === 0 && customers.length === 1 && contactOf(email)?.status === 8)?.email ?? ''];
    await act(world.shoper, 'delete-subscriber', { email: gone });
    await act(world.shoper, 'delete-customer', { email: account });
    await until(() => contactOf(gone)?.status === 2);
    await carried();
    expect(contactOf(account)?.status).toBe(8); // a deleted account alone is no refusal
    const events = new Set((await attempts(world.shoper)).filter(({ status }) => status === 200).map(({ about }) => about.split(' ')[0]));
    expect(events).toEqual(new Set(['client.create', 'client.edit', 'client.delete', 'subscriber.create', 'subscriber.edit', 'subscriber.delete']));
  }, 120_000);

  test('S3 doubled deliveries change nothing twice; what was dropped is found by the sweep', async () => {
    await act(world.shoper, 'webhook-faults', { double: 1 });
    await act(world.shoper, 'create-customer', { email: 'doubled@example.test', firstname: 'Dora', newsletter: true, isVerified: true, isRegistered: true });
    await until(() => contactOf('doubled@example.test')?.status === 8);
    const refused = nextSubscriber();
    await act(world.shoper, 'set-subscriber', { email: refused, active: false });
    await until(() => contactOf(refused)?.status === 2);
    await carried();
    expect((await mailWrites(refused)).filter(({ flags }) => flags.update_status_on_duplicate === true)).toHaveLength(1);
    expect(contactOf('doubled@example.test')?.history.map(({ to }) => to)).toEqual([8]);

    await act(world.shoper, 'webhook-faults', { drop: 1 });
    const untold = nextSubscriber();
    await act(world.shoper, 'create-customer', { email: 'dropped@example.test', firstname: 'Daria', newsletter: true, isVerified: true, isRegistered: true });
    await act(world.shoper, 'set-subscriber', { email: untold, active: false });
    await act(world.shoper, 'webhook-faults', {});
    await carried();
    expect([contactOf('dropped@example.test'), contactOf(untold)?.status]).toEqual([undefined, 8]);
    const integration = getExport(world.session, contactsId);
    await startExport(world.session, integration, 'sweep');
    await said(async () => followExport(world.session, integration.ref));
    expect([contactOf('dropped@example.test')?.status, contactOf(untold)?.status]).toEqual([8, 2]);
  }, 120_000);

  test('S10 SARE’s unsubscribe webhook makes the subscription in the shop inactive, and what we wrote comes back without effect', async () => {
    const email = nextSubscriber();
    const before = { shop: shopWrites(), mail: (await mailWrites(email)).length };
    await act(world.sare, 'unsubscribe', { email });
    await until(() => shopRows(email).every((active) => !active));
    await carried();
    expect(shopWrites() - before.shop).toBe(1);
    expect((await attempts(world.shoper)).filter(({ about }) => about.startsWith('subscriber.edit')).length).toBeGreaterThan(0); // our own write was told of
    expect(contactOf(email)?.history.map(({ to, by }) => `${to} by ${by}`)).toEqual(['8 by api', '3 by person']);
    expect((await mailWrites(email)).slice(before.mail).filter(({ flags }) => flags.update_status_on_duplicate === true)).toEqual([]);
  }, 120_000);

  test('N3 an operator’s opt-out is written once on each side; both systems tell of it, and nothing follows', async () => {
    const email = nextSubscriber();
    const before = { shop: shopWrites(), told: (await attempts(world.sare)).length };
    await said(async () => optOut(world.session, contactsId, email, { because: 'asked by phone' }));
    await until(() => contactOf(email)?.status === 2 && shopRows(email).every((active) => !active));
    await until(async () => (await attempts(world.sare)).length > before.told);
    await carried();
    expect((await attempts(world.sare)).slice(before.told).map(({ about, status }) => `${about} ${status}`)).toEqual([`unsubscribe ${email} 200`]);
    expect(shopWrites() - before.shop).toBe(1);
    expect((await mailWrites(email)).filter(({ flags }) => flags.update_status_on_duplicate === true)).toHaveLength(1);
  }, 120_000);

  test('S10 a webhook of an address that is not ours does nothing: neither there nor in the shop', async () => {
    await act(world.sare, 'add-contact', { email: 'stranger@example.test', status: 8, groups: [305] });
    const before = { shop: shopWrites(), mail: contactOf('stranger@example.test')?.history.length };
    const told = (await attempts(world.sare)).length;
    await act(world.sare, 'open', { email: 'stranger@example.test' });
    await act(world.sare, 'unsubscribe', { email: 'stranger@example.test' });
    await until(async () => (await attempts(world.sare)).slice(told).filter(({ status }) => status === 200).length === 2);
    await carried();
    expect(shopWrites()).toBe(before.shop);
    expect(await mailWrites('stranger@example.test')).toEqual([]);
    expect(people().some(({ email }) => email === 'stranger@example.test')).toBe(false);
  }, 120_000);

  test('S9 S10 N3 a refusal while a batch is held: recorded at once, written after the batch, and nothing confirming is sent after it', async () => {
    const [there, here] = [nextSubscriber(), nextSubscriber()];
    const { company } = getExport(world.session, contactsId).ref;
    const standing = async (email: string) => {
      const person = world.session.ledger.crypto.digest(company, 'email', email);
      return (await world.session.ledger.consents.standing(company, [person], 'email')).get(person);
    };
    world.mail.clearRequests();
    world.mail.fault({ on: 'POST /api/v1/10234/email/add', kind: 'hold', times: 1 });
    await startExport(world.session, getExport(world.session, contactsId), 'resync');
    await world.mail.held(1);
    await act(world.sare, 'unsubscribe', { email: there });
    await act(world.shoper, 'set-subscriber', { email: here, active: false });
    await until(async () => (await standing(there)) === 'refused' && (await standing(here)) === 'refused');
    const statusOfHere = contactOf(here)?.status;
    world.mail.release();
    await said(async () => followExport(world.session, getExport(world.session, contactsId).ref));
    await until(() => contactOf(here)?.status === 2 && shopRows(there).every((active) => !active));
    await carried();
    expect(statusOfHere).toBe(8); // the write waited for the batch
    expect(contactOf(there)?.history.map(({ to }) => to)).toEqual([8, 3]);
    for (const email of [there, here]) {
      const writes = await mailWrites(email);
      const refusedAt = writes.findIndex(({ items }) => items.some(({ statusAfter }) => statusAfter === 2 || statusAfter === 3));
      const after = writes.slice(refusedAt + 1).flatMap(({ items }) => items.map(({ status }) => status));
      expect(after.filter((status) => status !== 2), email).toEqual([]);
    }
  }, 180_000);

  test('N22 status shows of each webhook of both systems when it was heard last, and what only a sweep found', async () => {
    const { text } = await said(async () => showStatus(world.session, contactsId));
    const topics = statusSchema.parse(JSON.parse(text)).contacts.flatMap(({ webhooks: { topics: found } }) => found);
    expect(topics.filter(({ heardAt }) => heardAt !== null).map(({ topic }) => topic)).toEqual(['client.create', 'client.edit', 'client.delete', 'subscriber.create', 'subscriber.edit', 'subscriber.delete', 'unsubscribe']);
    expect(topics.filter(({ heardAt }) => heardAt === null).map(({ topic }) => topic)).toEqual(['bounce']);
    expect(text).not.toContain('@');
  });

  test('S8 nothing of all this asked for a confirmation mail or re-subscribed anybody', () => {
    const { confirmationMails, incidents } = sareTruthSchema.parse(world.sare.truth());
    expect({ confirmationMails, incidents: incidents.filter(({ by }) => by === 'api') }).toEqual({ confirmationMails: [], incidents: [] });
  });
});
