/** A secret's way into the settings: named by a flag, found in the environment, or typed at the terminal. Its text is shown nowhere. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { placeOf, readSecret, type Environs, type SecretReference } from '../../worker/secrets.ts';
import { say } from '../print.ts';
import type { Dialogue } from './dialogue.ts';
import type { Question } from './questions.ts';

/** Where typed secrets go: into files of their own beside the settings file, or nowhere, with the variable named. */
export type Keeping = 'files' | 'env';

export interface SecretAnswer {
  field: string;
  reference: SecretReference;
  value: string;
  /** typed just now: to be put where the reference points to */
  isTyped: boolean;
}

export interface SecretInput {
  /** as flags name it */
  name: string;
  question: Question;
  connection: string;
  keeping: Keeping;
  /** of the settings file */
  configPath: string;
  environs: Environs;
  mistake: (value: string) => string | undefined;
}

/** Undefined: none, which is fine for what is optional, else noted as missing. */
export async function answerSecret(dialogue: Dialogue, input: SecretInput): Promise<SecretAnswer | undefined> {
  const { name, question, environs } = input;
  const { field } = question;
  const hint = `--secret ${name}=env:NAME or ${name}=file:path`;
  const named = dialogue.given.secrets.get(name) ?? foundInEnvironment(input);
  const value = named === undefined ? undefined : readSecret(named, environs);
  const wrong = wrongIn(dialogue, { ...input, hint, named, value });
  if (wrong === undefined && named !== undefined && value !== undefined) return { field, reference: named, value, isTyped: false };
  if (dialogue.asker) {
    if (wrong !== undefined) say(wrong);
    return typeSecret(dialogue.asker, input);
  }
  if (wrong !== undefined) dialogue.note(wrong);
  else if (question.isOptional !== true) dialogue.note(`${hint} is missing: ${question.ask}. ${question.why}`);
  return undefined;
}

function wrongIn({ given }: Dialogue, { name, hint, named, value, mistake }: SecretInput & { hint: string; named: SecretReference | undefined; value: string | undefined }): string | undefined {
  if (given.answers.has(name)) return `--set ${name}: a secret does not belong in a command line; name its place: ${hint}`;
  if (named === undefined) return undefined;
  const wrong = value === undefined ? `${placeOf(named)} is not set` : mistake(value);
  return wrong === undefined ? undefined : `--secret ${name}: ${wrong}`;
}

async function typeSecret(asker: NonNullable<Dialogue['asker']>, input: SecretInput): Promise<SecretAnswer | undefined> {
  const { field, ask, why, isOptional } = input.question;
  const path = fileOf(input);
  const isTaken = input.keeping === 'files' && existsSync(path);
  const value = await asker.secret(`${ask}\n${why}`, {
    validate: (typed) => {
      if (typed === '') return isOptional === true ? undefined : 'an answer is needed';
      return isTaken ? `${path} is there already and is not overwritten: stop, and remove it or name it by --secret ${input.name}=file:${path}` : input.mistake(typed);
    },
  });
  if (value === '') return undefined;
  return { field, reference: input.keeping === 'files' ? { file: path } : { env: variableOf(input) }, value, isTyped: true };
}

function foundInEnvironment(input: SecretInput): SecretReference | undefined {
  const env = variableOf(input);
  return input.keeping === 'env' && input.environs[env] !== undefined ? { env } : undefined;
}

const fileOf = ({ configPath, connection, question }: SecretInput): string => join(dirname(configPath), 'secrets', `${connection}.${question.field}`);

/** "books", "apiKey" → BOOKS_API_KEY */
const variableOf = ({ connection, question }: SecretInput): string => `${connection}_${question.field.replace(/([a-z])([A-Z])/g, '$1_$2')}`.replace(/[^A-Za-z0-9]+/g, '_').replace(/^(?=\d)/, '_').toUpperCase();
