/** Reads docker-compose.yml as compose would, and says what would fail or be unsafe; no container engine is needed. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const duration = z.string().regex(/^\d+(?:ms|s|m|h)$/);
const words = z.array(z.string()).min(1);
const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  profiles: words.optional(),
  restart: z.string().regex(/^(?:no|always|unless-stopped|on-failure(?::\d+)?)$/),
  entrypoint: words.optional(),
  command: words.optional(),
  environment: z.record(z.string(), z.string(), { error: 'values must be text: quote numbers and booleans' }).default({}),
  secrets: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: words.optional(),
  network_mode: z.string().optional(),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) })).default({}),
  healthcheck: z
    .strictObject({ test: z.tuple([z.enum(['CMD', 'CMD-SHELL'])], z.string()), interval: duration, timeout: duration, retries: z.number(), start_period: duration })
    .optional(),
  cap_drop: words.optional(),
  security_opt: words.optional(),
  read_only: z.boolean().optional(),
  privileged: z.boolean().optional(),
  stop_grace_period: duration.optional(),
});
const composeSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
  services: z.record(z.string().regex(/^[a-zA-Z0-9._-]+$/), serviceSchema),
  volumes: z.record(z.string(), z.null()).default({}),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
});
type Compose = z.infer<typeof composeSchema>;
type Service = z.infer<typeof serviceSchema>;

/** One sentence for each thing that is wrong. */
export function composeFindings(text: string): string[] {
  const document: unknown = parse(text, { merge: true });
  const known = z.record(z.string(), z.unknown()).parse(document);
  const parsed = composeSchema.safeParse(Object.fromEntries(Object.entries(known).filter(([key]) => !key.startsWith('x-'))));
  if (!parsed.success) return parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const compose = parsed.data;
  return [...Object.entries(compose.services).flatMap(([name, service]) => serviceFindings(name, service, compose)), ...unused(compose)];
}

function serviceFindings(name: string, service: Service, compose: Compose): string[] {
  const findings: string[] = [];
  const say = (what: string) => void findings.push(`services.${name}: ${what}`);
  if (service.build === undefined && !/:\d+[\w.-]*$/.test(service.image)) say(`the image ${service.image} is not pinned to a version`);
  if (service.privileged === true) say('is privileged');
  for (const port of service.ports) if (!/^127\.0\.0\.1:\d+:\d+$/.test(port)) say(`port ${port} is not bound to loopback`);
  for (const secret of service.secrets) if (compose.secrets[secret] === undefined) say(`secret ${secret} is not declared`);
  for (const volume of service.volumes) {
    const source = volume.split(':')[0] ?? '';
    if (!/^[./]/.test(source) && compose.volumes[source] === undefined) say(`volume ${source} is not declared`);
  }
  for (const [other, { condition }] of Object.entries(service.depends_on)) {
    const needed = compose.services[other];
    if (needed === undefined) say(`depends on ${other}, which is no service`);
    else if (condition === 'service_healthy' && needed.healthcheck === undefined) say(`waits for ${other} to be healthy, which has no health check`);
    else if (condition === 'service_completed_successfully' && !runsOnce(needed)) say(`waits for ${other} to end, which is restarted for ever`);
  }
  if (!runsOnce(service) && service.healthcheck === undefined) say('runs for ever without a health check');
  if (service.network_mode !== undefined && service.ports.length > 0) say('has both a network mode and ports');
  for (const [key, value] of Object.entries(service.environment)) {
    if (/password|secret|token|keys?$/i.test(key) && !key.endsWith('_FILE') && value !== '') say(`${key} holds a secret in clear text`);
  }
  return findings;
}

const runsOnce = (service: Service): boolean => service.restart.startsWith('on-failure') || service.restart === 'no';

function unused(compose: Compose): string[] {
  const services = Object.values(compose.services);
  const secrets = Object.keys(compose.secrets).filter((name) => !services.some((service) => service.secrets.includes(name)));
  const volumes = Object.keys(compose.volumes).filter((name) => !services.some((service) => service.volumes.some((volume) => volume.startsWith(`${name}:`))));
  return [...secrets.map((name) => `secrets.${name}: nothing uses it`), ...volumes.map((name) => `volumes.${name}: nothing uses it`)];
}

/** Files of ours that the compose file mounts and that are part of the repository. */
export function mountedFiles(text: string): string[] {
  return [...text.matchAll(/\.\/(docker\/[\w.-]+):/g)].map((match) => match[1] ?? '');
}

/** What docker's own parser says: undefined where there is no docker compose. */
export function dockerComposeSays(root: string): string | undefined {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  try {
    execFileSync('docker', ['compose', '-f', join(root, 'docker-compose.yml'), 'config', '--quiet'], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

if (process.argv[1] !== undefined && pathToFileURL(resolve(process.argv[1])).href === import.meta.url) {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const absent = mountedFiles(text).filter((file) => !existsSync(join(root, file)));
  const findings = [...composeFindings(text), ...absent.map((file) => `${file} is mounted but missing`), dockerComposeSays(root) ?? ''].filter((line) => line !== '');
  process.stdout.write(findings.length === 0 ? 'docker-compose.yml is well-formed\n' : `${findings.join('\n')}\n`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}
