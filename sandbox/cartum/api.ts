/** One way in for every function: the hosting in front, the address, the body, the token, the answer (contract cartum 2, 6). */
import { logIn, requireToken } from './auth.ts';
import { exportCatalogue, exportCurrencies, exportPages, getAvailableStatuses } from './catalogue-functions.ts';
import { subscribe, unsubscribe } from './hooks.ts';
import { since } from './limits.ts';
import { getOrders } from './orders-get.ts';
import { updateOrders } from './orders-update.ts';
import { readParams } from './params.ts';
import { isSince } from './releases.ts';
import { Refusal, challengePage, hostingPage, httpError, json, refusalReply, shopPage, undefinedFunction } from './replies.ts';
import type { Envelope, Row } from './replies.ts';
import type { World } from './store.ts';

interface ApiFunction {
  answer(world: World, params: Row): Envelope | Response;
  /** the release that brought it */
  since?: string;
  /** default: yes */
  needsToken?: boolean;
}

const functions: Record<string, ApiFunction> = {
  auth: { answer: logIn, needsToken: false },
  'orders/get': { answer: getOrders },
  'orders/get_available_statuses': { answer: getAvailableStatuses, since: since.availableStatuses },
  'orders/update': { answer: updateOrders },
  'catalog/export': { answer: exportCatalogue },
  'pages/export': { answer: exportPages },
  'currency/export': { answer: exportCurrencies },
  'hooks/subscribe': { answer: subscribe },
  'hooks/unSubscribe': { answer: unsubscribe },
};

/** Names of all functions, for the control surface. */
export const functionNames: readonly string[] = Object.keys(functions);

export async function handle(world: World, request: Request): Promise<Response> {
  const stopped = frontReply(world, request);
  if (stopped !== undefined) return stopped;
  const name = /^\/api\/(.+)\/$/.exec(new URL(request.url).pathname)?.[1];
  if (name === undefined) return shopPage();
  if (request.method !== 'POST' && request.method !== 'GET') return httpError(405, 'Method Not Allowed');
  const params = await readParams(request);
  if (params === undefined) return httpError(400, 'Bad Request: the body is not JSON');
  try {
    return call(world, name, params);
  } catch (error) {
    if (error instanceof Refusal) return refusalReply(error);
    throw error;
  }
}

function call(world: World, name: string, params: Row): Response {
  const wanted = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (wanted === undefined || !isSince(world.switches.release, wanted.since ?? '0')) return undefinedFunction();
  const prepared = takePrepared(world, name);
  if (prepared !== undefined) return prepared;
  if (wanted.needsToken ?? true) requireToken(world, params['token']);
  const answer = wanted.answer(world, params);
  return answer instanceof Response ? answer : json(answer);
}

/** Answers given in advance are used up one by one, and nothing is done. */
function takePrepared({ prepared }: World, name: string): Response | undefined {
  const at = prepared.findIndex((answer) => answer.function === name);
  const [answer] = at < 0 ? [] : prepared.splice(at, 1);
  return answer === undefined ? undefined : json({ status: answer.status, response: answer.response }, answer.httpStatus);
}

/** Names that HTTP libraries give themselves: nobody's own. */
const unfamiliar = /^$|^(node|undici|axios|got|curl|wget|python|okhttp|go-http-client)\b/i;

function frontReply({ switches }: World, request: Request): Response | undefined {
  const isUnfamiliar = unfamiliar.test(request.headers.get('user-agent') ?? '');
  if (switches.front === 'challenge' || (switches.front === 'challenge-unfamiliar' && isUnfamiliar)) return challengePage();
  if (switches.front === 'too-many') return hostingPage(429, 'Too Many Requests', switches.retryAfterSeconds);
  if (switches.front === 'unavailable') return hostingPage(503, 'Service Unavailable', switches.retryAfterSeconds);
  return undefined;
}
