/** The frame of every demo: a folder of its own, settings in force before anything starts, the tale, and an end that leaves nothing running. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes, say } from '../print.ts';
import { openSession, type Session } from '../session.ts';
import { demoHome } from '../variables.ts';
import type { DemoProcesses } from './processes.ts';

/** What is prepared in the folder before the session is opened on it. */
export interface Prepared {
  /** their settings are in force before the worker starts: it then serves all connections at once */
  integrations: readonly string[];
  processes: DemoProcesses;
  /** Once the first processes run. @returns the exit code */
  tell: (session: Session) => Promise<number>;
}

/** @param exit end by itself and leave nothing behind; else go on until somebody stops it */
export async function runDemo(opening: string, exit: boolean, prepare: (home: string) => Promise<Prepared>): Promise<number> {
  const home = exit ? await mkdtemp(join(tmpdir(), 'waybill-demo-')) : demoHome;
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  say(opening);
  const stopped = untilStopped();
  const ending = await withEverything(home, exit, { ...(await prepare(home)), stopped });
  if (ending === interrupted) process.exit(exit ? exitCodes.foundWrong : exitCodes.done); // whatever the cut-off tale still waits for
  return ending;
}

async function withEverything(home: string, exit: boolean, { integrations, processes, tell, stopped }: Prepared & { stopped: Promise<typeof interrupted> }): Promise<number | typeof interrupted> {
  const session = await openSession({ home, yes: true });
  let outcome: number | typeof interrupted | undefined;
  try {
    for (const integration of integrations) await session.ensureApplied(integration);
    await processes.startFirst();
    const told = tell(session);
    told.catch(() => undefined); // after Ctrl-C nobody waits for it
    outcome = await Promise.race([told, stopped]);
    if (outcome !== interrupted && !exit) await stopped;
  } finally {
    await processes.stop();
    // calls of a tale that was cut off still hold on to it
    if (outcome !== interrupted) await session.close();
    if (exit) await rm(home, { recursive: true, force: true });
  }
  return outcome;
}

/** Ctrl-C, or a polite request to end. */
const interrupted = 'interrupted';

function untilStopped(): Promise<typeof interrupted> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(interrupted));
  });
}
