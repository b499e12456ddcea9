/** The WebAPI of a Shoper shop, as far as we use it. Oddities and evidence: README.md beside this file. */
import { z } from 'zod';
import type { BudgetRule } from '../../ledger/ledger.ts';
import type { CallContext, HttpSettings } from '../call.ts';
import { ForbiddenError, PermanentError, UnauthorizedError, UnexpectedReplyError } from '../errors.ts';
import { createHttp, type Http, type Reply } from '../http.ts';
import { readInBulk, type BulkParts, type Read } from './bulk.ts';
import { bucketText, burstOf, documentedBucket, fullForMs, parseBucket, readBucket, type Bucket } from './pace.ts';
import { explain, namingRight, refusals } from './refusals.ts';
import {
  additionalFieldSchema,
  addressSchema,
  configSchema,
  createdSchema,
  doneSchema,
  languageSchema,
  pageOf,
  subscriberSchema,
  userSchema,
  versionSchema,
  webhookSchema,
  type ListPage,
  type ShoperAddress,
  type ShoperSubscriber,
  type ShoperUser,
} from './schemas.ts';
import type { Sessions } from './session.ts';
import type { ShoperSettings } from './settings.ts';

/** A list that can be walked by ascending id. */
export interface Resource<T> {
  path: string;
  /** what its rows are sorted by; absent: as the shop gives them, for lists of a page or two */
  idField?: string;
  schema: z.ZodType<T>;
}

export const users = { path: 'users', idField: 'user_id', schema: userSchema } as const satisfies Resource<ShoperUser>;
export const subscribers = { path: 'subscribers', idField: 'subscriber_id', schema: subscriberSchema } as const satisfies Resource<ShoperSubscriber>;
const additionalFields = { path: 'additional-fields', schema: additionalFieldSchema } as const;
const languages = { path: 'languages', schema: languageSchema } as const;
const webhooks = { path: 'webhooks', schema: webhookSchema } as const;

/** What is asked of a webhook (contract 4.8). */
export interface WebhookBody {
  url: string;
  secret: string;
  active: true;
  /** 0 is JSON */
  format: 0;
  events: readonly string[];
}

export interface ClientParts {
  settings: ShoperSettings;
  call: CallContext;
  sessions: Sessions;
}

/** The most that a list gives (contract 5). */
export const pageSize = 50;
/** Where the bucket that the shop announced last is remembered. */
export const bucketMark = 'bucket';

const timeoutMs = 30_000;
const maxBytes = 30_000_000;

export function createShoperClient({ settings, call, sessions }: ClientParts) {
  let token = '';
  let opened: Promise<BulkParts> | undefined;
  const open = async (): Promise<BulkParts> => (opened ??= openHttp());

  return {
    /** Pages of a list, in one call; undefined: past the end. The first page must be there. */
    async readPages<T>(resource: Resource<T>, pages: readonly number[]): Promise<(ListPage<T> | undefined)[]> {
      const reads = pages.map((page) => ({ path: resource.path, endpoint: `/${resource.path}`, query: listQuery(resource, page) }));
      return readAll(reads, () => pageOf(resource.schema), pages[0] === 1);
    },

    /** Rows by id, in the order asked for; undefined: gone. One call for up to 25. */
    async readRows<T>(resource: Resource<T>, ids: readonly string[]): Promise<(T | undefined)[]> {
      return readAll(ids.map((id) => rowRead(resource, id)), () => resource.schema, false);
    },

    /** All rows of an address, and those with these ids that have it still: the filters may not be honoured, so every row is compared (contract 4.3). */
    async findByEmail(email: string, known: { users: readonly string[]; subscribers: readonly string[] }): Promise<{ users: ShoperUser[]; subscribers: ShoperSubscriber[] }> {
      const filters = JSON.stringify({ email });
      const filtered = (resource: Resource<unknown>): Read => ({ path: resource.path, endpoint: `/${resource.path}`, query: { ...listQuery(resource, 1), filters } });
      const either = z.union([pageOf(userSchema).transform(({ list }) => ({ users: list, subscribers: [] })), userSchema.transform((user) => ({ users: [user], subscribers: [] }))]);
      const other = z.union([pageOf(subscriberSchema).transform(({ list }) => ({ users: [], subscribers: list })), subscriberSchema.transform((row) => ({ users: [], subscribers: [row] }))]);
      const reads = [{ ...filtered(subscribers), mayBeUnknown: true } as const, filtered(users), ...known.subscribers.map((id) => rowRead(subscribers, id)), ...known.users.map((id) => rowRead(users, id))];
      const found = await readAll<{ users: ShoperUser[]; subscribers: ShoperSubscriber[] }>(reads, ({ path }) => (path.startsWith(users.path) ? either : other), false);
      const has = (row: { email: string }): boolean => row.email.toLowerCase() === email.toLowerCase();
      return {
        users: distinctBy(found.flatMap((one) => one?.users ?? []).filter(has), ({ user_id: id }) => id),
        subscribers: distinctBy(found.flatMap((one) => one?.subscribers ?? []).filter(has), ({ subscriber_id: id }) => id),
      };
    },

    /** Rows with these addresses, as far as the filter is honoured (contract 4.3): every row is compared. One call for up to 25. */
    async findRowsByEmail<T extends { email: string }>(resource: Resource<T>, emails: readonly string[]): Promise<T[]> {
      const wanted = new Set(emails.map((email) => email.toLowerCase()));
      const reads = [...wanted].map((email): Read => ({ path: resource.path, endpoint: `/${resource.path}`, query: { ...listQuery(resource, 1), limit: '5', filters: JSON.stringify({ email }) }, mayBeUnknown: true }));
      const found = await readAll(reads, () => pageOf(resource.schema), false);
      return found.flatMap((page) => page?.list ?? []).filter(({ email }) => wanted.has(email.toLowerCase()));
    },

    /** Addresses of each of these customers. One call for up to 25. */
    async readAddresses(userIds: readonly string[]): Promise<Map<string, ShoperAddress[]>> {
      const reads = userIds.map((id) => ({ path: 'user-addresses', endpoint: '/user-addresses', query: { limit: String(pageSize), page: '1', filters: JSON.stringify({ user_id: id }) } }));
      const found = await readAll(reads, () => pageOf(addressSchema), false);
      return new Map(userIds.map((id, at) => [id, ofUser(found[at]?.list ?? [], id)]));
    },

    /** @returns false when the row is gone */
    async updateUser(id: string, body: { newsletter: false } | { additional_fields: Record<string, string> }): Promise<boolean> {
      return unlessGone(async () => write('PUT', `users/${id}`, id, body));
    },
    /** @returns false when the row is gone */
    async deactivateSubscriber(id: string): Promise<boolean> {
      return unlessGone(async () => write('PUT', `subscribers/${id}`, id, { active: false }));
    },
    /** @returns false when the row was gone already */
    async deleteSubscriber(id: string): Promise<boolean> {
      return unlessGone(async () => write('DELETE', `subscribers/${id}`, id));
    },

    listAdditionalFields: async () => listAll(additionalFields),
    listLanguages: async () => listAll(languages),
    async getConfig() {
      return (await ask(async (http) => http.get('application-config', configSchema))).data;
    },
    /** Empty where it is told in a form that we do not know. */
    async getVersion(): Promise<string> {
      return (await ask(async (http) => http.get('application-version', versionSchema))).data;
    },
    /** How many there are; shows whether the area may be read. */
    async countRows(path: string): Promise<number> {
      return (await ask(async (http) => http.get(path, pageOf(z.unknown()), { query: { limit: 1, page: 1 } }))).data.count;
    },

    /** Without their secrets. */
    listWebhooks: async () => listAll(webhooks),
    /** With its secret; `secret` is what it should be. */
    async getWebhook(id: string, secret: string) {
      return (await ask(async (http) => http.get(`webhooks/${id}`, webhookSchema, { secrets: [secret] }))).data;
    },
    /** Its id. */
    async createWebhook(body: WebhookBody): Promise<string> {
      return (await ask(async (http) => http.send('POST', 'webhooks', createdSchema, { body, ...masked(body) }))).data;
    },
    async updateWebhook(id: string, body: WebhookBody): Promise<void> {
      await ask(async (http) => http.send('PUT', `webhooks/${id}`, doneSchema, { body, objectId: id, ...masked(body) }));
    },
  };

  /** One read is a call of its own, several are a bulk call. */
  async function readAll<T>(reads: readonly Read[], schema: (read: Read) => z.ZodType<T>, isFirstNeeded: boolean): Promise<(T | undefined)[]> {
    const [only] = reads;
    if (only === undefined) return [];
    if (reads.length > 1 || only.mayBeUnknown) return readInBulk(await open(), loggedIn, reads, schema);
    const options = { ...(only.query ? { query: only.query } : {}), endpoint: only.endpoint };
    const { http } = await open();
    if (isFirstNeeded) return [(await loggedIn(async () => http.get(only.path, schema(only), options))).data];
    return [(await loggedIn(async () => http.find(only.path, schema(only), options)))?.data];
  }

  async function listAll<T>(resource: Resource<T>): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page += 1) {
      const reply = await readAll([{ path: resource.path, endpoint: `/${resource.path}`, query: listQuery(resource, page) }], () => pageOf(resource.schema), page === 1);
      all.push(...(reply[0]?.list ?? []));
      if (page >= (reply[0]?.pages ?? 0)) return all;
    }
  }

  async function write(method: 'PUT' | 'DELETE', path: string, id: string, body?: object): Promise<void> {
    await ask(async (http) => http.send(method, path, doneSchema, { objectId: id, ...(body === undefined ? {} : { body }) }));
  }

  async function ask<T>(send: (http: Http) => Promise<Reply<T>>): Promise<Reply<T>> {
    const { http } = await open();
    return loggedIn(async () => send(http));
  }

  /** A 401 was executed by nobody: once more with a new token, where there can be one. */
  async function loggedIn<T>(work: () => Promise<T>): Promise<T> {
    const request = { settings, call, budget: (await open()).settings.budget };
    token = await sessions.token(request);
    try {
      return await work();
    } catch (error) {
      if (error instanceof ForbiddenError) throw namingRight(error);
      if (!(error instanceof UnauthorizedError) || settings.token !== undefined) throw error;
    }
    token = await sessions.token(request, token);
    return work();
  }

  async function openHttp(): Promise<BulkParts> {
    const announced = await announcedBucket(call);
    const httpSettings: HttpSettings = {
      system: 'shoper',
      baseUrl: `${settings.baseUrl}/webapi/rest`,
      authorize: () => ({ headers: { authorization: `Bearer ${token}` } }),
      refusals,
      explain,
      budget: budgetOf(settings, call, announced),
      timeoutMs,
      maxBytes,
    };
    return { http: pacing(createHttp(httpSettings, call), announced), settings: httpSettings, call };
  }

  /** Each reply says how full the bucket is and how fast it empties: that moves the budget for everybody (contract 3). */
  function pacing(http: Http, known: Bucket): Http {
    let remembered = bucketText(known);
    const note = async <R extends Reply<unknown> | undefined>(reply: R): Promise<R> => {
      const reading = readBucket(reply?.headers ?? {});
      if (!reading) return reply;
      try {
        const fullMs = fullForMs(reading);
        if (fullMs > 0) await call.ledger.budgets.holdUntil(`shoper:${call.connection}`, fullMs);
        if (bucketText(reading.bucket) !== remembered) await call.ledger.marks.set(`connection:${call.connection}`, bucketMark, (remembered = bucketText(reading.bucket)));
      } catch {
        // the reply must not be lost because a figure could not be written; the next one brings it again
      }
      return reply;
    };
    const inEnglish = { headers: { 'accept-language': 'en_US' } };
    return {
      get: async (path, schema, options) => note(await http.get(path, schema, { ...inEnglish, ...options })),
      find: async (path, schema, options) => note(await http.find(path, schema, { ...inEnglish, ...options })),
      send: async (method, path, schema, options) => note(await http.send(method, path, schema, { ...inEnglish, ...options })),
    };
  }
}

/** What the shop's replies have said last. */
export const announcedBucket = async ({ ledger, connection }: CallContext): Promise<Bucket> => parseBucket(await ledger.marks.get(`connection:${connection}`, bucketMark)) ?? documentedBucket;

/** Our part of the shop's rate (contract 3, N13). */
export const budgetOf = (settings: Pick<ShoperSettings, 'requestsPerSecond' | 'share'>, { connection }: CallContext, announced: Bucket): BudgetRule => ({
  account: `shoper:${connection}`,
  perSecond: settings.requestsPerSecond ?? announced.perSecond,
  share: settings.share,
  burst: burstOf(announced),
});

export type ShoperClient = ReturnType<typeof createShoperClient>;

const listQuery = ({ idField }: Resource<unknown>, page: number): Record<string, string> => ({ limit: String(pageSize), page: String(page), ...(idField === undefined ? {} : { order: `${idField} asc` }) });

const rowRead = ({ path }: Resource<unknown>, id: string): Read => ({ path: `${path}/${id}`, endpoint: `/${path}/{id}` });

const distinctBy = <T>(rows: readonly T[], keyOf: (row: T) => string): T[] => [...new Map(rows.map((row) => [keyOf(row), row])).values()];

/** What signs webhooks and where they come in must not stand in the log of exchanges. */
const masked = ({ secret, url }: WebhookBody): { secrets: string[] } => ({ secrets: [secret, url] });

/** A filter that is not honoured gives other people's addresses: an error, by name, instead of no address. */
function ofUser(rows: ShoperAddress[], userId: string): ShoperAddress[] {
  if (rows.some((row) => row.user_id !== userId)) throw new UnexpectedReplyError({ system: 'shoper', endpoint: 'GET /user-addresses', sent: 'maybe', field: 'user_id' });
  return rows;
}

async function unlessGone(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof PermanentError && error.status === 404) return false;
    throw error;
  }
}
