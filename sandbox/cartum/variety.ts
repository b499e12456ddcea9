/** The forms in which one value may come: numbers as JSON numbers or as text, decimals with any scale (contract cartum 9). */

export interface Variety {
  /** a whole number; `place` names the record and field, whose form stays the same from read to read */
  whole(place: string, value: number): number | string;
  /** hundredths as an amount */
  amount(place: string, hundredths: number): number | string;
  pick<T>(place: string, choices: readonly [T, ...T[]]): T;
}

export function createVariety(isPlain: () => boolean, seed: number): Variety {
  const pick: Variety['pick'] = (place, choices) => (isPlain() ? choices[0] : (choices[digest(place, seed) % choices.length] ?? choices[0]));
  return {
    pick,
    whole: (place, value) => pick(place, [value, value, String(value)]),
    amount: (place, hundredths) => {
      const value = hundredths / 100;
      return pick(place, [value, value, String(value), value.toFixed(2), value.toFixed(4)]);
    },
  };
}

/** A steady number from a text. */
export function digest(text: string, seed: number): number {
  let mixed = Math.imul(seed + 1, 0x9e3779b1);
  for (let at = 0; at < text.length; at += 1) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
