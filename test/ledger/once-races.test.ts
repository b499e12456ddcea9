import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ledgerKinds } from '../setup/ledger.ts';
import { openKeyStore, openKeyStoreInMemory, type KeyStore } from './key-store.ts';
import { runRace, type Mechanism, type Race } from './race.ts';

type Options = Omit<Race, 'store' | 'seed'>;

/** Seeds whose race ended with more than one person at the vendor, or with an order that never got one. */
async function findBadSeeds(store: KeyStore, count: number, options: Options = {}): Promise<{ doubled: number[]; unanswered: number[]; sentAgain: number }> {
  const [doubled, unanswered]: [number[], number[]] = [[], []];
  let sentAgain = 0;
  for (let seed = 1; seed <= count; seed += 1) {
    const { stored, answers, sends } = await runRace({ store, seed, ...options });
    if (stored.length > 1) doubled.push(seed);
    if (answers.size < 3) unanswered.push(seed);
    if (sends > 1) sentAgain += 1;
  }
  return { doubled, unanswered, sentAgain };
}

async function findFirstDouble(store: KeyStore, atMost: number, options: Options): Promise<number | undefined> {
  for (let seed = 1; seed <= atMost; seed += 1) {
    if ((await runRace({ store, seed, ...options })).stored.length > 1) return seed;
  }
  return undefined;
}

async function empty({ db }: KeyStore): Promise<void> {
  for (const table of ['links', 'intents', 'keys'] as const) await db.deleteFrom(table).execute();
}

describe('races of three orders for one new customer', { timeout: 60_000 }, () => {
  let store: KeyStore;
  beforeAll(async () => {
    store = await openKeyStoreInMemory();
  });
  afterEach(() => empty(store));
  afterAll(() => store.close());

  test('N1 N11 crashes, frozen processes, lost replies and a slow vendor never make a second person', async () => {
    const { doubled, unanswered, sentAgain } = await findBadSeeds(store, 250);
    expect({ doubled, unanswered }).toEqual({ doubled: [], unanswered: [] });
    expect(sentAgain).toBeGreaterThan(10); // the races do meet refused and unsettled sendings
  });

  test('N11 what cannot be looked up is sent once, or ends as unknown', async () => {
    const { doubled, unanswered } = await findBadSeeds(store, 60, { atMostOnce: true });
    expect({ doubled, unanswered }).toEqual({ doubled: [], unanswered: [] });
  });

  test.each<Mechanism>(['intent', 'settle', 'deadline', 'fence'])('N11 the same races without the %s do make a second person', async (without) => {
    expect(await findFirstDouble(store, 300, { without })).toBeDefined();
  });
});

describe.each(ledgerKinds.filter((kind) => kind !== 'sqlite'))('races on %s', { timeout: 60_000 }, (kind) => {
  let store: KeyStore;
  beforeAll(async () => {
    store = await openKeyStore(kind);
  });
  afterAll(() => store.close());

  test('N1 N11 no race makes a second person', async () => {
    const { doubled, unanswered } = await findBadSeeds(store, 25);
    expect({ doubled, unanswered }).toEqual({ doubled: [], unanswered: [] });
  });
});
