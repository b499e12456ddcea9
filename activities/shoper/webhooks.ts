/** What a shop is asked to tell us (contract 4.8, 8): one webhook for all events, found again by its address. */
import type { WebhookRow } from '../../domain/ports.ts';
import { ForbiddenError, PermanentError, type ApiError } from '../errors.ts';
import type { ShoperClient, WebhookBody } from './client.ts';
import type { ShoperWebhook } from './schemas.ts';

export const events = ['client.create', 'client.edit', 'client.delete', 'subscriber.create', 'subscriber.edit', 'subscriber.delete'] as const;

export interface EnsureInput {
  client: Pick<ShoperClient, 'listWebhooks' | 'getWebhook' | 'createWebhook' | 'updateWebhook'>;
  address: string;
  secret: string;
}

/** Lists first, since a shop takes the same webhook twice; the list leaves the secret out, so ours is read once more. What the shop refuses becomes rows: the sweep finds changes all the same. */
export async function ensureShoperWebhooks({ client, address, secret }: EnsureInput): Promise<WebhookRow[]> {
  try {
    return await ensure(client, { url: address, secret, active: true, format: 0, events });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return rowsOf('missing', `the shop refused: ${(error.words ?? error.name).replaceAll(address, '[address]')}. Changes are found by the sweep`);
  }
}

async function ensure(client: EnsureInput['client'], wanted: WebhookBody): Promise<WebhookRow[]> {
  const ours = (await client.listWebhooks()).filter(({ url }) => url === wanted.url);
  const [first] = ours;
  if (first === undefined) {
    const id = await client.createWebhook(wanted);
    return rowsOf('made', `registered as ${id}`);
  }
  const more = ours.length === 1 ? '' : `; ${ours.length - 1} more at the same address tell everything twice and can be removed by hand`;
  const found = await client.getWebhook(first.id, wanted.secret);
  const wrong = faultsOf(found, wanted);
  if (wrong.length === 0) return rowsOf('there', `active as ${found.id}${more}`);
  await client.updateWebhook(found.id, { ...wanted, events: [...new Set([...wanted.events, ...found.events])] });
  return rowsOf('mended', `${found.id} had ${wrong.join(', ')}, and is right again${more}`);
}

function faultsOf({ active, format, events: told, secret }: ShoperWebhook, wanted: WebhookBody): string[] {
  return [
    ...(active ? [] : ['been switched off']),
    ...(format === String(wanted.format) ? [] : ['another format']),
    ...(secret === wanted.secret ? [] : ['another secret']),
    ...(wanted.events.every((event) => told.includes(event)) ? [] : ['fewer events']),
  ];
}

const rowsOf = (state: WebhookRow['state'], found: string): WebhookRow[] => events.map((topic) => ({ topic, state, found }));

const isRefusal = (error: unknown): error is ApiError => error instanceof PermanentError || error instanceof ForbiddenError;
