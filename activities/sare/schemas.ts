/**
 * Replies of SARE, as far as we read them. Most of their payloads are not attested (contract 4.2), so this one file reads them tolerantly: a list may
 * stand under `data`, a number may be a text, unknown members are passed over. The first look at a real account changes this file alone.
 */
import { z } from 'zod';
import { normaliseEmail } from '../../domain/contact.ts';

/** `{ code: 200, status, response }`; what another code means is the client's table (contract 6). */
const envelope = <T extends z.ZodType>(response: T) => z.object({ code: z.literal([200, '200']), response });

const rowsIn = (value: unknown): unknown => (typeof value === 'object' && value !== null && 'data' in value ? value.data : value);
const listOf = <T extends z.ZodType>(row: T) => z.preprocess(rowsIn, z.array(row));

const numberText = z.union([z.int(), z.string().trim().regex(/^\d+$/).transform(Number)]).transform(String);

/** A status is a number, perhaps as text; a word is kept for `map.ts` to tell. */
const statusText = z.union([numberText, z.string().trim().min(1)]);
const statusRow = z.object({ email: z.string().transform((text) => text.trim().toLowerCase()), status: statusText });
export type StatusRow = z.output<typeof statusRow>;

/** The first page must be a list: taken for an empty one, anything else would make known addresses unknown and lose their opt-outs. */
export const firstStatusesSchema = envelope(listOf(statusRow));
/** After the last page anything empty may come (contract 5). */
export const moreStatusesSchema = z.object({ code: z.literal([200, '200']), response: z.preprocess((value) => rowsIn(value) ?? [], z.array(statusRow)).optional() });

export const groupsSchema = envelope(listOf(z.object({ id: numberText, name: z.string() })));
export const propsSchema = envelope(listOf(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])));
/** Writes: the envelope says that it was taken, `rejectionsIn` what was not. */
export const writtenSchema = z.object({ code: z.literal([200, '200']), response: z.unknown().optional() });

export interface Rejection {
  /** lower case; absent where none is named */
  email?: string;
  /** the vendor's words; may be Polish and name a person */
  words: string;
}

/** `response.error` of a write: a list, an object of entries, one entry or a text. Whatever is not understood is one rejection without address, never none. */
export function rejectionsIn(response: unknown): Rejection[] {
  const found = z.object({ error: z.unknown() }).safeParse(response).data?.error;
  if (found === undefined || found === null || found === false || found === '') return [];
  if (Array.isArray(found)) return found.map((entry: unknown) => rejectionOf(entry));
  const entries = z.record(z.string(), z.unknown()).safeParse(found).data;
  if (entries === undefined || isEntry(entries)) return [rejectionOf(found)];
  return Object.entries(entries).map(([key, entry]) => withKey(key, rejectionOf(entry)));
}

const wordFields = ['why', 'message', 'error', 'reason'];
const addressFields = ['email', 'mail', 'address'];

/** An entry itself, not entries by position or address. */
const isEntry = (value: Record<string, unknown>): boolean => [...wordFields, ...addressFields].some((name) => typeof value[name] === 'string');

function rejectionOf(entry: unknown): Rejection {
  if (typeof entry === 'string') return withKey(entry, { words: entry });
  const fields = z.record(z.string(), z.unknown()).safeParse(entry).data ?? {};
  const email = addressIn(fields) ?? Object.values(fields).map(addressIn).find((found) => found !== undefined);
  const words = wordFields.map((name) => fields[name]).find((text) => typeof text === 'string') ?? '';
  return { ...(email === undefined ? {} : { email }), words };
}

function addressIn(value: unknown): string | undefined {
  const fields = z.record(z.string(), z.unknown()).safeParse(value).data ?? {};
  return addressFields.map((name) => fields[name]).map((text) => (typeof text === 'string' ? normaliseEmail(text) : undefined)).find((found) => found !== undefined);
}

function withKey(key: string, rejection: Rejection): Rejection {
  const email = rejection.email ?? normaliseEmail(key);
  return email === undefined ? rejection : { ...rejection, email };
}
