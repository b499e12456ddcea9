/** A process that is killed and started again, by us or because it ended by itself. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ChildServer } from '../setup/child.ts';

export interface Role {
  name: string;
  start: () => Promise<void>;
  /** SIGKILL, without a word. */
  kill: () => Promise<void>;
  /** SIGKILL and at once a new one on the same place; resolves when it serves. */
  replace: () => Promise<void>;
  /** how often it ended although nobody killed it */
  endedByItself: () => number;
  stop: () => Promise<void>;
}

const tries = 20;
const watchMs = 250;

export function createRole(name: string, launch: () => Promise<ChildServer>): Role {
  let child: ChildServer | undefined;
  let watch: NodeJS.Timeout | undefined;
  let isWanted = false;
  let isStarting = false;
  let endings = 0;

  /** A killed database leaves its helpers for a moment, a killed server its port: tried again until they are gone. */
  const start = async (): Promise<void> => {
    isWanted = true;
    isStarting = true;
    try {
      child = await repeatedly(launch, () => isWanted);
    } finally {
      isStarting = false;
    }
    watch ??= setInterval(() => void restartIfGone(), watchMs);
  };
  const restartIfGone = async (): Promise<void> => {
    if (!isWanted || isStarting || child === undefined || isAlive(child.pid)) return;
    endings += 1;
    await start();
  };
  const kill = async (): Promise<void> => {
    isWanted = false;
    await child?.kill();
  };
  return {
    name,
    start,
    kill,
    replace: async () => {
      await kill();
      await start();
    },
    endedByItself: () => endings,
    stop: async () => {
      isWanted = false;
      clearInterval(watch);
      await child?.stop();
    },
  };
}

async function repeatedly(launch: () => Promise<ChildServer>, isWanted: () => boolean): Promise<ChildServer> {
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await launch();
    } catch (error) {
      if (left <= 0 || !isWanted()) throw error;
    }
    await wait(100);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
