/** One account's limit over several real processes, judged by the instants they were given. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ledgerKinds } from '../setup/ledger.ts';
import { openKeyStore, type KeyStore } from './key-store.ts';

const perSecond = 20;
const each = 50;
const program = fileURLToPath(new URL('budget-process.ts', import.meta.url));

interface OtherProcess {
  /** Reserves in that ledger; resolves to the instants it got. */
  reserve: (url: string) => Promise<number[]>;
  end: () => void;
}

let processes: OtherProcess[] = [];
beforeAll(async () => {
  processes = await Promise.all([startProcess(), startProcess(), startProcess()]);
});
afterAll(() => processes.forEach(({ end }) => end()));

async function startProcess(): Promise<OtherProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, String(each)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line'); // ready
  return {
    reserve: async (url) => {
      const answer = once(lines, 'line');
      child.stdin.write(`${url}\n`);
      const [line] = z.tuple([z.string()]).parse(await answer);
      return z.array(z.number()).parse(JSON.parse(line));
    },
    end: () => child.stdin.end(),
  };
}

async function startClock({ db }: KeyStore): Promise<void> {
  await db.schema.createTable('test_clock').addColumn('now', 'bigint').execute();
  await db.withTables<{ test_clock: { now: number } }>().insertInto('test_clock').values({ now: 1_800_000_000_000 }).execute();
}

test.each(ledgerKinds)('N13 G4 three processes on %s use the whole limit of one account and never more', { timeout: 60_000 }, async (kind) => {
  const store = await openKeyStore(kind);
  await startClock(store);
  const instants = (await Promise.all(processes.map(({ reserve }) => reserve(store.url)))).flat().sort((a, b) => a - b);
  await store.close();

  expect(instants).toHaveLength(processes.length * each);
  const [first = 0, last = 0] = [instants[0], instants.at(-1)];
  expect(((instants.length - 1) / (last - first)) * 1_000).toBeGreaterThanOrEqual(0.97 * perSecond);
  const fullest = Math.max(...instants.map((from) => instants.filter((at) => at >= from && at < from + 1_000).length));
  expect(fullest).toBeLessThanOrEqual(perSecond + 1);
});
