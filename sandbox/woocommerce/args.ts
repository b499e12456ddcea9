/** Arguments of a request, checked as WordPress checks them: all refused ones named together, with its texts (contract woocommerce 6). */
import { isDateTime } from './dates.ts';
import { invalidParams, missingParams } from './errors.ts';
import type { ArgFailure } from './errors.ts';

export interface ArgSpec {
  type: 'integer' | 'string' | 'boolean' | 'integers' | 'strings';
  minimum?: number;
  maximum?: number;
  enum?: readonly string[];
  format?: 'date-time' | 'email';
  default?: string | number | boolean;
  required?: boolean;
}

export type ArgSpecs = Record<string, ArgSpec>;
type Value = string | number | boolean | number[] | string[];

/** Checked arguments. A getter of another type than the spec's finds nothing. */
export interface Args {
  integer(name: string): number | undefined;
  text(name: string): string | undefined;
  flag(name: string): boolean;
  integers(name: string): number[];
  texts(name: string): string[];
  has(name: string): boolean;
}

/** @throws WooError 400 naming every missing or every refused argument */
export function readArgs(specs: ArgSpecs, given: Record<string, unknown>): Args {
  const missing = Object.keys(specs).filter((name) => specs[name]?.required && given[name] === undefined);
  if (missing.length > 0) throw missingParams(missing);
  const values = new Map<string, Value>();
  const failures: Record<string, ArgFailure> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const raw = given[name] ?? spec.default;
    if (raw === undefined) continue;
    const read = readValue(name, spec, raw);
    if ('failure' in read) failures[name] = read.failure;
    else values.set(name, read.value);
  }
  if (Object.keys(failures).length > 0) throw invalidParams(failures);
  return gettersOf(values, given);
}

function gettersOf(values: Map<string, Value>, given: Record<string, unknown>): Args {
  const list = (name: string) => {
    const value = values.get(name);
    return Array.isArray(value) ? value : [];
  };
  return {
    integer(name) {
      const value = values.get(name);
      return typeof value === 'number' ? value : undefined;
    },
    text(name) {
      const value = values.get(name);
      return typeof value === 'string' ? value : undefined;
    },
    flag: (name) => values.get(name) === true,
    integers: (name) => list(name).filter((item) => typeof item === 'number'),
    texts: (name) => list(name).filter((item) => typeof item === 'string'),
    has: (name) => given[name] !== undefined,
  };
}

type Read = { value: Value } | { failure: ArgFailure };

function readValue(name: string, spec: ArgSpec, raw: unknown): Read {
  if (spec.type === 'integer') return readInteger(name, spec, raw);
  if (spec.type === 'boolean') return readFlag(name, raw);
  if (spec.type === 'string') return readText(name, spec, raw);
  const readItem = spec.type === 'integers' ? readInteger : readText;
  return readList(listOf(raw), (item, at) => readItem(`${name}[${at}]`, spec, item));
}

function readList(items: unknown[], readItem: (item: unknown, at: number) => Read): Read {
  const reads = items.map((item, at) => readItem(item, at));
  const refused = reads.find((read) => 'failure' in read);
  if (refused !== undefined) return refused;
  const values = reads.flatMap((read) => ('value' in read ? [read.value] : []));
  const numbers = values.filter((value) => typeof value === 'number');
  return { value: numbers.length > 0 ? numbers : values.filter((value) => typeof value === 'string') };
}

/** A list comes as an array (`status[]=`) or as text with commas or blanks. */
function listOf(raw: unknown): unknown[] {
  if (Array.isArray(raw)) return raw;
  return typeof raw === 'string' ? raw.split(/[\s,]+/).filter((item) => item !== '') : [raw];
}

function readInteger(name: string, spec: ArgSpec, raw: unknown): Read {
  const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  if (typeof number !== 'number' || !Number.isInteger(number)) return wrongType(name, 'integer');
  const outside = (text: string): Read => ({ failure: { code: 'rest_out_of_bounds', message: `${name} must be ${text}`, data: null } });
  const { minimum, maximum } = spec;
  if (minimum !== undefined && maximum !== undefined && (number < minimum || number > maximum)) return outside(`between ${minimum} (inclusive) and ${maximum} (inclusive)`);
  if (minimum !== undefined && number < minimum) return outside(`greater than or equal to ${minimum}`);
  return { value: number };
}

const flags = new Map<unknown, boolean>([['true', true], ['1', true], [1, true], [true, true], ['false', false], ['0', false], ['', false], [0, false], [false, false]]);

function readFlag(name: string, raw: unknown): Read {
  const value = flags.get(typeof raw === 'string' ? raw.toLowerCase() : raw);
  return value === undefined ? wrongType(name, 'boolean') : { value };
}

function readText(name: string, spec: ArgSpec, raw: unknown): Read {
  if (typeof raw !== 'string' && typeof raw !== 'number') return wrongType(name, 'string');
  const text = String(raw);
  if (spec.enum !== undefined && !spec.enum.includes(text)) return { failure: { code: 'rest_not_in_enum', message: `${name} is not one of ${inWords(spec.enum)}.`, data: null } };
  if (spec.format === 'date-time' && !isDateTime(text)) return { failure: { code: 'rest_invalid_date', message: 'Invalid date.', data: null } };
  if (spec.format === 'email' && text !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) return { failure: { code: 'rest_invalid_email', message: 'Invalid email address.', data: null } };
  return { value: text };
}

function wrongType(name: string, type: string): Read {
  return { failure: { code: 'rest_invalid_type', message: `${name} is not of type ${type}.`, data: { param: name } } };
}

function inWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return words.length === 2 ? words.join(' and ') : `${words.slice(0, -1).join(', ')}, and ${words.at(-1)}`;
}
