/** What a shop is asked to tell us, and putting it right when the shop has dropped it (contract shopify 4, 8). */
import type { WebhookRow } from '../../domain/ports.ts';
import { PermanentError } from '../errors.ts';
import type { ShopifyClient } from './client.ts';

/** As senders name them; in the API upper case with `_`. */
export const topics = ['orders/create', 'orders/updated', 'orders/edited', 'orders/cancelled', 'orders/delete', 'refunds/create'] as const;

/** Obligatory for apps of the App Store only. */
const privacyTopics = 'customers/data_request, customers/redact, shop/redact';

const privacyRow: WebhookRow = {
  topic: privacyTopics,
  state: 'by hand',
  found: 'The API cannot register these. An app of the App Store must name them in its own configuration (compliance topics), with this connection’s webhook address; an app of the shop’s own needs none.',
};

export const inApi = (topic: string): string => topic.toUpperCase().replace(/[/.]/g, '_');

/** What this connection registered before: a subscription that is gone since was dropped by the shop. */
export interface WebhookMemory {
  wasRegistered: (topic: string) => Promise<boolean>;
  noteRegistered: (topic: string) => Promise<void>;
}

/**
 * Lists first. After eight failed deliveries a shop deletes a subscription and does not tell (contract 8): it is registered again, and what it missed
 * the next sweep finds. Deliveries are signed with the app's secret: none is handed over.
 */
export async function ensureShopWebhooks(client: Pick<ShopifyClient, 'listWebhooks' | 'createWebhook'>, address: string, memory: WebhookMemory): Promise<WebhookRow[]> {
  const there = (await client.listWebhooks()).filter(({ uri }) => uri === address).map(({ topic }) => topic);
  const rows: WebhookRow[] = [];
  for (const topic of topics) {
    const row: WebhookRow = there.includes(inApi(topic)) ? { topic, state: 'there', found: 'registered' } : await register(client, topic, address, await memory.wasRegistered(topic));
    if (row.state !== 'missing') await memory.noteRegistered(topic);
    rows.push(row);
  }
  return [...rows, privacyRow];
}

async function register(client: Pick<ShopifyClient, 'createWebhook'>, topic: string, address: string, isAgain: boolean): Promise<WebhookRow> {
  try {
    await client.createWebhook(inApi(topic), address);
    return isAgain ? { topic, state: 'mended', found: 'the shop had dropped it; registered again' } : { topic, state: 'made', found: 'registered' };
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
    // no code tells this refusal from the others (contract 4)
    if (/has already been taken/.test(error.words ?? '')) return { topic, state: 'there', found: 'registered' };
    return { topic, state: 'missing', found: `the shop refuses the address (${(error.words ?? '').replaceAll(address, '…')}): it must begin with https:// and be reachable from the internet` };
  }
}
