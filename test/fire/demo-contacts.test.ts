/** The demo of contacts as anybody runs it: a Shoper shop and a SARE account, opt-outs on both sides; it ends by itself and leaves nothing behind. */
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
const closingLine = /^demo: customers (\d+) subscribers (\d+) contacts (\d+) acknowledged (\d+) parked (\d+) refused (\d+) unexplained (\d+)$/;
const acts = ['Webhooks', 'New customers', 'New subscriber', 'Changed', 'Moved', 'Unticked', 'Deactivated', 'Deleted', 'Unsubscribed', 'Complaint', 'By phone', 'No echo'];

describe.skipIf(!hasTemporal())('npm run demo -- --pair shoper-sare --exit', () => {
  let temporary: string;
  let said = '';
  let exitCode: number | null;
  let pid = 0;
  beforeAll(async () => {
    temporary = await mkdtemp(join(tmpdir(), 'waybill-demo-contacts-test-'));
    const child = spawn(process.execPath, ['scripts/waybill.mjs', 'demo', '--pair', 'shoper-sare', '--exit', '--contacts', '150'], { cwd: root, env: { ...process.env, TMPDIR: temporary }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (said += text));
    await once(child, 'close');
    ({ exitCode } = child);
    pid = child.pid ?? 0;
  }, 300_000);
  afterAll(async () => rm(temporary, { recursive: true, force: true }));

  test('S2 S8 every person of the shop is counted once, and nobody stands otherwise than the rules demand', () => {
    const [customers = 0, subscribers = 0, contacts = 0, acknowledged = 0, parked = 0, refused = 0, unexplained = -1] = (closingLine.exec(said.trimEnd().split('\n').at(-1) ?? '') ?? []).slice(1).map(Number);
    expect(unexplained, said).toBe(0);
    expect([customers, subscribers]).toEqual([123, 30]);
    expect(acknowledged + parked).toBe(contacts);
    expect(parked).toBe(2); // SARE takes nothing for a blocked and a forgotten address
    expect(refused).toBeGreaterThan(parked + 6);
    expect(exitCode).toBe(0);
  });

  test('S3 S4 S9 S10 N3 every act is seen in the simulated systems', () => {
    expect(said).not.toContain('✗');
    for (const act of acts) expect(said).toContain(`✓ ${act}: `);
  });

  test('it leaves neither files nor processes behind', async () => {
    expect((await readdir(temporary)).filter((name) => name.startsWith('waybill-demo-'))).toEqual([]);
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'args'], { maxBuffer: 10_000_000 });
    expect(stdout.split('\n').filter((line) => line.includes(temporary) || line.endsWith(`--parent ${pid}`))).toEqual([]);
  });
});
