/** Who the ledger is, with which secrets it was made, and which account stands behind each connection (design 4, Identity). */
import { randomUUID } from 'node:crypto';
import { checkValues, type LedgerSecrets } from './crypto.ts';
import type { Executor } from './database.ts';
import { IdentityError, SecretMismatchError } from './errors.ts';

/** @throws IdentityError when the account is known under another id, or the id (also of another company) under another account */
export async function identify(db: Executor, at: number, connection: string, company: string, identity: string): Promise<void> {
  await db
    .insertInto('connections')
    .values({ id: connection, company, identity, identified_at: at })
    .onConflict((c) => c.doNothing())
    .execute();
  const known = await db
    .selectFrom('connections')
    .selectAll()
    .where((eb) => eb.or([eb('id', '=', connection), eb('identity', '=', identity)]))
    .execute();
  const own = known.find((row) => row.id === connection);
  if (own === undefined) throw new IdentityError(`connection ${connection}: its account is already known as connection ${known[0]?.id ?? ''}`);
  if (own.identity !== identity) throw new IdentityError(`connection ${connection}: it used to be another account`);
  if (own.company !== company) throw new IdentityError(`connection ${connection}: it used to belong to company ${own.company}`);
}

/** The random name this ledger was given when it was first opened. */
export async function readIncarnation(db: Executor): Promise<string> {
  await keepFacts(db, [{ name: 'incarnation', value: randomUUID() }]);
  const row = await db.selectFrom('facts').select('value').where('name', '=', 'incarnation').executeTakeFirstOrThrow();
  return row.value;
}

/** @throws SecretMismatchError: under another digest secret every refusal and every known person would become invisible */
export async function checkSecrets(db: Executor, secrets: LedgerSecrets): Promise<void> {
  const expected = checkValues(secrets);
  await db.transaction().execute(async (trx) => {
    await keepFacts(trx, expected);
    const kept = new Map((await trx.selectFrom('facts').selectAll().execute()).map((row) => [row.name, row.value]));
    const wrong = expected.filter(({ name, value }) => kept.get(name) !== value).map(({ name }) => (name === 'check:digest' ? 'the digest secret' : `encryption key ${name.slice('check:key:'.length)}`));
    if (wrong.length > 0) throw new SecretMismatchError(`this ledger was made with another secret: ${wrong.join(', ')}`);
  });
}

/** What is kept first stays. */
async function keepFacts(db: Executor, facts: { name: string; value: string }[]): Promise<void> {
  await db
    .insertInto('facts')
    .values(facts)
    .onConflict((c) => c.column('name').doNothing())
    .execute();
}
