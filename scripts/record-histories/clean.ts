/** A history as it may be kept: without this machine's names and folders, in clear text or under the seal. */
import { fileURLToPath } from 'node:url';
import type { PayloadCodec } from '@temporalio/common';
import { historyToJSON, JSONToPayload, payloadToJSON, type History } from '@temporalio/common/lib/proto-utils.js';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const sealed = z.object({ metadata: z.looseObject({ encoding: z.literal(Buffer.from('binary/encrypted').toString('base64')) }), data: z.string() });
const payload = z.object({ metadata: z.record(z.string(), z.string()), data: z.string() });

/** JSON text. Who ran it plays no part in a replay, nor do the places in stacks. */
export async function cleanHistory(history: History, codec: PayloadCodec): Promise<string> {
  const recorded: unknown = JSON.parse(historyToJSON(history));
  return JSON.stringify(await clean(recorded, codec), undefined, 1);
}

async function clean(value: unknown, codec: PayloadCodec): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(async (one) => clean(one, codec)));
  if (typeof value !== 'object' || value === null) return value;
  if (sealed.safeParse(value).success) return resealed(payload.parse(value), codec);
  const entries = Object.entries(value).map(async ([name, one]): Promise<[string, unknown]> => [name, name === 'identity' ? 'recorder' : await clean(one, codec)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function resealed(recorded: z.infer<typeof payload>, codec: PayloadCodec): Promise<unknown> {
  const opened = await codec.decode([JSONToPayload(recorded)]);
  const placeless = opened.map((one) => ({ ...one, data: Buffer.from(Buffer.from(one.data ?? []).toString('utf8').replaceAll(root, '/app/')) }));
  const [again = {}] = await codec.encode(placeless);
  return payloadToJSON(again);
}
