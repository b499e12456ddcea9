/** `filters` of a list: JSON in one parameter, or brackets (contract shoper 5). */
import { z } from 'zod';
import { isRow } from './bodies.ts';
import { Refusal } from './replies.ts';

const operators = ['=', '!=', '>', '>=', '<', '<=', '~', '!~', 'LIKE', 'IN', 'NOT IN'] as const;
type Operator = (typeof operators)[number];

export interface Condition {
  field: string;
  operator: Operator;
  wanted: unknown;
}

const bracket = /^filters\[([^\]]+)\](?:\[([^\]]*)\])?(?:\[\])?$/;
const json = z.record(z.string(), z.unknown());

/**
 * `{"field":"v"}`, `{"field":{"op":value}}`, `filters[field]=v`, `filters[field][op]=v`. The singular `filter` is unknown and ignored.
 * @throws Refusal 400 for what it cannot read
 */
export function readFilters(params: URLSearchParams): Condition[] {
  const conditions = readJson(params.get('filters') ?? '');
  for (const name of new Set(params.keys())) {
    const [, field, operator] = bracket.exec(name) ?? [];
    if (field === undefined) continue;
    const values = params.getAll(name);
    const isList = operator === 'IN' || operator === 'NOT IN';
    conditions.push({ field, operator: operatorOf(operator === undefined || operator === '' ? '=' : operator, field), wanted: isList ? values : values[0] });
  }
  return conditions;
}

function readJson(text: string): Condition[] {
  if (text === '' || text === '[]') return [];
  let read: Record<string, unknown>;
  try {
    read = json.parse(JSON.parse(text));
  } catch {
    throw new Refusal(400, 'badFilter');
  }
  return Object.entries(read).flatMap(([field, value]): Condition[] => {
    if (Array.isArray(value)) return [{ field, operator: 'IN', wanted: value }];
    if (!isRow(value)) return [{ field, operator: '=', wanted: value }];
    return Object.entries(value).map(([operator, wanted]) => ({ field, operator: operatorOf(operator, field), wanted }));
  });
}

function operatorOf(text: string, field: string): Operator {
  const found = operators.find((one) => one === text.toUpperCase());
  if (found === undefined) throw new Refusal(400, [{ field, text: 'badFilter' }]);
  return found;
}

/** How texts compare: as the shop's database does it, or letter by letter. */
export type Fold = (text: string) => string;

/** A list has the value among its items; a map (additional fields) has every entry that is wanted. */
export function isMet({ operator, wanted }: Condition, actual: unknown, fold: Fold): boolean {
  switch (operator) {
    case '=':
      return isEqual(actual, wanted, fold);
    case '!=':
      return !isEqual(actual, wanted, fold);
    case 'IN':
    case 'NOT IN':
      return (Array.isArray(wanted) ? wanted : [wanted]).some((one) => isEqual(actual, one, fold)) === (operator === 'IN');
    case '~':
    case 'LIKE':
    case '!~':
      return isLike(plain(actual), plain(wanted)) === (operator !== '!~');
    default:
      return isOrdered(operator, compare(actual, wanted));
  }
}

function isEqual(actual: unknown, wanted: unknown, fold: Fold): boolean {
  if (Array.isArray(actual)) return actual.some((one) => isEqual(one, wanted, fold));
  if (isRow(actual)) return isRow(wanted) && Object.entries(wanted).every(([name, value]) => isEqual(actual[name], value, fold));
  const [a, b] = [plain(actual), plain(wanted)];
  return isNumber(a) && isNumber(b) ? Number(a) === Number(b) : fold(a) === fold(b);
}

/** By value where both are numbers, else as texts. */
export function compare(actual: unknown, wanted: unknown): number {
  const [a, b] = [plain(actual), plain(wanted)];
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  return a < b ? -1 : Number(a > b);
}

function isOrdered(operator: '>' | '>=' | '<' | '<=', order: number): boolean {
  if (order === 0) return operator === '>=' || operator === '<=';
  return order > 0 === operator.startsWith('>');
}

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

function plain(value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

const isLike = (text: string, pattern: string): boolean => new RegExp(`^${pattern.split('%').map(literally).join('.*')}$`, 'is').test(text);
const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
