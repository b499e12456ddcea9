/** The contacts judge, and that it is able to fail. */
import { describe, expect, test } from 'vitest';
import { judgeContacts, noDamageToContacts } from '../flows/judging-contacts.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

/** Ten seconds are a time of the machine too: the judge says them, a test on a busy machine does not demand them. */
const { 'late-refusals': _late, ...noDamageButLate } = noDamageToContacts;

describe.skipIf(!hasTemporal())('an export under fire', () => {
  test('S8 S9 S10 N3 N10 200 contacts, a kill each of worker and Temporal server, faults on: everybody stands as the rules demand, and nobody who refused is confirmed', async () => {
    const { exitCode, figures, said } = await judgeContacts('--contacts', '200', '--kills', '1', '--seed', '7', '--faults');
    expect(figures, said).toMatchObject({ contacts: 200, ...noDamageButLate, 'worker-kills': 1, 'server-kills': 1 });
    expect(said).toMatch(/([1-9]\d*) of \1 acts/);
    expect(exitCode, said).toBe(figures['late-refusals'] === 0 ? 0 : 1);
  });

  test('N3 without the question who has refused, people are confirmed after their refusal', async () => {
    const { exitCode, figures, said } = await judgeContacts('--contacts', '60', '--kills', '0', '--seed', '5', '--without', 'consent-gate');
    expect(figures['confirmed-after-refusal'], said).toBeGreaterThan(0);
    expect(exitCode).toBe(1);
  });
});

describe('what the contacts judge is asked', () => {
  test.each([[['--without', 'luck']], [['--faults', 'lost=2']], [['--contacts', '0']], [['--orders', '5']]])('N10 a wrong option is refused before anything starts: %j', async (args) => {
    await expect(judgeContacts(...args)).rejects.toThrow(/error: (?:option|unknown option)/);
  });
});
