/** Chooses between the forms in which the vendor has been seen to answer: a seeded rotation, or always the first. */
import { createRandom } from '../kernel/random.ts';

export interface Variety {
  pick<T>(forms: readonly [T, ...T[]]): T;
  /** always the same form for the same id, so that a record does not change its shape between two reads */
  pickFor<T>(id: number, forms: readonly [T, ...T[]]): T;
}

export function createVariety(isPlain: () => boolean, seed: number): Variety {
  const random = createRandom(seed);
  return {
    pick: (forms) => (isPlain() ? forms[0] : (forms[Math.floor(random() * forms.length)] ?? forms[0])),
    pickFor: (id, forms) => (isPlain() ? forms[0] : (forms[id % forms.length] ?? forms[0])),
  };
}
