/** The longer judge, on both ledgers. */
import { describe, expect, inject, test } from 'vitest';
import { judge, noDamage } from '../flows/judging.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

describe.skipIf(!hasTemporal())('an import under fire', () => {
  test('N10 N8 N11 G4 400 orders, three kills each of workers and Temporal server, faults on: nothing lost, nothing doubled', async () => {
    const { exitCode, figures, said } = await judge('--orders', '400', '--kills', '3', '--seed', '7', '--faults');
    expect(figures, said).toMatchObject({ orders: 400, ...noDamage, 'worker-kills': 3, 'server-kills': 3 });
    expect(exitCode, said).toBe(0);
  });

  test.skipIf(inject('postgresUrl') === '')('N10 N21 with the ledger on PostgreSQL, which is killed, too', async () => {
    const { exitCode, figures, said } = await judge('--orders', '100', '--kills', '1', '--seed', '3', '--faults', '--ledger', 'postgres');
    expect(figures, said).toMatchObject({ orders: 100, ...noDamage, 'worker-kills': 1, 'server-kills': 1 });
    expect(said).toContain('1 kills of the database');
    expect(exitCode, said).toBe(0);
  });
});
