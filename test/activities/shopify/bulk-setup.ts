/** A simulated shop behind a front and with a storage beside it, clocks that a test moves, and the walk as the engine drives it. */
import { z } from 'zod';
import { BudgetBusyError } from '../../../activities/errors.ts';
import { createShopifyActivities } from '../../../activities/shopify/activities.ts';
import type { ReadPageInput } from '../../../domain/ports.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createShopifySandbox } from '../../../sandbox/shopify/sandbox.ts';
import { openTestLedger } from '../../setup/ledger.ts';
import { startFront, startStorage, type Storage } from './bulk-front.ts';
import { contextOf, integration, shopSettings, step } from './setup.ts';

export const minuteMs = 60_000;
export const dayMs = 1_440 * minuteMs;
/** how long the shop's operations take */
export const runsForMs = 5 * minuteMs;

export interface Entry {
  sourceId: string;
  number: string | null;
  digest: string;
}

export interface Listed {
  entries: Entry[];
  /** of each step that ended */
  counts: number[];
  /** why the walk came to page, as its cursor says */
  why?: string;
}

export type Source = ReturnType<typeof createShopifyActivities>;
type Rest = Partial<ReadPageInput>;

export const sorted = (entries: Entry[]): Entry[] => entries.map(({ sourceId, number, digest }) => ({ sourceId, number, digest })).toSorted((a, b) => a.sourceId.localeCompare(b.sourceId));

const resultSchema = z.object({ data: z.object({ bulkOperations: z.object({ nodes: z.array(z.object({ url: z.string() })).min(1) }) }) });
const operationSchema = z.object({ data: z.object({ bulkOperation: z.looseObject({ url: z.string().nullable() }) }) });

export async function startBulkShop(orders: number) {
  const opened = await openTestLedger('sqlite');
  const definition = createShopifySandbox({ rateLimit: 'none', bulkMs: runsForMs });
  const shop = await startSandbox(definition);
  const front = await startFront(() => shop.url);
  shop.clock.freeze();
  const { special } = definition.seed({ orders });
  const connectedAt = shop.clock.now();
  opened.clock.jump(connectedAt);
  await opened.ledger.states.setConnected(integration.id, { connectedAt: new Date(connectedAt).toISOString(), backfillFrom: new Date(connectedAt - 62 * dayMs).toISOString() });
  let connections = 0;

  const bulk = { ledger: opened.ledger, definition, shop, front, special, connectedAt, connector, pass, renew, asked, readStep, walk, pages, started, stored, askShop, connection: () => `shop-${connections}`, close };
  return bulk;

  /** Each has an account of its own, with a full budget. */
  function connector(bulkAbove: number, given: { accessToken?: string } = {}): Source {
    connections += 1;
    return createShopifyActivities(contextOf(opened.ledger, shopSettings({ baseUrl: front.url, accessToken: 'shpat_sandbox', bulkAbove, ...given }), { connection: bulk.connection() }));
  }

  function pass(ms: number): void {
    opened.clock.advance(ms);
    shop.clock.advance(ms);
  }

  /** What the test before changed, or left running, is over. */
  function renew(): void {
    front.change.clear();
    front.instead.clear();
    front.asked.splice(0);
    shop.clearFaults();
    pass(runsForMs);
  }

  function asked(name: string): number {
    return front.asked.filter((one) => one === name).length;
  }

  /** One step, repeated after the delay that it asks for. */
  async function readStep(source: Source, cursor?: string, rest: Rest = {}) {
    for (let tries = 0; tries < 50; tries += 1) {
      try {
        return await source.readPage({ ...step, walk: 'backfill', ...(cursor === undefined ? {} : { cursor }), ...rest });
      } catch (error) {
        if (!(error instanceof BudgetBusyError)) throw error;
        pass(error.retryAfterMs);
      }
    }
    throw new Error('the step never ends');
  }

  async function walk(source: Source, rest: Rest = {}, from?: string): Promise<Listed> {
    const listed: Listed = { entries: [], counts: [] };
    for (let cursor = from, first = true; first || cursor !== undefined; first = false) {
      const page = await readStep(source, cursor, rest);
      listed.entries.push(...((page.page === undefined ? undefined : await opened.ledger.pages.entries(page.page))?.entries ?? []));
      listed.counts.push(page.count);
      cursor = page.nextCursor;
      const why = /"at":"off","why":"([^"]*)"/.exec(cursor ?? '')?.[1];
      if (why !== undefined) listed.why = why;
    }
    return listed;
  }

  /** What the walk by pages lists. */
  async function pages(): Promise<Entry[]> {
    return sorted((await walk(connector(10_000))).entries);
  }

  /** Steps until the operation runs; the cursor that waits for it. */
  async function started(source: Source): Promise<string> {
    let cursor: string | undefined;
    while (asked('StartOperation') === 0) cursor = (await readStep(source, cursor)).nextCursor;
    return z.string().parse(cursor);
  }

  /** The shop's own result, laid into a storage at another address. The cursor that is to read it. */
  async function stored(source: Source, storage: Storage, rewrite: (text: string) => string = (text) => text): Promise<string> {
    const cursor = await started(source);
    pass(runsForMs);
    front.change.set('OperationById', (reply) => {
      const { bulkOperation } = operationSchema.parse(reply).data;
      return { data: { bulkOperation: { ...bulkOperation, url: bulkOperation.url && `${storage.url}/result?signature=secret` } } };
    });
    const { data } = resultSchema.parse(await askShop('{ bulkOperations(first: 1, reverse: true) { nodes { url } } }'));
    storage.file.text = rewrite(await (await fetch(data.bulkOperations.nodes[0]?.url ?? '')).text());
    return cursor;
  }

  /** As another program of the same app. */
  async function askShop(query: string): Promise<unknown> {
    const reply = await fetch(`${shop.url}/admin/api/2026-07/graphql.json`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': 'shpat_sandbox' }, body: JSON.stringify({ query }) });
    return reply.json();
  }

  async function close(): Promise<void> {
    await front.close();
    await shop.close();
    await opened.close();
  }
}

export type BulkShop = Awaited<ReturnType<typeof startBulkShop>>;
export { startStorage, type Storage };
