/** One request to the API as its endpoints see it, and how they read its body. */
import type { z } from 'zod';
import type { Arrival } from '../kernel/sandbox.ts';
import type { Hand } from './model.ts';
import { Refusal, refusals } from './replies.ts';
import type { World } from './store.ts';

export interface Call {
  world: World;
  arrival: Arrival;
  /** parts of the path in the order of the pattern, decoded */
  params: string[];
  /** undefined: no JSON */
  body: unknown;
}

export const handOf = ({ arrival }: Call): Hand => ({ by: 'api', request: arrival.number });

/** Throws a 400 that names the first wrong field. */
export function readBody<Schema extends z.ZodType>(schema: Schema, { body }: Call): z.output<Schema> {
  if (body === undefined) throw refusals.notJson();
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw refusals.wrongBody(parsed.error.issues[0]?.path.join('.') || 'body');
  return parsed.data;
}

/** A list that may not be empty, nor longer than the account's limit. */
export function readList<Item>(field: string, items: readonly Item[], { world }: Call): readonly Item[] {
  if (items.length === 0) throw refusals.emptyList(field);
  if (world.switches.mostItems !== null && items.length > world.switches.mostItems) throw refusals.tooMany();
  return items;
}

/** A whole number in the path. */
export function numberAt({ params }: Call, at: number): number {
  const text = params[at] ?? '';
  if (!/^\d{1,9}$/.test(text)) throw refusals.unknownPath();
  return Number(text);
}

/** Decoded as a form would be: a bare plus is a space. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'Nieprawidłowy adres URL');
  }
}
