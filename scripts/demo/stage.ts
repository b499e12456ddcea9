/** What every act works with, and how the acts are told: one plain line each, and the ones that failed by name. */
import { bad, good, say } from '../print.ts';
import type { Session } from '../session.ts';
import type { Controls } from './control.ts';
import type { Shop } from './shops.ts';

export interface Stage {
  session: Session;
  controls: Controls;
  shops: Shop[];
  /** how long one thing may take to be seen; with the real limits everything takes longer */
  patienceMs: number;
  /** of the faults on the way */
  seed: number;
}

export interface Act {
  name: string;
  /** Says what was seen. @throws Error that says what was not */
  play: () => Promise<string>;
}

/** One after the other; the names of those that failed. */
export async function playAll(acts: readonly Act[], sayOne: (line: string) => void = say): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, play } of acts) {
    try {
      sayOne(`${good('✓')} ${name}: ${await play()}`);
    } catch (error) {
      failed.push(name);
      sayOne(`${bad('✗')} ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failed;
}

/** @throws Error with these words when it is not so */
export function assertSeen(isSeen: boolean, otherwise: string): asserts isSeen {
  if (!isSeen) throw new Error(otherwise);
}
