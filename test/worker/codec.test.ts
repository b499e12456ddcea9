/** N9: what Temporal stores is unreadable without our keys; an operator's codec server makes it readable. */
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { decodeOptionalFailureToOptionalError, encodeErrorToFailure } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/data-converter-helpers.js';
import { describe, expect, test } from 'vitest';
import { createCodec, createDataConverter } from '../../worker/codec.ts';
import { createCodecServer } from '../../worker/codec-server.ts';

const keyOf = (id: string, fill: number) => ({ id, key: new Uint8Array(32).fill(fill) });
const oldKey = keyOf('k1', 1);
const newKey = keyOf('k2', 2);

const order = { number: '1045', email: 'anna@example.com' };
const clear = (): Payload => defaultPayloadConverter.toPayload(order);
const textOf = (payload: Payload | undefined): string => Buffer.from(payload?.data ?? []).toString('latin1');
const metadataOf = (payload: Payload | undefined, name: string): string => Buffer.from(payload?.metadata?.[name] ?? []).toString('utf8');

const jsonOf = (payload: Payload) => ({
  metadata: Object.fromEntries(Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
  data: Buffer.from(payload.data ?? []).toString('base64'),
});

describe('N9 the codec', () => {
  test('N9 encrypts data and their encoding, names the key, and gives back exactly what went in', async () => {
    const codec = createCodec({ keys: [newKey] });
    const [sealed] = await codec.encode([clear()]);
    expect(metadataOf(sealed, 'encoding')).toBe('binary/encrypted');
    expect(metadataOf(sealed, 'encryption-key-id')).toBe('k2');
    expect(textOf(sealed)).not.toMatch(/anna|json/);
    const opened = await codec.decode(sealed ? [sealed] : []);
    expect(opened.map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([order]);
  });

  test('N9 the same text never looks the same twice, and a changed one is refused', async () => {
    const codec = createCodec({ keys: [newKey] });
    const [first, second] = await codec.encode([clear(), clear()]);
    expect(textOf(first)).not.toBe(textOf(second));
    const damaged = Buffer.from(first?.data ?? []);
    damaged[20] = (damaged[20] ?? 0) ^ 1;
    await expect(codec.decode([{ metadata: first?.metadata ?? {}, data: damaged }])).rejects.toThrow();
  });

  test('after a rotation the new key encrypts and the old one still opens; without it nothing opens', async () => {
    const sealedBefore = await createCodec({ keys: [oldKey] }).encode([clear()]);
    const rotated = createCodec({ keys: [newKey, oldKey] });
    expect((await rotated.decode(sealedBefore)).map((payload) => defaultPayloadConverter.fromPayload(payload))).toEqual([order]);
    expect(metadataOf((await rotated.encode([clear()]))[0], 'encryption-key-id')).toBe('k2');
    await expect(createCodec({ keys: [newKey] }).decode(sealedBefore)).rejects.toThrow('k1');
  });

  test('clear payloads pass when decoded, sealed ones are not sealed twice, empty data are data', async () => {
    const codec = createCodec({ keys: [newKey] });
    const payload = clear();
    expect(await codec.decode([payload])).toEqual([payload]);
    const sealed = await codec.encode([payload]);
    expect(await codec.encode(sealed)).toEqual(sealed);
    const nothing = defaultPayloadConverter.toPayload(undefined);
    expect((await codec.decode(await codec.encode([nothing]))).map((opened) => defaultPayloadConverter.fromPayload(opened))).toEqual([undefined]);
  });

  test('without a key nothing starts', () => {
    expect(() => createCodec({ keys: [] })).toThrow('no encryption key');
  });
});

test('N9 message, stack and details of a failure travel encrypted and come back', async () => {
  const converter = loadDataConverter(createDataConverter({ keys: [newKey] }));
  const error = ApplicationFailure.create({ type: 'PermanentError', message: 'refused: anna@example.com', nonRetryable: true, details: [{ words: 'anna@example.com is taken' }] });
  const failure = await encodeErrorToFailure(converter, error);
  const seen = JSON.stringify(failure, (_key, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value));
  expect(seen).toContain('PermanentError'); // the type is ours and is what workflows decide by
  expect(seen).not.toMatch(/anna|codec\.test/);
  expect(await decodeOptionalFailureToOptionalError(converter, failure)).toMatchObject({ message: 'refused: anna@example.com', type: 'PermanentError', details: [{ words: 'anna@example.com is taken' }] });
});

describe('the codec server', () => {
  const codec = createCodec({ keys: [newKey, oldKey] });
  const origin = 'http://localhost:8233';
  const post = (app: ReturnType<typeof createCodecServer>, path: string, body: unknown, headers: Record<string, string> = {}) =>
    app.request(path, { method: 'POST', headers: { 'content-type': 'application/json', origin, ...headers }, body: JSON.stringify(body) });

  test('decodes for the Temporal UI what the worker encrypted, and encodes what an operator types', async () => {
    const app = createCodecServer({ codec, origins: [origin], token: undefined });
    const sealed = (await codec.encode([clear()])).map(jsonOf);
    const decoded = await post(app, '/decode', { payloads: sealed });
    expect(decoded.status).toBe(200);
    expect(decoded.headers.get('access-control-allow-origin')).toBe(origin);
    expect(await decoded.json()).toEqual({ payloads: [jsonOf(clear())] });
    const encoded = await post(app, '/encode', { payloads: [jsonOf(clear())] });
    expect(await encoded.json()).toMatchObject({ payloads: [{ metadata: { encoding: Buffer.from('binary/encrypted').toString('base64') } }] });
  });

  test('answers only pages of the listed origins', async () => {
    const app = createCodecServer({ codec, origins: [origin], token: undefined });
    const preflight = await app.request('/decode', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-namespace' } });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-namespace');
    const foreign = await post(app, '/decode', { payloads: [] }, { origin: 'https://elsewhere.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('asks for the operator’s token where there is one', async () => {
    const app = createCodecServer({ codec, origins: [origin], token: 'an-operator-token' });
    expect((await post(app, '/decode', { payloads: [] })).status).toBe(401);
    expect((await post(app, '/decode', { payloads: [] }, { authorization: 'Bearer another-token' })).status).toBe(401);
    expect((await post(app, '/decode', { payloads: [] }, { authorization: 'Bearer an-operator-token' })).status).toBe(200);
  });

  test('refuses what is no list of payloads, and what another key sealed', async () => {
    const app = createCodecServer({ codec, origins: [origin], token: undefined });
    expect((await post(app, '/decode', { anything: 1 })).status).toBe(400);
    const foreign = (await createCodec({ keys: [keyOf('k9', 9)] }).encode([clear()])).map(jsonOf);
    expect((await post(app, '/decode', { payloads: foreign })).status).toBe(422);
  });
});
