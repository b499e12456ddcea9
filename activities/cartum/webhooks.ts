/** What a shop is asked to tell us (contract 8). It cannot be asked what it was asked before, so the ids of our subscriptions are remembered. */
import { z } from 'zod';
import type { WebhookRow } from '../../domain/ports.ts';
import type { ConnectorContext } from '../call.ts';
import { ForbiddenError, PerhapsRecordError, PermanentError, UnexpectedReplyError, type ApiError } from '../errors.ts';
import type { CartumClient } from './client.ts';

/** Those about orders. A return to status 1 and edits without a status change fire none (contract 8, 12): the sweep finds them. */
export const events = ['order_created', 'order_paid', 'order_update'] as const;
type Event = (typeof events)[number];

const rememberedSchema = z.object({ id: z.string(), address: z.string() });

type Memory = Pick<ConnectorContext<unknown>, 'ledger' | 'company' | 'connection'>;

/** The subscription of this event at this address that we know of. */
export async function findSubscription({ ledger, company, connection }: Memory, event: Event, address: string): Promise<string | undefined> {
  const mark = await ledger.marks.get(`connection:${connection}`, `webhook:${event}`);
  const remembered = mark === undefined ? undefined : rememberedSchema.safeParse(JSON.parse(mark)).data;
  return remembered?.address === ledger.crypto.digest(company, 'webhook', address) ? remembered.id : undefined;
}

/** Subscribes what is not known at this address. What the shop refuses becomes a row: the sweep finds changes all the same. */
export async function ensureShopWebhooks(context: Memory, client: Pick<CartumClient, 'subscribe'>, address: string): Promise<WebhookRow[]> {
  const rows: WebhookRow[] = [];
  for (const topic of events) rows.push(await ensureOne(context, client, topic, address));
  return rows;
}

async function ensureOne(context: Memory, client: Pick<CartumClient, 'subscribe'>, topic: Event, address: string): Promise<WebhookRow> {
  const known = await findSubscription(context, topic, address);
  if (known !== undefined) return { topic, state: 'there', found: `subscribed as ${known}; the shop cannot be asked whether it still is` };
  try {
    const id = await client.subscribe(topic, address);
    const { ledger, company, connection } = context;
    await ledger.marks.set(`connection:${connection}`, `webhook:${topic}`, JSON.stringify({ id, address: ledger.crypto.digest(company, 'webhook', address) }));
    return { topic, state: 'made', found: `subscribed as ${id}` };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { topic, state: 'missing', found: `the shop refused: ${wordsOf(error, address)}. Five subscriptions of an event are the most it takes; changes are found by the sweep` };
  }
}

const isRefusal = (error: unknown): error is ApiError =>
  error instanceof PermanentError || error instanceof ForbiddenError || error instanceof PerhapsRecordError || error instanceof UnexpectedReplyError;

/** The address is as good as a password: a shop that repeats it must not spread it. */
const wordsOf = (error: ApiError, address: string): string => (error.words ?? error.name).replaceAll(address, '[address]');
