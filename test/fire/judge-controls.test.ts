/** The judge is able to fail: with one mechanism switched off it reports the damage. The same faults with the mechanism on: `npm run judge -- --aim <mechanism>`. */
import { describe, expect, test } from 'vitest';
import { judge, type noDamage } from '../flows/judging.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

const small = ['--orders', '30', '--kills', '0', '--seed', '5'];
/** mechanism, and the figures that show its absence: a killed order whose only line was stored lacks an outcome and no line */
const controls: [title: string, mechanism: string, shownBy: (keyof typeof noDamage)[]][] = [
  ['N1 N10 one writer per key', 'keys', ['duplicate-customers']],
  ['N11 N10 intent before send', 'intents', ['duplicate-orders']],
  ['N2 N10 skip means finished', 'finished-skip', ['wrong-lines', 'unconfirmed']],
];

describe.skipIf(!hasTemporal())('the judge finds what is missing', () => {
  test.each(controls)('%s: without it there is damage', async (_title, mechanism, shownBy) => {
    const { exitCode, figures, said } = await judge(...small, '--without', mechanism);
    expect(Math.max(...shownBy.map((figure) => Number(figures[figure]))), said).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
  });
});

describe('what the judge is asked', () => {
  test.each([[['--without', 'luck']], [['--faults', 'lost=2']], [['--orders', '0']], [['--source', 'luck']], [['--source', 'cartum', '--aim', 'keys']]])('N10 a wrong option is refused before anything starts: %j', async (args) => {
    await expect(judge(...args)).rejects.toThrow(/error: option/);
  });
});
