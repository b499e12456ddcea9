/** Waiting for something to be seen in the simulated systems. */
import { setTimeout as wait } from 'node:timers/promises';

const askEveryMs = 250;

/**
 * Asks again and again until there is an answer.
 * @throws Error that names what did not happen
 */
export async function until<T>(what: string, patienceMs: number, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`within ${Math.round(patienceMs / 1_000)} seconds this did not happen: ${what}`);
    await wait(askEveryMs);
  }
}
