/** Faults aimed at one mechanism: without it they do damage, with it they do none. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Mechanism } from './options.ts';
import type { Stage } from './stage.ts';

const twin = 'judge.twin@example.test';
/** by then even a slow machine has lines to hold */
const patienceMs = 60_000;

interface Aim {
  /** Orders placed in the shop for it: their ids. */
  place: (stage: Stage) => Promise<number[]>;
  /** Armed before the import begins. */
  arm: (stage: Stage) => Promise<void>;
  /** what it does during the import; the number of workers it killed */
  strike: (stage: Stage) => Promise<number>;
}

const nothing = { place: async () => [], arm: async () => undefined, strike: async () => 0 };

const aims: Record<Mechanism, Aim> = {
  /** Two searches for one new customer are held until both have arrived, so that neither can have seen the other's result. */
  keys: {
    ...nothing,
    place: async ({ shop }) => [await placeFor(shop), await placeFor(shop)],
    arm: async ({ books }) => void (await books.fault({ on: 'GET /v2/contacts/people?*judge.twin*', kind: 'hold', until: 2 })),
  },
  /** Stored, and the reply lost. */
  intents: {
    ...nothing,
    arm: async ({ books }) => {
      await books.fault({ on: 'POST /v2/orders', kind: 'lost-reply', after: 4, times: 3 });
      await books.fault({ on: 'POST /v2/orders/*/items', kind: 'lost-reply', after: 8, times: 3 });
    },
  },
  /** Both workers are killed between orders and their first lines. */
  'finished-skip': {
    ...nothing,
    arm: async ({ books }) => void (await books.fault({ on: 'POST /v2/orders/*/items', kind: 'hold', times: 0 })),
    strike: async ({ books, workers }) => {
      await Promise.race([books.held(4), wait(patienceMs)]);
      await Promise.all(workers.map((worker) => worker.kill()));
      await books.clearFaults();
      await books.release();
      await Promise.all(workers.map((worker) => worker.start()));
      return workers.length;
    },
  },
};

export const aimOf = (mechanism: Mechanism | undefined): Aim => (mechanism === undefined ? nothing : aims[mechanism]);

async function placeFor(shop: Stage['shop']): Promise<number> {
  const order = await shop.action('create-order', { billing: { first_name: 'Twin', last_name: 'Judged', email: twin, country: 'PL' }, line_items: [{ name: 'Lamp of the judge', quantity: 1, total: '25.00' }] });
  if (typeof order !== 'object' || order === null || !('id' in order) || typeof order.id !== 'number') throw new Error('the simulated shop answered without an order');
  return order.id;
}
