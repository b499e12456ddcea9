/** The items of a bulk call: at most 25 calls in one (contract shoper 4.9). */
import { z } from 'zod';
import { limits } from './limits.ts';
import { Refusal } from './replies.ts';

const item = z.object({
  id: z.union([z.string(), z.number()]).pipe(z.coerce.string()),
  path: z.string(),
  method: z.string(),
  params: z.record(z.string(), z.unknown()).optional(),
  body: z.unknown().optional(),
});

export interface BulkItem {
  id: string;
  path: string;
  method: string;
  /** @throws Refusal 400, of this item alone, for a value that is neither text nor number nor a list of them */
  params: () => URLSearchParams;
  body: unknown;
}

/** @throws Refusal 400 for what is no list of calls, or too long a one */
export function readBulk(body: unknown): BulkItem[] {
  const read = z.array(item).safeParse(body);
  if (!read.success) throw new Refusal(400, 'badJson');
  if (read.data.length > limits.bulkItems) throw new Refusal(400, 'tooManyItems');
  return read.data.map(({ params = {}, body: content = {}, ...one }) => ({ ...one, params: () => paramsOf(params), body: content }));
}

/** As they would stand in an address; `filters` is JSON in a text here too. */
function paramsOf(params: Record<string, unknown>): URLSearchParams {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (Array.isArray(value)) value.forEach((one) => pairs.append(`${name}[]`, textOf(name, one)));
    else pairs.append(name, textOf(name, value));
  }
  return pairs;
}

function textOf(name: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') throw new Refusal(400, [{ field: `params.${name}`, text: 'notText' }]);
  return String(value);
}
