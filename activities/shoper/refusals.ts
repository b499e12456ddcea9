/** What a refusal of the shop means (contract 6): by status and code only, since the texts are translated. */
import { z } from 'zod';
import type { Refusal } from '../call.ts';
import { ForbiddenError } from '../errors.ts';

/** Asked of every reply from 400 up, and of every item of a bulk call. */
export const refusals = [
  { status: 429, means: 'rate limited', waitMs: 1_000 },
  { status: 401, means: 'unauthorized' },
  { status: 403, json: true, means: 'forbidden' }, // insufficient_scope, or a feature that the plan lacks
  { status: 404, json: true, means: 'absent' },
  { status: [400, 403, 404, 405], json: false, means: 'retryable' }, // a page of somebody in between, not the shop's answer
  { status: 409, means: 'perhaps the record' }, // locked by another edit: a few tries, each later than the one before
  { status: [400, 405, 501], means: 'permanent' },
  { status: 500, json: true, means: 'perhaps the record' },
  { status: [500, 502, 503, 504, 520, 521, 522, 523, 524], means: 'retryable' },
] as const satisfies readonly Refusal[];

/** Of the addresses that give out tokens: what they refuse is the credentials' or the code's fault. */
export const tokenRefusals = [{ status: [400, 401, 403], json: true, means: 'unauthorized' }, ...refusals] as const satisfies readonly Refusal[];

const errorSchema = z.object({ error: z.string().optional().catch(undefined), error_description: z.string().optional().catch(undefined) });

export function explain(body: unknown): { code?: string; words?: string } {
  const { error, error_description: words } = errorSchema.safeParse(body).data ?? {};
  return { ...(error === undefined ? {} : { code: error }), ...(words === undefined ? {} : { words }) };
}

const verbs: Readonly<Record<string, string>> = { GET: 'read', POST: 'create', PUT: 'edit', DELETE: 'delete' };

/** Rights are given by area, as a ladder read, create, edit, delete (contract 2): "users: edit" for "PUT /users/{id}". */
export function rightFor(endpoint: string): string {
  const [method = '', path = ''] = endpoint.split(' ');
  return `${path.split('/')[1] ?? ''}: ${verbs[method] ?? 'read'}`;
}

/** The same refusal, with the right that is missing named first: the shop's own words are a translation and may not. */
export function namingRight(error: ForbiddenError): ForbiddenError {
  const { system, endpoint, status, code, words, sent } = error;
  const named = `the right ${rightFor(endpoint)} is missing${words === undefined ? '' : ` (${words})`}`;
  return new ForbiddenError({ system, endpoint, sent, cause: error, words: named, ...(status === undefined ? {} : { status }), ...(code === undefined ? {} : { code }) });
}
