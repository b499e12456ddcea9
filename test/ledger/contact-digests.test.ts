/** What was sent of an address, compared part by part (S4, N18). */
import { describe, expect, test } from 'vitest';
import { digestOfParts, digestOfRows, isSameDigest, tellsMore } from '../../ledger/contact-digests.ts';
import type { ContactKind } from '../../domain/contact.ts';

const row = (kind: ContactKind, sourceId: string, ...parts: (string | undefined)[]) => ({ kind, sourceId, digest: digestOfParts(...parts) });
const bare = (data = 'a', id = '1') => row('customer', id, data, undefined);
const full = (data = 'a', address = 'x', id = '1') => row('customer', id, data, address);
const subscriber = row('subscriber', '9', 's');
const isSame = (sent: Parameters<typeof digestOfRows>[0], now: Parameters<typeof digestOfRows>[0]): boolean => isSameDigest(digestOfRows(sent), digestOfRows(now));

describe('N18 S4 what was sent and what is there', () => {
  test.each([
    { what: 'the same', sent: [full()], now: [full()], same: true },
    { what: 'the order of rows', sent: [full(), subscriber], now: [subscriber, full()], same: true },
    { what: 'an address read for the first time', sent: [bare()], now: [full()], same: true },
    { what: 'an address that is not read any more', sent: [full()], now: [bare()], same: true },
    { what: 'another address', sent: [full()], now: [full('a', 'y')], same: false },
    { what: 'other data, and an address read for the first time', sent: [bare()], now: [full('b')], same: false },
    { what: 'a row more', sent: [bare()], now: [bare(), subscriber], same: false },
    { what: 'another row with the same data', sent: [bare('a', '1')], now: [bare('a', '2')], same: false },
    { what: 'of two rows only one read anew', sent: [bare('a', '1'), bare('b', '2')], now: [full('a', 'x', '1'), bare('b', '2')], same: true },
    { what: 'a subscriber beside, which has no address', sent: [full(), subscriber], now: [full('a', 'y'), subscriber], same: false },
  ])('$what: same $same', ({ sent, now, same }) => {
    expect(isSame(sent, now)).toBe(same);
  });

  test('nothing sent is never the same', () => {
    for (const sent of [null, undefined, '']) expect(isSameDigest(sent, digestOfRows([bare()]))).toBe(false);
  });

  test('what was read of more is what the next look compares with', () => {
    expect(tellsMore(digestOfRows([bare()]), digestOfRows([full()]))).toBe(true);
    expect(tellsMore(digestOfRows([full()]), digestOfRows([bare()]))).toBe(false);
    expect(tellsMore(digestOfRows([full()]), digestOfRows([full()]))).toBe(false);
  });
});
