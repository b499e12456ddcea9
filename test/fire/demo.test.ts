/** The demo as anybody runs it: three shops, one account, a write-off, statuses, a storm of webhooks; it ends by itself and leaves nothing behind. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasTemporal } from '../setup/temporal-env.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const closingLine = /^demo: source (\d+) imported (\d+) skipped (\d+) parked (\d+) unexplained (\d+)$/;

describe.skipIf(!hasTemporal())('npm run demo -- --exit', () => {
  let temporary: string;
  let said = '';
  let exitCode: number | null;
  let pid = 0;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'waybill-demo-test-'));
    const child = spawn(process.execPath, ['scripts/waybill.mjs', 'demo', '--exit', '--orders', '60'], { cwd: root, env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (said += text));
    await once(child, 'close');
    ({ exitCode } = child);
    pid = child.pid ?? 0;
  }, 500_000);
  afterAll(async () => rm(temporary, { recursive: true, force: true }));

  test('G5 R1 R5 R7 R9 every order of the three shops is counted once: the last line has the sums, the table above it counts per platform', () => {
    const lines = said.trimEnd().split('\n');
    const [source = 0, imported = 0, skipped = 0, parked = 0, unexplained = -1] = (closingLine.exec(lines.at(-1) ?? '') ?? []).slice(1).map(Number);
    expect(unexplained, said).toBe(0);
    expect(imported + skipped + parked).toBe(source);
    expect(imported).toBeGreaterThan(60); // the storm's and the live ones included
    const rows = lines.flatMap((line) => /^(WooCommerce|Cartum|Shopify) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) *$/.exec(line)?.slice(1) ?? []);
    expect([0, 6, 12].map((at) => rows[at])).toEqual(['WooCommerce', 'Cartum', 'Shopify']);
    expect([1, 7, 13].reduce((sum, at) => sum + Number(rows[at]), 0)).toBe(source);
    expect(exitCode).toBe(0);
  });

  test('N4 N5 R4 R6 R11 R13 every act is seen in the simulated systems', () => {
    expect(said).not.toContain('✗');
    for (const act of ['Webhooks', 'New orders', 'Armed', 'Written off', 'Status to the shop', 'Status to the books', 'Delivery', 'Webhook storm']) expect(said).toContain(`✓ ${act}: `);
    expect(Number(/, (\d+) dropped;/.exec(said)?.[1]), said).toBeGreaterThan(0);
  });

  test('it leaves neither files nor processes behind', async () => {
    expect((await readdir(temporary)).filter((name) => name.startsWith('waybill-demo-'))).toEqual([]);
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'], { maxBuffer: 10_000_000 });
    expect(stdout.split('\n').filter((line) => line.includes(temporary) || line.endsWith(`--parent ${pid}`))).toEqual([]);
  });
});
