/** Refusals and the forms their bodies have been seen in (contract roapp 6). */
import type { Variety } from './variety.ts';

export type Fields = Record<string, string[]>;

/** Thrown by routes; becomes a reply in one place. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly fields: Fields | undefined;
  /** a body that says nothing: `{}`, or empty text for people that are not there */
  readonly silent: 'json' | 'text' | undefined;
  constructor(status: number, text: string, more: { fields?: Fields; silent?: 'json' | 'text' } = {}) {
    super(text);
    this.status = status;
    this.fields = more.fields;
    this.silent = more.silent;
  }
}

/** A field of the body or the query is not as documented. */
export const invalid = (field: string, text: string): Refusal => new Refusal(400, text, { fields: { [field]: [text] } });

export const notFound = (): Refusal => new Refusal(404, 'Not found');

export function refusalReply(refusal: Refusal, variety: Variety, validationStatus: number): Response {
  const status = refusal.status === 400 ? validationStatus : refusal.status;
  if (refusal.silent === 'text') return new Response('', { status, headers: { 'content-type': 'text/plain' } });
  return Response.json(refusal.silent === 'json' ? {} : bodyOf(refusal, variety), { status });
}

function bodyOf({ fields, message }: Refusal, variety: Variety): unknown {
  const forms: [unknown, ...unknown[]] = fields
    ? [{ message: { validation: fields } }, { validation: fields }, { errors: fields }, { message }, {}]
    : [{ message }, { error: message }, { detail: message }];
  return variety.pick(forms);
}

export const tooManyRequests = (retryAfterHeader: boolean): Response =>
  new Response('{}', { status: 429, headers: { 'content-type': 'application/json', ...(retryAfterHeader && { 'retry-after': '1' }) } });
