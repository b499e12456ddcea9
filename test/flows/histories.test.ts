/** Runs that were recorded earlier go on under the workflows of today: replayed on every change, sealed with a test key that lies beside them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { JSONToPayload } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createCodec, createDataConverter } from '../../worker/codec.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { forbiddenWords } from '../architecture/words.ts';
import { hasTemporal, workflowBundlePath } from '../setup/temporal-env.ts';

const folder = fileURLToPath(new URL('../histories/', import.meta.url));
const { secrets } = readEnvironment({ WAYBILL_KEYS_FILE: `${folder}key-for-these-histories-only.txt`, WAYBILL_DIGEST_SECRET: 'd'.repeat(32) });
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const read = (file: string): string => readFileSync(`${folder}${file}`, 'utf8');

const payloadSchema = z.object({ metadata: z.record(z.string(), z.string()), data: z.string() });
const eventsSchema = z.object({ events: z.array(z.looseObject({ eventType: z.string(), workflowExecutionStartedEventAttributes: z.object({ workflowType: z.object({ name: z.string() }) }).optional() })) });
const typeOf = (file: string): string | undefined => eventsSchema.parse(JSON.parse(read(file))).events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;

/** Everything under the seals of a history, as text. */
async function openedText(file: string): Promise<string> {
  const payloads: z.infer<typeof payloadSchema>[] = [];
  JSON.parse(read(file), (_name, value: unknown) => {
    const found = payloadSchema.safeParse(value);
    if (found.success) payloads.push(found.data);
    return value;
  });
  const opened = await createCodec(secrets).decode(payloads.map((payload) => JSONToPayload(payload)));
  return opened.map(({ data }) => Buffer.from(data ?? []).toString('utf8')).join('\n');
}

describe.skipIf(!hasTemporal())('recorded histories', () => {
  const results = new Map<string, Error | undefined>();
  beforeAll(async () => {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const histories = files.map((file) => ({ workflowId: file, history: JSON.parse(read(file)) }));
    const replayed = Worker.runReplayHistories({ workflowBundle: { codePath: workflowBundlePath() }, dataConverter: createDataConverter(secrets) }, histories);
    for await (const { workflowId, error } of replayed) results.set(workflowId, error);
  });
  afterAll(async () => Runtime.instance().shutdown());

  test.each(files)('G1 %s replays: the workflow of today goes on where the recorded one stood', (file) => {
    expect([...results.keys()]).toContain(file);
    expect(results.get(file)).toBeUndefined();
  });
});

test('there is one of each workflow that the worker bundles', () => {
  const index = readFileSync(fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)), 'utf8');
  const workflows = [...index.matchAll(/export \{ ([\w, ]+) \}/g)].flatMap(([, names = '']) => names.split(', '));
  expect(workflows).toContain('importOrders');
  expect(new Set(files.map(typeOf))).toEqual(new Set(workflows));
});

describe.each(files)('%s', (file) => {
  test('N9 holds no person in clear text, and no name of the machine that recorded it', () => {
    expect(read(file)).not.toMatch(/example\.(?:test|com)|Nagrany|Nowak/i);
    expect(new Set([...read(file).matchAll(/"identity": "(.*)"/g)].map(([, identity]) => identity))).toEqual(new Set(['recorder']));
  });

  test('holds no path of a machine, not even under the seals', async () => {
    const text = await openedText(file);
    expect(text).toMatch(/shop-to-(?:books|mail)|"connection":/);
    expect(forbiddenWords(file, text.replaceAll(/\(\s*|file:\/\//g, ' '))).toEqual([]);
    expect(text).not.toContain('/tmp/');
  });
});

test('N9 under the seals they do hold people and failures, else nothing would be proven', async () => {
  const texts = (await Promise.all(files.map(openedText))).join('\n');
  expect(/jan\.nagrany\d@example\.test/.test(texts)).toBe(true);
  for (const part of ['cannot be used', '"stack_trace":"ApplicationFailure']) expect(texts.includes(part), part).toBe(true);
});
