/** The longer judge, from each platform and on both ledgers. */
import { describe, expect, inject, test } from 'vitest';
import { judge, noDamage } from '../flows/judging.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

describe.skipIf(!hasTemporal())('an import under fire', () => {
  test('N10 N8 N11 G4 150 orders, three kills each of workers and Temporal server, faults on: nothing lost, nothing doubled', async () => {
    const { exitCode, figures, said } = await judge('--orders', '150', '--kills', '3', '--seed', '7', '--faults');
    expect(figures, said).toMatchObject({ orders: 150, ...noDamage, 'worker-kills': 3, 'server-kills': 3 });
    expect(exitCode, said).toBe(0);
  });

  test.each([
    ['R4 R6 R13 R16 N10', 'cartum', 3],
    ['R4 R8 R13 R16 N10', 'shopify', 4],
  ])('%s 40 orders of a %s shop, changed on both sides and followed, with a kill each of worker and Temporal server, faults on: all of it once', async (_rules, source, seed) => {
    const { exitCode, figures, said } = await judge('--source', source, '--orders', '40', '--kills', '1', '--seed', String(seed), '--faults');
    expect(figures, said).toMatchObject({ orders: 40, ...noDamage, 'worker-kills': 1, 'server-kills': 1 });
    expect(said).toMatch(/([1-9]\d*) of \1 changes made/);
    expect(exitCode, said).toBe(0);
  });

  test.skipIf(inject('postgresUrl') === '')('N10 N21 with the ledger on PostgreSQL, which is killed, too', async () => {
    const { exitCode, figures, said } = await judge('--orders', '100', '--kills', '1', '--seed', '3', '--faults', '--ledger', 'postgres');
    expect(figures, said).toMatchObject({ orders: 100, ...noDamage, 'worker-kills': 1, 'server-kills': 1 });
    expect(said).toContain('1 kills of the database');
    expect(exitCode, said).toBe(0);
  });
});
