/** One trial: prepare, export and send everybody again under fire while people change their minds, look once more on both sides, compare. */
import { setTimeout as wait } from 'node:timers/promises';
import { exportWorkflowId, optOutsScheduleId, syncContactsWorkflowId, syncOptOutsWorkflowId, type ExportContactsInput } from '../../../workflows/messages.ts';
import { isRunning } from '../../backfill.ts';
import { connectContacts } from '../../connect-contacts.ts';
import { startExport } from '../../contact-runs.ts';
import { getExport } from '../../integration.ts';
import { openSession, type Session } from '../../session.ts';
import { sweepStatuses, type Act } from './acts.ts';
import { sayRuns } from '../diagnosis.ts';
import { armFaults, longestStall } from './faults.ts';
import { carryOut, planKills } from './kills.ts';
import type { ContactsJudgeOptions } from './options.ts';
import { prepare, readTruths, type Truths } from './people.ts';
import { planActs } from './plan.ts';
import { holdBatches, playActs, type Play } from './playing.ts';
import { company, integration } from './settings.ts';
import { openContactsStage, type ContactsStage } from './stage.ts';
import { judgeContacts, type Verdict } from './verdict.ts';
import { writesSchema, type Outage } from './writes.ts';

export interface ContactsTrial extends Verdict {
  contacts: number;
  workerKills: number;
  serverKills: number;
  seconds: number;
  /** between two batches that the account acknowledged */
  longestStall: number;
  /** addresses with a write in the end of which nobody knows whether it took effect */
  unknown: number;
  parked: number;
}

export async function runContactsTrial(options: ContactsJudgeOptions, say: (line: string) => void): Promise<ContactsTrial> {
  const stage = await openContactsStage(options);
  const end = () => void stage.stop().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  try {
    const before = await prepare(stage, options);
    await stage.startWorkers();
    const session = await openSession({ home: stage.home, yes: true, json: false, operator: 'judge' });
    try {
      await session.ensureApplied(integration);
      return await judge({ stage, session, options, say }, before);
    } finally {
      await session.close();
    }
  } finally {
    await stage.stop();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
  }
}

interface Fire {
  stage: ContactsStage;
  session: Session;
  options: ContactsJudgeOptions;
  say: (line: string) => void;
}

const holdsOfTrial = 3;
/** of 25 addresses; what refusals and repeats add is left out */
const batchesOf = (contacts: number): number => Math.ceil((contacts * 2 * 0.85) / 25);

async function judge({ stage, session, options, say }: Fire, before: Truths): Promise<ContactsTrial> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  await connectContacts(session, getExport(session, integration), { detach: true, quiet: true, inactiveSubscribers: 'refused', sourceRefusals: 'treat-as-refusal' });
  if (options.rates !== undefined) await armFaults(stage, options.rates, options.seed);
  const state = { isSecondWalk: false, isOver: false };
  const walked = walkTwice(session, patienceMs(options), () => (state.isSecondWalk = true)).finally(() => (state.isOver = true));
  const plan = planActs(before, options);
  const waiting = new Map(plan.map((act) => [act.email, act]));
  const playing: Play = { stage, session, people: before.people, isSecondWalk: () => state.isSecondWalk, isOver: () => state.isOver };
  const schedule = planKills({ kills: options.kills, batches: batchesOf(options.contacts), seed: options.seed });
  const holding = options.rates === undefined ? Promise.resolve([]) : holdBatches(playing, waiting, holdsOfTrial);
  const explaining = explainStalls({ stage, session, options, say }, seconds, () => state.isOver);
  const [outages, acted, actedInHolds, isDone] = await Promise.all([carryOut(stage, schedule, walked, (line) => say(`  ${seconds().toFixed(1).padStart(5)} s  ${line}`)), playActs(playing, waiting), holding, walked, explaining]);
  await stage.mail.clearFaults(); // a hold that nothing met must not meet the sweeps
  await stage.mail.release();
  await stage.shop.clearFaults();
  if (options.rates !== undefined) await armFaults(stage, options.rates, options.seed + 1);
  const stall = longestStall(await stage.mail.requests());
  const acts = [...acted, ...actedInHolds];
  say(`${acts.length} of ${plan.length} acts, ${actedInHolds.length} of them while the batch was held back: ${countsOf(acts)}`);
  const isQuiet = isDone && (await lookUntilQuiet(stage, session, patienceMs(options)));
  if (!isQuiet) {
    say(`not finished within ${seconds().toFixed(0)} s: judged as it stands`);
    await sayRuns(session.client, say);
  }
  for (const role of [...stage.workers, stage.server]) if (role.endedByItself() > 0) say(`${role.name} ended by itself ${role.endedByItself()} times and was started again`);
  const ended = seconds();
  return { ...(await compare({ stage, session }, { before, acts, outages })), contacts: options.contacts, workerKills: options.kills, serverKills: options.kills, seconds: ended, longestStall: stall };
}

const stallMs = 15_000;

/** Where the flow stands when the account has been told nothing for long, so that it can be understood afterwards. */
async function explainStalls({ stage, session, say }: Fire, seconds: () => number, isOver: () => boolean): Promise<void> {
  let [after, lastAt, isTold] = [0, performance.now(), false];
  for (; !isOver(); await wait(1_000)) {
    const writes = writesSchema.parse(await stage.mail.action('writes', { after }));
    if (writes.length > 0) [after, lastAt, isTold] = [Math.max(...writes.map(({ request }) => request)), performance.now(), false];
    if (isTold || performance.now() - lastAt < stallMs) continue;
    isTold = true;
    say(`  ${seconds().toFixed(1).padStart(5)} s  nothing was written for ${stallMs / 1_000} s:`);
    await sayRuns(session.client, (line) => say(`           ${line}`)).catch(() => say('           the server does not answer'));
  }
}

const patienceMs = ({ contacts, kills }: ContactsJudgeOptions): number => 90_000 + contacts * 120 + kills * 30_000;

function countsOf(acts: readonly Act[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of acts) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** The first export, which is under way, and a second walk that sends every address again (S11). False when it takes too long. */
async function walkTwice(session: Session, patience: number, onSecond: () => void): Promise<boolean> {
  const isFirstDone = await untilIdle(session, [exportWorkflowId(integration)], patience);
  onSecond();
  return isFirstDone && walk(session, 'resync', patience);
}

async function walk(session: Session, mode: ExportContactsInput['mode'], patience: number): Promise<boolean> {
  const until = performance.now() + patience;
  while (performance.now() < until && !(await startExport(session, getExport(session, integration), mode).catch(() => false))) await wait(250);
  return untilIdle(session, [exportWorkflowId(integration)], until - performance.now());
}

/** Questions that a kill cuts off are asked again. */
async function untilIdle(session: Session, workflowIds: readonly string[], patience: number): Promise<boolean> {
  for (const until = performance.now() + patience; performance.now() < until; await wait(200)) {
    const running = await Promise.all(workflowIds.map(async (id) => isRunning(session, id).catch(() => true)));
    if (running.every((isOn) => !isOn)) return true;
  }
  return false;
}

/** Sweeps of both sides, as the schedules do them, until a whole round changes nothing. */
async function lookUntilQuiet(stage: ContactsStage, session: Session, patience: number): Promise<boolean> {
  const until = performance.now() + patience;
  const live = [syncContactsWorkflowId(integration), syncOptOutsWorkflowId(integration), optOutsScheduleId(integration)];
  for (let before = ''; performance.now() < until; ) {
    const hasLooked = (await untilIdle(session, live, patience)) && (await walk(session, 'sweep', until - performance.now())) && (await sweepStatuses(session).then(() => true, () => false)) && (await untilIdle(session, live, patience));
    const now = await standing(stage);
    if (hasLooked && now === before) return true;
    before = now;
  }
  return false;
}

/** All that the verdict looks at. A write that changes nothing is none: what the account rejects is offered by every sweep. */
async function standing(stage: ContactsStage): Promise<string> {
  const { people, mailed } = await readTruths(stage);
  return JSON.stringify([...people.values(), ...[...mailed.values()].map(({ email, status, groups, name, prop, prop_cust: own }) => [email, status, groups, name, prop, own])]);
}

async function compare({ stage, session }: Pick<Fire, 'stage' | 'session'>, { before, acts, outages }: { before: Truths; acts: readonly Act[]; outages: readonly Outage[] }): Promise<Verdict & Pick<ContactsTrial, 'unknown' | 'parked'>> {
  const { ledger } = session;
  const after = await readTruths(stage);
  const personOf = (email: string): string => ledger.crypto.digest(company, 'email', email);
  const refusedAt = new Map<string, number>();
  let unknown = 0;
  for (const email of new Set([...after.people.keys(), ...after.mailed.keys(), ...before.people.keys()])) {
    const refusals = (await ledger.consents.story(company, personOf(email), 'email')).filter((entry) => entry.state === 'refused');
    if (refusals.length > 0) refusedAt.set(email, Math.min(...refusals.map(({ recordedAt }) => recordedAt)));
    if (((await ledger.keys.find(`contact:mail:${personOf(email)}`))?.intents ?? []).length > 0) unknown += 1;
  }
  const writes = writesSchema.parse(await stage.mail.action('writes'));
  const parked = (await ledger.parked.list(integration)).length;
  return { ...judgeContacts({ before, after, acts, writes, outages, refusedAt, nameOf: (email) => personOf(email).slice(0, 12) }), unknown, parked };
}
