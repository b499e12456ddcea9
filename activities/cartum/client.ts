/**
 * The API of a Cartum shop, as far as we use it: every call is a POST whose body carries the token. Oddities and evidence: README.md beside this file.
 */
import { z } from 'zod';
import type { BodyVerdict, CallContext, HttpSettings, Refusal, RequestOptions } from '../call.ts';
import { PermanentError, UnauthorizedError } from '../errors.ts';
import { createHttp } from '../http.ts';
import {
  currenciesSchema,
  logSchema,
  ordersSchema,
  pagesSchema,
  productsSchema,
  statusesSchema,
  subscribedSchema,
  tokenSchema,
  updatedSchema,
  type CartumPage,
  type CartumProduct,
  type CartumStatus,
  type ListedOrder,
} from './schemas.ts';
import type { Sessions } from './session.ts';
import type { CartumSettings } from './settings.ts';

const clientErrors = Array.from({ length: 100 }, (_, at) => 400 + at);
const tokenRefused = ['UNAUTHORIZED', 'AUTHORIZATION_ERROR'];

/** What a reply from 400 up means. HTTP is mostly 200; where it is not, a body of the API's own decides all the same (contract 6). */
export const refusals = [
  { status: 429, means: 'rate limited', waitMs: 1_000 }, // from the hosting front: none is documented
  { status: 401, means: 'unauthorized' },
  { status: clientErrors, code: tokenRefused, means: 'unauthorized' },
  { status: clientErrors, code: 'EXCEPTION', means: 'perhaps the record' },
  { status: clientErrors, code: ['ERROR', 'UNDEFINED_FUNCTION', 'HTTP_ERROR'], means: 'permanent' },
  { status: 403, json: true, means: 'forbidden' },
  { status: 404, json: true, means: 'permanent' }, // never "the order is gone": that is an empty list
  { status: clientErrors, json: false, means: 'retryable' }, // the front's own page, or its bot filter
  { status: 500, json: true, means: 'perhaps the record' },
  { status: 500, json: false, means: 'retryable' },
  { status: [502, 503, 504, 520, 521, 522, 523, 524], means: 'retryable' },
] as const satisfies readonly Refusal[];

/** `status` of a reply → what it means; undefined: the reply is as asked for. */
const meanings: Readonly<Record<string, BodyVerdict['means'] | undefined>> = {
  OK: undefined,
  WARNING: undefined,
  EMPTY: undefined,
  ERROR: 'permanent',
  EXCEPTION: 'perhaps the record',
  UNAUTHORIZED: 'unauthorized',
  AUTHORIZATION_ERROR: 'unauthorized',
  UNDEFINED_FUNCTION: 'permanent',
  HTTP_ERROR: 'permanent',
};

const envelopeSchema = z.looseObject({ status: z.string(), response: z.unknown().optional() });
const wordsSchema = z.union([z.looseObject({ message: z.string() }).transform(({ message }) => message), z.string()]);

function explain(body: unknown): { code?: string; words?: string } {
  const { status, response } = envelopeSchema.safeParse(body).data ?? {};
  const words = wordsSchema.safeParse(response).data ?? wordsSchema.safeParse(body).data;
  return { ...(status === undefined ? {} : { code: status }), ...(words === undefined ? {} : { words }) };
}

/** Contract 6. An unknown status is a refusal for good. Hooks answer without a status: then the schema decides. */
export function judge(body: unknown): BodyVerdict | undefined {
  const envelope = envelopeSchema.safeParse(body).data;
  if (envelope === undefined) return undefined;
  const means = Object.hasOwn(meanings, envelope.status) ? meanings[envelope.status] : 'permanent';
  return means === undefined ? refusedEntry(envelope.response) : { means, ...explain(body) };
}

/** An update of one order that was refused: its entry stands in the log, by position (contract 4.3). */
function refusedEntry(response: unknown): BodyVerdict | undefined {
  const entry = logSchema.safeParse(response).data?.log[0];
  if (entry === undefined || entry.status === 'OK') return undefined;
  const words = [entry.messages, entry.message].flat().filter((one) => typeof one === 'string').join(' ');
  return { means: 'permanent', code: 'WARNING', ...(words === '' ? {} : { words }) };
}

/** A bad log-in is told in three spellings (contract 12). */
const loginRefusals = [{ status: clientErrors, code: 'ERROR', means: 'unauthorized' }, ...refusals] as const satisfies readonly Refusal[];
function judgeLogin(body: unknown): BodyVerdict | undefined {
  const verdict = judge(body);
  return verdict?.code === 'ERROR' ? { ...verdict, means: 'unauthorized' } : verdict;
}

export interface OrderQuery {
  /** shop-local `YYYY-MM-DD HH:mm:ss`, both inclusive; the day of creation */
  from?: string;
  to?: string;
  ids?: number[];
  /** absent: all */
  status?: number[];
  limit?: number;
  /** only together with `limit` */
  offset?: number;
}

/** A hundred orders are 240 to 400 kB, and hosts are slow. */
const timeoutMs = 30_000;
const maxBytes = 30_000_000;
/** The catalogue caps silently at 500 (contract 4.4). */
const mostArticles = 100;

export function createCartumClient(settings: CartumSettings, call: CallContext, sessions: Sessions) {
  let current = '';
  const http = createHttp(httpWith(() => ({ token: current }), judge), call);

  return {
    /** One page of orders, in no documented order. */
    async listOrders(query: OrderQuery): Promise<ListedOrder[]> {
      return (await read('orders/get/', ordersSchema, { ...query }))?.orders ?? [];
    },
    /** Undefined: the shop no longer has it. */
    async findOrder(orderId: string): Promise<ListedOrder | undefined> {
      const found = await read('orders/get/', ordersSchema, { ids: [Number(orderId)] });
      return found?.orders.find((order) => order.order_id === orderId);
    },
    /** Undefined before release 4.0. */
    async listStatuses(): Promise<CartumStatus[] | undefined> {
      const found = await ifDefined(async () => ({ reply: await read('orders/get_available_statuses/', statusesSchema, {}) }));
      return found === undefined ? undefined : Object.values(found.reply?.statuses ?? {});
    },
    /** Absolute; may mail the customer. @throws PermanentError with the vendor's words */
    async setStatus(orderId: string, status: string): Promise<void> {
      const orders = [{ order_id: Number(orderId), status: Number(status) }];
      await post('orders/update/', updatedSchema, { body: { orders }, objectId: orderId });
    },
    /** By SKU; those that are gone are left out. */
    async listProducts(articles: string[]): Promise<CartumProduct[]> {
      const products: CartumProduct[] = [];
      for (let start = 0; start < articles.length; start += mostArticles) {
        const some = articles.slice(start, start + mostArticles);
        products.push(...((await read('catalog/export/', productsSchema, { expr: { article: some }, limit: mostArticles, offset: 0 }))?.products ?? []));
      }
      return products;
    },
    /** Any product, for what it shows of the shop's languages. */
    async probeProduct(): Promise<CartumProduct | undefined> {
      return (await read('catalog/export/', productsSchema, { limit: 1, offset: 0 }))?.products[0];
    },
    /** The pages right below one; without an id those below the root. */
    async listPages(parent?: number): Promise<CartumPage[]> {
      return (await read('pages/export/', pagesSchema, parent === undefined ? {} : { parent }))?.pages ?? [];
    },
    /** ISO codes of the currencies that are switched on. */
    async listCurrencies(): Promise<string[]> {
      return ((await read('currency/export/', currenciesSchema, {}))?.currency ?? []).map(({ iso }) => iso);
    },
    /** The subscription's id. The address is a credential: whoever knows it can knock (contract 8). */
    async subscribe(event: string, address: string): Promise<string> {
      const hooks = createHttp(httpWith(() => ({ token: current, target_url: address }), judge), call);
      return (await loggedIn(async () => hooks.send('POST', 'hooks/subscribe/', subscribedSchema, { body: { event } }))).data.id;
    },
  };

  async function read<T>(path: string, schema: z.ZodType<T>, body: object): Promise<T> {
    return post(path, schema, { body, isRead: true });
  }

  async function post<T>(path: string, schema: z.ZodType<T>, options: RequestOptions): Promise<T> {
    return (await loggedIn(async () => http.send('POST', path, schema, options))).data;
  }

  /** A token that is no longer taken is replaced once; the second refusal is the account's. */
  async function loggedIn<T>(send: () => Promise<T>): Promise<T> {
    const first = await useToken();
    try {
      return await send();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      sessions.drop(settings, first);
    }
    const second = await useToken();
    try {
      return await send();
    } catch (error) {
      if (error instanceof UnauthorizedError) sessions.drop(settings, second);
      throw error;
    }
  }

  async function useToken(): Promise<string> {
    current = await sessions.token(settings, call, logIn);
    return current;
  }

  async function logIn(): Promise<string> {
    const login = createHttp({ ...httpWith(() => ({ login: settings.login, password: settings.password }), judgeLogin), refusals: loginRefusals }, call);
    return (await login.send('POST', 'auth/', tokenSchema, { body: {}, isRead: true })).data.response.token;
  }

  function httpWith(credentials: () => Record<string, string>, judgeBody: (body: unknown) => BodyVerdict | undefined): HttpSettings {
    return {
      system: 'cartum',
      baseUrl: settings.baseUrl,
      authorize: () => ({ body: credentials() }),
      refusals,
      explain,
      judgeBody: ({ body }) => judgeBody(body),
      budget: { account: `cartum:${call.connection}`, perSecond: settings.requestsPerSecond, share: settings.share, burst: 1 },
      simultaneous: 2, // one call after the other; the ledger keeps the second place for opt-outs, and a shop is never sent any
      timeoutMs,
      maxBytes,
    };
  }
}

export type CartumClient = ReturnType<typeof createCartumClient>;

/** Undefined where this release of the shop does not have the function (contract 6). */
export async function ifDefined<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PermanentError && error.code === 'UNDEFINED_FUNCTION') return undefined;
    throw error;
  }
}
