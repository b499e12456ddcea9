/** Finds an order of ours by its marker, when an earlier sending is unsettled (contract roapp 7, 12). */
import { isLastPage, type Query } from './client.ts';
import { hasMarker } from './map.ts';
import { createdSince } from './sent.ts';
import type { RoappStep } from './step.ts';

/** By the client first; if staff deleted or merged the client meanwhile, over everything created since. */
export function orderLookUp(step: RoappStep, { ledgerKey, marker, client }: { ledgerKey: string; marker: string; client: string }): () => Promise<string | undefined> {
  return async () => {
    const query = { created_at: await createdSince(step, [ledgerKey], 'order'), sort: '-id' };
    const found = await scan(step, { ...query, clients_ids: [client] }, marker);
    if (found !== undefined || (await step.client.clientExists(client))) return found;
    return scan(step, query, marker);
  };
}

async function scan(step: RoappStep, query: Query, marker: string): Promise<string | undefined> {
  for (let page = 1; ; page += 1) {
    const listed = await step.client.orders({ ...query, page });
    const ours = listed.data.find((order) => hasMarker(order, marker, step.settings));
    if (ours) return String(ours.id);
    if (isLastPage(listed, page)) return undefined;
  }
}
