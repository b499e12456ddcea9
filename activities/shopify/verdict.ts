/** What a reply of the shop means (contract shopify 6): by status, and by the errors, user errors and warnings inside a 200. */
import { z } from 'zod';
import type { BodyVerdict, Refusal } from '../call.ts';
import { throttledForMs } from './cost.ts';
import { costSchema, errorSchema, type GraphqlError } from './schemas.ts';

/**
 * A frozen, locked or unknown shop refuses everything until a person acts: *forbidden*, because then the harmless call of `check` is refused too
 * and the connection pauses, instead of every order being parked.
 */
export const refusals = [
  { status: 401, means: 'unauthorized' },
  { status: [402, 403, 404, 423], json: true, means: 'forbidden' },
  { status: [402, 403, 404, 423], json: false, means: 'retryable' }, // a page of somebody in between, not the shop's answer
  { status: [429, 430], means: 'rate limited', waitMs: 2_000 },
  { status: 500, json: true, means: 'perhaps the record' },
  { status: [500, 501, 502, 503, 504, 505, 520, 521, 522, 523, 524], means: 'retryable' },
] as const satisfies readonly Refusal[];

/** Of the address that gives out tokens: whatever it refuses, it is the app's id, its secret or the shop's name. */
export const tokenRefusals = [{ status: [400, 401, 402, 403, 404, 422, 423], means: 'unauthorized' }, ...refusals] as const satisfies readonly Refusal[];

/** `errors` is a text in refusals by status (contract 2, 6). */
export function explain(body: unknown): { code?: string; words?: string } {
  const { errors, error } = z.object({ errors: z.unknown().optional(), error: z.unknown().optional() }).safeParse(body).data ?? {};
  if (typeof errors === 'string') return { words: errors };
  if (errors !== undefined) return { words: JSON.stringify(errors).slice(0, 2_000) };
  return typeof error === 'string' ? { code: error } : {};
}

const bodySchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  errors: z.array(errorSchema).nullish().catch(undefined),
  extensions: z.object({ cost: costSchema.nullish().catch(undefined), search: z.array(z.object({ warnings: z.array(z.looseObject({ code: z.string().nullish() })).nullish() })).nullish().catch(undefined) }).nullish().catch(undefined),
});

/** Undefined: nothing is said against the data. Refusals of protected customer data beside data are left to the caller (R19). */
export function judgeBody({ body }: { body: unknown }): BodyVerdict | undefined {
  const { data, errors, extensions } = bodySchema.safeParse(body).data ?? {};
  if (errors && errors.length > 0) {
    const verdict = judgeErrors(errors, data ?? undefined, extensions?.cost ?? undefined);
    if (verdict) return verdict;
  }
  if (extensions?.search?.some(({ warnings }) => (warnings ?? []).length > 0)) return { means: 'permanent', code: 'SEARCH_WARNING', words: 'the filter was not understood' };
  return userErrorOf(data ?? {});
}

type Cost = z.output<typeof costSchema>;

/** The heaviest error speaks for all of them. */
function judgeErrors(errors: GraphqlError[], data: Record<string, unknown> | undefined, cost: Cost | undefined): BodyVerdict | undefined {
  const withCode = (code: string) => errors.find((error) => codeOf(error) === code);
  const throttled = withCode('THROTTLED');
  if (throttled) return { means: 'rate limited', ...said(throttled), waitMs: throttledForMs(cost?.requestedQueryCost ?? undefined, cost?.throttleStatus ?? undefined) + jitterMs() };
  const failed = withCode('INTERNAL_SERVER_ERROR');
  if (failed) return { means: 'perhaps the record', ...said(failed) };
  const inactive = withCode('SHOP_INACTIVE');
  if (inactive) return { means: 'forbidden', ...said(inactive) };
  const denied = errors.find((error) => codeOf(error) === 'ACCESS_DENIED' && !isProtectedData(error));
  if (denied) return { means: 'forbidden', ...said(denied) };
  const ours = errors.find((error) => !isProtectedData(error) && !isCut(error));
  if (ours) return { means: 'permanent', ...said(ours) };
  const isAllWithheld = data === undefined || Object.values(data).every((value) => value === null);
  return isAllWithheld && errors[0] ? { means: 'forbidden', ...said(errors[0]) } : undefined;
}

/** Callers that were refused together must not come back together. */
const jitterMs = (): number => Math.ceil(Math.random() * 250);

const codeOf = ({ extensions }: GraphqlError): string | undefined => extensions?.code ?? undefined;

/** The words name the missing scope; they may also echo what we sent. */
const said = (error: GraphqlError): { code?: string; words: string } => ({ ...(codeOf(error) === undefined ? {} : { code: codeOf(error) ?? '' }), words: error.message });

/**
 * R19. A missing scope has the same code; only the text tells them apart (contract 9).
 */
export const isProtectedData = (error: GraphqlError): boolean => codeOf(error) === 'ACCESS_DENIED' && /not approved to (access the \w+ object|use the \w+ field)/.test(error.message);

/** The last entry of a list of errors that was cut (contract 6). */
const isCut = ({ message, extensions }: GraphqlError): boolean => (extensions?.code ?? undefined) === undefined && /max error limit reached/i.test(message);

const userErrorsSchema = z.object({ userErrors: z.array(z.object({ message: z.string(), code: z.string().nullish() })) });
/** Somebody else is at it. */
const soonOver = ['IDEMPOTENCY_CONCURRENT_REQUEST', 'OPERATION_IN_PROGRESS'];

/** A mutation that was refused answers 200 like one that worked (contract 6). */
function userErrorOf(data: Record<string, unknown>): BodyVerdict | undefined {
  for (const payload of Object.values(data)) {
    const error = userErrorsSchema.safeParse(payload).data?.userErrors[0];
    if (!error) continue;
    const code = error.code ?? undefined;
    return { means: code !== undefined && soonOver.includes(code) ? 'retryable' : 'permanent', words: error.message, sent: 'no', ...(code === undefined ? {} : { code }) };
  }
  return undefined;
}
