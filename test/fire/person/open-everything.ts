/** Every row of every table of the ledger and every history of the namespace, opened with the keys: whatever the program itself may overlook. */
import { openDatabase } from '../../../ledger/open.ts';
import type { Session } from '../../../scripts/session.ts';
import { createCodec } from '../../../worker/codec.ts';
import { everythingStored, opened } from '../privacy/stored.ts';

/** A row or a payload in clear text; `where` names its table with the row's short columns, or its run. */
export interface Opened {
  where: string;
  text: string;
}

export async function openEverything(session: Pick<Session, 'environment' | 'ledger' | 'client'>): Promise<Opened[]> {
  return [...(await openLedgerTables(session)), ...(await openHistories(session))];
}

async function openLedgerTables({ environment, ledger }: Pick<Session, 'environment' | 'ledger'>): Promise<Opened[]> {
  const { db } = await openDatabase({ url: environment.ledgerUrl });
  try {
    const rows: Opened[] = [];
    for (const { name } of await db.introspection.getTables()) {
      const found = await db.withTables<Record<string, Record<string, unknown>>>().selectFrom(name).selectAll().execute();
      for (const row of found) {
        const texts = Object.values(row).map((value) => (value instanceof Uint8Array ? openBody(ledger, value) : String(value)));
        rows.push({ where: `${name}: ${Object.values(row).filter((value) => typeof value === 'string').join(' ')}`, text: texts.join('\n') });
      }
    }
    return rows;
  } finally {
    await db.destroy();
  }
}

function openBody({ crypto }: Pick<Session['ledger'], 'crypto'>, body: Uint8Array): string {
  try {
    return crypto.open(body);
  } catch {
    return Buffer.from(body).toString('utf8');
  }
}

async function openHistories({ client, environment }: Pick<Session, 'client' | 'environment'>): Promise<Opened[]> {
  const codec = createCodec(environment.secrets);
  const stored = await everythingStored(client);
  return (await Promise.all(stored.map(async (one) => (await opened(one, codec)).map((bytes) => ({ where: one.where, text: Buffer.from(bytes).toString('utf8') }))))).flat();
}
