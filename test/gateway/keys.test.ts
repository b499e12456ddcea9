/** What gateway and worker agree on without telling each other: addresses, signing secrets, and keys that open only the gateway's own hints. */
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { createCodec, createHookCodec } from '../../worker/codec.ts';
import { gatewayKeys, parseGatewayKeys, type HookKey } from '../../worker/hook-keys.ts';
import { hookAddress, hookSigningSecret, hooksSecrets } from '../../worker/hooks.ts';

describe('addresses and signing secrets', () => {
  test('follow from secret and connection alone, and from nothing else', () => {
    // computed with another program: HMAC-SHA256 of "address:shop" and "secret:shop" under "hooks-secret"
    expect(hookAddress('https://hooks.example.com/', 'hooks-secret', 'shop')).toBe('https://hooks.example.com/hooks/shop/e079ca94bc2c2a40470b9a2a6712acd7');
    expect(hookSigningSecret('hooks-secret', 'shop')).toBe('d907d8fdacaafb712166fa9c219cb7ee09da9dae1905720c309edc7a9b7d788e');
    expect(new Set(['shop', 'shop2'].flatMap((id) => ['a', 'b'].map((secret) => hookAddress('https://hooks.example.com', secret, id)))).size).toBe(4);
  });

  test('one secret, or two while one replaces the other', () => {
    expect([hooksSecrets('one'), hooksSecrets(' two, one\n'), hooksSecrets(' , ')]).toEqual([['one'], ['two', 'one'], []]);
  });
});

const parse = (text: string): HookKey[] => {
  const mistakes: { path: string; message: string }[] = [];
  const keys = parseGatewayKeys(text, mistakes);
  expect(mistakes).toEqual([]);
  return keys;
};

const open = async (codec: { decode: (payloads: Payload[]) => Promise<Payload[]> }, sealed: Payload[]) => (await codec.decode(sealed)).map((opened) => defaultPayloadConverter.fromPayload(opened));

describe('N9 the gateway’s keys', () => {
  const old = { id: 'k1', key: new Uint8Array(32).fill(1) };
  const current = { id: 'k2', key: new Uint8Array(32).fill(2) };
  const keyOf = (connection: string, payloadKeys = [current]): HookKey => {
    const key = parse(gatewayKeys(payloadKeys, ['shop', 'books'])).find((candidate) => candidate.connection === connection);
    if (key === undefined) throw new Error('no key');
    return key;
  };
  const value = { sourceId: '28' };
  const payload = (): Payload => defaultPayloadConverter.toPayload(value);
  test('N9 what the gateway seals the worker opens, also after the payload key was replaced', async () => {
    const sealed = await createHookCodec(keyOf('shop', [old])).encode([payload()]);
    expect(Buffer.from(sealed[0]?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('hook:k1:shop');
    expect(Buffer.from(sealed[0]?.data ?? []).toString('latin1')).not.toContain('28');
    expect(await open(createCodec({ keys: [old] }), sealed)).toEqual([value]);
    expect(await open(createCodec({ keys: [current, old] }), sealed)).toEqual([value]);
    await expect(open(createCodec({ keys: [current] }), sealed)).rejects.toThrow('hook:k1:shop');
  });

  test('N9 the gateway reads neither what the worker seals nor another connection’s hints', async () => {
    const shop = createHookCodec(keyOf('shop'));
    await expect(open(shop, await createCodec({ keys: [current] }).encode([payload()]))).rejects.toThrow('k2');
    await expect(open(shop, await createHookCodec(keyOf('books')).encode([payload()]))).rejects.toThrow('hook:k2:books');
    // nor by lying about which key it was
    const foreign = await createHookCodec({ ...keyOf('books'), id: 'hook:k2:shop' }).encode([payload()]);
    await expect(open(shop, foreign)).rejects.toThrow();
    await expect(open(createCodec({ keys: [current] }), foreign)).rejects.toThrow();
  });

  test('no derived key is another one or the payload key; what cannot be a key is named, without its value', () => {
    const texts = gatewayKeys([current], ['shop', 'books']).split(',');
    expect(new Set(texts.map((text) => text.split('=')[1])).size).toBe(2);
    expect(texts.join()).not.toContain(Buffer.from(current.key).toString('base64'));
    const mistakes: { path: string; message: string }[] = [];
    expect(parseGatewayKeys('hook:k2:shop=c2hvcnQ=,k2=AAAA,nothing', mistakes)).toEqual([]);
    expect(mistakes.map(({ message }) => message)).toEqual([1, 2, 3].map((entry) => expect.stringContaining(`entry ${entry} must be`)));
    expect(JSON.stringify(mistakes)).not.toMatch(/c2hv|AAAA/);
  });
});
