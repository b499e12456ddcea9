/** N23 in the flow of contacts: a person is taken out of ledger and histories, and neither a resync nor word from the mailing system brings them back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { optOut } from '../../scripts/consent.ts';
import { startExport } from '../../scripts/contact-runs.ts';
import { followExport } from '../../scripts/follow-export.ts';
import { getExport } from '../../scripts/integration.ts';
import { erasePerson, findPerson } from '../../scripts/person.ts';
import { sareTruthSchema } from '../../sandbox/sare/truth.ts';
import { addressesTold, syncOptOutsWorkflow, syncOptOutsWorkflowId, workflowQueue, type SyncOptOutsInput } from '../../workflows/messages.ts';
import { act, contactsId, startContactsWorld, until, type ContactsWorld } from '../flows/contacts-world.ts';
import { said } from '../flows/said.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { openEverything } from './person/open-everything.ts';
import { findIn } from './privacy/needles.ts';

const ola = { email: 'ola.w@example.test', lastname: 'Wyszomirska' };
const jan = { email: 'jan.g@example.test', lastname: 'Grabarczyk' };
const because = 'asked for it by letter';

describe.skipIf(!hasTemporal())('a subscriber who is erased', () => {
  let world: ContactsWorld;
  const tracesOf = async ({ email, lastname }: typeof ola): Promise<string[]> => {
    await world.session.ledger.exchanges.flush();
    return (await openEverything(world.session)).flatMap(({ where, text }) => findIn(text, [email, lastname.toLowerCase()]).map((needle) => `${where}: ${needle}`));
  };
  const statusOf = (email: string) => sareTruthSchema.parse(world.sare.truth()).contacts.find((contact) => contact.email === email)?.status;
  const erase = async () => said(async () => erasePerson(world.session, ola.email, { company: 'acme', because }));
  const person = (company: string) => world.session.ledger.crypto.digest(company, 'email', ola.email);
  /** The mailing system's webhook tells of an address; what it comes to is waited for. */
  const tell = async (address: string): Promise<void> => {
    const { ref } = getExport(world.session, contactsId);
    const input: SyncOptOutsInput = { integration: ref };
    const handle = await world.session.client.workflow.signalWithStart(syncOptOutsWorkflow, { taskQueue: workflowQueue, workflowId: syncOptOutsWorkflowId(ref.id), args: [input], signal: addressesTold, signalArgs: [{ addresses: [address] }] });
    await handle.result();
  };

  beforeAll(async () => {
    world = await startContactsWorld({ more: { companies: '  - { id: rival, name: Rival Example }\n' } });
    world.shoper.seed({ seed: 11, customers: 5, subscribers: 3 });
    world.sare.seed({ seed: 3, contacts: 2 });
    for (const { email, lastname } of [ola, jan]) await act(world.shoper, 'create-customer', { email, lastname, firstname: 'A', newsletter: true, isVerified: true, isRegistered: true, tell: false });
    expect(await world.connect()).toBe(0);
    await said(async () => optOut(world.session, contactsId, ola.email, { because: 'by telephone' }));
    await until(() => statusOf(ola.email) === 2);
    await tell(ola.email);
    await world.session.ledger.contacts.putAddresses('rival-mail', [{ person: person('rival'), email: ola.email }]);
  }, 60_000);
  afterAll(async () => world.close());

  test('N23 N17 what is held is found for one company, and nothing of it is left after erase but the refusal', async () => {
    await expect(findPerson(world.session, ola.email, {})).rejects.toThrow('acme, rival');
    const found = z.object({ consent: z.string(), ledger: z.record(z.string(), z.number()), outside: z.array(z.object({ connection: z.string(), what: z.string() })) }).parse(JSON.parse((await said(async () => findPerson(world.session, ola.email, { company: 'acme' }))).text));
    expect(found.consent).toBe('refused');
    expect(found.ledger).toMatchObject({ contactRows: 1, contactAddresses: 1 });
    expect(found.outside.map(({ connection, what }) => `${connection} ${what}`)).toEqual(['mail contact, by the address', 'shop customer']);
    const traces = await tracesOf(ola);
    for (const place of ['contact_rows', 'contact_addresses', 'page_entries', 'exchanges', 'history of sync-opt-outs']) expect(traces.filter((trace) => trace.startsWith(place)).length, place).toBeGreaterThan(0);
    const jans = (await tracesOf(jan)).filter((trace) => /^contact_|^page_/.test(trace));
    expect(jans.length).toBeGreaterThan(0);

    expect((await erase()).exitCode).toBe(0);
    expect((await tracesOf(ola)).filter((trace) => !trace.includes('rival-mail'))).toEqual([]);
    expect((await tracesOf(ola)).filter((trace) => trace.includes('rival-mail'))).not.toEqual([]);
    expect((await tracesOf(jan)).filter((trace) => /^contact_|^page_/.test(trace))).toEqual(jans);
    expect((await world.session.ledger.consents.standing('acme', [person('acme')], 'email')).get(person('acme'))).toBe('refused');
  });

  test('N23 a resync and the mailing system’s word bring nothing back', async () => {
    const integration = getExport(world.session, contactsId);
    await startExport(world.session, integration, 'resync');
    await said(async () => followExport(world.session, integration.ref));
    expect((await tracesOf(ola)).filter((trace) => !trace.includes('rival-mail'))).toEqual([]);
    expect([statusOf(ola.email), statusOf(jan.email)]).toEqual([2, 8]);
    await tell(ola.email);
    const after = (await tracesOf(ola)).filter((trace) => !trace.includes('rival-mail'));
    expect(after.filter((trace) => !trace.startsWith('history of sync-opt-outs'))).toEqual([]); // the word itself, until its time is over or erase is repeated
    expect((await erase()).exitCode).toBe(0);
    expect((await tracesOf(ola)).filter((trace) => !trace.includes('rival-mail'))).toEqual([]);
  });
});
