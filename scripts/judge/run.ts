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
import { carryOut, scheduleKills } from './kills.ts';
import type { JudgeOptions } from './options.ts';
import { integration } from './settings.ts';
import { demandsOf, prepare } from './shop.ts';
import { openStage, type Stage } from './stage.ts';
import { booksTruth, shopTruth } from './truths.ts';
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
    const { before } = await prepare(stage, options, async () => aim.place(stage));
    await stage.startWorkers();
    const session = await openSession({ home: stage.home, yes: true, json: true, operator: 'judge' });
    try {
      await session.ensureApplied(integration);
      await stage.books.clearRequests();
      await aim.arm(stage);
      const course = await importUnderFire(stage, session, options, say);
      return { ...(await compare(stage, session, before)), ...course };
    } finally {
      await session.close();
    }
  } finally {
    await stage.stop();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
  }
}

type Course = Omit<Trial, keyof Verdict>;

async function importUnderFire(stage: Stage, session: Session, options: JudgeOptions, say: (line: string) => void): Promise<Course> {
  const { kills, orders, seed, rates } = options;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  await connect(session, integration, { since: new Date(Date.now() - windowMs).toISOString().slice(0, 10), detach: true });
  if (rates !== undefined) await armFaults(stage, rates, seed);
  const schedule = scheduleKills({ kills, orders, seed, database: stage.database !== undefined });
  const done = untilDone(session, patienceMs(options)).then((isDone) => ({ isDone, seconds: seconds() }));
  const killing = carryOut(stage, schedule, done, (line) => say(`  ${seconds().toFixed(1).padStart(5)} s  ${line}`));
  const struck = await aimOf(options.aim).strike(stage);
  await killing;
  // a kill may have come after the last order: what it cut off is awaited, too
  const ended = await done;
  if (!ended.isDone) {
    say(`not finished within ${ended.seconds.toFixed(0)} s: judged as it stands`);
    await sayWhereItStands(session, say);
  }
  for (const role of [...stage.workers, stage.server]) if (role.endedByItself() > 0) say(`${role.name} ended by itself ${role.endedByItself()} times and was started again`);
  const requests = await stage.books.requests();
  const count = (who: string) => schedule.filter((kill) => kill.who === who).length;
  return {
    orders,
    workerKills: count('worker') + struck,
    serverKills: count('server'),
    databaseKills: count('database'),
    lostReplies: countLostReplies(requests),
    seconds: ended.seconds,
    longestStall: longestStall(requests),
  };
}

/** Wide enough for every seeded order. */
const windowMs = 64 * 86_400_000;

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

async function compare(stage: Stage, session: Session, before: Parameters<typeof judgeTruth>[0]['before']): Promise<Verdict> {
  const demands = demandsOf(shopTruth.parse(await stage.shop.truth()));
  const accounts = await readAccounts(session.ledger, demands.map((demand) => demand.sourceId));
  return judgeTruth({ demands, before, after: booksTruth.parse(await stage.books.truth()), accounts });
}
