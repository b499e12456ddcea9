/** docker-compose.yml says what compose understands, keeps ports on loopback and secrets in files; the image is built as it must be. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { composeFindings, dockerComposeSays, mountedFiles } from '../../scripts/setup/check-compose.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
const compose = read('docker-compose.yml');

test('G5 the compose file for real servers has no fault', () => {
  expect(composeFindings(compose)).toEqual([]);
  expect(dockerComposeSays(root) ?? '').toBe('');
});

test('each file of ours that it mounts exists', () => {
  expect(mountedFiles(compose)).toContain('docker/temporal-schema.sh');
  expect(mountedFiles(compose).filter((file) => !existsSync(`${root}${file}`))).toEqual([]);
});

test('each secret that it names is made by docker/make-secrets', () => {
  const named = [...compose.matchAll(/\.\/secrets\/(\w+) \}/g)].map((match) => match[1]);
  const made = new Set([...read('docker/make-secrets').matchAll(/^make (\w+) /gm)].map((match) => match[1]));
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !made.has(name))).toEqual([]);
});

test.each([
  ['127.0.0.1:7233:7233', '7233:7233', 'services.temporal: port 7233:7233 is not bound to loopback'],
  ['temporalio/ui:2.54.1', 'temporalio/ui:latest', 'the image temporalio/ui:latest is not pinned'],
  ['temporalio/ui:2.54.1', 'temporalio/ui', 'the image temporalio/ui is not pinned'],
  ['database:/var', 'data:/var', 'volume data is not declared'],
  ['  codec_token: { file: ./secrets/codec_token }\n', '', 'secret codec_token is not declared'],
  ['restart: on-failure:5', 'restart: always', 'waits for temporal-schema to end, which is restarted for ever'],
  ['temporal: { condition: service_healthy }', 'temporel: { condition: service_healthy }', 'depends on temporel, which is no service'],
  ['temporal: { condition: service_healthy }', 'temporal: { condition: healthy }', 'Invalid option'],
  ['DB_PORT: "5432"', 'DB_PORT: 5432', 'services.temporal.environment.DB_PORT'],
  ['read_only: true', 'read_only: true\n  privileged: true', 'services.worker: is privileged'],
  ['stop_grace_period: 60s', 'stop_grace_time: 60s', 'Unrecognized key: "stop_grace_time"'],
  ['POSTGRES_PASSWORD_FILE: /run/secrets/postgres_password', 'POSTGRES_PASSWORD: open', 'POSTGRES_PASSWORD holds a secret in clear text'],
])('a fault is found: %s → %s', (right, wrong, finding) => {
  expect(compose).toContain(right);
  expect(composeFindings(compose.replace(right, wrong)).join('\n')).toContain(finding);
});

test('the image has glibc, is built in stages, runs as an ordinary user with node as process 1, and holds no secret', () => {
  const stages = read('Dockerfile').split(/^FROM /m).slice(1);
  const last = stages.at(-1) ?? '';
  expect(stages.map((stage) => stage.split(/\s/)[0])).toEqual(['node:24-bookworm-slim', 'node:24-bookworm-slim']);
  expect(last).toMatch(/^USER node$/m);
  expect(last).toMatch(/^CMD \["node", /m);
  expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('CMD '));
  expect(stages[0]).toContain('npm run build');
  const ignored = read('.dockerignore');
  expect(ignored).toMatch(/^\*$/m);
  expect(ignored).not.toMatch(/^!(?:secrets|waybill\.yaml|\.waybill|test)/m);
});
