/** One HTTP exchange over undici: whole-call timeout, size limit, heartbeat, redirects only within the same host. Retries nothing. */
import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';

const connectTimeoutMs = 5_000;
const maxRedirects = 3;
const beatMs = 1_000;

export interface Outgoing {
  method: string;
  url: URL;
  body: string | undefined;
  /** called for every address the request goes to, since a signature covers it */
  sign: (url: URL) => { url: URL; headers: Record<string, string>; body?: string | undefined };
  timeoutMs: number;
  maxBytes: number;
  heartbeat: () => void;
  signal: AbortSignal;
  /** the last thing before the request leaves; throws to send nothing */
  beforeSend: () => void;
}

export interface Incoming {
  status: number;
  headers: Record<string, string>;
  text: string;
  size: number;
}

/** Nobody answered, or not to the end. `sent`: could the call have taken effect? Carries no address and no body. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly sent: 'no' | 'maybe';
  readonly kind: 'timeout' | 'connection' | 'redirect';
  constructor(kind: 'timeout' | 'connection' | 'redirect', sent: 'no' | 'maybe', cause?: unknown) {
    super(kind, { cause });
    this.kind = kind;
    this.sent = sent;
  }
}

/** The reply is larger than allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  readonly status: number;
  constructor(status: number) {
    super('the reply is too large');
    this.status = status;
  }
}

/**
 * Sends and reads the whole reply, whatever its status.
 * @throws NoAnswerError, TooLargeError; the signal's reason when the step was cancelled
 */
export async function exchange(outgoing: Outgoing): Promise<Incoming> {
  const cancelled = new AbortController();
  const timeout = AbortSignal.timeout(Math.max(1, Math.floor(outgoing.timeoutMs)));
  const signal = AbortSignal.any([outgoing.signal, cancelled.signal, timeout]);
  const beat = setInterval(() => {
    try {
      outgoing.heartbeat();
    } catch (error) {
      cancelled.abort(error);
    }
  }, beatMs);
  try {
    return await follow(outgoing, signal);
  } catch (error) {
    if (outgoing.signal.aborted) throw outgoing.signal.reason;
    if (cancelled.signal.aborted) throw cancelled.signal.reason;
    if (timeout.aborted) throw new NoAnswerError('timeout', neverConnected(error) ? 'no' : 'maybe', error);
    if (error instanceof NoAnswerError || error instanceof TooLargeError || error instanceof NotSentError) {
      throw error instanceof NotSentError ? error.cause : error;
    }
    throw new NoAnswerError('connection', neverConnected(error) ? 'no' : 'maybe', error);
  } finally {
    clearInterval(beat);
  }
}

/** What `beforeSend` threw, kept apart from what the network threw. */
class NotSentError extends Error {}

async function follow(outgoing: Outgoing, signal: AbortSignal): Promise<Incoming> {
  let url = outgoing.url;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const reply = await sendOnce(outgoing, url, signal);
    if (reply.status < 300 || reply.status > 399) return reply;
    const next = redirectTarget(outgoing.method, url, reply.headers['location']);
    if (!next) throw new NoAnswerError('redirect', 'maybe');
    url = next;
  }
  throw new NoAnswerError('redirect', 'maybe');
}

async function sendOnce(outgoing: Outgoing, url: URL, signal: AbortSignal): Promise<Incoming> {
  const signed = outgoing.sign(url);
  try {
    outgoing.beforeSend();
  } catch (error) {
    throw new NotSentError('not sent', { cause: error });
  }
  const reply = await request(signed.url, {
    method: methodOf(outgoing.method),
    headers: signed.headers,
    body: signed.body ?? outgoing.body ?? null,
    signal,
    dispatcher: dispatcherFor(url),
    headersTimeout: 0, // the signal limits the whole call; undici's limits are per phase and per chunk
    bodyTimeout: 0,
  });
  const { text, size } = await readBody(reply.body, outgoing.maxBytes, reply.statusCode);
  return { status: reply.statusCode, headers: plainHeaders(reply.headers), text, size };
}

async function readBody(body: AsyncIterable<unknown> & { destroy: () => unknown }, maxBytes: number, status: number): Promise<{ text: string; size: number }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.byteLength;
    if (size > maxBytes) {
      body.destroy();
      throw new TooLargeError(status);
    }
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString('utf8'), size };
}

/** Credentials travel along, so only the same host, never from https to http, and only for reads. */
function redirectTarget(method: string, from: URL, location: string | undefined): URL | undefined {
  if (method !== 'GET' || location === undefined || !URL.canParse(location, from.href)) return undefined;
  const to = new URL(location, from);
  const sameHost = to.hostname === from.hostname && (to.port === from.port || to.protocol !== from.protocol);
  const safe = to.protocol === from.protocol || to.protocol === 'https:';
  return sameHost && safe ? to : undefined;
}

const certificateTrouble = /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;
const unconnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'];

function neverConnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const syscall = 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : '';
  return unconnected.includes(code) || certificateTrouble.test(code) || syscall === 'connect' || syscall === 'getaddrinfo';
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const satisfies readonly Dispatcher.HttpMethod[];

function methodOf(name: string): Dispatcher.HttpMethod {
  const method = methods.find((known) => known === name);
  if (!method) throw new TypeError(`unknown method ${name}`);
  return method;
}

/** Connections are kept over steps, so the pools belong to the process. Loopback never goes through a proxy. */
const pools: { direct?: Agent; proxied?: Dispatcher } = {};
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The pool that requests to this address go through; also for a download that `exchange` would hold in memory. */
export function dispatcherFor(url: URL): Dispatcher {
  const proxied = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some((name) => process.env[name]);
  const options = { connect: { timeout: connectTimeoutMs } };
  if (proxied && !loopback.has(url.hostname)) return (pools.proxied ??= new EnvHttpProxyAgent(options));
  return (pools.direct ??= new Agent(options));
}
