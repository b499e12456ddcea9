/** Several reads in one call (contract 4.9). The reply's own status says nothing about its items: each is judged like a reply of its own. */
import type { z } from 'zod';
import type { CallContext, HttpSettings } from '../call.ts';
import { ForbiddenError, UnexpectedReplyError, type ApiError } from '../errors.ts';
import { errorOf, judge } from '../http-refusals.ts';
import type { Http } from '../http.ts';
import { namingRight } from './refusals.ts';
import { bulkSchema, type BulkItem } from './schemas.ts';

/** The shop takes no more in one call. */
export const mostItems = 25;

export interface Read {
  /** e.g. "users/42" */
  path: string;
  /** what logs and errors name */
  endpoint: string;
  query?: Record<string, string>;
  /** the shop may not know such a query: a 400 then means that nothing was found */
  mayBeUnknown?: true;
}

/** Rounds in which items that were one call too many are asked for again. */
const mostRounds = 6;

export interface BulkParts {
  http: Http;
  settings: HttpSettings;
  call: CallContext;
}

/**
 * The bodies in the order asked for, any number of them; undefined: not there. Items that were refused as one call too many are asked for again.
 * @throws what an item's refusal means; then nothing of the others counts
 */
export async function readInBulk<T>(parts: BulkParts, send: <R>(work: () => Promise<R>) => Promise<R>, reads: readonly Read[], schema: (read: Read) => z.ZodType<T>): Promise<(T | undefined)[]> {
  const found = new Map<number, T | undefined>();
  for (let start = 0; start < reads.length; start += mostItems) {
    let open = reads.slice(start, start + mostItems).map((read, at) => ({ read, at: start + at }));
    for (let round = 1; open.length > 0; round += 1) {
      const replies = await send(async () => ask(parts, open));
      const again: typeof open = [];
      for (const one of open) {
        const reply = replies.get(String(one.at));
        if (reply === undefined) throw unexpected(one.read, 'items');
        if (reply.code === 429 && round < mostRounds) again.push(one);
        else found.set(one.at, bodyOf(parts.settings, one.read, reply, schema(one.read)));
      }
      if (again.length > 0) await holdBack(parts);
      open = again;
    }
  }
  return reads.map((_, at) => found.get(at));
}

/** A token that items refuse is the call's: it is made again with a new one. */
async function ask({ http, settings }: BulkParts, open: readonly { read: Read; at: number }[]): Promise<Map<string, BulkItem>> {
  const body = open.map(({ read, at }) => ({ id: String(at), path: `/webapi/rest/${read.path}`, method: 'GET', params: read.query ?? {}, body: {} }));
  const { data } = await http.send('POST', 'bulk', bulkSchema, { body, isRead: true });
  const refused = data.items.find(({ code }) => code === 401);
  if (refused) throw errorOfItem(settings, open.find(({ at }) => String(at) === refused.id)?.read.endpoint ?? '/bulk', refused);
  return new Map(data.items.map((item) => [item.id, item]));
}

function bodyOf<T>(settings: HttpSettings, read: Read, item: BulkItem, schema: z.ZodType<T>): T | undefined {
  const { code, body } = item;
  if (code >= 400) {
    const { means } = verdictOf(settings, item);
    if (means === 'absent' || (code === 400 && read.mayBeUnknown)) return undefined;
    throw errorOfItem(settings, read.endpoint, item);
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw unexpected(read, parsed.error.issues[0]?.path.filter((part) => typeof part !== 'string' || /^[a-z_]{1,40}$/.test(part)).join('.') || 'body');
  return parsed.data;
}

const verdictOf = (settings: HttpSettings, { code, body }: BulkItem) => judge(settings, { status: code, body, isJson: true, isEmpty: false, headers: {} });

function errorOfItem(settings: HttpSettings, endpoint: string, item: BulkItem): ApiError {
  const error = errorOf(verdictOf(settings, item), { system: 'shoper', endpoint: `GET ${endpoint}`, status: item.code });
  return error instanceof ForbiddenError ? namingRight(error) : error;
}

const unexpected = ({ endpoint }: Read, field: string) => new UnexpectedReplyError({ system: 'shoper', endpoint: `GET ${endpoint}`, sent: 'maybe', field });

/** Nobody calls for a moment; the next round waits its turn like every call. */
async function holdBack({ call, settings }: BulkParts): Promise<void> {
  const account = settings.budget?.account;
  if (account === undefined) return;
  await call.ledger.budgets.holdUntil(account, 1_000);
  await call.ledger.budgets.noteThrottled(account);
}
