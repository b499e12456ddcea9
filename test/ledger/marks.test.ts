import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ledgerKinds, openTestLedger, type TestLedger } from '../setup/ledger.ts';

describe.each(ledgerKinds)('marks on %s', (kind) => {
  let t: TestLedger;
  beforeEach(async () => void (t = await openTestLedger(kind)));
  afterEach(() => t.close());

  test('all of one subject that begin alike go, and nothing else; a prefix means only itself', async () => {
    const { marks } = t.ledger;
    const kept = ['webXhook:a', 'WEB_HOOK:a', 'hook:a', 'web_hoo'];
    for (const name of ['web_hook:', 'web_hook:b', ...kept]) await marks.set('connection:shop', name, '1');
    await marks.set('connection:other', 'web_hook:b', '1');
    await marks.removeAll('connection:shop', 'web_hook:');
    await marks.removeAll('connection:shop', 'web_hook:');
    const left = await Promise.all(['web_hook:', 'web_hook:b', ...kept].map(async (name) => [name, await marks.get('connection:shop', name)]));
    expect(left.flatMap(([name, value]) => (value === undefined ? [] : [name]))).toEqual(kept);
    expect(await marks.get('connection:other', 'web_hook:b')).toBe('1');
  });
});
