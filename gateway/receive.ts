/**
 * What becomes of a request, without a web framework. The checks come in a fixed order, each with its own reason; 2xx is answered only when Temporal
 * holds the hint, or when there is nothing to hold.
 */
import type { Log } from '../worker/log.ts';
import { contentTypeOf, refused, type Delivery, type Hint, type Reason, type Refused, type Verdict } from './delivery.ts';
import { createBuckets } from './rate.ts';
import { createRepeats } from './repeats.ts';
import { readersOf, type Route } from './routes.ts';
import type { Rate } from './senders.ts';
import { sameText } from './signature.ts';
import { within } from './within.ts';

/** Resolves when Temporal holds the hint; gives up after `withinMs`. @throws when it does not hold it, or not certainly */
export type Hold = (route: Pick<Route, 'connection' | 'asSource' | 'asTarget'>, hint: Hint, withinMs: number) => Promise<void>;

export interface ReceiverDeps {
  routes: readonly Route[];
  hold: Hold;
  log: Log;
  /** ms, never going back; tests bring their own */
  now?: () => number;
  /** told of each answer, for counts; `connection` is empty for unknown addresses */
  noteAnswer?: (connection: string, status: number) => void;
}

export interface Arrival {
  method: string;
  connection: string;
  token: string;
  /** names in lower case */
  headers: Readonly<Record<string, string>>;
  /** of the sender, or of the proxy that hides it */
  client: string;
  /** undefined when it is larger than that. @throws when the sender breaks off, or the signal says so */
  readBody: (maxBytes: number, signal: AbortSignal) => Promise<Uint8Array | undefined>;
}

export interface Answer {
  status: 200 | (typeof statusOf)[Reason];
  /** plain words, never the sender's */
  text: string;
  headers?: Record<string, string>;
}

/** Whoever guesses addresses gets no further than this; a right address is not asked. */
const strangers: Rate = { perSecond: 1, burst: 30 };

const statusOf = {
  'unknown address': 404,
  'nobody reads it': 404,
  method: 405,
  'content type': 415,
  'too large': 413,
  incomplete: 408,
  'headers missing': 400,
  signature: 401,
  'not understood': 400,
  'too many': 429,
  'Temporal is away': 503,
} as const satisfies Record<Reason, number>;

export function createReceiver({ routes, hold, log, now = () => performance.now(), noteAnswer = () => undefined }: ReceiverDeps): (arrival: Arrival) => Promise<Answer> {
  const buckets = createBuckets(now);
  const repeats = createRepeats(now);

  const receive = async (arrival: Arrival, route: Route | undefined): Promise<Refused | { valid: true; words: string }> => {
    if (route === undefined) return refused(buckets.take(`client ${arrival.client}`, strangers) ? 'unknown address' : 'too many');
    if (!buckets.take(`address ${route.connection}`, route.sender.rate)) return refused('too many');
    const deadline = AbortSignal.timeout(route.sender.answerWithinMs);
    const until = performance.now() + route.sender.answerWithinMs;
    const delivery = await readDelivery(arrival, route, deadline);
    if ('valid' in delivery) return delivery;
    const verdict = verify(route, delivery);
    if (!verdict.valid) return verdict;
    const concerned = concernedBy(routes, route, delivery, verdict.hint);
    return concerned === undefined ? refused('nobody reads it') : handOver(concerned, verdict, until - performance.now());
  };

  const handOver = async (route: Route, { hint, repeat }: Extract<Verdict, { valid: true }>, withinMs: number): Promise<Refused | { valid: true; words: string }> => {
    if (hint.kind === 'ping') return { valid: true, words: 'here' };
    if (hint.kind === 'nothing to do') {
      log.info('a webhook with nothing to do', { connection: route.connection, reason: hint.about });
      return { valid: true, words: 'nothing to do' };
    }
    if (hint.kind !== 'privacy' && hint.kind !== 'installation' && readersOf(route, hint).length === 0) return refused('nobody reads it');
    if (hint.kind === 'unsubscribed') log.warn('a webhook subscription was removed by hand: it is made anew', { connection: route.connection });
    const key = repeat === undefined ? undefined : `${route.connection} ${repeat}`;
    if (key !== undefined && repeats.has(key)) return { valid: true, words: 'held already' };
    try {
      await within(withinMs, hold(route, hint, withinMs));
    } catch (error) {
      log.warn('Temporal does not hold a webhook', { connection: route.connection, error });
      return refused('Temporal is away');
    }
    if (key !== undefined) repeats.add(key);
    return { valid: true, words: 'held' };
  };

  return async (arrival) => {
    const route = findRoute(routes, arrival);
    const verdict = await receive(arrival, route);
    const answer = answerOf(verdict, route);
    if (route && !verdict.valid && verdict.reason !== 'too many') log.warn('a webhook is refused', { connection: route.connection, reason: verdict.reason });
    noteAnswer(route?.connection ?? '', answer.status);
    return answer;
  };
}

const verify = ({ sender, secrets, applicationSecrets }: Route, delivery: Delivery): Verdict => sender.verify(delivery, secrets, applicationSecrets);

/** An application's calls about all its shops may come in at one address: the shop is named in them. Only who knows that shop's secret may speak of it. */
function concernedBy(routes: readonly Route[], route: Route, delivery: Delivery, hint: Hint): Route | undefined {
  if (hint.kind !== 'installation' || route.account === hint.account) return route;
  return routes.find((other) => other.account === hint.account && verify(other, delivery).valid);
}

/** Unknown connections and wrong tokens take the same time and get the same answer. */
function findRoute(routes: readonly Route[], { connection, token }: Arrival): Route | undefined {
  const route = routes.find((known) => known.connection === connection);
  const fits = (route?.tokens ?? ['']).map((right) => sameText(token, right)).includes(true);
  return fits ? route : undefined;
}

async function readDelivery({ method, headers, readBody }: Arrival, { sender }: Route, deadline: AbortSignal): Promise<Delivery | Refused> {
  if (!sender.methods.includes(method)) return refused('method');
  const hasBody = method !== 'DELETE';
  if (hasBody && !sender.contentTypes.includes(contentTypeOf({ headers }))) return refused('content type');
  try {
    const body = hasBody ? await readBody(sender.maxBytes, deadline) : new Uint8Array();
    return body === undefined ? refused('too large') : { method, headers, body };
  } catch {
    return refused('incomplete');
  }
}

function answerOf(verdict: Refused | { valid: true; words: string }, route: Route | undefined): Answer {
  if (verdict.valid) return { status: 200, text: verdict.words };
  const { reason, detail } = verdict;
  return {
    status: statusOf[reason],
    text: detail === undefined ? reason : `${reason}: ${detail}`,
    ...(reason === 'method' && route ? { headers: { allow: route.sender.methods.join(', ') } } : {}),
    ...(reason === 'too many' || reason === 'Temporal is away' ? { headers: { 'retry-after': '5' } } : {}),
  };
}
