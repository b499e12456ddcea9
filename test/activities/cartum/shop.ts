/** A simulated shop, seeded anew for each test, and the connector before it; over real HTTP. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createCartumActivities } from '../../../activities/cartum/activities.ts';
import { createSessions } from '../../../activities/cartum/session.ts';
import { backfillStart } from '../../../domain/high-water-mark.ts';
import type { Order } from '../../../domain/order.ts';
import type { PageReading, ReadOrderInput, ReadPageInput, Walk } from '../../../domain/ports.ts';
import { createCartumSandbox, type CartumSandbox } from '../../../sandbox/cartum/sandbox.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { openTestLedger, type TestLedger } from '../../setup/ledger.ts';
import { contextOf, integration as pairOf, shopSettings, step as anyStep, type ContextOptions } from './setup.ts';

export let opened: TestLedger;
export let definition: CartumSandbox;
export let shop: RunningSandbox;
/** order numbers by the names of the seed */
export let special: Record<string, number>;
/** Each test has an integration and a connection of its own: no marks and no budget of another. */
export let step: typeof anyStep;
export let connected: { connectedAt: string; backfillFrom: string };
export let connection: string;
let count = 0;

export function useShop(): void {
  beforeAll(async () => {
    opened = await openTestLedger('sqlite', { clock: 'real' });
    definition = createCartumSandbox();
    shop = await startSandbox(definition);
  });
  beforeEach(async () => {
    special = definition.seed({ orders: 260 }).special;
    const now = shop.clock.now();
    connected = { connectedAt: new Date(now).toISOString(), backfillFrom: backfillStart(now, 2, 'Europe/Kyiv') };
    count += 1;
    connection = `shop-${count}`;
    step = { ...anyStep, integration: { ...pairOf, id: `pair-${count}` } };
    await opened.ledger.states.setConnected(step.integration.id, connected);
  });
  afterEach(() => {
    shop.clearFaults();
    shop.clearRequests();
    switches({ front: 'open', release: '4.26', badLogin: 'ERROR', badToken: 'UNAUTHORIZED', rowOrder: 'shuffled', hooks: true, hookEvents: 'all', rootPageId: 0, pagesWithoutParent: 'root', logSpelling: 'messages' });
  });
  afterAll(async () => {
    await shop.close();
    await opened.close();
  });
}

export const act = (name: string, input: unknown = {}): unknown => definition.actions[name]?.(input);
export const switches = (input: Record<string, unknown>): unknown => act('switches', input);
export const truth = () => definition.truth();

const sessions = createSessions();
export type Settings = Partial<Parameters<typeof shopSettings>[0]>;
export const connector = (options: ContextOptions = {}, settings: Settings = {}) => createCartumActivities(contextOf(opened.ledger, shopSettings({ baseUrl: shop.url, ...settings }), { connection, ...options }), sessions);

export const numberOf = (name: string): string => String(special[name] ?? name);
export const read = async (name: string, input: Partial<ReadOrderInput> = {}, steps = connector()) => steps.readOrder({ ...step, sourceId: numberOf(name), byOperator: true, ...input });
export async function readOrder(name: string, steps = connector()): Promise<Order> {
  const reading = await read(name, {}, steps);
  if (reading.kind !== 'order') throw new Error(`${name}: ${JSON.stringify(reading)}`);
  return reading.order;
}

interface Listed {
  sourceId: string;
  digest: string;
  skip?: { reason: string; detail?: string };
}

/** Page after page, as the flow does: a page is announced, and its mark moved, before the next one is read. */
export async function walkAll(walk: Walk, input: Partial<ReadPageInput> = {}, between: (page: PageReading) => void = () => {}) {
  const pages: PageReading[] = [];
  const entries: Listed[] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const page = await connector().readPage({ ...step, walk, ...input, ...(cursor === undefined ? {} : { cursor }) });
    const stored = page.page === undefined ? undefined : await opened.ledger.pages.entries(page.page);
    expect(stored?.entries.length ?? 0).toBe(page.count);
    entries.push(...(stored?.entries ?? []));
    if (stored?.mark !== undefined && walk === 'changed') await setMark(stored.mark);
    pages.push(page);
    cursor = page.nextCursor;
    between(page);
    expect(pages.length).toBeLessThan(60);
  }
  return { pages, entries, ids: entries.map(({ sourceId }) => Number(sourceId)) };
}

export const setMark = async (mark: string): Promise<void> => opened.ledger.marks.set(`integration:${step.integration.id}`, 'changed', mark);
export const findMark = async (): Promise<string | undefined> => opened.ledger.marks.get(`integration:${step.integration.id}`, 'changed');

export const sorted = (ids: readonly number[]): number[] => ids.toSorted((a, b) => a - b);
export const unique = (ids: readonly number[]): number[] => sorted([...new Set(ids)]);
