/**
 * Every outside call goes through here: paused? then the account's budget, then the intent of a guarded create, then the request (design 3, 4).
 * Replies are parsed by the connector's schema; failures become the classes of errors.ts; what went and came is recorded.
 */
import type { z } from 'zod';
import { ApiError, RetryableError, UnexpectedReplyError } from './errors.ts';
import { errorOf, judge, judgeBody, type Verdict } from './http-refusals.ts';
import { accountOf, timeoutOf, waitForTurn } from './http-pace.ts';
import { credentialValues, recordExchange } from './http-record.ts';
import { exchange, NoAnswerError, TooLargeError, type Incoming } from './http-transport.ts';
import type { CallContext, HttpSettings, RequestOptions } from './call.ts';

/** A reply that fits its schema. Header names are in lower case. */
export interface Reply<T> {
  data: T;
  headers: Record<string, string>;
  status: number;
}

export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One account's API for one step. All functions throw the classes of errors.ts, PausedError and BudgetBusyError; guarded creates also
 * StaleFenceError and DeadlineError (then nothing was sent). Empty bodies are parsed as `undefined`. Lists in a query repeat their name.
 */
export interface Http {
  get<T>(path: string, schema: z.ZodType<T>, options?: RequestOptions): Promise<Reply<T>>;
  /** Undefined only when the system said "absent" (its table, else a 404 of the API itself); every other failure throws. */
  find<T>(path: string, schema: z.ZodType<T>, options?: RequestOptions): Promise<Reply<T> | undefined>;
  send<T>(method: WriteMethod, path: string, schema: z.ZodType<T>, options?: RequestOptions): Promise<Reply<T>>;
}

export function createHttp(settings: HttpSettings, call: CallContext): Http {
  const step = { hasBegun: false };
  const run = async <T>(method: 'GET' | WriteMethod, path: string, schema: z.ZodType<T>, options: RequestOptions = {}) => {
    const request: Request = { method, path, options, endpoint: `${method} ${options.endpoint ?? patternOf(path)}` };
    const answer = await ask(settings, call, request, step);
    return read(settings, call, request, answer, schema);
  };
  return {
    get: async (path, schema, options) => present(await run('GET', path, schema, options)),
    find: async (path, schema, options) => {
      const found = await run('GET', path, schema, options);
      return found instanceof ApiError ? undefined : found;
    },
    send: async (method, path, schema, options) => present(await run(method, path, schema, options)),
  };
}

interface Request {
  method: 'GET' | WriteMethod;
  path: string;
  options: RequestOptions;
  /** method and path pattern: what logs and errors name */
  endpoint: string;
}

interface Answer {
  incoming: Incoming;
  durationMs: number;
  credentials: string[];
}

/** `absent` comes back as a value, since only `find` may take it for an answer. */
function present<T>(found: Reply<T> | ApiError): Reply<T> {
  if (found instanceof ApiError) throw found;
  return found;
}

/** A segment that is no plain word is an id or a person. */
const patternOf = (path: string): string =>
  `/${path.replace(/^\/+/, '')}`
    .split('/')
    .map((segment) => (segment === '' || /^(v\d+|[A-Za-z][A-Za-z_-]*)$/.test(segment) ? segment : '{id}'))
    .join('/');

async function ask(settings: HttpSettings, call: CallContext, request: Request, step: { hasBegun: boolean }): Promise<Answer> {
  const slot = await waitForTurn(settings, call, { isFirst: !step.hasBegun, cost: request.options.cost ?? 1, isUrgent: request.options.isUrgent ?? false });
  step.hasBegun = true;
  let keepSlot = false;
  let credentials: string[] = [];
  const startedAt = performance.now();
  try {
    const intent = await request.options.guard?.intend();
    const { bodyWhenSent } = request.options;
    if (bodyWhenSent) request.options = { ...request.options, body: await bodyWhenSent() };
    const limitMs = Math.min(timeoutOf(settings), intent?.remainingMs ?? Infinity);
    const incoming = await exchange({
      method: request.method,
      url: urlOf(settings.baseUrl, request),
      body: request.options.rawBody?.text ?? (request.options.body === undefined ? undefined : JSON.stringify(request.options.body)),
      sign: (url) => {
        const signed = sign(settings, request, url);
        credentials = signed.credentials;
        return signed;
      },
      timeoutMs: limitMs,
      maxBytes: settings.maxBytes ?? 10_000_000,
      heartbeat: call.heartbeat,
      signal: call.signal,
      beforeSend: () => intent?.assertInTime(),
    });
    return { incoming, durationMs: performance.now() - startedAt, credentials };
  } catch (error) {
    keepSlot = call.signal.aborted || (error instanceof NoAnswerError && error.sent === 'maybe');
    throw await failureOf(settings, call, request, error, { credentials, durationMs: performance.now() - startedAt });
  } finally {
    if (!keepSlot) await slot.release().catch(ignoreLedgerTrouble);
  }
}

function urlOf(baseUrl: string, { path, options }: Request): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`);
  for (const [name, value] of Object.entries(options.query ?? {})) {
    if (value === undefined) continue;
    for (const one of typeof value === 'object' ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url;
}

function sign(settings: HttpSettings, { method, options }: Request, url: URL) {
  const added = settings.authorize({ method, url });
  const signedUrl = new URL(url);
  for (const [name, value] of Object.entries(added.query ?? {})) signedUrl.searchParams.set(name, value);
  const headers = {
    accept: 'application/json',
    'user-agent': 'Waybill',
    ...(options.rawBody ? { 'content-type': options.rawBody.contentType } : options.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
    ...added.headers,
  };
  const body = added.body && isObject(options.body) ? JSON.stringify({ ...options.body, ...added.body }) : undefined;
  return { url: signedUrl, headers, body, credentials: [...credentialValues(added), ...(options.secrets ?? [])] };
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whatever went wrong before a whole reply was there. */
async function failureOf(settings: HttpSettings, call: CallContext, request: Request, error: unknown, seen: { credentials: string[]; durationMs: number }): Promise<unknown> {
  const about = { system: settings.system, endpoint: request.endpoint };
  const log = (status: number | null, result: string) => recordExchange(call, { ...request, ...seen, status, text: '', size: 0, body: undefined, result });
  if (error instanceof TooLargeError) {
    log(error.status, 'too large');
    return new UnexpectedReplyError({ ...about, status: error.status, sent: 'maybe', field: 'body (larger than allowed)' });
  }
  if (!(error instanceof NoAnswerError)) return error;
  log(null, noAnswerWords[error.kind]);
  const retryDelayMs = await noteTrouble(call, noAnswerWords[error.kind]);
  return new RetryableError({ ...about, sent: error.sent, cause: error, ...(retryDelayMs === undefined ? {} : { retryDelayMs }) }, noAnswerWords[error.kind]);
}

const noAnswerWords = { timeout: 'no answer in time', connection: 'no connection', redirect: 'redirected elsewhere' } as const;

/** A whole reply: refused, unusable, absent, or what the schema says. */
async function read<T>(settings: HttpSettings, call: CallContext, request: Request, { incoming, durationMs, credentials }: Answer, schema: z.ZodType<T>): Promise<Reply<T> | ApiError> {
  const parsed = parseJson(incoming.text);
  const { status, headers, text, size } = incoming;
  const log = (result: string) => recordExchange(call, { ...request, credentials, status, text, size, body: parsed.body, result, durationMs });
  const about = { system: settings.system, endpoint: request.endpoint, status };
  if (status >= 400) {
    const verdict = judge(settings, { status, headers, ...parsed });
    log(verdict.means);
    const error = errorOf(verdict, about, await noteVerdict(settings, call, verdict));
    if (verdict.means !== 'absent') throw error;
    return error;
  }
  const said = parsed.isJson ? judgeBody(settings, { status, headers, body: parsed.body }) : undefined;
  if (said) {
    log(said.means);
    const error = errorOf(said, about, await noteVerdict(settings, call, said));
    if (said.means !== 'absent') throw error;
    return error;
  }
  const checked = schema.safeParse(parsed.body);
  if (!parsed.isJson && !(parsed.isEmpty && (checked.success || status === 204))) {
    log('not JSON');
    const retryDelayMs = await noteTrouble(call, 'not JSON');
    throw new RetryableError({ ...about, sent: 'maybe', ...(retryDelayMs === undefined ? {} : { retryDelayMs }) }, 'the reply is not JSON');
  }
  await call.ledger.states.noteSuccess(call.connection).catch(ignoreLedgerTrouble);
  if (!checked.success) {
    log('unexpected reply');
    throw new UnexpectedReplyError({ ...about, sent: 'maybe', field: fieldOf(checked.error.issues[0]?.path ?? []) });
  }
  log('ok');
  return { data: checked.data, headers, status };
}

function parseJson(text: string): { body: unknown; isJson: boolean; isEmpty: boolean } {
  const trimmed = text.replace(/^\uFEFF/, '').trim(); // plug-ins of some shops print a byte order mark
  if (trimmed === '') return { body: undefined, isJson: false, isEmpty: true };
  try {
    const body: unknown = JSON.parse(trimmed);
    return { body, isJson: true, isEmpty: false };
  } catch {
    return { body: text, isJson: false, isEmpty: false };
  }
}

/** Names of fields only: a key that is no plain name could be a person's. */
const fieldOf = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'body' : path.map((part) => (/^[A-Za-z0-9_-]{1,40}$/.test(String(part)) ? String(part) : '*')).join('.');

/** Counts the trouble or the answer; returns the delay before the next try. */
async function noteVerdict(settings: HttpSettings, call: CallContext, verdict: Verdict): Promise<number | undefined> {
  if (verdict.means === 'retryable') return noteTrouble(call, 'no usable answer');
  await call.ledger.states.noteSuccess(call.connection).catch(ignoreLedgerTrouble);
  if (verdict.means !== 'rate limited') return undefined;
  const account = accountOf(settings, call);
  await call.ledger.budgets.holdUntil(account, verdict.waitMs).catch(ignoreLedgerTrouble);
  await call.ledger.budgets.noteThrottled(account).catch(ignoreLedgerTrouble);
  return undefined;
}

async function noteTrouble(call: CallContext, reason: string): Promise<number | undefined> {
  const noted = await call.ledger.states.noteFailure(call.connection, reason).catch(ignoreLedgerTrouble);
  return noted?.waitMs;
}

/** The call's own result must not be lost because a count could not be written; the next call writes it again. */
const ignoreLedgerTrouble = (): undefined => undefined;
