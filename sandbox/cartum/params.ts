/** Parameters of a call: a JSON body, or one of the two deprecated ways; then checked by a schema (contract cartum 2). */
import { z } from 'zod';
import { wrongParameters } from './replies.ts';
import type { Row } from './replies.ts';

/** Numbers come as numbers or as text. */
export const whole = z.union([z.number().int(), z.string().regex(/^-?\d+$/).transform(Number)]);
export const flag = z.union([z.boolean(), z.enum(['1', 'true']).transform(() => true), z.enum(['0', 'false', '']).transform(() => false), z.literal(1).transform(() => true), z.literal(0).transform(() => false)]);

const object = z.record(z.string(), z.unknown());
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** The parameters as sent; undefined for a body that is no JSON object, a byte order mark in front included. */
export async function readParams(request: Request): Promise<Row | undefined> {
  if (request.method === 'GET') return fromPairs(new URL(request.url).searchParams);
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (byteOrderMark.every((byte, at) => bytes[at] === byte)) return undefined;
  const text = new TextDecoder().decode(bytes);
  if ((request.headers.get('content-type') ?? '').includes('application/x-www-form-urlencoded')) return fromPairs(new URLSearchParams(text));
  try {
    return object.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** `status[]=1&status[]=2` is a list. */
function fromPairs(pairs: URLSearchParams): Row {
  const params: Row = {};
  for (const name of new Set(pairs.keys())) params[name.replace(/\[\]$/, '')] = name.endsWith('[]') ? pairs.getAll(name) : pairs.get(name);
  return params;
}

/** @throws Refusal EXCEPTION naming the parameters */
export function parse<Schema extends z.ZodType>(schema: Schema, params: Row): z.output<Schema> {
  const read = schema.safeParse(params);
  if (read.success) return read.data;
  throw wrongParameters([...new Set(read.error.issues.map(({ path }) => String(path[0] ?? '')))].join(', '));
}
