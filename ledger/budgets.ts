/** The rate limit of each account, exact over all workers: one row an account, changed by compare and set (N13, design 4). */
import type { Kysely } from 'kysely';
import { comeBackAfter, holdLine, newLine, reserveOn, throttleLine, type BudgetLine } from './budget-line.ts';
import { LedgerUnavailableError } from './errors.ts';
import type { BudgetsTable, KeyTables } from './key-tables.ts';
import type { BudgetRule, Budgets, Clock } from './ledger.ts';

/** Each failed try means that another process's write went through. */
const mostTries = 200;

export function createBudgets(db: Kysely<KeyTables>, clock: Clock): Budgets {
  const inTurn = createTurns();
  /** As this process wrote them last: right unless another one wrote since, which the next write notices. */
  const latest = new Map<string, StoredLine>();
  const returns = new Map<string, number>();

  /** Reads, decides, writes if nobody wrote in between; else again. A decision without a line writes nothing. */
  const change = <T>(account: string, decide: (line: BudgetLine, now: number) => { answer: T; line?: BudgetLine }): Promise<T> =>
    inTurn(account, async () => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const own = latest.get(account);
        const stored = own ?? (await read(db, account));
        const now = await clock.now(); // after the row: what another process wrote is never younger than our clock
        const { answer, line } = decide(stored?.line ?? newLine(now), now);
        if (line && (await write(db, account, stored?.version, line))) {
          latest.set(account, { version: (stored?.version ?? 0) + 1, line });
          return answer;
        }
        latest.delete(account);
        if (!line && !own) return answer; // nothing is refused by what may be old
      }
      throw new LedgerUnavailableError('too many processes change one budget at a time');
    });

  return {
    reserve: async (rule, lane, cost = 1) => {
      checkRule(rule, cost);
      return change(rule.account, (line, now) => {
        const { reservation, line: after } = reserveOn(line, { rule, lane, cost, now });
        return { answer: reservation, ...(after && { line: after }) };
      });
    },
    async comeBack(rule, lane, cost, waitMs) {
      checkRule(rule, cost);
      const now = await clock.now();
      const waiting = `${lane} ${rule.account}`;
      const delayMs = comeBackAfter(returns.get(waiting) ?? 0, { rule, cost, now }, waitMs);
      returns.set(waiting, now + delayMs);
      return delayMs;
    },
    holdUntil: (account, waitMs) => change(account, (line, now) => ({ answer: undefined, line: holdLine(line, now, waitMs) })),
    noteThrottled: (account) =>
      change(account, (before, now) => {
        const line = throttleLine(before, now);
        return { answer: line.throttledAt.length, line };
      }),
  };
}

function checkRule({ perSecond, share, burst }: BudgetRule, cost: number): void {
  if (!(perSecond > 0 && share > 0 && share <= 1 && burst >= 1 && cost > 0)) throw new RangeError('a budget needs a rate above 0, a share up to 1, a burst from 1 and a cost above 0');
}

/** Within a process the askings of an account queue here instead of overtaking each other in the database. */
function createTurns(): <T>(account: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (account, work) => {
    const turn = (last.get(account) ?? Promise.resolve()).then(work, work);
    last.set(account, turn);
    const forget = (): void => {
      if (last.get(account) === turn) last.delete(account);
    };
    turn.then(forget, forget);
    return turn;
  };
}

interface StoredLine {
  version: number;
  line: BudgetLine;
}

async function read(db: Kysely<KeyTables>, account: string): Promise<StoredLine | undefined> {
  const row = await db.selectFrom('budgets').selectAll().where('account', '=', account).executeTakeFirst();
  return row && { version: row.version, line: toLine(row) };
}

/** @returns false when another process wrote first */
async function write(db: Kysely<KeyTables>, account: string, version: number | undefined, line: BudgetLine): Promise<boolean> {
  const columns = toColumns(line);
  const written =
    version === undefined
      ? await db
          .insertInto('budgets')
          .values({ account, version: 1, ...columns })
          .onConflict((conflict) => conflict.column('account').doNothing())
          .returning('version')
          .execute()
      : await db
          .updateTable('budgets')
          .set({ version: version + 1, ...columns })
          .where('account', '=', account)
          .where('version', '=', version)
          .returning('version')
          .execute();
  return written.length > 0;
}

type LineColumns = Omit<BudgetsTable, 'account' | 'version'>;

const toLine = (row: LineColumns): BudgetLine => ({
  nextFree: row.next_free,
  holdUntil: row.hold_until,
  seenAt: row.seen_at,
  livePoints: row.live_points,
  liveAt: row.live_at,
  pace: row.pace,
  pacedAt: row.paced_at,
  throttledAt: row.throttled_at.split(',').filter(Boolean).map(Number),
});

const toColumns = (line: BudgetLine): LineColumns => ({
  next_free: line.nextFree,
  hold_until: line.holdUntil,
  seen_at: line.seenAt,
  live_points: line.livePoints,
  live_at: line.liveAt,
  pace: line.pace,
  paced_at: line.pacedAt,
  throttled_at: line.throttledAt.join(','),
});
