/**
 * What can go wrong with an outside call. One class answers one question: what becomes of the record. `worker/failures.ts` is the one place
 * that turns them into Temporal failures. `message` never holds the vendor's words: those may name people and travel in `words`, encrypted.
 */
import type { ParkReason } from '../domain/reasons.ts';

export interface ApiErrorInput {
  /** e.g. "roapp" */
  system: string;
  /** method and path pattern, e.g. "POST /orders/{id}/items" */
  endpoint: string;
  status?: number;
  /** the vendor's own words, for the operator; possibly personal */
  words?: string;
  /** the vendor's machine-readable code, e.g. "woocommerce_rest_invalid_id" */
  code?: string;
  /** could the call have taken effect? `no`: refused or never sent */
  sent: 'no' | 'maybe';
  cause?: unknown;
  /** transport trouble: how long to wait before the next try, from the count kept in the ledger */
  retryDelayMs?: number;
}

export abstract class ApiError extends Error {
  readonly system: string;
  readonly endpoint: string;
  readonly status: number | undefined;
  readonly words: string | undefined;
  readonly code: string | undefined;
  readonly sent: 'no' | 'maybe';
  constructor(what: string, input: ApiErrorInput) {
    super(`${input.system} ${input.endpoint}: ${what}${input.status === undefined ? '' : ` (status ${input.status})`}`, { cause: input.cause });
    this.system = input.system;
    this.endpoint = input.endpoint;
    this.status = input.status;
    this.words = input.words;
    this.code = input.code;
    this.sent = input.sent;
  }
}

/** The system refused and will refuse again: bad data, unknown id. Retrying is pointless; the record is parked. */
export class PermanentError extends ApiError {
  override readonly name = 'PermanentError';
  readonly reason: ParkReason;
  constructor(input: ApiErrorInput & { reason?: ParkReason }) {
    super('refused', input);
    this.reason = input.reason ?? 'refused';
  }
}

/** The credentials are no longer accepted: the connection is paused and the operator told. */
export class UnauthorizedError extends ApiError {
  override readonly name = 'UnauthorizedError';
  constructor(input: ApiErrorInput) {
    super('credentials not accepted', input);
  }
}

/** The account lacks a right. Pauses the connection only if a harmless check call fails too, else parks the record. */
export class ForbiddenError extends ApiError {
  override readonly name = 'ForbiddenError';
  constructor(input: ApiErrorInput) {
    super('not allowed', input);
  }
}

/** Transport trouble: network, timeout, 502–504, HTML instead of JSON. Retried without end; the connection is *waiting*. */
export class RetryableError extends ApiError {
  override readonly name: string = 'RetryableError';
  /** set where the trouble was already counted in the ledger */
  readonly retryDelayMs: number | undefined;
  constructor(input: ApiErrorInput, what = 'no usable answer') {
    super(what, input);
    this.retryDelayMs = input.retryDelayMs;
  }
}

/** Too many calls. Carries how long to wait; nothing took effect. */
export class RateLimitedError extends RetryableError {
  override readonly name = 'RateLimitedError';
  readonly retryAfterMs: number;
  constructor(input: Omit<ApiErrorInput, 'sent'> & { retryAfterMs: number }) {
    super({ ...input, sent: 'no' }, 'too many calls');
    this.retryAfterMs = input.retryAfterMs;
  }
}

/** Trouble that may be the record's own (500, 409): five tries, then parked and tried again daily. */
export class PerhapsRecordError extends ApiError {
  override readonly name = 'PerhapsRecordError';
  constructor(input: ApiErrorInput) {
    super('failed', input);
  }
}

/** The call succeeded but its reply has another form than the contract's. Names the field, never its value. Parks the record. */
export class UnexpectedReplyError extends ApiError {
  override readonly name = 'UnexpectedReplyError';
  readonly field: string;
  constructor(input: ApiErrorInput & { field: string }) {
    super(`unexpected reply: ${input.field}`, input);
    this.field = input.field;
  }
}

/** The platform's data cannot be used as they are; names the field, never the value. Parks the record. */
export class BadDataError extends Error {
  override readonly name = 'BadDataError';
  readonly field: string;
  constructor(field: string, expectation: string) {
    super(`${field}: ${expectation}`);
    this.field = field;
  }
}

/** A setting names what the account does not have. Parks the record with *settings-mistake*. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Nothing may leave: an operator paused all, the connection or the integration. Retried until resumed. */
export class PausedError extends Error {
  override readonly name = 'PausedError';
}

/** The step was to do without outside calls and needs one. */
export class OfflineError extends Error {
  override readonly name = 'OfflineError';
}

/** The budget is taken for the next two seconds and this step has sent nothing yet (or something else is to be waited for, as `why` says): the slot goes back. Benign. */
export class BudgetBusyError extends Error {
  override readonly name = 'BudgetBusyError';
  readonly retryAfterMs: number;
  constructor(retryAfterMs: number, why = 'the account’s budget is taken for the moment') {
    super(why);
    this.retryAfterMs = retryAfterMs;
  }
}
