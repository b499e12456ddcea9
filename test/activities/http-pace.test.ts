/** The account's pace where timers wake late, in time that the test owns: a busy machine must not make calls of several instants leave together. */
import { expect, test } from 'vitest';
import type { CallContext, HttpSettings } from '../../activities/call.ts';
import { waitForTurn, type PaceTime } from '../../activities/http-pace.ts';
import type { Clock } from '../../ledger/ledger.ts';
import { openLedger } from '../../ledger/open.ts';
import { createRandom, VirtualTime } from '../ledger/virtual-time.ts';
import { createTestDatabase, testSecrets } from '../setup/ledger.ts';

const limit = { perSecond: 3, share: 0.8 };
const settings: HttpSettings = { system: 'books', baseUrl: 'http://127.0.0.1', authorize: () => ({}), refusals: [], explain: () => ({}), budget: { account: 'books', ...limit, burst: 1 } };

/** Instants, in ms, at which calls of two processes left; each process stands still now and then for `frozenMs`. */
async function sendingsOf({ frozenMs, calls, seed }: { frozenMs: number; calls: number; seed: number }): Promise<number[]> {
  const time = new VirtualTime();
  const clock: Clock = { now: async () => Promise.resolve(Date.UTC(2026, 0, 15) + time.now) };
  const database = await createTestDatabase('sqlite');
  const ledger = await openLedger({ url: database.url, secrets: testSecrets, clock });
  const random = createRandom(seed);
  const sent: number[] = [];
  for (let process = 0; process < 2; process += 1) {
    let frozenUntil = 0;
    for (let at = random() * 4_000; at < calls * 500; at += 2_000 + random() * 4_000) time.at(at, () => (frozenUntil = time.now + frozenMs));
    /** Who should wake while the process stands still wakes when it goes on. */
    const sleep = async (ms: number): Promise<void> => {
      await time.sleep(ms);
      if (time.now < frozenUntil) await time.sleep(frozenUntil - time.now);
    };
    const own: PaceTime = { monotonic: () => time.now, sleep };
    const call: CallContext = { ledger, connection: 'books', company: 'acme', integration: null, lane: 'live', record: '', run: '', holder: '', heartbeat: () => undefined, signal: new AbortController().signal };
    for (let chain = 0; chain < 3; chain += 1) {
      time.spawn(async () => {
        for (let left = calls / 6; left > 0; left -= 1) {
          await waitForTurn(settings, call, { isFirst: false, cost: 1 }, own);
          sent.push(time.now);
        }
      });
    }
  }
  await time.run();
  await ledger.close();
  await database.remove();
  return sent.toSorted((a, b) => a - b);
}

/** Over every window of one second. */
const mostInASecond = (instants: number[]): number => Math.max(...instants.map((from) => instants.filter((at) => at >= from && at - from < 1_000).length));

test.each([1, 2, 3, 4])('N13 processes that stand still for 1.5 s now and then never send more in a second than the account allows: seed %i', async (seed) => {
  const sent = await sendingsOf({ frozenMs: 1_500, calls: 120, seed });
  expect(sent).toHaveLength(120);
  expect(mostInASecond(sent)).toBeLessThanOrEqual(limit.perSecond);
});

test('N13 timers that are a little late give no instant up', async () => {
  const sent = await sendingsOf({ frozenMs: 60, calls: 60, seed: 1 });
  const [first = 0] = sent;
  const seconds = ((sent.at(-1) ?? 0) - first) / 1_000;
  expect((sent.length - 1) / seconds).toBeGreaterThan(limit.perSecond * limit.share * 0.97);
});

test('a process that wakes late always comes to send, too', async () => {
  const time = new VirtualTime();
  const database = await createTestDatabase('sqlite');
  const ledger = await openLedger({ url: database.url, secrets: testSecrets, clock: { now: async () => Promise.resolve(Date.UTC(2026, 0, 15) + time.now) } });
  const call: CallContext = { ledger, connection: 'books', company: 'acme', integration: null, lane: 'live', record: '', run: '', holder: '', heartbeat: () => undefined, signal: new AbortController().signal };
  let sent = 0;
  time.spawn(async () => {
    for (; sent < 2; sent += 1) await waitForTurn(settings, call, { isFirst: false, cost: 1 }, { monotonic: () => time.now, sleep: async (ms) => time.sleep(ms + 900) });
  });
  await time.run();
  expect(sent).toBe(2);
  await ledger.close();
  await database.remove();
});
