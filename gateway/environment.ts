/** What the gateway is told by its environment. It knows webhook secrets and derived keys only; every mistake is listed together. */
import type { BlockList } from 'node:net';
import { z } from 'zod';
import { readConfig, type Config } from '../worker/config.ts';
import { temporalOf, withFiles, type Environment } from '../worker/environment.ts';
import { parseGatewayKeys, type HookKey } from '../worker/hook-keys.ts';
import { hooksSecrets } from '../worker/hooks.ts';
import { ConfigError, type Mistake } from '../worker/mistakes.ts';
import { readSecret, secretReference, type Environs } from '../worker/secrets.ts';
import { parseProxies } from './client-address.ts';
import { createRoutes, type Route } from './routes.ts';
import { findSender } from './senders.ts';

export interface GatewayEnvironment {
  routes: Route[];
  keys: HookKey[];
  temporal: Environment['temporal'];
  host: string;
  port: number;
  healthPort: number;
  proxies: BlockList;
  logLevel: Environment['logLevel'];
}

const inFiles = ['WAYBILL_HOOKS_SECRET', 'WAYBILL_GATEWAY_KEYS'] as const;
const port = z.coerce.number().int().min(0).max(65_535);
const shortestSecret = 32;

const schema = z.object({
  /** the settings file, the same as the worker's; default ./waybill.yaml */
  WAYBILL_CONFIG: z.string().default('waybill.yaml'),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  /** addresses and signing secrets follow from it; two separated by a comma while one replaces the other, the current one first */
  WAYBILL_HOOKS_SECRET: z
    .string('is missing (or WAYBILL_HOOKS_SECRET_FILE)')
    .transform(hooksSecrets)
    .refine((secrets) => secrets.length > 0 && secrets.every((secret) => secret.length >= shortestSecret), `each needs at least ${shortestSecret} characters`),
  /** one derived key a connection, as `gatewayKeys` prints them for the worker's keys */
  WAYBILL_GATEWAY_KEYS: z.string('is missing (or WAYBILL_GATEWAY_KEYS_FILE)'),
  /** where requests come in; 0: any free port; default 8235 */
  WAYBILL_GATEWAY_PORT: port.default(8_235),
  /** address to listen on; default loopback, for a proxy on the same machine */
  WAYBILL_GATEWAY_HOST: z.union([z.ipv4(), z.ipv6()]).default('127.0.0.1'),
  /** loopback port of /livez, /readyz, /metrics; 0: any free one */
  WAYBILL_GATEWAY_HEALTH_PORT: port.default(9_466),
  /** addresses or networks of proxies whose X-Forwarded-For is believed; default none */
  WAYBILL_TRUSTED_PROXY: z.string().default(''),
  WAYBILL_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

/** What only the worker may know: whoever breaks into the gateway must not find it. */
const foreign = ['WAYBILL_KEYS', 'WAYBILL_KEYS_FILE', 'WAYBILL_DIGEST_SECRET', 'WAYBILL_DIGEST_SECRET_FILE', 'LEDGER_URL', 'LEDGER_URL_FILE'];

/** @throws ConfigError naming everything that is wrong or missing, in the environment and in the settings file */
export function readGatewayEnvironment(environs: Environs = process.env): GatewayEnvironment {
  const mistakes: Mistake[] = [];
  const given = withFiles(environs, mistakes, inFiles);
  const parsed = schema.safeParse(given);
  mistakes.push(...(parsed.error?.issues ?? []).map((issue) => ({ path: String(issue.path[0]), message: issue.message })));
  mistakes.push(...foreign.filter((name) => given[name] !== undefined).map((name) => ({ path: name, message: 'is the worker’s: the gateway must not be given it' })));
  if (!parsed.success) throw new ConfigError('The environment has mistakes', mistakes);
  const env = parsed.data;
  const config = readConfig(env.WAYBILL_CONFIG);
  const keys = parseGatewayKeys(env.WAYBILL_GATEWAY_KEYS, mistakes);
  const routes = createRoutes({ config, hooksSecrets: env.WAYBILL_HOOKS_SECRET, environs }, mistakes);
  const proxies = parseProxies(env.WAYBILL_TRUSTED_PROXY, mistakes);
  for (const { connection } of routes) if (!keys.some((key) => key.connection === connection)) mistakes.push({ path: 'WAYBILL_GATEWAY_KEYS', message: `has no key for the connection ${connection}` });
  mistakes.push(...foreignSecrets(config, environs));
  if (mistakes.length > 0) throw new ConfigError('The environment has mistakes', mistakes);
  return { routes, keys, temporal: temporalOf(given, env.TEMPORAL_ADDRESS, env.TEMPORAL_NAMESPACE), host: env.WAYBILL_GATEWAY_HOST, port: env.WAYBILL_GATEWAY_PORT, healthPort: env.WAYBILL_GATEWAY_HEALTH_PORT, proxies, logLevel: env.WAYBILL_LOG_LEVEL };
}

/** API keys of connections that lie in this process's environment: everything the settings refer to but the sender's webhook secret. */
function foreignSecrets({ connections }: Config, environs: Environs): Mistake[] {
  return connections.flatMap(({ id, system, settings }) => {
    const { signedWith, applicationSecret } = findSender(system, settings) ?? {};
    return Object.entries(settings).flatMap(([field, value]) => {
      const reference = secretReference.safeParse(value).data;
      const isWebhookSecret = field === applicationSecret || (typeof signedWith === 'object' && signedWith.settings.find((name) => settings[name] !== undefined) === field);
      if (isWebhookSecret || reference === undefined || !('env' in reference) || readSecret(reference, environs) === undefined) return [];
      return [{ path: reference.env, message: `holds ${id}.${field}, which is the worker’s: the gateway must not be given it` }];
    });
  });
}
