/** One trial: prepare, import under fire, wait until nothing is under way, compare. */
import { setTimeout as wait } from 'node:timers/promises';
import { orderWorkflow } from '../../workflows/messages.ts';
import { connect } from '../connect.ts';
import { isWalking } from '../follow.ts';
import { openSession, type Session } from '../session.ts';
import { readAccounts } from './accounts.ts';
import { aimOf } from './aims.ts';
import { sayWhereItStands } from './diagnosis.ts';
import { armFaults, countLostReplies, longestStall } from './faults.ts';
import { demandAfter, planChanges, type Change } from './changes.ts';
import { windowMs, type FrontOrder } from './fronts/front.ts';
import { followUntilQuiet, playChanges } from './follow.ts';
import { carryOut, planKills, type Kill } from './kills.ts';
import type { JudgeOptions } from './options.ts';
import { integration } from './settings.ts';
import { prepare, readShop, type Prepared } from './shop.ts';
import { openStage, type Stage } from './stage.ts';
import { booksTruth } from './truths.ts';
import { judgeTruth, type Verdict } from './verdict.ts';

export interface Trial extends Verdict {
  orders: number;
  workerKills: number;
  serverKills: number;
  databaseKills: number;
  /** writes whose sender could not know whether they took effect, beside those that kills left */
  lostReplies: number;
  seconds: number;
  longestStall: number;
}

export async function runTrial(options: JudgeOptions, say: (line: string) => void): Promise<Trial> {
  const stage = await openStage(options);
  const end = () => void stage.stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  try {
    const aim = aimOf(options.aim);
    const prepared = await prepare(stage, options, async () => aim.place(stage));
    await stage.startWorkers();
    const session = await openSession({ home: stage.home, yes: true, json: true, operator: 'judge' });
    try {
      await session.ensureApplied(integration);
      const plan = await planOf(stage, options, prepared);
      await stage.books.clearRequests();
      await aim.arm(stage);
      const { course, played } = await importUnderFire({ stage, session, options, say, plan });
      return { ...(await compare(stage, session, { ...prepared, played })), ...course };
    } finally {
      await session.close();
    }
  } finally {
    await stage.stop();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
  }
}

type Course = Omit<Trial, keyof Verdict>;

/** What is done to imported orders; nothing where the import alone is judged. */
async function planOf(stage: Stage, { follow, seed }: JudgeOptions, { wanted }: Prepared): Promise<Change[]> {
  if (!follow) return [];
  const { goods } = await readShop(stage);
  return planChanges(stage.front, { wanted, goods, seed });
}

interface Fire {
  stage: Stage;
  session: Session;
  options: JudgeOptions;
  say: (line: string) => void;
  plan: readonly Change[];
}

async function importUnderFire({ stage, session, options, say, plan }: Fire): Promise<{ course: Course; played: Change[] }> {
  const { kills, orders, seed, rates, follow } = options;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  // changes from now on are written to the platform (N4); there is nothing to be asked about yet
  if (follow) await session.ledger.marks.set(`integration:${integration}`, 'armed', new Date().toISOString());
  await connect(session, integration, { since: new Date(Date.now() - windowMs).toISOString().slice(0, 10), detach: true });
  if (rates !== undefined) await armFaults(stage, rates, seed);
  const schedule = planKills({ kills, orders, seed, database: stage.database !== undefined, changes: follow ? countLineChanges(plan) : 0 });
  const sayKill = (line: string) => say(`  ${seconds().toFixed(1).padStart(5)} s  ${line}`);
  let isImported = false;
  const done = untilDone(session, patienceMs(options)).then((isDone) => {
    isImported = true;
    return isDone;
  });
  const playing = playChanges(stage, session, plan, () => isImported);
  const killing = carryOut(stage, schedule.import, done, sayKill);
  const struck = await aimOf(options.aim).strike(stage);
  await killing;
  // a kill may have come after the last order: what it cut off is awaited, too
  let isDone = await done;
  const stall = longestStall(await stage.books.requests());
  const played = await playing;
  if (follow) isDone = (await followUnderFire({ stage, session, options }, schedule.follow, sayKill)) && isDone;
  const ended = seconds();
  if (!isDone) {
    say(`not finished within ${ended.toFixed(0)} s: judged as it stands`);
    await sayWhereItStands(session, say);
  }
  if (follow) say(`${played.length} of ${plan.length} changes made: ${countsOf(played)}`);
  for (const role of [...stage.workers, stage.server]) if (role.endedByItself() > 0) say(`${role.name} ended by itself ${role.endedByItself()} times and was started again`);
  const count = (who: string) => [...schedule.import, ...schedule.follow].filter((kill) => kill.who === who).length;
  const course: Course = {
    orders,
    workerKills: count('worker') + struck,
    serverKills: count('server'),
    databaseKills: count('database'),
    lostReplies: countLostReplies(await stage.books.requests()),
    seconds: ended,
    longestStall: stall,
  };
  return { course, played };
}

const countLineChanges = (plan: readonly Change[]): number => Math.max(1, plan.filter(({ kind }) => kind === 'quantity').length);

function countsOf(played: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of played) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

async function followUnderFire({ stage, session, options }: Pick<Fire, 'stage' | 'session' | 'options'>, kills: readonly Kill[], say: (line: string) => void): Promise<boolean> {
  const quiet = followUntilQuiet(stage, session, patienceMs(options));
  await carryOut(stage, kills, quiet, say);
  const isQuiet = await quiet;
  if (kills.length === 0) return isQuiet;
  // what the last kill cut off is done by the next look
  return followUntilQuiet(stage, session, patienceMs(options));
}

const patienceMs = ({ orders, kills }: JudgeOptions): number => 90_000 + orders * 300 + kills * 30_000;

/**
 * False when something is still under way after all that time. Questions that a kill cuts off are asked again.
 * Records left open that no run works on any more are damage, to be counted: nothing is gained by waiting for them.
 */
async function untilDone(session: Session, patience: number): Promise<boolean> {
  const until = performance.now() + patience;
  for (let idle = 0; performance.now() < until; await wait(200)) {
    const state = await stateOf(session).catch(() => 'busy' as const);
    if (state === 'done') return true;
    idle = state === 'abandoned' ? idle + 1 : 0;
    if (idle > 20) return true;
  }
  return false;
}

async function stateOf(session: Session): Promise<'busy' | 'abandoned' | 'done'> {
  const { client, ledger } = session;
  if (await isWalking(session, integration)) return 'busy';
  if ((await ledger.records.countOpen(integration)) === 0) return 'done';
  const [running, { parked }] = await Promise.all([client.workflow.count(`ExecutionStatus = 'Running' AND WorkflowType = '${orderWorkflow}'`), ledger.records.countByState(integration)]);
  return running.count <= parked ? 'abandoned' : 'busy';
}

async function compare(stage: Stage, session: Session, { before, wanted, played }: Prepared & { played: readonly Change[] }): Promise<Verdict> {
  const changes = new Map(played.map((change) => [change.order.id, change]));
  const now = new Map((await readShop(stage)).orders.map((order) => [order.id, order]));
  const isFollowed = stage.front.statuses.length > 0 || played.length > 0;
  const demandOf = (order: FrontOrder) => (isFollowed ? demandAfter(stage.front, { order, change: changes.get(order.id), now: now.get(order.id) ?? order }) : order.content);
  const demands = [...wanted.values()].map(demandOf);
  const accounts = await readAccounts(session.ledger, demands.map((demand) => demand.sourceId));
  return judgeTruth({ demands, before, after: booksTruth.parse(await stage.books.truth()), accounts });
}
