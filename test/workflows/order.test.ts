/** One address per order: what becomes of it, told with fakes and skipped time. */
import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Followed } from '../../domain/ports.ts';
import { announced, orderStatus, orderWorkflow, orderWorkflowId, retry, skip, workflowQueue, type Announcement, type OrderInput, type OrderStatus } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { createFakes, integration, reading, refusal, type Scripts } from './fakes.ts';
import { startFakeSystems, type FakeSystems } from './run.ts';

const untilParked = async (handle: WorkflowHandle): Promise<OrderStatus> => {
  for (;;) {
    const status = await handle.query(orderStatus);
    if (status.state === 'parked') return status;
  }
};

describe.skipIf(!hasTemporal())('one order', () => {
  let systems: FakeSystems;
  let count = 0;
  beforeAll(async () => (systems = await startFakeSystems()));
  afterAll(async () => systems.stop());

  const announce = async (announcement: Announcement, sourceId = `17-${(count += 1)}`) => {
    const input: OrderInput = { integration, sourceId };
    return systems.environment.client.workflow.signalWithStart(orderWorkflow, { taskQueue: workflowQueue, workflowId: orderWorkflowId(integration.id, sourceId), args: [input], signal: announced, signalArgs: [announcement] });
  };
  const live: Announcement = { by: 'sweep', lane: 'live' };

  const play = async <T>(scripts: Scripts, work: (calls: string[]) => Promise<T>): Promise<{ result: T; calls: string[] }> => {
    const fakes = createFakes(scripts);
    systems.use(fakes);
    return { result: await work(fakes.calls), calls: fakes.calls };
  };

  test('G1 R1 an order is read off its page, its customer and products are ensured, and it is created', async () => {
    const { result, calls } = await play({ listed: [reading] }, async () => (await announce({ by: 'backfill', lane: 'bulk', page: 'p1' })).result());
    expect(result).toEqual({ kind: 'created', targetId: '4411', notes: [] });
    expect(calls).toEqual(['look on page p1', 'parties', 'create']);
  });

  test.each([
    ['for which a call is needed', { kind: 'elsewhere' } as const],
    ['whose page cannot be looked at', new Error('the ledger is away')],
  ])('G1 R1 an order %s is read by a step of its connection', async (_title, listed) => {
    const { result, calls } = await play({ listed: [listed] }, async () => (await announce({ by: 'backfill', lane: 'bulk', page: 'p1' })).result());
    expect(result).toEqual({ kind: 'created', targetId: '4411', notes: [] });
    expect(calls).toEqual(['look on page p1', 'read bulk from page p1', 'parties', 'create']);
  });

  test('G1 N2 what the page shows to be no import ends there', async () => {
    const { result, calls } = await play({ listed: [{ kind: 'skip', reason: 'status-excluded', digest: 'd1' }] }, async () => (await announce({ by: 'backfill', lane: 'bulk', page: 'p1' })).result());
    expect(result).toEqual({ kind: 'skipped', reason: 'status-excluded' });
    expect(calls).toEqual(['look on page p1']);
  });

  test('N2 an order whose import we completed is skipped and its customer is left alone', async () => {
    const { result, calls } = await play({ readings: [{ kind: 'skip', reason: 'already-imported', digest: '' }] }, async () => (await announce(live)).result());
    expect(result).toEqual({ kind: 'skipped', reason: 'already-imported' });
    expect(calls).toEqual(['read live', 'read live to follow']);
  });

  const imported = { kind: 'skip', reason: 'already-imported', digest: '' } as const;
  const followed: Followed = { kind: 'followed', targetId: '4411', isChanged: true, notes: [] };

  test('R16 R6 R11 an imported order is followed: new lines are looked up first, and a status that is due goes to the platform', async () => {
    const { result, calls } = await play({ readings: [imported, reading], followed: [{ kind: 'needs parties' }, { ...followed, writeBack: { status: 'packed', books: '104', isLast: false } }] }, async () => (await announce(live)).result());
    expect(result).toMatchObject({ kind: 'updated', targetId: '4411' });
    expect(calls).toEqual(['read live', 'read live to follow', 'follow', 'parties', 'follow', 'set packed']);
  });

  test('R8 R16 an order that the platform no longer has is followed all the same', async () => {
    const { result, calls } = await play({ readings: [imported, { kind: 'skip', reason: 'gone-from-source', digest: '' }], followed: [followed] }, async () => (await announce(live)).result());
    expect(result).toMatchObject({ kind: 'updated' });
    expect(calls).toEqual(['read live', 'read live to follow', 'follow']);
  });

  test('N22 which webhooks told of an order goes to the step that reads it, each once', async () => {
    const update: Announcement = { by: 'webhook', lane: 'live', topic: 'order.updated' };
    const { calls } = await play({ readings: [refusal('BadDataError'), imported, reading], followed: [followed] }, async () => {
      const handle = await announce({ ...update, topic: 'order.created' });
      await untilParked(handle);
      for (const told of [update, update, live]) await handle.signal(announced, told);
      return handle.result();
    });
    expect(calls.filter((call) => call.startsWith('read'))[0]).toBe('read live heard order.created');
    expect(calls.some((call) => call.startsWith('read live to follow') && call.endsWith('heard order.updated'))).toBe(true);
    expect(calls.join('\n')).not.toContain('order.updated,order.updated');
  });

  test('N8 a refused change parks the imported order; retry goes on following it', async () => {
    const { result } = await play({ readings: [imported, reading, imported, reading], followed: [refusal('PermanentError', { words: 'no' }), followed] }, async () => {
      const handle = await announce(live);
      await untilParked(handle);
      await handle.signal(retry);
      return handle.result();
    });
    expect(result).toMatchObject({ kind: 'updated' });
  });

  test('R14 missing products park the order, all named together; retry reads it afresh and finishes it', async () => {
    const missing = { customerId: '1', products: {}, missing: ['A-1', 'B-2'], notes: [] };
    const { result, calls } = await play({ parties: [missing, { ...missing, missing: [] }] }, async () => {
      const handle = await announce(live);
      expect(await untilParked(handle)).toMatchObject({ outcome: { reason: 'products-missing', detail: 'A-1, B-2' } });
      await handle.signal(retry);
      return handle.result();
    });
    expect(result).toMatchObject({ kind: 'created' });
    expect(calls).toEqual(['read live', 'parties', 'park products-missing at customer and products: A-1, B-2', 'read live afresh', 'parties', 'create']);
  });

  test('N8 a refused order waits for a person, with the vendor’s words; skip leaves it out', async () => {
    const { result, calls } = await play({ created: [refusal('PermanentError', { words: 'branch is closed' })] }, async () => {
      const handle = await announce(live);
      await untilParked(handle);
      await handle.signal(skip);
      return handle.result();
    });
    expect(result).toEqual({ kind: 'skipped', reason: 'left-out-by-operator' });
    expect(calls.slice(2)).toEqual(['create', 'park refused at create the order: roapp POST /orders: PermanentError: branch is closed', 'leave out']);
  });

  test('N8 a parked order whose source changed is tried again', async () => {
    const { result } = await play({ readings: [refusal('BadDataError'), reading] }, async () => {
      const handle = await announce(live);
      await untilParked(handle);
      await handle.signal(announced, live);
      return handle.result();
    });
    expect(result).toMatchObject({ kind: 'created' });
  });

  test('N8 trouble that may be the record’s own is tried again after a day by itself', async () => {
    const { result, calls } = await play({ created: [refusal('PerhapsRecordError'), { kind: 'created', targetId: '4411', notes: [] }] }, async () => (await announce(live)).result());
    expect(result).toMatchObject({ kind: 'created' });
    expect(calls.filter((call) => call === 'create')).toHaveLength(2);
  });

  test.each([
    ['R2 a line refused although product and employee exist names the right that may be missing', 'PermanentError', { reason: 'perhaps-right-missing' }, 'perhaps-right-missing'],
    ['a reply in an unexpected form', 'UnexpectedReplyError', {}, 'unexpected-reply'],
    ['a setting that names nothing', 'SettingsError', {}, 'settings-mistake'],
    ['a right missing for this record alone', 'ForbiddenError', {}, 'refused'],
    ['a reason of no closed list', 'PermanentError', { reason: 'anna@example.test' }, 'refused'],
    ['what nobody foresaw', 'Unforeseen', {}, 'unforeseen'],
  ])('%s: %s parks as %o', async (_title, type, details, reason) => {
    const { result } = await play({ created: [refusal(type, details)] }, async () => {
      const handle = await announce(live);
      const status = await untilParked(handle);
      await handle.terminate();
      return status;
    });
    expect(result.outcome).toMatchObject({ kind: 'parked', reason, step: 'create the order' });
  });

  test('a right missing for the whole account pauses the connection, and the step is repeated', async () => {
    const { calls } = await play({ accountIsRefused: true, created: [refusal('ForbiddenError'), { kind: 'created', targetId: '4411', notes: [] }] }, async () => (await announce(live)).result());
    expect(calls).toContain('pause books forbidden');
    expect(calls.some((call) => call.startsWith('park'))).toBe(false);
  });

  test('G3 N13 what a live event announces while a backfill’s page is read goes on live afterwards', async () => {
    const { calls } = await play({ readings: [reading, { kind: 'skip', reason: 'already-imported', digest: '' }] }, async () => {
      const first = await announce({ by: 'backfill', lane: 'bulk', page: 'p1' }, 'both');
      await announce(live, 'both');
      return first.result();
    });
    expect(calls.filter((call) => call === 'create')).toHaveLength(1);
    expect(calls.findLast((call) => call.startsWith('read'))).toMatch(/^read live/);
  });
});
