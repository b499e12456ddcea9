/** N9: whatever the systems say about people, and whatever people order, stands in clear text nowhere but in what an operator asks for. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { check } from '../../scripts/check.ts';
import { connect } from '../../scripts/connect.ts';
import { getIntegration } from '../../scripts/integration.ts';
import { edit, retry } from '../../scripts/mend.ts';
import { plan } from '../../scripts/plan.ts';
import { Complaint } from '../../scripts/print.ts';
import { freePorts } from '../../scripts/setup/ports.ts';
import { show } from '../../scripts/show.ts';
import { createCodec } from '../../worker/codec.ts';
import { createLog } from '../../worker/log.ts';
import { announceOrder } from '../../worker/temporal-client.ts';
import { hasTemporal, temporalAddress } from '../setup/temporal-env.ts';
import { arm, endpointsOf, leftOf, type Struck, type Way } from './privacy/faults.ts';
import { findIn, needlesOf, type Guest } from './privacy/needles.ts';
import { everythingStored, opened, type Stored } from './privacy/stored.ts';
import { said } from './said.ts';
import { integrationId, startWorld, type World } from './world.ts';

const ways: Way[] = [400, 401, 403, 422, 500, 502].map((status) => ({ kind: 'refuse-with-email', status }));
const garbage: Way = { kind: 'garbage', status: 200 };

describe.skipIf(!hasTemporal())('a shop and books that name people in everything they refuse', () => {
  const lines: string[] = [];
  const guests: Guest[] = [];
  const orders: number[] = [];
  let world: World;
  let metrics: string;
  let stored: Stored[];
  let needles: string[];

  const act = (name: string, input: unknown): number => z.object({ id: z.number() }).parse(world.shop.definition.actions[name]?.(input)).id;

  /** A guest nobody else is, buying a product of a category that nobody has seen. */
  function place(): number {
    const number = guests.length;
    const guest = { firstName: 'Kalina', lastName: `Wyszomirska${'abcdefghijklmnopqrstuvwxyz'.charAt(number % 26)}`, email: `kalina.w${number}@example.test`, phone: String(512_345_678 + number * 1_111), street: `Zaciszna${number} 7` };
    guests.push(guest);
    const digits = guest.phone;
    const typed = [digits, `+48 ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`, `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`][number % 3];
    const category = act('create-category', { name: `Shelf ${number}`, parent: 0 });
    const product = act('create-product', { name: `Lamp ${number}`, sku: `LAMP-${number}`, regular_price: '25.00', categories: [{ id: category }] });
    const billing = { first_name: guest.firstName, last_name: guest.lastName, email: guest.email, phone: typed, address_1: guest.street, country: 'PL' };
    const order = act('create-order', { billing, customer_note: `Call ${guest.lastName}`, line_items: [{ name: `Lamp ${number}`, quantity: 1, total: '25.00', product_id: product }] });
    orders.push(order);
    return order;
  }

  /** The words of every refusal: as vendors do, they repeat what they were sent. */
  const words = (): string => guests.slice(0, 3).map((guest) => `${guest.firstName} ${guest.lastName} <${guest.email}> ${guest.phone} cannot be used`).join('; '); // prettier-ignore
  const announce = async (order: number): Promise<void> => announceOrder(world.session.client)({ integration: getIntegration(world.session, integrationId), sourceId: String(order), by: 'operator', lane: 'live' });
  const statesOf = async (): Promise<(string | undefined)[]> => (await world.ledger.records.findMany(integrationId, orders.map(String))).map(({ state }) => state);
  const areSettled = async (): Promise<boolean> => (await statesOf()).length === orders.length && (await statesOf()).every((state) => state === 'completed' || state === 'parked');

  /** Paused connections are resumed as an operator would, until every order is completed or parked. */
  const settle = async (): Promise<void> =>
    expect
      .poll(
        async () => {
          for (const { subject, state } of await world.ledger.states.list()) if (state === 'paused') await world.ledger.states.resume(subject);
          return areSettled();
        },
        { timeout: 60_000, interval: 200 },
      )
      .toBe(true);

  /** One order after the other meets what is armed; questions too. A question may fail: that is what it is asked for. */
  async function round(): Promise<void> {
    await Promise.all([announce(place()), announce(place())]);
    const ask = async (question: () => Promise<number>) => said(question).catch((error: unknown) => expect(error).toBeInstanceOf(Complaint));
    await ask(async () => check(world.session, integrationId));
    await ask(async () => plan(world.session, integrationId, { limit: 1 }));
    await ask(async () => connect(world.session, integrationId, { detach: true, lookalikes: 'link' }));
    await ask(async () => retry(world.session, integrationId, {}));
    await settle();
  }

  beforeAll(async () => {
    const [port] = await freePorts(1);
    vi.stubEnv('WAYBILL_ENGINE_METRICS_PORT', String(port));
    world = await startWorld({ log: createLog('debug', { write: (line) => void lines.push(line) }) });
    vi.unstubAllEnvs();
    world.books.definition.seed({ seed: 7 });
  });
  afterAll(async () => world.close());

  test('N9 every call of both systems was refused with people in its words, and every order found its way', async () => {
    const first = place();
    await announce(first);
    await round();
    // what was called until here is what refuses from now on
    const wanted = (endpoints: string[]): Struck[] => endpoints.flatMap((endpoint, index) => [...new Set([ways[0], ways[1 + (index % (ways.length - 1))], garbage])].flatMap((way) => (way ? [{ endpoint, way }] : [])));
    const [shopWanted, booksWanted] = [wanted(endpointsOf(world.shop)), wanted(endpointsOf(world.books))];
    for (let rounds = 0; rounds < 15; rounds += 1) {
      const [shopLeft, booksLeft] = [leftOf(world.shop, shopWanted), leftOf(world.books, booksWanted)];
      process.stderr.write(`round ${rounds}: ${JSON.stringify([shopLeft, booksLeft].map((l) => l.map(({ endpoint, way }) => `${endpoint} ${way.status}`)))}\n`);
      if (shopLeft.length + booksLeft.length === 0) break;
      arm(world.shop, shopLeft, words());
      arm(world.books, booksLeft, words());
      await round();
    }
    expect([...leftOf(world.shop, shopWanted), ...leftOf(world.books, booksWanted)]).toEqual([]);
    needles = guests.flatMap(needlesOf);
  }, 180_000);
});
