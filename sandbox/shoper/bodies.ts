/** Reading what a caller sends in a body: integers and booleans on write, every problem named (contract shoper 4, 6, 9). */
import { Refusal } from './replies.ts';
import type { Problem, Row, TextName } from './replies.ts';

/** Collects problems while fields are read, and refuses them together. */
export interface BodyReader {
  has(field: string): boolean;
  text(field: string): string | undefined;
  flag(field: string): boolean | undefined;
  whole(field: string): number | undefined;
  wholes(field: string): number[] | undefined;
  texts(field: string): string[] | undefined;
  map(field: string): Row | undefined;
  problem(field: string, text: TextName): void;
  /** @throws Refusal 400 with every problem there was */
  check(): void;
}

export const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws Refusal 400 for a body that is no object */
export function readBody(body: unknown): BodyReader {
  if (!isRow(body)) throw new Refusal(400, 'badJson');
  const problems: Problem[] = [];
  const problem = (field: string, text: TextName): undefined => void problems.push({ field, text });
  const value = <T>(field: string, read: (raw: unknown) => T | undefined, otherwise: TextName): T | undefined => {
    if (!(field in body)) return undefined;
    const found = read(body[field]);
    return found === undefined ? problem(field, otherwise) : found;
  };
  return {
    has: (field) => field in body,
    text: (field) => value(field, textOf, 'notText'),
    flag: (field) => value(field, flagOf, 'notBoolean'),
    whole: (field) => value(field, wholeOf, 'notNumber'),
    wholes: (field) => value(field, (raw) => listOf(raw, wholeOf), 'notList'),
    texts: (field) => value(field, (raw) => listOf(raw, textOf), 'notList'),
    map: (field) => value(field, (raw) => (isRow(raw) ? raw : undefined), 'notMap'),
    problem,
    check() {
      if (problems.length > 0) throw new Refusal(400, problems);
    },
  };
}

const textOf = (raw: unknown): string | undefined => (typeof raw === 'string' || typeof raw === 'number' ? String(raw) : undefined);

export function flagOf(raw: unknown): boolean | undefined {
  if (raw === true || raw === 1 || raw === '1') return true;
  if (raw === false || raw === 0 || raw === '0') return false;
  return undefined;
}

const wholeOf = (raw: unknown): number | undefined => (/^\d+$/.test(String(raw)) ? Number(raw) : undefined);

function listOf<T>(raw: unknown, read: (item: unknown) => T | undefined): T[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const items = raw.map(read).filter((item) => item !== undefined);
  return items.length === raw.length ? items : undefined;
}

export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);
