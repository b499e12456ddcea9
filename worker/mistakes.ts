/** Mistakes in settings, all collected and listed together, each with its place and what is allowed. No value is ever repeated in them. */
import type { z } from 'zod';

export interface Mistake {
  /** e.g. "connections[0].baseUrl" */
  path: string;
  /** line in the settings file, from 1; absent for the environment */
  line?: number;
  /** what is wrong and what is allowed */
  message: string;
}

/** The settings cannot be used; every mistake is in the message, one a line. Nothing starts with it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly mistakes: Mistake[];
  constructor(what: string, mistakes: Mistake[]) {
    super([`${what}:`, ...mistakes.map(showMistake)].join('\n'));
    this.mistakes = mistakes;
  }
}

const showMistake = ({ path, line, message }: Mistake): string => `  ${line === undefined ? '' : `line ${line}: `}${path === '' ? '' : `${path}: `}${message}`;

/** `["connections", 0, "baseUrl"]` as people write it. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`)).join('');

/** What zod found, in our words: unknown keys one by one, with the keys that are allowed. */
export function wordsOfIssue(issue: z.core.$ZodIssue, allowedKeys: readonly string[]): { keys: string[]; message: string } {
  if (issue.code === 'unrecognized_keys') {
    const own = issue.message.startsWith('Unrecognized') ? undefined : issue.message;
    return { keys: issue.keys, message: own ?? (allowedKeys.length > 0 ? `unknown key; allowed: ${allowedKeys.join(', ')}` : 'unknown key') };
  }
  return { keys: [], message: issue.message.replace(/^Invalid (input|option): /, '') };
}
