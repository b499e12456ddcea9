/** Several real processes on one ledger (design 4). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedger } from '../../ledger/open.ts';
import { createTestDatabase, ledgerKinds, testSecrets, type TestDatabase } from '../setup/ledger.ts';

const rounds = 30;
const script = fileURLToPath(new URL('processes/open-and-count.ts', import.meta.url));

/** Starts all, lets them go at the same moment when every one is ready, and gives their last lines. */
async function runTogether(url: string, names: string[]): Promise<string[]> {
  const processes = names.map((name) => spawn(process.execPath, ['--import', 'tsx', script, url, name, String(rounds)], { stdio: ['pipe', 'pipe', 'inherit'] }));
  await Promise.all(processes.map((child) => once(child.stdout, 'data')));
  const said = processes.map(async (child) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    return text.trim();
  });
  for (const child of processes) child.stdin.write('go\n');
  return Promise.all(said);
}

describe.each(ledgerKinds)('processes on %s', (kind) => {
  let database: TestDatabase;
  beforeEach(async () => void (database = await createTestDatabase(kind)));
  afterEach(() => database.remove());

  test('opening a fresh ledger at once makes one ledger, and writing at once loses no update', async () => {
    const names = ['a', 'b', 'c'];
    const incarnations = await runTogether(database.url, names);
    expect(incarnations[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(new Set(incarnations).size).toBe(1);

    const ledger = await openLedger({ url: database.url, secrets: testSecrets });
    const { failures } = await ledger.states.noteFailure('shop', 'network');
    const links = await ledger.index.findLinks('books', 'product', names.flatMap((name) => Array.from({ length: rounds }, (_, n) => `${name}-${n}`)));
    expect({ failures, links: links.length, open: await ledger.records.countOpen('shop-books') }).toEqual({ failures: 3 * rounds + 1, links: 3 * rounds, open: 20 });
    await ledger.close();
  }, 60_000);
});
