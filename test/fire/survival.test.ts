/** What else happens to machines and processes in the middle of an import: afterwards the books hold what they would hold anyway (N8, N10). */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openLedger } from '../../ledger/open.ts';
import { roappTruthSchema } from '../../sandbox/roapp/truth.ts';
import type { LoggedRequest } from '../../sandbox/kernel/sandbox.ts';
import { pause, resume } from '../../scripts/pause.ts';
import { startDevServer, type DevServer } from '../../scripts/setup/dev-server.ts';
import { freePorts } from '../../scripts/setup/ports.ts';
import { incrementalScheduleId, orderWorkflow } from '../../workflows/messages.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World, type WorldOptions } from '../flows/world.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { createSmallDisk } from './small-disk.ts';
import { callTimes, endHalt, expectSame, follow, haltAfter, listOfOrders, seed, standing, start, undisturbed, type Standing } from './standing.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** enough to be in the middle of something */
const few = 20;
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What the steps of orders that are under way last failed with. */
async function lastFailures({ session }: World): Promise<string[]> {
  const failures: string[] = [];
  for await (const { workflowId } of session.client.workflow.list({ query: `WorkflowType = '${orderWorkflow}' AND ExecutionStatus = 'Running'` })) {
    const { raw } = await session.client.workflow.getHandle(workflowId).describe();
    failures.push(...(raw.pendingActivities ?? []).flatMap(({ lastFailure }) => lastFailure?.applicationFailureInfo?.type ?? []));
  }
  return failures;
}

/** Nothing was done yet: the turn of somebody else. */
const benign = new Set(['BudgetBusyError', 'BusyKeyError']);

interface Repeat {
  workflowId: string;
  activityId: string;
  /** the attempt that failed */
  attempt: number;
  reason: string;
}

/** The steps of any run that were tried more than once, and why. */
async function repeatsIn({ session }: World): Promise<Repeat[]> {
  const repeats: Repeat[] = [];
  for await (const { workflowId, runId } of session.client.workflow.list()) {
    const { events } = await session.client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { activityTaskStartedEventAttributes: started } of events ?? []) {
      const scheduled = events?.find(({ eventId }) => String(eventId) === String(started?.scheduledEventId))?.activityTaskScheduledEventAttributes;
      const attempt = (started?.attempt ?? 1) - 1;
      const reason = started?.lastFailure?.applicationFailureInfo?.type ?? started?.lastFailure?.message ?? '';
      if (attempt > 0) repeats.push({ workflowId, activityId: scheduled?.activityId ?? '', attempt, reason });
    }
  }
  return repeats;
}

/** Attempts a worker has begun, by its log at level *debug*. */
const begunIn = (log: string): string[] =>
  log.split('\n').flatMap((line) => {
    const { data } = z.object({ msg: z.literal('Activity started'), workflowId: z.string(), activityId: z.string(), attempt: z.number() }).safeParse(line.startsWith('{') ? JSON.parse(line) : {});
    return data === undefined ? [] : [nameOf(data)];
  });

const nameOf = ({ workflowId, activityId, attempt }: Pick<Repeat, 'workflowId' | 'activityId' | 'attempt'>): string => `${workflowId} ${activityId} ${attempt}`;

/** Stopped between two transactions: a process frozen inside one keeps everybody else from an SQLite ledger until it wakes. */
async function stall(worker: WorkerProcess, { ledger }: World): Promise<void> {
  for (;;) {
    worker.signal('SIGSTOP');
    if (await ledger.marks.set('test', 'is-writable', 'yes').then(() => true, () => false)) return; // prettier-ignore
    worker.signal('SIGCONT');
  }
}

/** How often each kind of write was sent. */
function writesOf(requests: readonly LoggedRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { method, path } of requests.filter((request) => request.method !== 'GET')) {
    const kind = `${method} ${path.replace(/\?.*$/, '').replaceAll(/\d+/g, '{id}').replace('/v{id}', '/v2')}`;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

const orderSchema = z.object({ id: z.number(), lines: z.array(z.object({ id: z.number() })) });
const inShop = (world: World, action: string, input: object): unknown => world.shop.definition.actions[action]?.(input);

/** An order of two lamps in the shop. */
function placeIn(world: World, who: string, createdAt?: string): z.infer<typeof orderSchema> {
  const billing = { first_name: 'Jan', last_name: 'Nowak', email: `${who}@example.test`, country: 'PL' };
  const { id } = z.object({ id: z.number() }).parse(inShop(world, 'create-order', { billing, line_items: [{ name: 'Lamp', quantity: 2, total: '50.00', product_id: 0 }], ...(createdAt === undefined ? {} : { createdAt }) }));
  const placed = z.object({ orders: z.array(orderSchema) }).parse(world.shop.definition.truth()).orders.find((order) => order.id === id);
  if (placed === undefined) throw new Error(`order ${id} is not in the shop`);
  return placed;
}

/** "<marker>: <pieces>" of each imported order. */
const quantitiesIn = (world: World): string[] =>
  roappTruthSchema
    .parse(world.books.definition.truth())
    .orders.flatMap(({ custom_fields, items }) => (typeof custom_fields['f5501'] === 'string' && custom_fields['f5501'] !== '' ? `${custom_fields['f5501']}: ${items.map(({ quantity }) => Number(quantity)).join(' ')}` : []))
    .toSorted();

interface Lonely {
  world: World;
  worker: WorkerProcess;
  port: number;
  since: number;
}

/** A worker whose Temporal server is not there; the other tests pass the time. */
async function startLonely(): Promise<Lonely> {
  const [port = 0] = await freePorts(1);
  const world = await startWorld({ callTimes, withWorker: false, variables: { TEMPORAL_ADDRESS: `127.0.0.1:${port}`, TEMPORAL_NAMESPACE: 'default' } });
  seed(world, few);
  return { world, port, worker: await startWorkerProcess(world), since: performance.now() };
}

async function inWorld(options: WorldOptions, work: (world: World) => Promise<void>): Promise<void> {
  const world = await startWorld({ callTimes, ...options });
  try {
    seed(world, few);
    await work(world);
  } finally {
    endHalt(world);
    await world.close();
  }
}

describe.skipIf(!hasTemporal())('an import survives', { timeout: 120_000 }, () => {
  let control: Standing;
  let requests: LoggedRequest[];
  let lonely: Lonely;

  beforeAll(async () => {
    ({ control, requests } = await undisturbed(few));
    lonely = await startLonely();
  });
  afterAll(async () => {
    await lonely.worker.end();
    await lonely.world.close();
  });

  test.each([
    { jump: 'an hour ahead', ms: hourMs },
    { jump: 'an hour back', ms: -hourMs },
  ])('N8 N11 N13 the clock jumping $jump: nobody waits for it, nothing is lost or doubled', async ({ ms }) => {
    let offsetMs = 0;
    const clock = { now: () => Promise.resolve(Date.now() + offsetMs) };
    await inWorld({ ledgerOptions: { clock } }, async (world) => {
      world.books.fault({ on: 'POST /v2/orders', kind: 'lost-reply', times: 2, after: 3 });
      await haltAfter(world, 3, async () => start(world, true));
      offsetMs = ms;
      endHalt(world);
      await follow(world);
      await expectSame(world, control);
    });
  });

  test('N8 N21 a full disk under the ledger: the error and /readyz say so, and once there is room everything goes on', async () => {
    const disk = await createSmallDisk();
    try {
      await inWorld({ withWorker: false, variables: { LEDGER_URL: `file:${disk.folder}/ledger.db` }, ledgerOptions: { onSqlite: disk.onSqlite } }, async (world) => {
        const worker = await world.addWorker();
        const ready = async () => (await fetch(`http://127.0.0.1:${worker.port}/readyz`)).text();
        await haltAfter(world, 4, async () => start(world, true));
        expect(await ready()).toBe('ready');
        await disk.fill();
        endHalt(world);
        await expect.poll(async () => lastFailures(world), { timeout: 20_000, message: disk.kind }).toContain('LedgerFullError');
        // where it is SQLite's own limit there is still room within its pages
        if (disk.kind === 'mounted') await expect.poll(ready, { timeout: 20_000 }).toContain('the ledger’s disk is full');
        await disk.free();
        expect(await ready()).toBe('ready');
        await follow(world);
        await expectSame(world, control);
      });
    } finally {
      await disk.remove();
    }
  });

  test('N11 N8 a stalled process that wakes after its keys were taken over sends and records nothing', async () => {
    await inWorld({ withWorker: false }, async (world) => {
      const stalled = await startWorkerProcess(world, { WAYBILL_STEPS_PER_CONNECTION: '3' }); // so that all calls under way have arrived before it is stopped
      let other: WorkerProcess | undefined;
      try {
        await stalled.ready();
        world.books.fault({ on: 'POST /v2/orders/*/items', kind: 'slow-after-storing', delayMs: 2_500, times: 0 }); // stored in time, and answered when nobody listens
        await start(world, true);
        await world.books.arrived('POST /v2/orders/*/items', 3);
        await stall(stalled, world);
        world.books.clearFaults();
        other = await startWorkerProcess(world);
        await follow(world);
        world.books.clearRequests();
        stalled.signal('SIGCONT');
        await expect.poll(stalled.readiness, { timeout: 30_000 }).toBe(200);
        stalled.signal('SIGTERM');
        expect(await stalled.ended, stalled.said()).toEqual([0, null]);
        expect(writesOf(world.books.requests())).toEqual({});
        await expectSame(world, control);
      } finally {
        await Promise.all([stalled.end(), other?.end()]);
      }
    });
  });

  test('N8 G2 SIGTERM in the middle: steps at work are finished, none is lost, none repeated needlessly', async () => {
    await inWorld({ withWorker: false }, async (world) => {
      const first = await startWorkerProcess(world, { WAYBILL_LOG_LEVEL: 'debug' });
      let second: WorkerProcess | undefined;
      try {
        await first.ready();
        world.books.fault({ on: 'POST /v2/orders/*/items', kind: 'slow-after-storing', delayMs: 1_500, times: 0 });
        await start(world, true);
        await world.books.arrived('POST /v2/orders/*/items', 6);
        first.signal('SIGTERM');
        expect(await first.ended, first.said()).toEqual([0, null]);
        expect(standing(world)).not.toEqual(control);
        world.books.clearFaults();
        second = await startWorkerProcess(world, { WAYBILL_LOG_LEVEL: 'debug' });
        await follow(world);
        await expectSame(world, control);
        expect(writesOf(world.books.requests())).toEqual(writesOf(requests));
        // what was on its way to the worker in that instant the server gives out again after its time limit: it was never begun
        const begun = new Set(begunIn(first.said() + second.said()));
        expect(begun.size).toBeGreaterThan(few);
        expect((await repeatsIn(world)).filter((repeat) => !benign.has(repeat.reason) && begun.has(nameOf(repeat)))).toEqual([]);
      } finally {
        await Promise.all([first.end(), second?.end()]);
      }
    });
  });

  test('N8 G2 a connection paused during a backfill for longer than pages live: what they held is read again', async () => {
    let offsetMs = 0;
    const clock = { now: () => Promise.resolve(Date.now() + offsetMs) };
    await inWorld({ ledgerOptions: { clock } }, async (world) => {
      world.shop.fault({ on: 'GET /wp-json/wc/v3/products*', kind: 'hold', times: 0 });
      await start(world, true);
      await world.shop.held(4);
      await said(async () => pause(world.session, 'shop', { all: false }));
      endHalt(world);
      await expect.poll(async () => lastFailures(world), { timeout: 20_000 }).toContain('PausedError');
      world.shop.clearRequests();
      offsetMs = 45 * minuteMs;
      const ledger = await openLedger({ url: world.session.environment.ledgerUrl, secrets: world.session.environment.secrets, clock });
      await ledger.sweep();
      await ledger.close();
      await said(async () => resume(world.session, 'shop', { all: false }));
      await follow(world);
      expect(world.shop.requests(`${listOfOrders}/*`).length).toBeGreaterThan(0);
      await expectSame(world, control);
    });
  });

  test('N2 N7 R16 a page of orders that changes while it is read: each comes once, and the next look brings what changed', async () => {
    const world = await startWorld({ callTimes });
    try {
      world.books.definition.seed({ seed: 7 });
      const [kept, changed, cancelled] = ['kept', 'changed', 'cancelled'].map((name) => placeIn(world, name, '2026-11-01T12:00:00Z'));
      world.books.fault({ on: 'POST /v2/orders', kind: 'hold', times: 0 });
      await start(world, true);
      await world.books.held(3); // the page is read, its orders are under way
      inShop(world, 'set-quantity', { id: changed?.id, line: changed?.lines[0]?.id, quantity: 5 });
      inShop(world, 'set-status', { id: cancelled?.id, status: 'cancelled' });
      const late = placeIn(world, 'late');
      endHalt(world);
      await follow(world);
      await world.session.client.schedule.getHandle(incrementalScheduleId(integrationId)).trigger('SKIP');
      const wanted = [kept, changed, cancelled, late].map((order) => `${integrationId}:${order?.id}: ${order === changed ? 5 : 2}`);
      await expect.poll(() => quantitiesIn(world), { timeout: 30_000 }).toEqual(wanted.toSorted());
    } finally {
      endHalt(world);
      await world.close();
    }
  });

  test('N8 G5 Temporal unreachable for a minute at start: the worker waits for it, then works', async () => {
    const { world, worker, port, since } = lonely;
    await wait(Math.max(0, since + minuteMs - performance.now()));
    expect(await worker.readiness()).not.toBe(200);
    let server: DevServer | undefined;
    try {
      server = await startDevServer({ port, headless: true });
      await worker.ready();
      await start(world, false);
      await expectSame(world, control);
    } finally {
      worker.signal('SIGTERM');
      expect(await worker.ended, worker.said()).toEqual([0, null]);
      await server?.stop();
    }
  });
});
