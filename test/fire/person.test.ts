/** N23: everything that is held of a person is found, given out and taken out, in every table and every history; and nothing brings them back. */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from '../../scripts/connect.ts';
import { importOne } from '../../scripts/import.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { edit, retry } from '../../scripts/mend.ts';
import { erasePerson, exportPerson, findPerson } from '../../scripts/person.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { orderWorkflowId, privacyRequestWorkflow, type PrivacyRequestInput } from '../../workflows/messages.ts';
import { findIn, needlesOf, type Guest } from './privacy/needles.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { openEverything } from './person/open-everything.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';

const ola: Guest = { firstName: 'Ola', lastName: 'Wyszomirska', email: 'ola.w@example.test', phone: '512345678', street: 'Zaciszna 7' };
const jan: Guest = { firstName: 'Jan', lastName: 'Grabarczyk', email: 'jan.g@example.test', phone: '601222333', street: 'Polna 12' };
/** lives with Jan, and has the same phone */
const ewa: Guest = { firstName: 'Ewa', lastName: 'Grabarczyk-Lis', email: 'ewa.l@example.test', phone: jan.phone, street: jan.street };
/** before connecting: a backfill lists it */
const anHourAgo = (): string => new Date(Date.now() - 3_600_000).toISOString();
const because = 'asked for it by letter';

describe.skipIf(!hasTemporal())('a person who bought several times', () => {
  let world: World;
  const orders = { done: '', parked: '', edited: '', jans: '', jansWithWords: '' };

  const place = ({ firstName, lastName, email, phone, street }: Guest, more: object = {}): string => {
    const billing = { first_name: firstName, last_name: lastName, email, phone, address_1: street, country: 'PL' };
    return String(z.object({ id: z.number() }).parse(world.shop.definition.actions['create-order']?.({ billing, customer_note: `Call ${lastName}`, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }], ...more })).id);
  };
  const bring = async (sourceId: string): Promise<number> => (await said(async () => importOne(world.session, `${integrationId}/${sourceId}`))).exitCode;
  const refuseNext = (): unknown => world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: `${ola.firstName} ${ola.lastName} <${ola.email}> ${ola.phone} cannot be used`, times: 1 });
  const stateOf = async (sourceId: string) => (await world.ledger.records.find({ integration: integrationId, kind: 'order', sourceId }))?.state;
  const writes = () => world.books.requests().filter(({ method }) => method !== 'GET');
  /** Where a guest stands in clear text once everything is opened: table or run, and what was found. */
  const tracesOf = async (guest: Guest): Promise<string[]> => {
    await world.ledger.exchanges.flush();
    const opened = await openEverything(world.session);
    return opened.flatMap(({ where, text }) => findIn(text, needlesOf(guest)).map((needle) => `${where}: ${needle}`));
  };
  /** The rival's runs hold them, too, and stay. */
  const oursOf = async (guest: Guest): Promise<string[]> => (await tracesOf(guest)).filter((trace) => !trace.includes('rival'));
  const erase = async (guest: Guest) => said(async () => erasePerson(world.session, guest.email.toUpperCase(), { because }));
  const find = async (guest: Guest) => said(async () => findPerson(world.session, guest.email, {}));

  /** Another company's run, with her address in it; nobody works on it. */
  const rivalRequest: PrivacyRequestInput = { connection: 'rival-shop', topic: 'customers/redact', receivedAt: '2026-01-01T00:00:00Z', dueAt: '2026-02-01T00:00:00Z', subject: { customer: { email: ola.email }, orders: [] } };
  const rival = { company: 'rival', person: '', channel: 'email' as const };

  beforeAll(async () => {
    world = await startWorld();
    world.books.definition.seed({ seed: 7 });
    await said(async () => connect(world.session, integrationId, { since: '2026-01-01', detach: false }));
  }, 60_000);
  afterAll(async () => world.close());

  test('her orders come in, one stays parked, one was corrected to be hers, and another’s was refused in words that name her', async () => {
    orders.done = place(ola, { createdAt: anHourAgo() });
    expect(await bring(orders.done)).toBe(0);
    refuseNext();
    orders.parked = place(ola);
    expect(await bring(orders.parked)).toBe(1);
    refuseNext();
    orders.edited = place({ ...ola, email: 'ola.wrong@example.test', phone: '' });
    expect(await bring(orders.edited)).toBe(1);
    await said(async () => edit(world.session, `${integrationId}/${orders.edited}`, { set: [`customer.email=${ola.email}`] }));
    await expect.poll(async () => stateOf(orders.edited), { timeout: 20_000 }).toBe('completed');
    orders.jans = place(jan);
    expect(await bring(orders.jans)).toBe(0);
    expect(await bring(place(ewa))).toBe(0);
    refuseNext();
    orders.jansWithWords = place(jan);
    expect(await bring(orders.jansWithWords)).toBe(1);
    await said(async () => retry(world.session, `${integrationId}/${orders.jansWithWords}`, {}));
    await expect.poll(async () => stateOf(orders.jansWithWords), { timeout: 20_000 }).toBe('completed');

    const { ledger, client } = world.session;
    rival.person = ledger.crypto.digest('rival', 'email', ola.email);
    const refusal = { channel: 'email', state: 'refused', by: 'person', earliest: 1, latest: 1, source: 'shop' } as const;
    await ledger.consents.addMany([{ ...refusal, company: 'acme', person: ledger.crypto.digest('acme', 'email', ola.email) }, { ...refusal, ...rival }]);
    await ledger.contacts.putAddresses('rival-mail', [{ person: rival.person, email: ola.email }]);
    ledger.exchanges.add({ connection: 'rival-books', integration: 'rival-orders', record: 'order:1', run: 'run', endpoint: 'POST /orders', request: ola.email, reply: null, status: 200, size: 0, replyDigest: null, isWrite: true, result: 'ok', durationMs: 1, objectId: null });
    await client.workflow.start(privacyRequestWorkflow, { workflowId: 'privacy:rival-shop:1', taskQueue: 'nobody', args: [rivalRequest] });
  });

  test('N23 find says where, how much and which records, and which systems outside hold them; nobody else is among it', async () => {
    expect((await oursOf(ola)).length).toBeGreaterThan(0);
    const found = z.object({ consent: z.string(), ledger: z.record(z.string(), z.number()), records: z.array(z.string()), runs: z.object({ running: z.array(z.object({ workflowId: z.string() })), closed: z.array(z.object({ workflowId: z.string() })) }), outside: z.array(z.object({ connection: z.string(), what: z.string(), ids: z.array(z.string()) })) }).parse(JSON.parse((await find(ola)).text));
    expect(found.consent).toBe('refused');
    expect(found.records.toSorted()).toEqual([orders.done, orders.edited, orders.parked].map((id) => `${integrationId}/${id}`).toSorted());
    expect(found.ledger).toMatchObject({ consents: 1, parked: 1, records: 3 });
    for (const name of ['exchanges', 'outcomes', 'acts', 'indexEntries']) expect(found.ledger[name], name).toBeGreaterThan(0);
    expect(found.runs.running.map(({ workflowId }) => workflowId)).toEqual([orderWorkflowId(integrationId, orders.parked)]);
    expect(found.runs.closed.map(({ workflowId }) => workflowId)).toEqual(expect.arrayContaining([orders.done, orders.edited, orders.jansWithWords].map((id) => orderWorkflowId(integrationId, id))));
    const idsOf = (connection: string, what: string) => found.outside.find((one) => one.connection === connection && one.what === what)?.ids.length ?? 0;
    expect([idsOf('shop', 'order'), idsOf('books', 'order'), idsOf('books', 'contact')]).toEqual([3, 2, 1]);
  });

  test('N23 export gives it all out in clear text, to a file that only its owner can read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-person-'));
    const file = join(folder, 'ola.json');
    await said(async () => exportPerson(world.session, ola.email, { to: file }));
    const text = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    for (const wanted of [ola.email, ola.lastName, `+48${ola.phone}`, 'POST /orders', 'cannot be used']) expect(text.includes(wanted), wanted).toBe(true);
    await expect(exportPerson(world.session, ola.email, { to: file })).rejects.toThrow('EEXIST');
    await rm(folder, { recursive: true });
  });

  test('N23 a phone that two share leads to neither of them', async () => {
    const found = z.object({ records: z.array(z.string()), sharedPhones: z.number() }).parse(JSON.parse((await find(ewa)).text));
    expect(found.sharedPhones).toBeGreaterThan(0);
    expect(found.records).toHaveLength(1);
  });

  test('N23 N17 after erase no table and no history has them; others, another company’s same person and refusals stay', async () => {
    const before = await tracesOf(jan);
    const [historyOfJan] = await world.session.client.workflow.getHandle(orderWorkflowId(integrationId, orders.jans)).fetchHistory().then(({ events }) => [events?.length ?? 0]);
    expect(before.length).toBeGreaterThan(0);
    expect((await erase(ola)).exitCode).toBe(0);
    expect(await oursOf(ola)).toEqual([]);

    expect((await tracesOf(jan)).filter((trace) => trace.includes(orders.jans))).toEqual(before.filter((trace) => trace.includes(orders.jans)));
    expect((await world.session.client.workflow.getHandle(orderWorkflowId(integrationId, orders.jans)).fetchHistory()).events?.length).toBe(historyOfJan);
    expect([await stateOf(orders.jans), await stateOf(orders.jansWithWords)]).toEqual(['completed', 'completed']);
    const rivals = (await tracesOf(ola)).filter((trace) => trace.includes('rival'));
    expect(rivals.map((trace) => trace.split(':')[0])).toEqual(expect.arrayContaining(['contact_addresses', 'exchanges', 'history of privacy']));

    const { ledger } = world.session;
    const person = ledger.crypto.digest('acme', 'email', ola.email);
    expect((await ledger.consents.standing('acme', [person], 'email')).get(person)).toBe('refused');
    for (const sourceId of [orders.done, orders.parked, orders.edited]) expect(await stateOf(sourceId)).toBe('erased');
    const [act] = await ledger.acts.list({ subject: `person:${person.slice(0, 16)}`, limit: 1 });
    expect(act).toMatchObject({ verb: 'erase-person', operator: 'tester', reason: because });
  });

  test('N23 a webhook, a retry and a backfill bring nothing back, not even an order that nothing here had led to', async () => {
    const unmet = place(ola, { createdAt: anHourAgo(), line_items: [{ name: 'Shade', quantity: 3, total: '77.00', product_id: 0 }] });
    world.books.clearRequests();
    world.shop.definition.actions['edit-order']?.({ id: Number(orders.done), customer_note: `Call ${ola.lastName} twice` });
    await announceOrder(world.session.client)({ integration: getIntegration(world.session, integrationId), sourceId: orders.done, by: 'webhook', lane: 'live' });
    await world.session.client.workflow.getHandle(orderWorkflowId(integrationId, orders.done)).result();
    await expect(bring(orders.parked)).rejects.toThrow('was erased');
    await said(async () => connect(world.session, integrationId, { since: '2026-01-01', detach: false }));
    expect(writes()).toEqual([]);
    expect(await stateOf(unmet)).toBe('erased');
    expect(await oursOf(ola)).toEqual([]);
  });

  test('N23 what they order from then on comes in', async () => {
    const anew = place(ola, { createdAt: new Date(Date.now() + 2_000).toISOString() });
    expect(await bring(anew)).toBe(0);
    expect(await stateOf(anew)).toBe('completed');
  });

  test('N23 erasing twice is harmless, and whom nobody knows gets one sentence', async () => {
    expect((await erase(ola)).exitCode).toBe(0);
    expect((await erase(ola)).exitCode).toBe(0);
    expect(await oursOf(ola)).toEqual([]);
    const { text, exitCode } = await said(async () => findPerson({ ...world.session, asJson: false }, 'nobody@example.test', {}));
    expect({ text, exitCode }).toEqual({ text: 'Nothing is known of this address at acme.\n', exitCode: 0 });
  });
});
