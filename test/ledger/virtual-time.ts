/**
 * Time that passes only when nobody has anything left to do: minutes of waiting take milliseconds, and each run with the same seed is the same.
 * An actor is one chain of awaits; it may await the database, but waits for time only through `sleep`.
 */

export class VirtualTime {
  /** ms since the beginning */
  now = 0;
  #busy = 0;
  #order = 0;
  #events: { at: number; order: number; fire: () => void }[] = [];
  readonly #failures: unknown[] = [];

  /** Starts an actor. What it throws ends the run. */
  spawn(actor: () => Promise<void>): void {
    this.#busy += 1;
    actor()
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => (this.#busy -= 1));
  }

  /** Something that happens by itself, e.g. at the vendor. */
  at(instant: number, fire: () => void): void {
    this.#events.push({ at: instant, order: (this.#order += 1), fire });
  }

  /** @param isDead asked when the time has come: a dead actor never wakes */
  sleep(ms: number, isDead: () => boolean = () => false): Promise<void> {
    this.#busy -= 1;
    return new Promise((resolve) => {
      this.at(this.now + Math.max(0, ms), () => {
        if (isDead()) return;
        this.#busy += 1;
        resolve();
      });
    });
  }

  /** Runs until nothing is left to happen. */
  async run(): Promise<void> {
    for (;;) {
      while (this.#busy > 0) await new Promise((resolve) => setImmediate(resolve));
      if (this.#failures.length > 0) throw this.#failures[0];
      const next = this.#takeNext();
      if (!next) return;
      this.now = next.at;
      next.fire();
    }
  }

  #takeNext(): { at: number; fire: () => void } | undefined {
    this.#events.sort((a, b) => a.at - b.at || a.order - b.order);
    return this.#events.shift();
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
