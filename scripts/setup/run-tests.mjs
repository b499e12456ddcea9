/** `npm test`: makes sure Temporal's programs are there, runs vitest once, and closes with one plain line of counts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

const root = fileURLToPath(new URL('../../', import.meta.url));
const given = process.argv.slice(2);
const fire = given.includes('--fire');
const extra = given.filter((word) => word !== '--fire');

const hasServers = await findServers();
// without the servers the tests that need none still run; CI never gets this far without them
const projects = fire ? ['fire'] : hasServers ? ['unit', 'processes', 'flow'] : ['unit', 'processes'];
const folder = mkdtempSync(join(tmpdir(), 'waybill-tests-'));
try {
  const report = join(folder, 'report.json');
  const code = await runVitest(report);
  const { passed, failed, skipped } = count(report, code);
  process.stdout.write(`\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = code;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Downloads what is missing before vitest starts, so that no test's time limit pays for it. */
async function findServers() {
  const unregister = register();
  const { findTemporalCli, findTestServer } = await import('./temporal-binaries.ts');
  const found = await Promise.all([findTemporalCli(), findTestServer()]);
  await unregister();
  const missing = found.filter((one) => one.kind === 'missing').map((one) => one.message);
  for (const message of missing) process.stderr.write(`${message}\n`);
  if (missing.length === 0) return true;
  if (process.env['CI'] === 'true') {
    process.stdout.write('\n0 passed, 1 failed, 0 skipped\n');
    process.exit(1);
  }
  process.stderr.write('Workflow and flow tests are left out.\n');
  return false;
}

async function runVitest(report) {
  const folderOfVitest = dirname(createRequire(import.meta.url).resolve('vitest/package.json'));
  const args = [join(folderOfVitest, 'vitest.mjs'), 'run', ...projects.flatMap((name) => ['--project', name])];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const child = spawn(process.execPath, [...args, ...reporters, ...extra], { cwd: root, stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}

/** A file that could not even be loaded counts as one failed test; so does a run that left no report. */
function count(report, code) {
  try {
    const run = JSON.parse(readFileSync(report, 'utf8'));
    const unloaded = run.testResults.filter((file) => file.status === 'failed' && !file.assertionResults.some((one) => one.status === 'failed'));
    const failed = run.numFailedTests + unloaded.length;
    return { passed: run.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, skipped: run.numPendingTests + run.numTodoTests };
  } catch {
    return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  }
}
