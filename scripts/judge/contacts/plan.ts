/** Who does what, chosen by the seed: each person one thing, once the account was sent them, so that what it means is certain. */
import { createRandom } from '../../../sandbox/kernel/random.ts';
import { isPossible, others, refusing, type Act, type ActKind } from './acts.ts';
import { demandOf } from './demand.ts';
import type { Truths } from './people.ts';

export interface PlannedAct extends Act {
  /** ms after the account was sent the person for the first time; newcomers: after the start */
  afterMs: number;
  /** only once the second walk has begun, which sends everybody again */
  isLate: boolean;
}

/** Of ten people this many do something. */
const doersOfTen = 3;
const newcomersOfThousand = 20;
const longestMs = 6_000;

const kinds: readonly ActKind[] = [...keysOf(refusing), ...others];
function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  const keys: K[] = [];
  for (const key in record) keys.push(key);
  return keys;
}

export function planActs({ people, mailed }: Truths, { contacts, seed }: { contacts: number; seed: number }): PlannedAct[] {
  const random = createRandom(seed * 104_729 + 11);
  const timing = () => ({ isTold: random() < 0.5, afterMs: Math.floor(random() * longestMs), isLate: random() < 0.5 });
  const able = [...people.values()].filter((person) => {
    const { isExported, hasRefused } = demandOf({ email: person.email, first: person, now: person, before: mailed.get(person.email), act: undefined });
    return isExported && !hasRefused;
  });
  const shuffled = able.map((person) => ({ person, at: random() })).toSorted((a, b) => a.at - b.at);
  const doers = shuffled.slice(0, Math.ceil((able.length * doersOfTen) / 10)).map(({ person }) => person);
  // the first kind after the last one's that this person can do: the rare ones come up as often as they can
  let next = 0;
  const planned = doers.flatMap((person): PlannedAct[] => {
    const order = kinds.map((_, index) => kinds[(next + index) % kinds.length] ?? 'edit').filter((kind) => kind !== 'new customer' && kind !== 'new subscriber');
    const kind = order.find((one) => isPossible(one, person));
    if (kind === undefined) return [];
    next = (kinds.indexOf(kind) + 1) % kinds.length;
    return [{ kind, email: person.email, ...timing() }];
  });
  const newcomers = Array.from({ length: Math.max(2, Math.round((contacts * newcomersOfThousand) / 1_000)) }, (_, index): PlannedAct => ({ kind: index % 2 === 0 ? 'new customer' : 'new subscriber', email: `judge.new${index}@example.test`, ...timing() }));
  return [...planned, ...newcomers];
}
