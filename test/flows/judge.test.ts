/** The short judge: what `npm run judge` promises, small enough for every test run. */
import { describe, expect, test } from 'vitest';
import { hasTemporal } from '../setup/temporal-env.ts';
import { judge, noDamage } from './judging.ts';

describe.skipIf(!hasTemporal())('an import under fire', () => {
  test('N10 N8 N11 100 orders, a worker and the Temporal server killed, faults on: nothing lost, nothing doubled', { timeout: 240_000 }, async () => {
    const { exitCode, figures, said } = await judge('--orders', '100', '--kills', '1', '--seed', '1', '--faults');
    expect(figures, said).toMatchObject({ orders: 100, ...noDamage, 'worker-kills': 1, 'server-kills': 1 });
    expect(exitCode, said).toBe(0);
  });
});
