/** What a process is told by its environment: where ledger and Temporal are, its secrets, its ports. Every mistake is listed together. */
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { loadClientConnectConfig, type ClientConnectConfig } from '@temporalio/envconfig';
import { developmentSecrets } from './development-secrets.ts';
import { hooksSecrets } from './hooks.ts';
import { ConfigError, type Mistake } from './mistakes.ts';
import { readText, type Environs } from './secrets.ts';

export interface Secrets {
  /** digests of people; separate from the keys, since it never rotates */
  digestSecret: string;
  /** 32 bytes each; the first encrypts, all decrypt */
  keys: { id: string; key: Uint8Array }[];
}

export interface Environment {
  configPath: string;
  ledgerUrl: string;
  secrets: Secrets;
  temporal: { connection: ClientConnectConfig['connectionOptions']; namespace: string };
  /** loopback port of /livez, /readyz, /metrics; 0: any free one */
  healthPort: number;
  /** loopback port of the engine's own metrics; absent: not offered */
  engineMetricsPort: number | undefined;
  /** loopback port of the codec server */
  codecPort: number;
  /** the operator's token for the codec server; absent: none is asked for */
  codecToken: string | undefined;
  /** pages that may ask the codec server */
  codecOrigins: string[];
  /** release of this program, for worker versioning; absent: not versioned */
  deployment: { name: string; buildId: string } | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** steps at a time on each connection's queue */
  stepsPerConnection: number;
  /** where webhooks come in from outside, and the secret their addresses follow from; absent: none are registered, changes are found by the sweep */
  hooks: { publicUrl: string; secret: string } | undefined;
  /** file with the workflows bundled ahead; absent: the worker bundles them when it starts */
  workflowBundle: string | undefined;
  /** where secrets of connections are looked up */
  environs: Environs;
}

/** These may lie in files instead, named by the variable of the same name with `_FILE` added: secrets, and addresses that hold one. */
const inFiles = ['LEDGER_URL', 'WAYBILL_DIGEST_SECRET', 'WAYBILL_KEYS', 'WAYBILL_CODEC_TOKEN', 'WAYBILL_HOOKS_SECRET'] as const;

const port = z.coerce.number().int().min(0).max(65_535);

const schema = z.object({
  /** the settings file; default ./waybill.yaml */
  WAYBILL_CONFIG: z.string().default('waybill.yaml'),
  /** own files of a development machine: ledger and keys; default .waybill */
  WAYBILL_HOME: z.string().default('.waybill'),
  /** file:path of the embedded ledger, or postgres://…; default in WAYBILL_HOME */
  LEDGER_URL: z
    .string()
    .regex(/^(file:|postgres(ql)?:\/\/)/, 'file:path or postgres://…')
    .optional(),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  WAYBILL_HEALTH_PORT: port.default(9_464),
  WAYBILL_ENGINE_METRICS_PORT: port.min(1).optional(),
  WAYBILL_CODEC_PORT: port.default(8_234),
  WAYBILL_CODEC_TOKEN: z.string().min(16).optional(),
  /** comma-separated; default the local Temporal UI */
  WAYBILL_CODEC_ORIGINS: z.string().default('http://localhost:8233,http://127.0.0.1:8233'),
  /** where the gateway is reached from outside, e.g. https://hooks.example.com */
  WAYBILL_HOOKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** two, separated by a comma, while one replaces the other */
  WAYBILL_HOOKS_SECRET: z.string().min(32, 'needs at least 32 characters').optional(),
  WAYBILL_DEPLOYMENT: z.string().min(1).optional(),
  WAYBILL_BUILD_ID: z.string().min(1).optional(),
  WAYBILL_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  /** more hide slow vendors, each costs memory; default 16 */
  WAYBILL_STEPS_PER_CONNECTION: z.coerce.number().int().min(1).max(500).default(16),
  /** as scripts/setup/bundle-workflows makes it; saves a start its second or two of bundling */
  WAYBILL_WORKFLOW_BUNDLE: z.string().refine(existsSync, 'names a file that is not there').optional(),
  /** production asks for secrets instead of making its own */
  NODE_ENV: z.string().optional(),
});

/** @throws ConfigError naming every variable that is wrong or missing */
export function readEnvironment(environs: Environs = process.env, say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`)): Environment {
  const mistakes: Mistake[] = [];
  const given = withFiles(environs, mistakes);
  const parsed = schema.safeParse(given);
  mistakes.push(...(parsed.error?.issues ?? []).map((issue) => ({ path: String(issue.path[0]), message: issue.message.replace(/^Invalid input: /, '') })));
  const secrets = readSecrets(given, mistakes);
  if (given['WAYBILL_HOOKS_URL'] !== undefined && given['WAYBILL_HOOKS_SECRET'] === undefined) mistakes.push({ path: 'WAYBILL_HOOKS_SECRET', message: 'is needed with WAYBILL_HOOKS_URL' });
  if (given['WAYBILL_BUILD_ID'] !== undefined && given['WAYBILL_DEPLOYMENT'] === undefined) mistakes.push({ path: 'WAYBILL_DEPLOYMENT', message: 'is needed with WAYBILL_BUILD_ID' });
  if (!parsed.success || mistakes.length > 0) throw new ConfigError('The environment has mistakes', mistakes);
  const env = parsed.data;
  return {
    configPath: env.WAYBILL_CONFIG,
    ledgerUrl: env.LEDGER_URL ?? `file:${env.WAYBILL_HOME}/ledger.db`,
    secrets: secrets ?? developmentSecrets(env.WAYBILL_HOME, say),
    temporal: temporalOf(given, env.TEMPORAL_ADDRESS, env.TEMPORAL_NAMESPACE),
    healthPort: env.WAYBILL_HEALTH_PORT,
    engineMetricsPort: env.WAYBILL_ENGINE_METRICS_PORT,
    codecPort: env.WAYBILL_CODEC_PORT,
    codecToken: env.WAYBILL_CODEC_TOKEN,
    codecOrigins: env.WAYBILL_CODEC_ORIGINS.split(',').map((origin) => origin.trim()),
    deployment: env.WAYBILL_DEPLOYMENT === undefined ? undefined : { name: env.WAYBILL_DEPLOYMENT, buildId: env.WAYBILL_BUILD_ID ?? 'unnamed' },
    logLevel: env.WAYBILL_LOG_LEVEL,
    stepsPerConnection: env.WAYBILL_STEPS_PER_CONNECTION,
    hooks: env.WAYBILL_HOOKS_URL === undefined || env.WAYBILL_HOOKS_SECRET === undefined ? undefined : { publicUrl: env.WAYBILL_HOOKS_URL, secret: hooksSecrets(env.WAYBILL_HOOKS_SECRET)[0] ?? '' },
    workflowBundle: env.WAYBILL_WORKFLOW_BUNDLE,
    environs,
  };
}

/** What is set and not empty, with the files' contents in place of their names. Which variables may lie in files is each process's own matter. */
export function withFiles(environs: Environs, mistakes: Mistake[], names: readonly string[] = inFiles): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(environs)) if (value !== undefined && value !== '') given[name] = value;
  for (const name of names) {
    const path = given[`${name}_FILE`];
    if (path === undefined) continue;
    if (given[name] !== undefined) mistakes.push({ path: name, message: `is given twice: here and by ${name}_FILE` });
    const text = readText(path)?.trim();
    if (text) given[name] = text;
    else mistakes.push({ path: `${name}_FILE`, message: 'names a file that cannot be read or is empty' });
  }
  return given;
}

/** TLS, API key and the rest by the engine's own variables; a profile file only if it is named, lest a developer's profile leads elsewhere. */
export function temporalOf(environs: Record<string, string>, address: string, namespace: string): Environment['temporal'] {
  const loaded = loadClientConnectConfig({ disableFile: environs['TEMPORAL_CONFIG_FILE'] === undefined, overrideEnvVars: environs });
  return { connection: { ...loaded.connectionOptions, address: loaded.connectionOptions.address ?? address }, namespace: loaded.namespace ?? namespace };
}

/** Undefined when none is given: then a development machine makes its own. */
function readSecrets(environs: Record<string, string>, mistakes: Mistake[]): Secrets | undefined {
  const { WAYBILL_DIGEST_SECRET: digestSecret, WAYBILL_KEYS: keyText } = environs;
  const isProduction = environs['NODE_ENV'] === 'production';
  if (digestSecret === undefined && keyText === undefined && !isProduction) return undefined;
  if (digestSecret === undefined) mistakes.push({ path: 'WAYBILL_DIGEST_SECRET', message: 'is missing (or WAYBILL_DIGEST_SECRET_FILE)' });
  else if (digestSecret.length < 32) mistakes.push({ path: 'WAYBILL_DIGEST_SECRET', message: 'needs at least 32 characters' });
  if (keyText === undefined) mistakes.push({ path: 'WAYBILL_KEYS', message: 'is missing (or WAYBILL_KEYS_FILE): id:base64 of 32 bytes, the current key first' });
  return { digestSecret: digestSecret ?? '', keys: parseKeys(keyText ?? '', mistakes) };
}

function parseKeys(text: string, mistakes: Mistake[]): Secrets['keys'] {
  const keys: Secrets['keys'] = [];
  for (const [index, entry] of text.split(',').entries()) {
    if (entry.trim() === '') continue;
    const [, id = '', encoded = ''] = /^([A-Za-z0-9_-]{1,40}):(.+)$/.exec(entry.trim()) ?? [];
    const key = Buffer.from(encoded, 'base64');
    if (id === '' || key.length !== 32) mistakes.push({ path: 'WAYBILL_KEYS', message: `entry ${index + 1} must be id:base64 of 32 bytes` });
    else if (keys.some((other) => other.id === id)) mistakes.push({ path: 'WAYBILL_KEYS', message: `key ${id} is given twice` });
    else keys.push({ id, key });
  }
  return keys;
}
