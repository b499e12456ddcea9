/** What a reply means: the system's own table first, then what HTTP says; and the error each meaning becomes (design 5). */
import { ForbiddenError, PerhapsRecordError, PermanentError, RateLimitedError, RetryableError, UnauthorizedError, type ApiError } from './errors.ts';
import type { HttpSettings, Refusal } from './call.ts';

export type Meaning = Refusal['means'];

export interface Refused {
  status: number;
  /** parsed JSON, or the text as it came */
  body: unknown;
  isJson: boolean;
  isEmpty: boolean;
  headers: Record<string, string>;
}

export interface Verdict {
  means: Meaning;
  code?: string;
  words?: string;
  /** how long to wait when rate limited */
  waitMs: number;
  /** where the body says it; else the HTTP status does */
  sent?: 'no' | 'maybe';
}

const defaultWaitMs = 1_000;

/** What a body of a reply below 400 says against it; undefined: nothing. */
export function judgeBody(settings: HttpSettings, reply: { status: number; body: unknown; headers: Record<string, string> }): Verdict | undefined {
  const said = settings.judgeBody?.(reply);
  if (!said) return undefined;
  return { ...said, waitMs: said.waitMs ?? retryAfterMs(reply.headers['retry-after']) ?? defaultWaitMs, sent: said.sent ?? (said.means === 'retryable' || said.means === 'perhaps the record' ? 'maybe' : 'no') };
}

/** What a reply from 400 up means. */
export function judge(settings: HttpSettings, refused: Refused): Verdict {
  const { code, words } = settings.explain(refused.body);
  const row = settings.refusals.find((candidate) => fits(candidate, refused, code));
  return {
    means: row?.means ?? defaultMeaning(refused),
    waitMs: retryAfterMs(refused.headers['retry-after']) ?? row?.waitMs ?? defaultWaitMs,
    ...(code === undefined ? {} : { code }),
    ...(words === undefined ? {} : { words }),
  };
}

function fits(row: Refusal, refused: Refused, code: string | undefined): boolean {
  const statuses = typeof row.status === 'number' ? [row.status] : row.status;
  if (!statuses.includes(refused.status)) return false;
  if (row.json !== undefined && row.json !== refused.isJson) return false;
  if (row.code === undefined) return true;
  const codes = typeof row.code === 'string' ? [row.code] : row.code;
  return code !== undefined && codes.includes(code);
}

function defaultMeaning({ status, isJson, isEmpty }: Refused): Meaning {
  if (status === 429) return 'rate limited';
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  // an HTML page with 404 comes from the host, not from the API: "not there" would be believed and a second one created
  if (status === 404) return isJson || isEmpty ? 'absent' : 'retryable';
  if (status === 408 || status === 425) return 'retryable';
  if (status === 409 || status === 500) return 'perhaps the record';
  if (status === 501 || status === 505 || status < 500) return 'permanent';
  return 'retryable';
}

/** Seconds or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds * 1_000));
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/** The error of a verdict; `retryDelayMs` where the ledger has counted the trouble. */
export function errorOf(verdict: Verdict, about: { system: string; endpoint: string; status: number }, retryDelayMs?: number): ApiError {
  const input = {
    ...about,
    sent: verdict.sent ?? sentBy(about.status),
    ...(verdict.code === undefined ? {} : { code: verdict.code }),
    ...(verdict.words === undefined ? {} : { words: verdict.words }),
    ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
  };
  switch (verdict.means) {
    case 'rate limited':
      return new RateLimitedError({ ...input, retryAfterMs: verdict.waitMs });
    case 'unauthorized':
      return new UnauthorizedError(input);
    case 'forbidden':
      return new ForbiddenError(input);
    case 'retryable':
      return new RetryableError(input);
    case 'perhaps the record':
      return new PerhapsRecordError(input);
    default:
      return new PermanentError(input);
  }
}

/** A refusal took no effect; a 408 is a gateway's guess, a 5xx may come after the work was done. */
const sentBy = (status: number): 'no' | 'maybe' => (status >= 400 && status < 500 && status !== 408 ? 'no' : 'maybe');
