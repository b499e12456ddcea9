/** Contacts of a simulated Shoper shop in a simulated SARE account: exported once each, kept current, and nobody who refused gets mail. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { optIn, optOut } from '../../scripts/consent.ts';
import { startExport, tellChanges } from '../../scripts/contact-runs.ts';
import { followExport } from '../../scripts/follow-export.ts';
import { getExport } from '../../scripts/integration.ts';
import { skip } from '../../scripts/mend.ts';
import { pause, resume } from '../../scripts/pause.ts';
import { exportWorkflowId, optOutsScheduleId, syncOptOutsWorkflow, workflowQueue, type ExportContactsInput } from '../../workflows/messages.ts';
import { sareTruthSchema, type TrueContact } from '../../sandbox/sare/truth.ts';
import { shoperTruthSchema, type TruePerson } from '../../sandbox/shoper/truth.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { act, contactsId, startContactsWorld, until, type ContactsWorld } from '../flows/contacts-world.ts';
import { said } from '../flows/said.ts';

const people = (world: ContactsWorld): TruePerson[] => shoperTruthSchema.parse(world.shoper.truth()).people;
const contacts = (world: ContactsWorld): Map<string, TrueContact> => new Map(sareTruthSchema.parse(world.sare.truth()).contacts.map((contact) => [contact.email.toLowerCase(), contact]));
const contactOf = (world: ContactsWorld, email: string): TrueContact | undefined => contacts(world).get(email.toLowerCase());
const writesIn = (world: ContactsWorld): string[] => world.mail.requests().filter(({ path }) => /\/email\/(?:add|edit)|_emails$/.test(path)).map(({ path }) => path);

/** What the rules demand of a person: which groups, which status for an address that SARE did not know. */
function demanded({ customers, subscribers }: TruePerson): { groups: number[]; status: number } | undefined {
  const exported = customers.filter((row) => row.isRegistered || row.newsletter || row.consent === true);
  if (exported.length + subscribers.length === 0) return undefined;
  const isConfirmed = exported.some((row) => (row.newsletter || row.consent === true) && row.isVerified) || subscribers.some((row) => row.active);
  return { groups: [...(exported.length > 0 ? [12] : []), ...(subscribers.length > 0 ? [13] : [])], status: isConfirmed ? 8 : 6 };
}

async function walk(world: ContactsWorld, mode: ExportContactsInput['mode']): Promise<void> {
  const integration = getExport(world.session, contactsId);
  await startExport(world.session, integration, mode);
  await said(async () => followExport(world.session, integration.ref));
}

async function sweepStatuses(world: ContactsWorld): Promise<void> {
  const { ref } = getExport(world.session, contactsId);
  await world.session.client.workflow.execute(syncOptOutsWorkflow, { taskQueue: workflowQueue, workflowId: optOutsScheduleId(ref.id), args: [{ integration: ref, sweep: true }] });
}

describe.skipIf(!hasTemporal())('contacts from Shoper to SARE', () => {
  let world: ContactsWorld;

  beforeAll(async () => {
    world = await startContactsWorld();
    world.shoper.seed({ seed: 11, customers: 140, subscribers: 70 });
    world.sare.seed({ seed: 3, contacts: 20 });
    world.mail.clearRequests();
    expect(await world.connect()).toBe(0);
  });
  afterAll(async () => world.close());

  test('S2 S6 S8 every customer and subscriber arrives, one contact an address, with the groups of both kinds and the status of the shop', () => {
    const mail = contacts(world);
    const wrong = people(world).flatMap((person) => {
      const wanted = demanded(person);
      const found = mail.get(person.email);
      if (wanted === undefined) return found === undefined ? [] : [`${person.email}: exported, and should not be`];
      if (found === undefined) return [`${person.email}: missing`];
      const groups = found.groups.toSorted((a, b) => a - b);
      return JSON.stringify(groups) === JSON.stringify(wanted.groups) && found.status === wanted.status ? [] : [`${person.email}: ${found.status} in ${groups.join()} instead of ${wanted.status} in ${wanted.groups.join()}`];
    });
    expect(wrong).toEqual([]);
    expect(mail.size).toBeGreaterThan(150);
  });

  test('S5 mapped properties stand in the traits', () => {
    const mail = contacts(world);
    const wrong = people(world).filter(({ customers }) => customers.length === 1 && customers[0]?.isRegistered).flatMap(({ email, customers: [row] }) => {
      const found = mail.get(email);
      const city = row?.addresses.find(({ isDefault }) => isDefault)?.city ?? '';
      return found?.name === row?.firstname && (found?.prop['prop1'] ?? '') === row?.lastname && (city === '' || found?.prop_cust['city'] === city) ? [] : [email];
    });
    expect(wrong).toEqual([]);
  });

  test('S4 a second full walk of an unchanged shop sends nothing', async () => {
    world.mail.clearRequests();
    await walk(world, 'sweep');
    expect(writesIn(world)).toEqual([]);
  });

  test('S11 a resync sends every address again, and changes no status', async () => {
    const before = new Map([...contacts(world)].map(([email, { status }]) => [email, status]));
    world.mail.clearRequests();
    await walk(world, 'resync');
    expect(writesIn(world).length).toBeGreaterThan(1);
    expect(new Map([...contacts(world)].map(([email, { status }]) => [email, status]))).toEqual(before);
  });

  test('S3 S4 a new customer and a changed one are carried by the rows that were told of', async () => {
    const made = await act(world.shoper, 'create-customer', { email: 'new.one@example.test', firstname: 'Nowa', lastname: 'Osoba', newsletter: true, isVerified: true, isRegistered: true, tell: false });
    const { ref } = getExport(world.session, contactsId);
    await tellChanges(world.session, ref, [{ kind: 'customer', sourceId: String(made['id']), event: 'changed' }]);
    await until(() => contactOf(world, 'new.one@example.test')?.status === 8);
    await act(world.shoper, 'edit-customer', { email: 'new.one@example.test', firstname: 'Nowsza', tell: false });
    await tellChanges(world.session, ref, [{ kind: 'customer', sourceId: String(made['id']), event: 'changed' }]);
    await until(() => contactOf(world, 'new.one@example.test')?.name === 'Nowsza');
  });

  test('S9 a box unticked in the shop is a refusal in SARE, found by the sweep where no webhook told of it', async () => {
    await act(world.shoper, 'set-newsletter', { email: 'new.one@example.test', newsletter: false, tell: false });
    await walk(world, 'sweep');
    expect(contactOf(world, 'new.one@example.test')?.status).toBe(2);
  });

  test('S9 N3 ticked again by the person, the refusal in SARE stays and nothing confirms it', async () => {
    await act(world.shoper, 'set-newsletter', { email: 'new.one@example.test', newsletter: true, tell: false });
    await walk(world, 'sweep');
    await walk(world, 'resync');
    expect(contactOf(world, 'new.one@example.test')?.status).toBe(2);
  });

  test('S10 a refusal in SARE deactivates the subscriber in the shop', async () => {
    const subscriber = people(world).find(({ customers, subscribers }) => customers.length === 0 && subscribers.some((row) => row.active));
    const email = subscriber?.email ?? '';
    await act(world.sare, 'unsubscribe', { email });
    await sweepStatuses(world);
    expect(people(world).find((person) => person.email === email)?.subscribers.map((row) => row.active)).toEqual([false]);
    await walk(world, 'sweep');
    expect(contactOf(world, email)?.history.map(({ to }) => to).at(-1)).toBe(3); // no ping-pong: what we wrote in the shop is no news
  });

  test('S10 what the shop cannot hold is kept here, and never exported as opted in', async () => {
    const customer = people(world).find(({ customers, subscribers }) => subscribers.length === 0 && customers.length === 1 && customers[0]?.newsletter && customers[0].isRegistered && customers[0].consent !== true);
    const email = customer?.email ?? '';
    await act(world.sare, 'unsubscribe', { email });
    await sweepStatuses(world);
    const { notWritable } = await world.session.ledger.contacts.counts(contactsId);
    expect(notWritable).toBe(1);
    await act(world.sare, 'delete-contact', { email });
    await walk(world, 'resync');
    expect(contactOf(world, email)?.status).toBe(2);
  });

  test('N3 an operator’s opt-out is carried to both sides, an opt-in only with proof', async () => {
    const subscriber = people(world).find(({ customers, subscribers }) => customers.length === 0 && subscribers.some((row) => row.active));
    const email = subscriber?.email ?? '';
    await said(async () => optOut(world.session, contactsId, email.toUpperCase(), { because: 'asked by phone' }));
    await until(() => contactOf(world, email)?.status === 2);
    await until(() => people(world).find((person) => person.email === email)?.subscribers.every((row) => !row.active) ?? false);
    await said(async () => optIn(world.session, contactsId, email, { proof: 'form signed in the shop' }));
    await until(() => contactOf(world, email)?.status === 8);
  });

  test('S9 a subscription deleted in the shop is a refusal; a deleted account alone is none', async () => {
    const [first, second] = people(world).filter(({ customers, subscribers }) => customers.length === 0 && subscribers.some((row) => row.active));
    const account = people(world).find(({ customers, subscribers, email }) => subscribers.length === 0 && customers.length === 1 && customers[0]?.isRegistered && contactOf(world, email)?.status === 8);
    await act(world.shoper, 'delete-subscriber', { email: first?.email, tell: false });
    await act(world.shoper, 'delete-customer', { email: account?.email, tell: false });
    await walk(world, 'sweep');
    expect(contactOf(world, first?.email ?? '')?.status).toBe(2);
    expect(contactOf(world, account?.email ?? '')?.status).toBe(8);
    expect(contactOf(world, second?.email ?? '')?.status).toBe(8);
  });

  test('S4 a changed address is a new contact, takes a refusal with it, and the old one leaves the groups', async () => {
    const refused = people(world).find(({ email, customers, subscribers }) => subscribers.length === 0 && customers.length === 1 && customers[0]?.isRegistered && customers[0].newsletter && contactOf(world, email)?.status === 8);
    const email = refused?.email ?? '';
    await act(world.shoper, 'set-newsletter', { email, newsletter: false, tell: false });
    await walk(world, 'sweep');
    await act(world.shoper, 'edit-customer', { email, newEmail: 'moved.one@example.test', newsletter: true, tell: false });
    await walk(world, 'sweep');
    expect(contactOf(world, 'moved.one@example.test')?.status).toBe(2);
    expect(contactOf(world, email)).toMatchObject({ status: 2, groups: [] });
  });

  test('N8 S4 a contact that SARE refuses is parked; skipped, it is left out until its data change', async () => {
    const email = 'blocked.one@example.test';
    await act(world.sare, 'add-contact', { email, status: 8 });
    await act(world.sare, 'block', { email });
    await act(world.shoper, 'create-customer', { email, firstname: 'Blanka', newsletter: false, isVerified: true, isRegistered: true, tell: false });
    await walk(world, 'sweep');
    const [parked] = await world.session.ledger.parked.list(contactsId);
    expect(parked).toMatchObject({ kind: 'customer', reason: 'refused' });
    expect((await said(async () => skip(world.session, `${contactsId}/${parked?.number}`, { because: 'asked to be left alone' }))).exitCode).toBe(0);
    world.mail.clearRequests();
    await walk(world, 'sweep');
    expect([writesIn(world), await world.session.ledger.parked.list(contactsId)]).toEqual([[], []]);
    await act(world.shoper, 'edit-customer', { email, firstname: 'Bianka', tell: false });
    await walk(world, 'sweep');
    expect(await world.session.ledger.parked.list(contactsId)).toMatchObject([{ sourceId: parked?.sourceId }]);
    await said(async () => skip(world.session, contactsId, { because: 'asked to be left alone' }));
  });

  test('G2 a paused export sends nothing and waits; resumed, it goes on to its end', async () => {
    const integration = getExport(world.session, contactsId);
    await said(async () => pause(world.session, contactsId, { all: false }));
    world.mail.clearRequests();
    world.shop.clearRequests();
    await startExport(world.session, integration, 'resync');
    const handle = world.session.client.workflow.getHandle(exportWorkflowId(contactsId));
    await until(async () => ((await handle.describe()).raw.pendingActivities ?? []).some(({ lastFailure }) => lastFailure?.applicationFailureInfo?.type === 'PausedError'));
    expect([...world.shop.requests(), ...world.mail.requests()]).toEqual([]);
    await said(async () => resume(world.session, contactsId, { all: false }));
    await said(async () => followExport(world.session, integration.ref));
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(writesIn(world).length).toBeGreaterThan(1);
  });

  test('S8 no request ever asked for a confirmation mail, moved a contact, or overwrote a status but to refuse or with proof', () => {
    expect(sareTruthSchema.parse(world.sare.truth()).confirmationMails).toEqual([]);
    const incidents = sareTruthSchema.parse(world.sare.truth()).incidents.filter(({ by }) => by === 'api').map(({ kind }) => kind);
    expect(incidents.filter((kind) => kind !== 're-subscribed')).toEqual([]);
    expect(incidents.length).toBe(1); // the opt-in with proof
  });
});
