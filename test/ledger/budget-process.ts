/**
 * A process of its own that reserves as fast as one account's budget allows: budgets-processes.test.ts starts several.
 * Time passes for all of them in the database, as fast as they can ask: whoever is told to wait moves it on that far.
 * Each line it is sent is the address of a ledger; the answer is a line with the instants it got there, by the ledger's clock, as JSON.
 */
import { createInterface } from 'node:readline';
import { Kysely } from 'kysely';
import { createBudgets } from '../../ledger/budgets.ts';
import type { KeyTables } from '../../ledger/key-tables.ts';
import { openPostgres } from '../../ledger/postgres.ts';
import { openSqlite } from '../../ledger/sqlite.ts';

const wanted = Number(process.argv[2]);

async function reserveMany(url: string): Promise<number[]> {
  const dialect = url.startsWith('file:') ? await openSqlite(url.slice('file:'.length)) : openPostgres(url);
  const db = new Kysely<KeyTables & { test_clock: { now: number } }>({ dialect });
  let now = 0; // as the budget read it last
  const clock = { now: async () => (now = (await db.selectFrom('test_clock').select('now').executeTakeFirstOrThrow()).now) };
  const budgets = createBudgets(db, clock);
  const instants: number[] = [];
  while (instants.length < wanted) {
    const reservation = await budgets.reserve({ account: 'one account', perSecond: 20, share: 1, burst: 1 }, 'live');
    const then = now + reservation.waitMs;
    if (reservation.kind === 'granted') instants.push(then);
    else await db.updateTable('test_clock').set({ now: then }).where('now', '<', then).execute();
  }
  await db.destroy();
  return instants;
}

process.stdout.write('ready\n');
for await (const url of createInterface({ input: process.stdin })) process.stdout.write(`${JSON.stringify(await reserveMany(url))}\n`);
