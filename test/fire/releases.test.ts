/** A newer build beside an older one: new runs start on the current build, what is open for long moves to it, and the older one can go. */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { askSystems } from '../../scripts/ask-systems.ts';
import { connect } from '../../scripts/connect.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { retry } from '../../scripts/mend.ts';
import { pause, resume } from '../../scripts/pause.ts';
import { release, type Build } from '../../scripts/release.ts';
import { status } from '../../scripts/status.ts';
import { failureConverterPath } from '../../worker/codec.ts';
import type { RunningWorker } from '../../worker/start.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { checkWorkflow, orderWorkflowId } from '../../workflows/messages.ts';
import { said } from '../flows/said.ts';
import { integrationId, startWorld, type World } from '../flows/world.ts';
import { hasTemporal } from '../setup/temporal-env.ts';
import { callTimes, endHalt, expectSame, follow, seed, start, undisturbed } from './standing.ts';

const few = 20;
const deployment = 'waybill-test';
const buildOf = (build: string) => ({ WAYBILL_DEPLOYMENT: deployment, WAYBILL_BUILD_ID: build });

const quiet = (): undefined => undefined;
const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };
const standingSchema = z.object({ builds: z.array(z.object({ build: z.string(), status: z.enum(['never current', 'current', 'ramping', 'draining', 'drained', 'unknown']), pinned: z.number(), upgradeable: z.number(), mayGo: z.boolean() })) });

describe.skipIf(!hasTemporal())('rolling out a release', { timeout: 120_000 }, () => {
  const newerBundle = join(tmpdir(), `waybill-newer-workflows-${process.pid}.js`);
  let world: World;
  let older: RunningWorker;

  beforeAll(async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL('releases/newer-workflows.ts', import.meta.url)), failureConverterPath, logger });
    await writeFile(newerBundle, code);
    world = await startWorld({ callTimes, withWorker: false });
    world.books.definition.seed({ seed: 7 });
  });
  afterAll(async () => {
    await world.close();
    await rm(newerBundle, { force: true });
  });

  let placed = 0;
  const place = (): string => {
    placed += 1;
    const billing = { first_name: 'Jan', last_name: 'Nowak', email: `jan${placed}@example.test`, country: 'PL' };
    return String(z.object({ id: z.number() }).parse(world.shop.definition.actions['create-order']?.({ billing, line_items: [{ name: `Lamp ${placed}`, quantity: 1, total: '25.00', product_id: 0 }] })).id);
  };
  const announce = async (sourceId: string): Promise<void> => announceOrder(world.session.client)({ integration: getIntegration(world.session, integrationId), sourceId, by: 'webhook', lane: 'live' });
  const untilState = async (sourceId: string, state: string): Promise<void> =>
    expect.poll(async () => (await world.ledger.records.find({ integration: integrationId, kind: 'order', sourceId }))?.state, { timeout: 30_000, message: `order ${sourceId}` }).toBe(state);
  /** An order that the books refuse: its run waits for a person. */
  const park = async (): Promise<string> => {
    const sourceId = place();
    world.books.fault({ on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'closed for stocktaking', times: 1 });
    await announce(sourceId);
    await untilState(sourceId, 'parked');
    return sourceId;
  };
  const runOf = (sourceId: string) => world.session.client.workflow.getHandle(orderWorkflowId(integrationId, sourceId));
  /** The build that worked on a run last; undefined: a worker without one. */
  const buildOn = async (sourceId: string) => (await runOf(sourceId).describe()).raw.workflowExecutionInfo?.versioningInfo?.deploymentVersion?.buildId;
  /** Did the run take the newer build's step. */
  const tookNewStep = async (sourceId: string): Promise<boolean> => ((await runOf(sourceId).fetchHistory()).events ?? []).some((event) => event.timerStartedEventAttributes);
  const ask = async (what: string, build?: string) => said(async () => release(world.session, what, build));
  const builds = async (): Promise<Build[]> => ask('status').then(({ text }) => standingSchema.parse(JSON.parse(text)).builds, () => []); // prettier-ignore
  const untilBuild = async (build: string, shows: Partial<Build>): Promise<void> => expect.poll(builds, { timeout: 20_000 }).toContainEqual(expect.objectContaining({ build, ...shows }));
  const makeCurrent = async (build: string): Promise<void> => {
    // its queues are known a moment after its worker has started
    await expect.poll(async () => ask('current', build).then(({ text }) => text, String), { timeout: 20_000 }).toContain('is current now');
  };

  test('G2 the first build takes over from a worker without one, parked runs included; until it is current it gets no work', async () => {
    const unversioned = await world.addWorker();
    await said(async () => connect(world.session, integrationId, { since: 'now', detach: false }));
    const parkedBefore = await park();
    older = await world.addWorker(buildOf('older'));
    await untilBuild('older', { status: 'never current', mayGo: false });
    await makeCurrent('older');
    await unversioned.stop();
    await said(async () => retry(world.session, `${integrationId}/${parkedBefore}`, {}));
    await untilState(parkedBefore, 'completed');
    expect(await buildOn(parkedBefore)).toBe('older');
    expect(JSON.parse((await said(async () => status(world.session, integrationId))).text)).toMatchObject({ worker: true });
  });

  test('G2 N20 release current is refused for a build that never ran, changes nothing for the current one, and is in the audit', async () => {
    await expect(ask('current', 'misspelt')).rejects.toThrow('no worker of build misspelt has run yet; known: older');
    expect((await ask('current', 'older')).text).toContain('is current already');
    await expect(ask('forward')).rejects.toThrow('expected: release status');
    expect((await world.ledger.acts.list({ limit: 9 })).filter(({ verb }) => verb === 'release')).toMatchObject([{ operator: 'tester', subject: `deployment:${deployment}`, after: 'older' }]);
  });

  test('G1 G2 side by side: a run parked on the older build goes on in the newer one, and what is pinned ends where it began', async () => {
    const parkedBefore = await park();
    expect(await buildOn(parkedBefore)).toBe('older');
    world.shop.fault({ on: 'GET /wp-json/*', kind: 'hold', times: 0 });
    const integration = getIntegration(world.session, integrationId);
    const answer = askSystems(world.session.client, { kind: 'check', workflow: checkWorkflow, integration: integrationId, input: { integration } }, (given) => given); // a question: pinned
    await world.shop.held(1);
    await world.addWorker({ ...buildOf('newer'), WAYBILL_WORKFLOW_BUNDLE: newerBundle });
    await makeCurrent('newer');
    await untilBuild('older', { status: 'draining', pinned: 1, upgradeable: 1, mayGo: false });
    world.shop.clearFaults();
    world.shop.release();
    expect(await answer).toMatchObject({ source: expect.any(Array) });

    const fresh = place();
    await announce(fresh);
    await untilState(fresh, 'completed');
    expect([await buildOn(fresh), await tookNewStep(fresh)]).toEqual(['newer', true]);
    await untilBuild('older', { pinned: 0, upgradeable: 1, mayGo: true });
    await older.stop();
    await said(async () => retry(world.session, `${integrationId}/${parkedBefore}`, {}));
    await untilState(parkedBefore, 'completed');
    expect([await buildOn(parkedBefore), await tookNewStep(parkedBefore)]).toEqual(['newer', false]);
    await untilBuild('older', { pinned: 0, upgradeable: 0, mayGo: true });
  });
});

test.skipIf(!hasTemporal())('N8 G2 an import survives a worker of an older build beside a newer one, and the change from one to the other in its middle', { timeout: 120_000 }, async () => {
  const { control } = await undisturbed(few);
  const world = await startWorld({ callTimes, withWorker: false });
  try {
    seed(world, few);
    await world.addWorker(buildOf('older'));
    const current = async (build: string) => said(async () => release(world.session, 'current', build)).then(({ text }) => text, String);
    await expect.poll(async () => current('older'), { timeout: 20_000 }).toContain('is current now');
    await start(world, true);
    await world.books.arrived('POST /v2/orders/*/items', 2);
    await said(async () => pause(world.session, 'books', { all: false })); // so that enough is left for the newer one
    await world.addWorker(buildOf('newer'));
    await expect.poll(async () => current('newer'), { timeout: 20_000 }).toContain('is current now');
    await said(async () => resume(world.session, 'books', { all: false }));
    await follow(world);
    const workedOn = async (build: string) => (await world.session.client.workflow.count(`TemporalWorkerDeploymentVersion = '${deployment}:${build}'`)).count;
    expect(await workedOn('newer')).toBeGreaterThan(0);
    await expectSame(world, control);
  } finally {
    endHalt(world);
    await world.close();
  }
});
