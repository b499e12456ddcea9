import { describe, expect, test } from 'vitest';
import { createCrypto } from '../../ledger/crypto.ts';
import { testSecrets } from '../setup/ledger.ts';

const crypto = createCrypto(testSecrets);

describe('digests', () => {
  test('N17 the same person has another digest in another company, and in another kind', () => {
    const digests = [crypto.digest('acme', 'email', 'nora@example.com'), crypto.digest('other', 'email', 'nora@example.com'), crypto.digest('acme', 'phone', 'nora@example.com')];
    expect(new Set(digests).size).toBe(3);
    expect(crypto.digest('acme', 'email', 'nora@example.com')).toBe(digests[0]);
    expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('N17 no choice of company and kind spells another company’s digest', () => {
    expect(crypto.digest('acme', 'email:x', 'y')).not.toBe(crypto.digest('acme:email', 'x', 'y'));
    expect(crypto.digest('a', 'b","c', 'd')).not.toBe(crypto.digest('a', 'b', 'c","d'));
  });

  test('another secret gives other digests', () => {
    const other = createCrypto({ ...testSecrets, digestSecret: 'another' });
    expect(other.digest('acme', 'email', 'x')).not.toBe(crypto.digest('acme', 'email', 'x'));
  });
});

describe('sealed bodies', () => {
  test.each(['', 'plain', 'żółw 🐢', 'x'.repeat(100_000)])('are opened again (%#)', (text) => {
    expect(crypto.open(crypto.seal(text))).toBe(text);
  });

  test('the same text is never sealed to the same bytes', () => {
    expect(Buffer.from(crypto.seal('x')).equals(crypto.seal('x'))).toBe(false);
  });

  test('a body changed anywhere is refused', () => {
    const body = crypto.seal('four');
    for (const at of body.keys()) {
      const changed = Uint8Array.from(body, (byte, n) => (n === at ? byte ^ 1 : byte));
      expect(() => crypto.open(changed)).toThrow();
    }
  });
});
