/** The body of an address on a page of the ledger, read back. */
import { z } from 'zod';
import { BadDataError } from './errors.ts';
import type { ListedAddress } from './contact-context.ts';

const contactSchema = z.object({
  kind: z.enum(['customer', 'subscriber']),
  sourceId: z.string(),
  email: z.string(),
  isOptedIn: z.boolean(),
  isConfirmed: z.boolean(),
  leftOut: z.literal('guest-without-newsletter').optional(),
  properties: z.record(z.string(), z.union([z.string(), z.boolean(), z.array(z.string())])),
  digest: z.string(),
});
const addressSchema = z.object({ email: z.string(), rows: z.array(contactSchema), formerEmails: z.array(z.string()).optional() });

/** @throws BadDataError for a body that another release wrote */
export function parseListedAddress(body: string): ListedAddress {
  const parsed = addressSchema.safeParse(JSON.parse(body));
  if (!parsed.success) throw new BadDataError(parsed.error.issues[0]?.path.join('.') ?? 'page', 'the page was written by another release');
  const { email, rows, formerEmails } = parsed.data;
  return { email, rows: rows.map(({ leftOut, ...row }) => ({ ...row, ...(leftOut === undefined ? {} : { leftOut }) })), ...(formerEmails === undefined ? {} : { formerEmails }) };
}
