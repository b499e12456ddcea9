/** The three flows of contacts: in which order steps are taken, and what they carry from run to run. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressesTold, cancelWalk, contactsChanged, exportContactsWorkflow, exportWorkflowId, optedOut, rereadWorkflowId, syncContactsWorkflow, syncOptOutsWorkflow, wishesRecorded, workflowQueue, type ExportContactsInput } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { until } from '../flows/contacts-world.ts';
import { createContactFakes, integration, startFakePair, type ContactScripts, type FakePair } from './contact-fakes.ts';

describe.skipIf(!hasTemporal())('contacts', () => {
  let pair: FakePair;
  let count = 0;
  beforeAll(async () => (pair = await startFakePair()));
  afterAll(async () => pair.stop());

  const run = async (type: string, input: object, scripts: ContactScripts = {}, workflowId = `contacts-${(count += 1)}`) => {
    const fakes = createContactFakes(scripts);
    pair.use(fakes);
    const result: unknown = await pair.environment.client.workflow.execute(type, { taskQueue: workflowQueue, workflowId, args: [{ integration, ...input }] });
    return { result, calls: fakes.calls };
  };
  const walk = async (input: Partial<ExportContactsInput>, scripts: ContactScripts = {}, workflowId?: string) => run(exportContactsWorkflow, { mode: 'export', kinds: ['customer', 'subscriber'], ...input }, scripts, workflowId);

  test('S2 an export looks through the second kind, sends both, looks for what is gone, and reads the target’s refusals', async () => {
    const { result, calls } = await walk({}, { pages: { customer: [{ page: 'c1', nextCursor: '2' }, { page: 'c2' }], subscriber: [{}, { page: 's1' }], unseen: [{}] }, statuses: [{ refused: ['anna'] }] });
    const ordered = calls.filter((call) => !call.startsWith('send'));
    expect(ordered).toEqual(['begin', 'read subscriber  look', 'read customer', 'read customer 2', 'read subscriber', 'unseen customer', 'unseen subscriber', 'statuses', 'withdraw anna']);
    expect(calls.filter((call) => call.startsWith('send'))).toEqual(['send c1', 'send c2', 'send s1']);
    expect(result).toMatchObject({ phase: 'done', sent: 3, refused: 1, memory: { incarnation: 'one', epoch: 1 } });
  });

  test('S9 a refusal found on a page is written before the next page is sent', async () => {
    const { calls } = await walk({ kinds: ['customer'] }, { pages: { customer: [{ page: 'c1', nextCursor: '2', refused: ['anna'] }, { page: 'c2', refused: ['jan'] }], unseen: [{}] } });
    expect(calls.filter((call) => /^(refuse|send)/.test(call))).toEqual(['refuse anna', 'send c1', 'refuse jan', 'send c2']);
  });

  test('G3 S9 one that is told meanwhile goes ahead of the next page', async () => {
    const id = 'told-meanwhile';
    const { calls, result } = await walk({ kinds: ['customer'] }, { pages: { customer: [{ page: 'c1', nextCursor: '2' }, { page: 'c2' }], unseen: [{}] }, during: async (call) => (call === 'send c1' ? pair.environment.client.workflow.getHandle(id).signal(optedOut, { persons: ['anna'] }) : undefined) }, id);
    expect(calls.indexOf('refuse anna')).toBeLessThan(calls.indexOf('send c2'));
    expect(calls).toContain('refuse anna');
    expect(result).toMatchObject({ refusalsWritten: 1 });
  });

  test('S11 a resync forces every row and looks at no kind twice; a page that expired is not sent', async () => {
    const { result, calls } = await walk({ mode: 'resync' }, { pages: { customer: [{ page: 'c1' }], subscriber: [{ page: 's1' }], unseen: [{}] }, sent: ['expired', 'sent'] });
    expect(calls.filter((call) => call.startsWith('read'))).toEqual(['read customer  forced', 'read subscriber  forced']);
    expect(result).toMatchObject({ sent: 1 });
  });

  test('N21 with an older ledger everything is read through without sending, then sent', async () => {
    const { calls } = await walk({ mode: 'sweep', last: { incarnation: 'one', epoch: 7 } }, { mustReread: true, pages: { customer: [{ page: 'c1' }], subscriber: [{}], unseen: [{ page: 'u1' }, {}] } });
    expect(calls).toEqual(['begin after 7', 'read customer  look', 'read subscriber  look', 'unseen customer look', 'unseen subscriber look', 'statuses', 'refusals known', 'read customer', 'send c1', 'read subscriber', 'unseen customer', 'unseen subscriber', 'statuses'].filter(Boolean));
  });

  test('N21 a reread sends nothing and ends', async () => {
    const { result, calls } = await walk({ mode: 'reread', kinds: ['customer'] }, { mustReread: true, pages: { customer: [{ page: 'c1' }] } });
    expect(calls).toEqual(['begin', 'read customer  look', 'unseen customer look', 'statuses', 'refusals known']);
    expect(result).toMatchObject({ phase: 'done', sent: 0 });
  });

  test('a cancelled export ends after the page at hand', async () => {
    const id = 'cancelled';
    const { calls, result } = await walk({ kinds: ['customer'] }, { pages: { customer: [{ page: 'c1', nextCursor: '2' }] }, during: async (call) => (call === 'send c1' ? pair.environment.client.workflow.getHandle(id).signal(cancelWalk) : undefined) }, id);
    expect(calls.filter((call) => call.startsWith('send'))).toEqual(['send c1']);
    expect(result).toMatchObject({ phase: 'customer', sent: 1 });
  });

  test('an export of very many pages continues as new and keeps cursor, counters and memory', async () => {
    const many = Array.from({ length: 130 }, (_, n) => ({ page: `p${n}`, nextCursor: `c${n + 1}` }));
    const { result, calls } = await walk({ kinds: ['customer'] }, { pages: { customer: [...many, { page: 'last' }], unseen: [{}] } });
    expect(result).toMatchObject({ phase: 'done', sent: 131, read: 132, memory: { epoch: 1 } });
    expect(calls.filter((call) => call === 'begin')).toHaveLength(1);
    expect(new Set(calls.filter((call) => call.startsWith('send'))).size).toBe(131);
  });

  const signalled = async (type: string, signal: { name: string }, args: object, scripts: ContactScripts) => {
    const fakes = createContactFakes(scripts);
    pair.use(fakes);
    const handle = await pair.environment.client.workflow.signalWithStart(type, { taskQueue: workflowQueue, workflowId: `contacts-${(count += 1)}`, args: [{ integration }], signal: signal.name, signalArgs: [args] });
    const result: unknown = await handle.result();
    return { result, calls: fakes.calls };
  };

  test('S3 S4 what webhooks told is read again, one row once; the refusal goes first; an expired page is read again', async () => {
    const changes = ['1', '2', '1'].map((sourceId) => ({ kind: 'customer', sourceId, event: 'changed' }));
    const { result, calls } = await signalled(syncContactsWorkflow, contactsChanged, { changes }, { changed: [{ page: 'p1', refused: ['anna'] }, { page: 'p2' }], sent: ['expired', 'sent'] });
    expect(calls).toEqual(['read rows 1,2', 'refuse anna', 'send p1', 'read rows 1,2', 'send p2']);
    expect(result).toMatchObject({ sent: 1, refused: 1 });
  });

  test('S10 an address that was told of is read there; its refusal goes to the shop', async () => {
    const { calls, result } = await signalled(syncOptOutsWorkflow, addressesTold, { addresses: ['anna@example.test'] }, { statuses: [{ refused: ['anna'] }] });
    expect(calls).toEqual(['statuses anna@example.test', 'withdraw anna']);
    expect(result).toMatchObject({ refused: 1, withdrawn: 1 });
  });

  test('N22 which webhook told of rows or addresses goes to the step that reads them, once', async () => {
    const change = { kind: 'customer', sourceId: '1', event: 'changed' };
    const rows = await signalled(syncContactsWorkflow, contactsChanged, { changes: [change], topic: 'client.edit' }, { changed: [{ page: 'p1' }, { page: 'p2' }], sent: ['expired', 'sent'] });
    expect(rows.calls).toEqual(['read rows 1 heard client.edit', 'send p1', 'read rows 1', 'send p2']);
    const addresses = await signalled(syncOptOutsWorkflow, addressesTold, { addresses: ['anna@example.test'], topic: 'unsubscribe' }, {});
    expect(addresses.calls).toEqual(['statuses anna@example.test heard unsubscribe']);
  });

  test('N3 a wish that an operator recorded is written to both sides', async () => {
    const { calls } = await signalled(syncOptOutsWorkflow, wishesRecorded, { persons: ['anna'] }, {});
    expect(calls).toEqual(['refuse anna', 'confirm anna', 'withdraw anna']);
  });

  test('S9 while the shop is in trouble with one refusal, the next one goes to the mailing system; the run ends once both are carried', async () => {
    const id = 'shop-in-trouble';
    const seen: string[] = [];
    const { calls, result } = await run(syncOptOutsWorkflow, { recorded: ['anna'] }, {
      during: async (call) => {
        seen.push(call);
        if (call !== 'withdraw anna') return;
        await pair.environment.client.workflow.getHandle(id).signal(wishesRecorded, { persons: ['jan'] });
        await until(() => seen.includes('refuse jan')); // the shop answers no sooner
      },
    }, id);
    expect(calls).toEqual(expect.arrayContaining(['refuse anna', 'withdraw anna', 'refuse jan', 'withdraw jan']));
    expect(result).toMatchObject({ written: 2 });
  });

  test('S10 a sweep reads all statuses, page after page, then takes up what was left over', async () => {
    const { calls, result } = await run(syncOptOutsWorkflow, { sweep: true }, { statuses: [{ refused: ['anna'], nextCursor: 'm' }, { refused: [] }] });
    expect(calls.filter((call) => !call.startsWith('withdraw'))).toEqual(['begin', 'statuses', 'statuses', 'refuse due']);
    expect(calls.filter((call) => call.startsWith('withdraw'))).toEqual(['withdraw anna', 'withdraw due']);
    expect(result).toMatchObject({ read: 2, memory: { epoch: 1 } });
  });

  test('N21 a sweep that meets an older ledger has refusals re-read by a run of its own', async () => {
    const { calls } = await run(syncOptOutsWorkflow, { sweep: true, kinds: ['customer'] }, { mustReread: true });
    await pair.environment.client.workflow.getHandle(rereadWorkflowId(integration.id)).result();
    expect(calls).toContain('refusals known');
    expect(calls.some((call) => call.startsWith('send'))).toBe(false);
    expect(exportWorkflowId(integration.id)).not.toBe(rereadWorkflowId(integration.id));
  });
});
