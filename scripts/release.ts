/**
 * `waybill release`: which builds of the program still have runs, and which one new work goes to. A build may go once nothing is pinned to it:
 * what is upgradeable moves to the current build with its next step (design 3, 11).
 */
import { isGrpcServiceError } from '@temporalio/client';
import { z } from 'zod';
import { recordAct } from './act.ts';
import { bad, bold, Complaint, exitCodes, good, say, sayJson, sayTable } from './print.ts';
import type { Session } from './session.ts';

/** WorkerDeploymentVersionStatus of the engine's API. */
const statuses = { 1: 'never current', 2: 'current', 3: 'ramping', 4: 'draining', 5: 'drained', 6: 'never current' } as const;
type Status = (typeof statuses)[keyof typeof statuses] | 'unknown';

export interface Build {
  build: string;
  status: Status;
  /** open runs that end where they began */
  pinned: number;
  /** open runs that move to the current build with their next step */
  upgradeable: number;
  mayGo: boolean;
}

export interface Standing {
  deployment: string;
  builds: Build[];
  /** open runs of workers without a build id: they move to the current build with their next step */
  unversioned: number;
}

export async function release(session: Session, what: string, build?: string): Promise<number> {
  if (what === 'status' && build === undefined) return releaseStatus(session);
  if (what === 'current' && build !== undefined) return setCurrent(session, build);
  throw new Complaint('expected: release status, or release current <build>');
}

async function releaseStatus(session: Session): Promise<number> {
  const { standing } = await readRelease(session);
  if (session.asJson) sayJson(standing);
  else sayStanding(standing);
  return exitCodes.done;
}

/** New runs start on this build from now on, and open upgradeable ones move to it. Safe to repeat; another build may be made current again. */
async function setCurrent(session: Session, build: string): Promise<number> {
  const { standing, token } = await readRelease(session);
  const known = standing.builds.find((candidate) => candidate.build === build);
  if (known === undefined) throw new Complaint(`no worker of build ${build} has run yet; known: ${standing.builds.map((one) => one.build).join(', ')}`);
  const before = standing.builds.find(({ status }) => status === 'current')?.build;
  if (before === build) return sayCurrent(session, standing, build, 'is current already');
  if (!(await session.confirm(`Send new work to build ${build}${before === undefined ? '' : `, instead of ${before}`}?`))) throw new Complaint('nothing changed', exitCodes.foundWrong);
  await recordAct(session, { verb: 'release', subject: `deployment:${standing.deployment}`, ...(before === undefined ? {} : { before }), after: build });
  await makeCurrent(session, standing.deployment, build, token);
  return sayCurrent(session, standing, build, 'is current now');
}

/** The deployment of the environment, else the only one there is. */
async function nameOf({ client, environment }: Session): Promise<string> {
  if (environment.deployment !== undefined) return environment.deployment.name;
  const { workerDeployments } = await client.workflowService.listWorkerDeployments({ namespace: client.options.namespace });
  const names = (workerDeployments ?? []).flatMap(({ name }) => name ?? []);
  const [only] = names;
  if (only === undefined) throw new Complaint('no worker has run with WAYBILL_DEPLOYMENT yet: without it there are no builds to tell apart');
  if (names.length > 1) throw new Complaint(`there are several deployments (${names.join(', ')}): say which one by WAYBILL_DEPLOYMENT`);
  return only;
}

const versions = z.array(z.object({ status: z.number().nullish(), deploymentVersion: z.object({ buildId: z.string() }) }));

async function readRelease(session: Session): Promise<{ standing: Standing; token: Uint8Array }> {
  const { client } = session;
  const deployment = await nameOf(session);
  const reply = await client.workflowService.describeWorkerDeployment({ namespace: client.options.namespace, deploymentName: deployment }).catch((error: unknown) => {
    throw codeOf(error) === notFound ? new Complaint(`no worker of the deployment ${deployment} has run yet`) : error;
  });
  const builds: Build[] = [];
  for (const { status, deploymentVersion } of versions.parse(reply.workerDeploymentInfo?.versionSummaries ?? [])) {
    builds.push(await countRuns(session, deployment, deploymentVersion.buildId, wordOf(status)));
  }
  const unversioned = (await client.workflow.count(`${running} AND TemporalWorkerDeploymentVersion IS NULL`)).count;
  return { standing: { deployment, builds, unversioned }, token: reply.conflictToken ?? new Uint8Array() };
}

const running = "ExecutionStatus = 'Running'";
const codeOf = (error: unknown): number | undefined => (isGrpcServiceError(error) ? error.code : undefined);
const notFound = 5;
const failedPrecondition = 9;

const wordOf = (status: number | null | undefined): Status => Object.entries(statuses).find(([code]) => Number(code) === status)?.[1] ?? 'unknown';

async function countRuns({ client }: Session, deployment: string, build: string, status: Status): Promise<Build> {
  const on = `${running} AND TemporalWorkerDeploymentVersion = '${deployment}:${build}'`;
  const [all, pinned] = await Promise.all([client.workflow.count(on), client.workflow.count(`${on} AND TemporalWorkflowVersioningBehavior = 'Pinned'`)]);
  const isOver = status === 'draining' || status === 'drained';
  return { build, status, pinned: pinned.count, upgradeable: all.count - pinned.count, mayGo: isOver && pinned.count === 0 };
}

/** The server refuses a build whose workers are away, or do not serve a queue that the present one serves. */
async function makeCurrent({ client, operator }: Session, deploymentName: string, buildId: string, conflictToken: Uint8Array): Promise<void> {
  try {
    await client.workflowService.setWorkerDeploymentCurrentVersion({ namespace: client.options.namespace, deploymentName, buildId, conflictToken, identity: operator });
  } catch (error) {
    if (!isGrpcServiceError(error) || codeOf(error) !== failedPrecondition) throw error;
    throw new Complaint(`build ${buildId} cannot become current: ${error.details}`, exitCodes.foundWrong);
  }
}

function sayCurrent(session: Session, { deployment }: Standing, build: string, what: string): number {
  if (session.asJson) sayJson({ deployment, build, done: what });
  else say(`${deployment}: build ${build} ${what}`);
  return exitCodes.done;
}

function sayStanding({ deployment, builds, unversioned }: Standing): void {
  say(bold(deployment));
  sayTable(['build', 'status', 'runs that stay', 'runs that move', ''], builds.map((one) => [one.build, one.status, one.pinned, one.upgradeable, verdictOf(one)])); // prettier-ignore
  if (!builds.some(({ status }) => status === 'current')) say(bad('no build is current, so no worker with a build id gets work: waybill release current <build>'));
  if (unversioned > 0) say(`${unversioned} runs without a build: they move to the current one with their next step`);
}

function verdictOf({ build, status, pinned, mayGo }: Build): string {
  if (status === 'never current') return `gets no work until: waybill release current ${build}`;
  if (status !== 'draining' && status !== 'drained') return '';
  return mayGo ? good('its workers may be stopped') : `needed until ${pinned} runs have ended`;
}
