/** The recorded samples and the schema of the vendor, where they lie beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const folder = new URL('../../../shared/specs/', import.meta.url);
const samplesFile = new URL('woocommerce.samples.json', folder);
const schemaFile = new URL('woocommerce.wc-v3.schema.json', folder);

/** Without the folder the conformance tests are skipped, and say so. */
export const haveSpecs = existsSync(samplesFile) && existsSync(schemaFile);
if (!haveSpecs) process.stderr.write('woocommerce conformance skipped: ../shared/specs is not there\n');

const sample = z.object({
  request: z.object({ method: z.string(), path: z.string(), body: z.unknown().optional() }).optional(),
  status: z.number().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  /** what the shop sent by itself, and the secret it signed with */
  delivery: z.object({ method: z.string(), headers: z.record(z.string(), z.string()), rawBody: z.string() }).optional(),
  secret: z.string().optional(),
});
export type Sample = z.infer<typeof sample>;

const argument = z.looseObject({ items: z.looseObject({ enum: z.array(z.string()).optional() }).optional(), type: z.unknown().optional(), enum: z.array(z.string()).optional(), default: z.unknown().optional(), minimum: z.number().optional(), maximum: z.number().optional() });
const endpoints = z.array(z.object({ methods: z.array(z.string()), args: z.union([z.record(z.string(), argument), z.array(z.unknown())]) }));
const schemaDocument = z.object({ routes: z.record(z.string(), endpoints), schemas: z.record(z.string(), z.record(z.string(), z.unknown())) });

const read = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'));

export const samples = (): Record<string, Sample> => z.object({ samples: z.record(z.string(), sample) }).parse(read(samplesFile)).samples;
export const schemaFileContent = (): z.infer<typeof schemaDocument> => schemaDocument.parse(read(schemaFile));

/** WordPress writes types that JSON Schema does not have: `mixed`, `bool`, and `date-time` for a nullable text. */
export function toDraft4(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toDraft4);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name, value]) => !['context', 'readonly', 'format', 'arg_options', '$schema'].includes(name) && !(name === 'type' && value === 'mixed'));
  const mapped = kept.map(([name, value]) => [name, name === 'type' ? typeOf(value) : toDraft4(value)] as const);
  return Object.fromEntries(mapped);
}

function typeOf(type: unknown): unknown {
  if (type === 'bool') return 'boolean';
  return type === 'date-time' ? ['string', 'null'] : type;
}

/** A value's keys and JSON types, deep; a list by its first item. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])];
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}
