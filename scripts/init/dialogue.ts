/** One answer at a time: given as a flag, asked at the terminal, or left to its default. Without a terminal all that is missing or wrong is told together. */
import { Complaint, say } from '../print.ts';
import type { Asker } from './asker.ts';
import type { Given } from './given.ts';

export interface Wanted {
  /** as flags name it: "source.country" */
  name: string;
  ask: string;
  why: string;
  example?: string;
  /** what counts without an answer */
  fallback?: string;
  /** stands in the field at the terminal; never taken unasked */
  suggestion?: string;
  isOptional?: boolean;
  /** the only answers there are */
  choices?: readonly { value: string; label: string }[];
  /** what is wrong with it, and what is allowed; undefined: nothing */
  mistake?: (text: string) => string | undefined;
}

export interface Dialogue {
  given: Given;
  /** undefined: nobody can be asked */
  asker: Asker | undefined;
  /** The answer; undefined: none, which is fine for what is optional, else noted as missing. */
  answer: (wanted: Wanted) => Promise<string | undefined>;
  /** Something is wrong that was given as a flag. @throws Complaint at a terminal, at once */
  note: (mistake: string) => void;
  /** @throws Complaint with everything that is missing or wrong */
  assertComplete: () => void;
}

export function createDialogue(given: Given, asker: Asker | undefined): Dialogue {
  const mistakes: string[] = [];
  const assertComplete = (): void => {
    if (mistakes.length > 0) throw new Complaint(['nothing was written; these answers are missing or wrong:', ...mistakes.map((one) => `  ${one}`)].join('\n'));
  };
  return {
    given,
    asker,
    note: (mistake) => {
      mistakes.push(mistake);
      if (asker) assertComplete(); // nobody answers questions for nothing
    },
    answer: async (wanted) => {
      const text = given.answers.get(wanted.name);
      const mistake = text === undefined ? undefined : mistakeIn(wanted, text);
      if (text !== undefined && mistake === undefined) return text;
      if (mistake !== undefined) {
        if (asker) say(`--set ${wanted.name}: ${mistake}`);
        else mistakes.push(`--set ${wanted.name}: ${mistake}`);
      }
      if (asker) return askFor(asker, wanted);
      if (wanted.fallback === undefined && wanted.isOptional !== true && mistake === undefined) mistakes.push(missing(wanted));
      return wanted.fallback;
    },
    assertComplete,
  };
}

const missing = ({ name, ask, why, example, choices }: Wanted): string => `--set ${name}=<…> is missing: ${ask}. ${why}${choices === undefined ? (example === undefined ? '' : ` Example: ${example}`) : ` There is ${listOf(choices)}.`}`;

export const listOf = (choices: readonly { value: string; label: string }[]): string => choices.map(({ value, label }) => (label === value ? value : `${value} (${label})`)).join(', ') || 'none';

function mistakeIn({ choices, mistake }: Wanted, text: string): string | undefined {
  if (choices !== undefined && choices.every(({ value }) => value !== text)) return `there is no ${text}; there is ${listOf(choices)}`;
  return mistake?.(text);
}

async function askFor(asker: Asker, wanted: Wanted): Promise<string | undefined> {
  const { choices, ask, why, isOptional, fallback, suggestion, example } = wanted;
  if (choices !== undefined && choices.length > 0) {
    const options = [...choices, ...(isOptional === true ? [{ value: '', label: 'none' }] : [])];
    const chosen = await asker.choose(`${ask}\n${why}`, options);
    return chosen === '' ? undefined : chosen;
  }
  const initial = fallback ?? suggestion;
  const text = await asker.text(`${ask}\n${why}`, {
    ...(initial === undefined ? {} : { initial }),
    ...(example === undefined ? {} : { example }),
    validate: (typed) => (typed === '' ? (isOptional === true || fallback !== undefined ? undefined : 'an answer is needed') : mistakeIn(wanted, typed)),
  });
  return text === '' ? fallback : text;
}
