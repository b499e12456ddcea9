/** The new REST API of SARE, as far as we use it: one function per endpoint. Oddities and evidence: README.md beside this file. */
import { z } from 'zod';
import type { SendGuard } from '../../ledger/ledger.ts';
import type { BodyVerdict, CallContext, Refusal, RequestOptions } from '../call.ts';
import { PermanentError } from '../errors.ts';
import { createHttp } from '../http.ts';
import type { ContactItem } from './map.ts';
import { firstStatusesSchema, groupsSchema, moreStatusesSchema, propsSchema, rejectionsIn, writtenSchema, type Rejection, type StatusRow } from './schemas.ts';
import type { SareSettings } from './settings.ts';

const clientErrors = Array.from({ length: 100 }, (_, at) => 400 + at);
/** Neither numbers nor headers of a limit are documented. */
const waitMs = 2_000;

/** What a reply from 400 up means (contract 6, design 5). The body's own `code` counts before the HTTP status where it says more. */
export const refusals = [
  { status: clientErrors, code: '401', means: 'unauthorized' },
  { status: clientErrors, code: '403', means: 'forbidden' },
  { status: clientErrors, code: '429', means: 'rate limited', waitMs },
  { status: 429, means: 'rate limited', waitMs },
  { status: 401, means: 'unauthorized' },
  { status: 403, means: 'forbidden' },
  { status: 404, json: false, means: 'retryable' }, // error replies of the API are JSON: this one is somebody else's
  { status: [400, 404, 413, 422], means: 'permanent' }, // 413: the caller sees the status and halves
  { status: 500, means: 'perhaps the record' },
  { status: [408, 502, 503, 504], means: 'retryable' },
] as const satisfies readonly Refusal[];

const codeSchema = z.object({ code: z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]) });
const wordsSchema = z.object({ status: z.unknown().optional(), message: z.unknown().optional(), error: z.unknown().optional(), response: z.unknown().optional() });

function explain(body: unknown): { code?: string; words?: string } {
  const code = codeSchema.safeParse(body).data?.code;
  const words = Object.values(wordsSchema.safeParse(body).data ?? {}).filter((text) => typeof text === 'string').join(': ');
  return { ...(code === undefined ? {} : { code: String(code) }), ...(words === '' ? {} : { words }) };
}

/** A refusal inside a 2xx reply. A success with another code than 200 is no refusal: the schema names it. */
function judgeBody(body: unknown): BodyVerdict | undefined {
  const code = codeSchema.safeParse(body).data?.code;
  if (code === undefined || (code >= 200 && code < 300)) return undefined;
  return { means: meaningOfCode(code), ...explain(body) };
}

function meaningOfCode(code: number): Refusal['means'] {
  if (code === 401) return 'unauthorized';
  if (code === 403) return 'forbidden';
  if (code === 429) return 'rate limited';
  if (code === 409 || code === 500) return 'perhaps the record';
  return code === 408 || (code > 500 && code < 600) ? 'retryable' : 'permanent';
}

/** An item that overwrites a known address's status, and nothing else of it. */
export type StatusItem = Pick<ContactItem, 'email' | 'status'>;

/** `bodyWhenSent` found that nothing may leave any more; an empty list would be refused (contract 4.2). */
class NothingToSend extends Error {}

export type SareClient = ReturnType<typeof createSareClient>;

export function createSareClient(settings: SareSettings, call: CallContext) {
  const http = createHttp(
    {
      system: 'sare',
      baseUrl: `${settings.baseUrl}/api/v1/${settings.uid}`,
      authorize: () => ({ headers: { ApiKey: settings.apiKey } }),
      refusals,
      explain,
      judgeBody: ({ body }) => judgeBody(body),
      budget: { account: `sare:${call.connection}`, perSecond: settings.perSecond, share: settings.share, burst: 1 },
      simultaneous: 2,
      timeoutMs: settings.abortMs,
    },
    call,
  );

  /** The one place where the flags are made. All four are always given: the vendor's defaults move contacts out of their groups (contract 4.1, 9). */
  async function add(items: () => Promise<readonly StatusItem[] | readonly ContactItem[]>, overwritesStatus: boolean, options: RequestOptions): Promise<Rejection[]> {
    const bodyWhenSent = async (): Promise<unknown> => {
      const emails = await items();
      if (emails.length === 0) throw new NothingToSend();
      return { only_add_to_groups: true, update_on_duplicate: true, update_status_on_duplicate: overwritesStatus, send_confirmation: false, emails };
    };
    try {
      return rejectionsIn((await http.send('POST', 'email/add', writtenSchema, { ...options, bodyWhenSent })).data.response);
    } catch (error) {
      if (error instanceof NothingToSend) return [];
      throw error;
    }
  }

  async function statusPage(emails: readonly string[], page: number, isUrgent: boolean): Promise<StatusRow[]> {
    const path = `email/status_by_email_list/${page}`;
    const options = { body: { emails: emails.map((email) => ({ email })) }, isRead: true, isUrgent };
    if (page === 0) return (await http.send('POST', path, firstStatusesSchema, options)).data.response;
    try {
      return (await http.send('POST', path, moreStatusesSchema, options)).data.response ?? [];
    } catch (error) {
      if (error instanceof PermanentError) return []; // past the last page; trouble and rights are no end of a list
      throw error;
    }
  }

  return {
    /** Adds unknown addresses, fills in known ones, whose status stays. No call when no item is left. */
    addContacts: async (items: () => Promise<readonly ContactItem[]>, guard: SendGuard): Promise<Rejection[]> => add(items, false, { guard }),
    /** Overwrites the status of known addresses; it would add unknown ones. No call when no item is left. */
    overwriteStatuses: async (items: () => Promise<readonly StatusItem[]>, guard: SendGuard): Promise<Rejection[]> => add(items, true, { guard, isUrgent: true }),

    /**
     * Statuses by address, every page until all asked are answered or a page tells nothing new (contract 5). Unknown addresses are missing; an address may
     * come twice, and one come that was not asked for.
     * @param emails lower case
     */
    async statuses(emails: readonly string[], { isUrgent = false } = {}): Promise<StatusRow[]> {
      const rows = new Map<string, StatusRow>();
      const open = new Set(emails);
      for (let page = 0; open.size > 0; page += 1) {
        const before = rows.size;
        for (const row of await statusPage(emails, page, isUrgent)) {
          rows.set(`${row.email} ${row.status}`, row);
          open.delete(row.email);
        }
        if (rows.size === before) break;
      }
      return [...rows.values()];
    },

    /** Takes addresses out of groups. An address that was in none of them is no rejection. */
    removeFromGroups: async (emails: readonly string[], groups: readonly number[], guard: SendGuard): Promise<Rejection[]> =>
      rejectionsIn((await http.send('POST', 'group/remove_emails', writtenSchema, { body: { emails, groups }, guard })).data.response),

    groups: async () => (await http.get('group/list', groupsSchema)).data.response,
    /** Names of the account's own traits. */
    props: async () => (await http.get('email/props', propsSchema)).data.response,
  };
}
