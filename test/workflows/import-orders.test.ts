/** The walks: page after page from the cursor, each announced before the mark moves. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importOrdersWorkflow, workflowQueue, type ImportOrdersInput } from '../../workflows/messages.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { createFakes, integration, type Scripts } from './fakes.ts';
import { startFakeSystems, type FakeSystems } from './run.ts';

describe.skipIf(!hasTemporal())('many orders', () => {
  let systems: FakeSystems;
  let count = 0;
  beforeAll(async () => (systems = await startFakeSystems()));
  afterAll(async () => systems.stop());

  const walk = async (input: Omit<ImportOrdersInput, 'integration'>, scripts: Scripts) => {
    const fakes = createFakes(scripts);
    systems.use(fakes);
    const result: unknown = await systems.environment.client.workflow.execute(importOrdersWorkflow, { taskQueue: workflowQueue, workflowId: `walk-${(count += 1)}`, args: [{ integration, ...input }] });
    return { result, calls: fakes.calls };
  };

  test('R9 G4 a backfill indexes the target, announces each page, then names what is excluded', async () => {
    const { result, calls } = await walk({ mode: 'backfill' }, {
      index: [{ count: 50, of: 'people', nextCursor: 'i2' }, { count: 9, of: 'products' }],
      pages: [{ page: 'p1', count: 100, nextCursor: 'c2', total: 130 }, { page: 'p2', count: 30 }, { page: 'p3', count: 12 }],
      announcements: [{ kind: 'announced', announced: 100, unchanged: 0, skipped: 0 }, { kind: 'announced', announced: 28, unchanged: 2, skipped: 0 }, { kind: 'announced', announced: 0, unchanged: 0, skipped: 12 }],
    });
    expect(calls).toEqual(['index', 'index', 'finish index', 'page backfill', 'announce p1', 'page backfill from c2', 'announce p2', 'page excluded', 'announce p3', 'restart adopted', 'finish backfill']);
    expect(result).toMatchObject({ phase: 'done', indexed: 59, listed: 142, announced: 128, unchanged: 2, skipped: 12, total: 130 });
  });

  test('G4 an incremental window moves the mark with each announced page', async () => {
    const { calls } = await walk({ mode: 'incremental' }, { pages: [{ page: 'p1', count: 2 }] });
    expect(calls).toEqual(['index changes', 'finish index', 'page changed', 'announce p1 and move changed']);
  });

  test('N21 a ledger that does not know the target reads its orders first, then a full index, and starts what no page has listed', async () => {
    const begun = { memory: { incarnation: 'new', epoch: 1 }, isWaiting: false, adoptSince: '2026-09-01T00:00:00Z' };
    const links = [{ count: 50, adopted: 3, nextCursor: 'l2' }, { count: 9, adopted: 1 }];
    const { result, calls } = await walk({ mode: 'incremental' }, { begun, links, pages: [{ page: 'p1', count: 2 }] });
    expect(calls).toEqual(['links', 'links', 'index', 'finish index', 'finish adopt', 'page changed', 'announce p1 and move changed', 'restart adopted']);
    expect(result).toMatchObject({ phase: 'done', adopted: 4, memory: begun.memory });
  });

  test('N21 a look does nothing as long as a backfill has to rebuild links', async () => {
    const { calls } = await walk({ mode: 'incremental' }, { begun: { memory: { incarnation: 'new', epoch: 1 }, isWaiting: true } });
    expect(calls).toEqual([]);
  });

  test('a page that expired before its turn is read again at the same cursor', async () => {
    const { calls } = await walk({ mode: 'incremental' }, { pages: [{ page: 'p1', count: 2 }, { page: 'p1b', count: 2 }], announcements: [{ kind: 'expired' }, { kind: 'announced', announced: 2, unchanged: 0, skipped: 0 }] });
    expect(calls.slice(2)).toEqual(['page changed', 'announce p1 and move changed', 'page changed', 'announce p1b and move changed']);
  });

  test('a trial with a limit announces no more than asked for, and leaves the excluded ones to the real backfill', async () => {
    const { result, calls } = await walk({ mode: 'backfill', limit: 5 }, { pages: [{ page: 'p1', count: 5, nextCursor: 'c2' }] });
    expect(calls.filter((call) => call.startsWith('page'))).toEqual(['page backfill']);
    expect(result).toMatchObject({ phase: 'done', listed: 5 });
  });

  test('a walk of very many pages continues as new and keeps its counters', async () => {
    const pages = [...Array.from({ length: 90 }, (_, n) => ({ page: `p${n}`, count: 1, nextCursor: `c${n + 1}` })), { page: 'last', count: 1 }, { count: 0 }];
    const { result } = await walk({ mode: 'backfill' }, { pages });
    expect(result).toMatchObject({ phase: 'done', listed: 91, pages: 92 });
  });
});
