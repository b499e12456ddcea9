/** Minutes of contention on one account, as arithmetic. What is stored is the same on every database: budgets.test.ts. */
import { describe, expect, test } from 'vitest';
import type { Lane } from '../../domain/ports.ts';
import { comeBackAfter, newLine, reserveOn, type BudgetLine } from '../../ledger/budget-line.ts';
import type { BudgetRule, Reservation } from '../../ledger/ledger.ts';

const hourMs = 60 * 60_000;

let now = 1_800_000_000_000;
let accounts = 0;
const lines = new Map<string, BudgetLine>();

function reserve(rule: BudgetRule, lane: Lane, cost = 1): Reservation {
  const { reservation, line } = reserveOn(lines.get(rule.account) ?? newLine(now), { rule, lane, cost, now });
  if (line) lines.set(rule.account, line);
  return reservation;
}

const ruleOf = (over: Partial<BudgetRule> = {}): BudgetRule => ({ account: `account-${(accounts += 1)}`, perSecond: 20, share: 1, burst: 1, ...over });

/** Everybody asks whenever asking makes sense, for this long; gives the granted instants by lane. */
function contend(rule: BudgetRule, lanes: Lane[], forMs: number, stepMs = 25): Record<Lane, number[]> {
  const instants: Record<Lane, number[]> = { live: [], bulk: [] };
  const next = lanes.map(() => 0);
  for (let passed = 0; passed < forMs; passed += stepMs) {
    for (const [index, lane] of lanes.entries()) {
      if (passed < (next[index] ?? 0)) continue;
      const reservation = reserve(rule, lane);
      if (reservation.kind === 'granted') instants[lane].push(now + reservation.waitMs);
      next[index] = passed + reservation.waitMs;
    }
    now += stepMs;
  }
  return instants;
}

const many = (lane: Lane, count: number): Lane[] => Array.from({ length: count }, () => lane);

/** Asks until nothing more is granted; gives the waits. */
function drain(rule: BudgetRule, lane: Lane): number[] {
  const waits: number[] = [];
  for (;;) {
    const reservation = reserve(rule, lane);
    if (reservation.kind !== 'granted') return waits;
    waits.push(reservation.waitMs);
  }
}

/** The fullest second. */
const most = (instants: number[]): number => Math.max(...instants.map((from) => instants.filter((at) => at >= from && at < from + 1_000).length));

test('a spacing of 416.67 ms does not drift', () => {
  const rule = ruleOf({ perSecond: 3, share: 0.8 });
  const start = now;
  const { live } = contend(rule, ['live'], 100_000, 125);
  expect(Math.abs((live[240] ?? 0) - start - (240 / 2.4) * 1_000)).toBeLessThan(2);
});

describe('two lanes', () => {
  test('N13 bulk keeps within half a second, so live work goes soon however much bulk waits', () => {
    const rule = ruleOf();
    expect(drain(rule, 'bulk')).toHaveLength(11);
    expect(reserve(rule, 'live')).toEqual({ kind: 'granted', waitMs: 550 });
  });

  test.each([4, 40])('N13 while %i live calls at a time take all they can, bulk gets one in ten, not less and hardly more', (count) => {
    const { live, bulk } = contend(ruleOf(), [...many('bulk', 5), ...many('live', count)], 20_000);
    const share = bulk.length / (live.length + bulk.length);
    expect(share).toBeGreaterThanOrEqual(0.09); // the beginning, when nothing was due yet, included
    expect(share).toBeLessThan(0.12);
    expect(live.length + bulk.length).toBeGreaterThanOrEqual(0.97 * 20 * 20);
  });

  test('N13 G4 bulk fills what live work leaves, and a live call that comes now and then goes soon', () => {
    const rule = ruleOf();
    const { bulk } = contend(rule, many('bulk', 30), 10_000);
    expect(bulk.length).toBeGreaterThanOrEqual(0.97 * 20 * 10);
    expect(reserve(rule, 'live').waitMs).toBeLessThanOrEqual(550);
    contend(rule, many('bulk', 30), 500);
    expect(reserve(rule, 'live').waitMs).toBeLessThanOrEqual(200); // beside live work bulk keeps closer still
  });

  test('N13 turns that bulk did not use do not pile up', () => {
    const rule = ruleOf();
    for (let index = 0; index < 500; index += 1) {
      reserve(rule, 'live');
      now += 60;
    }
    expect(drain(rule, 'bulk').length).toBeLessThanOrEqual(3 + 3);
  });

  test('N13 bulk that takes its turn with a dear call pays for it afterwards', () => {
    const rule = ruleOf();
    let [live, bulk] = [0, 0];
    for (let passed = 0; passed < 120_000; passed += 50) {
      if (reserve(rule, 'live').kind === 'granted') live += 1;
      if (reserve(rule, 'bulk', 10).kind === 'granted') bulk += 10;
      now += 50;
    }
    expect(bulk / (live + bulk)).toBeGreaterThan(0.09);
    expect(bulk / (live + bulk)).toBeLessThan(0.13);
  });
});

describe('many steps that wait for their first call', () => {
  const callsPerStep = 5;
  /** a call's way there and back */
  const replyMs = 150;

  /** Each has its calls one after the other; the first one's place is handed back, the others wait in place. */
  function work(rule: BudgetRule, steps: number, forMs: number): { asked: number; sent: number; begun: number } {
    const each = Array.from({ length: steps }, () => ({ next: 0, left: callsPerStep }));
    let [asked, sent, last, begun] = [0, 0, 0, 0];
    for (let passed = 0; passed < forMs; passed += 25) {
      for (const step of each) {
        if (passed < step.next) continue;
        asked += 1;
        const reservation = reserve(rule, 'bulk');
        if (reservation.kind === 'granted') {
          sent += 1;
          if (step.left === callsPerStep) begun += 1;
          step.left = step.left === 1 ? callsPerStep : step.left - 1;
        }
        const isSentAway = reservation.kind !== 'granted' && step.left === callsPerStep;
        const delayMs = isSentAway ? comeBackAfter(last, { rule, cost: 1, now }, reservation.waitMs) : reservation.waitMs;
        if (isSentAway) last = now + delayMs;
        step.next = passed + delayMs + (reservation.kind === 'granted' ? replyMs : 0);
      }
      now += 25;
    }
    return { asked, sent, begun };
  }

  test.each([
    { steps: 10, most: 6 },
    { steps: 200, most: 5 },
    { steps: 1_000, most: 13 },
  ])('N13 $steps of them leave no instant unused, and ask at most $most times a call', ({ steps, most: mostAsked }) => {
    const seconds = 600;
    const { asked, sent, begun } = work(ruleOf({ perSecond: 3, share: 0.8 }), steps, seconds * 1_000);
    expect(sent).toBeGreaterThanOrEqual(0.97 * 2.4 * seconds);
    expect(begun).toBeGreaterThan(0);
    expect(asked / sent).toBeLessThanOrEqual(mostAsked);
  });

  test('N13 after a pause they come one after the other, too, and a clock that was set back keeps nobody waiting', () => {
    const asking = { rule: ruleOf({ perSecond: 2 }), cost: 1, now };
    const first = comeBackAfter(0, asking, 300_000);
    expect([first, comeBackAfter(now + first, asking, 300_000)]).toEqual([300_000, 300_250]);
    expect(comeBackAfter(now + hourMs, asking, 400)).toBe(400);
    expect(comeBackAfter(now + 60_000, asking, 400)).toBe(60_250);
    expect(comeBackAfter(now + 60_400, asking, 400)).toBe(60_400);
  });
});

describe('clocks that jump', () => {
  test.each([
    { jump: 'an hour ahead', ms: hourMs },
    { jump: 'an hour back', ms: -hourMs },
    { jump: 'ten minutes back', ms: -10 * 60_000 },
  ])('N13 $jump: nobody waits for it, and no second is fuller than the limit', ({ ms }) => {
    const rule = ruleOf({ burst: 3 });
    const before = contend(rule, ['live', 'live', 'bulk'], 5_000);
    now += ms;
    const after = contend(rule, ['live', 'live', 'bulk'], 5_000);
    const inRealTime = [...before.live, ...before.bulk, ...[...after.live, ...after.bulk].map((at) => at - ms)];
    expect(inRealTime.length).toBeGreaterThanOrEqual(0.97 * 20 * 10);
    expect(most([...after.live, ...after.bulk])).toBeLessThanOrEqual(20 + 3);
    // Ahead, what was reserved before the jump is given again: nobody can tell a jump from a pause.
    if (ms < 0) expect(most(inRealTime)).toBeLessThanOrEqual(20 + 3);
  });
});
