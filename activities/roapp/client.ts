/** RO App v2, as far as we use it: one function per endpoint, in the vendor's words. Oddities and evidence: README.md beside this file. */
import type { z } from 'zod';
import type { SendGuard } from '../../ledger/ledger.ts';
import type { CallContext, Refusal, RequestOptions } from '../call.ts';
import { createHttp } from '../http.ts';
import {
  categoriesSchema, companySchema, customFieldsSchema, employeesSchema, itemsSchema, locationsSchema, oneOrderSchema, orderTypesSchema, ordersSchema,
  organizationsSchema, peopleSchema, presenceSchema, productsSchema, statusesSchema, writtenSchema, type Page,
} from './schemas.ts';
import type { RoappSettings } from './settings.ts';

/**
 * What a refusal means (contract roapp 6). 404 is left to the default, which tells the API's own "not there" from a host's HTML page.
 */
export const refusals = [
  { status: 429, means: 'rate limited', waitMs: 1_000 }, // no Retry-After is documented
  { status: 401, means: 'unauthorized' },
  { status: 403, means: 'forbidden' },
  { status: [400, 405, 422], means: 'permanent' },
  { status: [502, 503, 504], means: 'retryable' },
  { status: 500, means: 'perhaps the record' },
] as const satisfies readonly Refusal[];

export type Query = NonNullable<RequestOptions['query']>;
/** A body in the vendor's words. */
export type Body = Record<string, unknown>;

export type RoappClient = ReturnType<typeof createRoappClient>;

export function createRoappClient(settings: RoappSettings, call: CallContext) {
  const connect = (baseUrl: string) =>
    createHttp(
      {
        system: 'roapp',
        baseUrl,
        authorize: () => ({ headers: { authorization: `Bearer ${settings.apiKey}` } }),
        refusals,
        explain,
        budget: { account: call.connection, perSecond: settings.requestsPerSecond, share: settings.share, burst: 1 },
        timeoutMs: settings.abortMs,
      },
      call,
    );
  const v2 = connect(settings.baseUrl);
  const previous = connect(settings.baseUrl.replace(/\/v2\/?$/, ''));
  const get = async <T>(path: string, schema: z.ZodType<T>, query?: Query): Promise<T> => (await v2.get(path, schema, query === undefined ? {} : { query })).data;
  /** The new id, or undefined where the reply has none: then it is looked up. */
  const create = async (path: string, body: Body, guard: SendGuard): Promise<string | undefined> => textOf((await v2.send('POST', path, writtenSchema, { body, guard })).data);
  const isThere = async (path: string): Promise<boolean> => (await v2.find(path, presenceSchema)) !== undefined;

  return {
    company: () => get('/company', companySchema),
    locations: () => get('/company/locations', locationsSchema),
    employees: () => get('/company/employees', employeesSchema),
    orderTypes: () => get('/orders/types', orderTypesSchema),
    orderCustomFields: () => get('/orders/custom-fields', customFieldsSchema),
    peopleCustomFields: () => get('/contacts/people/custom-fields', customFieldsSchema),

    people: (query: Query) => get('/contacts/people', peopleSchema, query),
    organizations: (query: Query) => get('/contacts/organizations', organizationsSchema, query),
    createPerson: (body: Body, guard: SendGuard) => create('/contacts/people', body, guard),
    /** An order's client may be either. */
    clientExists: async (id: string) => (await isThere(`/contacts/people/${id}`)) || isThere(`/contacts/organizations/${id}`),

    products: (query: Query) => get('/catalog/products', productsSchema, query),
    productExists: (id: string) => isThere(`/catalog/products/${id}`),
    createProduct: (body: Body, guard: SendGuard) => create('/catalog/products', body, guard),
    /** Previous version, slash included. */
    createProductLegacy: async (body: Body, guard: SendGuard) => textOf((await previous.send('POST', '/products/', writtenSchema, { body, guard })).data),
    categories: (query: Query) => get('/catalog/products/categories', categoriesSchema, query),
    createCategory: (body: Body, guard: SendGuard) => create('/catalog/products/categories', body, guard),

    orders: (query: Query) => get('/orders', ordersSchema, query),
    /** Undefined: staff deleted it. */
    order: async (id: string) => (await v2.find(`/orders/${id}`, oneOrderSchema))?.data,
    statuses: () => get('/orders/statuses', statusesSchema),
    /** Absolute, so a repeat is harmless. */
    changeOrder: async (id: string, body: Body) => void (await v2.send('PATCH', `/orders/${id}`, writtenSchema, { body, objectId: id })),
    changeItem: async (order: string, item: string, body: Body) => void (await v2.send('PATCH', `/orders/${order}/items/${item}`, writtenSchema, { body, objectId: item })),
    setStatus: async (order: string, status: string) => void (await v2.send('POST', `/orders/${order}/status`, presenceSchema, { body: { status_id: Number(status) }, objectId: order })),
    orderExists: (id: string) => isThere(`/orders/${id}`),
    createOrder: (body: Body, guard: SendGuard) => create('/orders', body, guard),
    items: (order: string) => get(`/orders/${order}/items`, itemsSchema),
    createItem: (order: string, body: Body, guard: SendGuard) => create(`/orders/${order}/items`, body, guard),
    /** Appears in the event feed; there is no call to list comments, so nothing can be looked up. */
    createComment: async (order: string, text: string, guard: SendGuard) =>
      void (await v2.send('POST', `/orders/${order}/comments`, presenceSchema, { body: { comment: text, is_private: true }, guard })),
  };
}

const textOf = (id: number | undefined): string | undefined => (id === undefined ? undefined : String(id));

/** Stop at the last page, or at an empty one where `paging` is absent (contract roapp 5). */
export const isLastPage = (page: Page<unknown>, number: number): boolean => page.data.length === 0 || (page.paging !== undefined && number >= page.paging.total_pages);

/** All pages of a list, at most `most` of them. */
export async function allPages<T>(list: (query: Query) => Promise<Page<T>>, query: Query, most = Infinity): Promise<T[]> {
  const rows: T[] = [];
  for (let page = 1; page <= most; page += 1) {
    const listed = await list({ ...query, page });
    rows.push(...listed.data);
    if (isLastPage(listed, page)) break;
  }
  return rows;
}

/** The vendor's words out of the six forms seen (contract roapp 6). `validation` when fields are named. */
export function explain(body: unknown): { code?: string; words?: string } {
  if (!isRecord(body)) return {};
  const message = isRecord(body.message) ? body.message.validation : body.message;
  const fields = body.validation ?? body.errors ?? (isRecord(message) ? message : undefined);
  if (fields !== undefined) return { code: 'validation', words: inWords(fields) };
  const words = [message, body.error, body.detail].find((part) => typeof part === 'string');
  return typeof words === 'string' ? { words } : {};
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function inWords(fields: unknown): string {
  if (!isRecord(fields)) return typeof fields === 'string' ? fields : JSON.stringify(fields);
  return Object.entries(fields)
    .map(([field, said]) => `${field}: ${Array.isArray(said) ? said.join(' ') : String(said)}`)
    .join('; ');
}
