/** Problems in bulk pause the integration instead of parking thousands (design 5, decision on R2). */
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { createSharedActivities } from '../../activities/shared.ts';
import type { ParkReason } from '../../domain/reasons.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

const integration = { id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' };

let testLedger: TestLedger;
beforeEach(async () => {
  testLedger = await openTestLedger();
  return async () => testLedger.close();
});

let next = 0;
const park = async (reason: ParkReason): Promise<void> => {
  next += 1;
  const steps = createSharedActivities({ ledger: testLedger.ledger, announce: async () => undefined, integrationRef: async () => integration, hasHooks: false });
  await new MockActivityEnvironment().run(async (input: Parameters<typeof steps.park>[0]) => steps.park(input), { integration, sourceId: `order-${next}`, step: 'create the order' as const, reason, words: 'no' });
};
const create = async (): Promise<void> => {
  next += 1;
  await testLedger.ledger.outcomes.add({ integration: integration.id, kind: 'order', sourceId: `order-${next}`, number: null, outcome: 'created', reason: '', targetId: '1', detail: null, run: `run-${next}`, settingsVersion: null });
};
const times = async (count: number, work: () => Promise<void>): Promise<void> => {
  for (let n = 0; n < count; n += 1) await work();
};
const state = async () => testLedger.ledger.states.get(`integration:${integration.id}`);

describe('many parked for one reason', () => {
  test('N19 nineteen in a row are parked, the twentieth pauses the integration', async () => {
    await times(19, async () => park('refused'));
    expect(await state()).toMatchObject({ state: 'ok' });
    await park('refused');
    expect(await state()).toMatchObject({ state: 'paused', reason: 'many-parked' });
  });

  test('N19 a tenth of a page pauses, too, however many go through between', async () => {
    await times(91, create);
    await times(9, async () => park('bad-data'));
    expect(await state()).toMatchObject({ state: 'ok' });
    await create();
    await park('bad-data');
    expect(await state()).toMatchObject({ state: 'paused', reason: 'many-parked' });
  });

  test('N19 other reasons between do not count together', async () => {
    for (const reason of ['refused', 'bad-data', 'unexpected-reply'] as const) await times(7, async () => park(reason));
    expect(await state()).toMatchObject({ state: 'ok' });
  });

  test('R2 three refused product lines in a row pause with their own reason', async () => {
    await times(2, async () => park('perhaps-right-missing'));
    expect(await state()).toMatchObject({ state: 'ok' });
    await park('perhaps-right-missing');
    expect(await state()).toMatchObject({ state: 'paused', reason: 'right-missing' });
  });
});
