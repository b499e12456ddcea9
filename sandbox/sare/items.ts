/** Items of a batch: what is wrong with one, in the platform's words, or what it asks for (contract sare 4.1, 6). */
import { z } from 'zod';
import type { ContactData } from './changes.ts';
import { limits } from './limits.ts';
import { isStatus } from './model.ts';
import type { Contact, Status } from './model.ts';
import { refusals } from './replies.ts';
import { isBlocked, keyOf } from './store.ts';
import type { World } from './store.ts';

const address = /^[^\s@,;<>()"]+@[^\s@.,;<>()"]+(\.[^\s@.,;<>()"]+)+$/;
export const isAddress = (text: string): boolean => text.length <= 254 && address.test(text);
const gsmPattern = /^\+\d{8,}$/;

const traits = z.record(z.string(), z.string());
/** Members nobody knows are passed over in silence, as misspelt flags are. */
const itemShape = z.looseObject({
  email: z.string().optional(),
  gsm: z.string().optional(),
  status: z.number().refine(isStatus).optional(),
  groups: z.array(z.number().int()).optional(),
  name: z.string().optional(),
  interface: z.number().int().optional(),
  mail_type: z.array(z.enum(['HTML', 'text'])).optional(),
  comment: z.string().optional(),
  prop: traits.optional(),
  prop_cust: traits.optional(),
});

export interface Item {
  /** as sent; empty when there is only a number */
  email: string;
  status: Status | undefined;
  groups: number[] | undefined;
  data: ContactData;
}

/** A human text, never a code. */
export interface Rejected {
  why: string;
}

/** What is asked for, and who is known by that key; or why not. */
export function readItem(world: World, raw: unknown): (Item & { known: Contact | undefined }) | Rejected {
  const parsed = itemShape.safeParse(raw);
  if (!parsed.success) return { why: `Nieprawidłowa wartość pola ${parsed.error.issues[0]?.path[0]?.toString() ?? 'emails'}` };
  const { email = '', gsm, status, groups, name, mail_type: mailTypes, comment, prop, prop_cust: propCust } = parsed.data;
  const wrong = wrongKey(email, gsm ?? '') ?? unknownGroup(world, groups ?? []) ?? unknownTrait(world, Object.keys(prop ?? {}), Object.keys(propCust ?? {}));
  if (wrong !== undefined) return { why: wrong };
  const known = world.store.contacts.get(keyOf({ email, gsm: gsm ?? '' }));
  if (known !== undefined && isBlocked(known)) return { why: 'Adres zablokowany' };
  if (known?.status === 'forgotten') return { why: 'Adres zapomniany (RODO)' };
  return { email, known, status: isStatus(status) ? status : undefined, groups, data: { gsm, name, prop, propCust, mailTypes, comment } };
}

function wrongKey(email: string, gsm: string): string | undefined {
  if (email === '' && gsm === '') return 'Brak adresu e-mail i numeru GSM';
  if (email !== '' && !isAddress(email)) return 'Nieprawidłowy adres e-mail';
  if (gsm !== '' && !gsmPattern.test(gsm)) return 'Nieprawidłowy numer GSM';
  return undefined;
}

function unknownGroup({ store }: World, groups: readonly number[]): string | undefined {
  const missing = groups.find((id) => !store.groups.has(id));
  return missing === undefined ? undefined : `Grupa ${missing} nie istnieje`;
}

const basicTraits = new Set(Array.from({ length: limits.basicTraits }, (_, index) => `prop${index + 1}`));

function unknownTrait({ store }: World, basic: readonly string[], custom: readonly string[]): string | undefined {
  const missing = basic.find((name) => !basicTraits.has(name)) ?? custom.find((name) => !store.traits.has(name));
  return missing === undefined ? undefined : `Nieznana cecha ${missing}`;
}

/** Where the switch says so, one malformed address refuses the whole request, before anything is stored. Throws that 400. */
export function requireAddresses({ switches }: World, emails: readonly string[]): void {
  if (switches.malformedAddress === 'request' && !emails.every((email) => email === '' || isAddress(email))) throw refusals.malformedAddress();
}

/** One entry of `response.error`. */
export function rejection({ switches }: World, email: string, why: string): Record<string, string> {
  const text = switches.whyNamesAddress ? `${why}: ${email}` : why;
  return switches.rejectedAddress ? { email, why: text } : { why: text };
}

/** The answer to a batch: what was rejected, and nothing about the rest. */
export function partialSuccess({ switches }: World, errors: Record<string, unknown>[]): Record<string, unknown> {
  return errors.length === 0 && switches.withoutErrors === 'left-out' ? {} : { error: errors };
}
