/**
 * Query parameters of v2: repeated keys without brackets (contract roapp 5 and 12). Whatever is not asked for here is ignored silently,
 * bracketed names included; comma lists are refused.
 */
import type { Context } from 'hono';
import { formatInstant, parseInstant } from './dates.ts';
import { invalid } from './errors.ts';
import { largestPageSize, pageSize } from './limits.ts';

export interface Range {
  from: number;
  to: number;
}

/** undefined: not given. */
export function integers(context: Context, name: string): Set<number> | undefined {
  const values = context.req.queries(name);
  if (!values) return undefined;
  return new Set(
    values.map((value) => {
      if (!/^-?\d{1,15}$/.test(value)) throw invalid(name, 'must be an integer');
      return Number(value);
    }),
  );
}

export function texts(context: Context, name: string): string[] | undefined {
  const values = context.req.queries(name);
  if (values?.some((value) => value.includes(','))) throw invalid(name, 'repeat the parameter instead of a comma list');
  return values;
}

/** One value is the lower bound, two are a range; both ends belong to it. */
export function instants(context: Context, name: string): Range | undefined {
  const values = context.req.queries(name);
  if (!values) return undefined;
  if (values.length > 2) throw invalid(name, 'takes one or two instants');
  const [from = 0, to = Infinity] = values.map((value) => {
    const ms = parseInstant(value);
    if (ms === undefined) throw invalid(name, `must look like ${formatInstant(0)}`);
    return ms;
  });
  return { from, to };
}

export function sortOf<Field extends string>(context: Context, fields: readonly Field[], standard: { field: Field; descending: boolean }): { field: Field; descending: boolean } {
  const asked = context.req.query('sort');
  if (asked === undefined) return standard;
  const field = fields.find((candidate) => candidate === asked.replace(/^-/, ''));
  if (field === undefined) throw invalid('sort', `must be one of ${fields.join(', ')}`);
  return { field, descending: asked.startsWith('-') };
}

export interface PageAsked {
  page: number;
  limit: number;
}

export function pageOf(context: Context, honourLimit: boolean): PageAsked {
  const page = Number(context.req.query('page') ?? '1');
  if (!Number.isInteger(page) || page < 1) throw invalid('page', 'must be an integer from 1');
  const limit = Number(context.req.query('limit') ?? pageSize);
  return { page, limit: honourLimit && Number.isInteger(limit) && limit > 0 ? Math.min(limit, largestPageSize) : pageSize };
}

export const isIn = (range: Range | undefined, ms: number | null): boolean => range === undefined || (ms !== null && ms >= range.from && ms <= range.to);
export const isAmong = (ids: Set<number> | undefined, id: number | null): boolean => ids === undefined || (id !== null && ids.has(id));
