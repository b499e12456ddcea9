/** States: what is paused, what is waiting for its system, since when; asked before every outside call (design 5). */
import { sql } from 'kysely';
import type { LedgerClock } from './clock.ts';
import type { Executor, StatesRow } from './database.ts';
import { identify } from './identity.ts';
import type { StateRow, States } from './ledger.ts';

const firstWaitMs = 500;
const longestWaitMs = 60_000;
const fresh = { pause_reason: null, paused_at: null, failures: 0, failure_reason: null, failing_since: null, wait_ms: 0, wait_set_at: 0 };

export function createStates(db: Executor, clock: LedgerClock): States {
  /** Connections seen in trouble by this process, so that success costs a statement only then. Asked for at every call, hence never old. */
  const inTrouble = new Set<string>();
  const note = (row: StatesRow) => (row.failures > 0 ? inTrouble.add(row.subject) : inTrouble.delete(row.subject));

  return {
    async get(subject) {
      const row = await db.selectFrom('states').selectAll().where('subject', '=', subject).executeTakeFirst();
      return row === undefined ? { subject, state: 'ok', reason: '', since: 0 } : stateOf(row);
    },
    async list() {
      return (await db.selectFrom('states').selectAll().orderBy('subject').execute()).map(stateOf);
    },
    async pause(subject, reason) {
      const at = await clock.now();
      await db
        .insertInto('states')
        .values({ ...fresh, subject, ok_since: 0, pause_reason: reason, paused_at: at })
        // Paused for another reason meanwhile: the new one is shown, the time stays.
        .onConflict((c) => c.column('subject').doUpdateSet((eb) => ({ pause_reason: reason, paused_at: eb.fn.coalesce('states.paused_at', eb.val(at)) })))
        .execute();
    },
    async resume(subject) {
      const at = await clock.now();
      await db.updateTable('states').set({ ...fresh, ok_since: at }).where('subject', '=', subject).where('pause_reason', 'is not', null).execute();
    },
    async noteFailure(connection, reason) {
      const row = await noteFailure(db, await clock.now(), subjectOf(connection), reason);
      note(row);
      return { failures: row.failures, waitMs: row.wait_ms };
    },
    async noteSuccess(connection) {
      const subject = subjectOf(connection);
      if (!inTrouble.has(subject)) return;
      const at = await clock.now();
      const { pause_reason: _, paused_at: __, ...healthy } = fresh;
      await db.updateTable('states').set({ ...healthy, ok_since: at }).where('subject', '=', subject).where('failures', '>', 0).execute();
      inTrouble.delete(subject);
    },
    async paused(connection, integration) {
      const subject = subjectOf(connection);
      const subjects = ['all', subject, ...(integration === null ? [] : [`integration:${integration}`])];
      const rows = await db.selectFrom('states').selectAll().where('subject', 'in', subjects).execute();
      const own = rows.find((row) => row.subject === subject);
      if (own !== undefined) note(own);
      const paused = rows.filter((row) => row.pause_reason !== null).sort((a, b) => subjects.indexOf(a.subject) - subjects.indexOf(b.subject))[0];
      return paused === undefined ? undefined : stateOf(paused);
    },
    async connected(integration) {
      const row = await db.selectFrom('connected').selectAll().where('integration', '=', integration).executeTakeFirst();
      return row === undefined ? undefined : { connectedAt: row.connected_at, backfillFrom: row.backfill_from };
    },
    async setConnected(integration, connected) {
      const now = { connected_at: connected.connectedAt, backfill_from: connected.backfillFrom };
      await db
        .insertInto('connected')
        .values({ integration, ...now })
        .onConflict((c) => c.column('integration').doUpdateSet(now))
        .execute();
    },
    identify: async (connection, company, identity) => identify(db, await clock.now(), connection, company, identity),
  };
}

const subjectOf = (connection: string) => `connection:${connection}`;

/** Every failure counts, but many calls failing at once double the delay once: it grows only after the one before has passed. */
async function noteFailure(db: Executor, at: number, subject: string, reason: string): Promise<StatesRow> {
  const isOver = sql<boolean>`states.failures = 0 or ${at} >= states.wait_set_at + states.wait_ms`;
  return db
    .insertInto('states')
    .values({ ...fresh, subject, ok_since: 0, failures: 1, failure_reason: reason, failing_since: at, wait_ms: firstWaitMs, wait_set_at: at })
    .onConflict((c) =>
      c.column('subject').doUpdateSet((eb) => ({
        failures: eb('states.failures', '+', 1),
        failure_reason: reason,
        failing_since: eb.fn.coalesce('states.failing_since', eb.val(at)),
        wait_ms: sql<number>`case when states.failures = 0 then ${firstWaitMs} when not (${isOver}) then states.wait_ms when states.wait_ms * 2 > ${longestWaitMs} then ${longestWaitMs} else states.wait_ms * 2 end`,
        wait_set_at: sql<number>`case when ${isOver} then ${at} else states.wait_set_at end`,
      })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

function stateOf(row: StatesRow): StateRow {
  if (row.pause_reason !== null) return { subject: row.subject, state: 'paused', reason: row.pause_reason, since: row.paused_at ?? 0 };
  if (row.failures > 0) return { subject: row.subject, state: 'waiting', reason: row.failure_reason ?? '', since: row.failing_since ?? 0 };
  return { subject: row.subject, state: 'ok', reason: '', since: row.ok_since };
}
