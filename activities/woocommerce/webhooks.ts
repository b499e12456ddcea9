/** What a shop is asked to tell us, and putting it right when the shop has switched it off (contract 8). */
import type { WebhookRow } from '../../domain/ports.ts';
import type { WoocommerceClient } from './client.ts';

export const topics = ['order.created', 'order.updated', 'order.deleted', 'order.restored'] as const;

/**
 * Lists first, because a shop accepts the same webhook twice. After failures a shop switches a webhook off for good, and does not tell: it is
 * switched on again, and what it missed the next sweep finds.
 */
export async function ensureShopWebhooks(client: WoocommerceClient, { address, secret }: { address: string; secret: string }): Promise<WebhookRow[]> {
  const there = (await client.listWebhooks()).filter((webhook) => webhook.delivery_url === address);
  const rows: WebhookRow[] = [];
  for (const topic of topics) {
    const found = there.filter((webhook) => webhook.topic === topic);
    if (found.some(({ status }) => status === 'active')) {
      rows.push({ topic, state: 'there', found: 'active' });
    } else if (found[0]) {
      await client.mendWebhook(found[0].id, secret);
      rows.push({ topic, state: 'mended', found: `was ${found[0].status}, is active again` });
    } else {
      await client.createWebhook({ name: `Waybill ${topic}`, topic, delivery_url: address, secret, status: 'active' });
      rows.push({ topic, state: 'made', found: 'registered' });
    }
  }
  return rows;
}
