/** From typed text to a setting's value, judged by the schema that the settings file is judged by. */
import { parse } from 'yaml';
import type { z } from 'zod';
import { wordsOfIssue } from '../../worker/mistakes.ts';

/** What is wrong with these settings, as their schema says. */
export type Judge = (settings: Record<string, unknown>) => readonly z.core.$ZodIssue[];

/** The text as it is where the schema takes it so, else as YAML reads it: 31, true, [a, b]. */
export function readValue(judge: Judge, field: string, text: string): { value: unknown } | { mistake: string } {
  const asText = issueOf(judge, field, text);
  if (!asText) return { value: text };
  const value = yamlOf(text);
  const asYaml = issueOf(judge, field, value);
  if (!asYaml) return { value };
  return { mistake: wordsOf(asText.code === 'invalid_type' ? asYaml : asText) };
}

/** In our words and without the value; undefined: none. */
export function mistakeOf(judge: Judge, field: string, value: unknown): string | undefined {
  const issue = issueOf(judge, field, value);
  return issue && wordsOf(issue);
}

const issueOf = (judge: Judge, field: string, value: unknown): z.core.$ZodIssue | undefined => judge({ [field]: value }).find(({ path }) => path[0] === field);

const wordsOf = (issue: z.core.$ZodIssue): string => wordsOfIssue(issue, []).message;

function yamlOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return text;
  }
}

export const mistakeIn = (read: { value: unknown } | { mistake: string }): string | undefined => ('mistake' in read ? read.mistake : undefined);
