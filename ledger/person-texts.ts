/** Rows whose sealed text names a person although no digest stands beside it: vendors' words, operators' reasons, bodies of writes. They are found by opening them (N23). */
import { openIfAny } from './crypto.ts';
import type { Executor } from './database.ts';
import type { LedgerCrypto, PersonTexts, RecordKey } from './ledger.ts';

/** Ids, or keys, of the rows that name the person; whose records they belong to is another question. */
export interface Mentions {
  records: { integration: string; kind: RecordKey['kind']; source_id: string }[];
  parked: { integration: string; kind: RecordKey['kind']; source_id: string }[];
  exchanges: string[];
  outcomes: string[];
  acts: string[];
  /** of the acts: those whose reason names them */
  reasons: string[];
}

const atOnce = 500;
/** A shorter word would stand in everybody's text. */
const shortestWord = 5;

/** Nothing, where there are no words. Read before a transaction is begun: it takes its time. @throws Error at a word that would name everybody */
export async function findMentions(db: Executor, crypto: LedgerCrypto, texts: PersonTexts | undefined): Promise<Mentions> {
  const words = (texts?.words ?? []).map((word) => word.toLowerCase());
  if (words.some((word) => word.trim().length < shortestWord)) throw new Error(`a person is told by words of at least ${shortestWord} letters`);
  if (texts === undefined || words.length === 0) return { records: [], parked: [], exchanges: [], outcomes: [], acts: [], reasons: [] };
  const names = (...bodies: (Uint8Array | null)[]): boolean => {
    const clear = bodies.map((body) => openIfAny(crypto, body)?.toLowerCase() ?? '');
    return words.some((word) => clear.some((text) => text.includes(word)));
  };
  const integrations = ['', ...texts.integrations];
  const connections = ['', ...texts.connections];
  const places = new Set([...texts.integrations, ...texts.connections]);
  const acts = await inPages(
    async (after) => db.selectFrom('acts').select(['id', 'subject', 'reason', 'before', 'after']).where('id', '>', after).orderBy('id').limit(atOnce).execute(),
    ({ subject, reason, before, after }) => places.has(subject.split(':')[1] ?? '') && names(reason, before, after),
  );
  return {
    records: (await db.selectFrom('records').select(['integration', 'kind', 'source_id', 'content', 'edits']).where('integration', 'in', integrations).where((eb) => eb.or([eb('content', 'is not', null), eb('edits', 'is not', null)])).execute()).filter(({ content, edits }) => names(content, edits)),
    parked: (await db.selectFrom('parked').select(['integration', 'kind', 'source_id', 'words']).where('integration', 'in', integrations).execute()).filter((row) => names(row.words)),
    exchanges: idsOf(await inPages(
      async (after) => db.selectFrom('exchanges').select(['id', 'request', 'reply']).where('id', '>', after).where('connection', 'in', connections).where((eb) => eb.or([eb('request', 'is not', null), eb('reply', 'is not', null)])).orderBy('id').limit(atOnce).execute(),
      ({ request, reply }) => names(request, reply),
    )),
    outcomes: idsOf(await inPages(
      async (after) => db.selectFrom('outcomes').select(['id', 'detail']).where('id', '>', after).where('integration', 'in', integrations).where('detail', 'is not', null).orderBy('id').limit(atOnce).execute(),
      ({ detail }) => names(detail),
    )),
    acts: idsOf(acts),
    reasons: idsOf(acts.filter(({ reason }) => names(reason))),
  };
}

const idsOf = (rows: { id: string }[]): string[] => rows.map(({ id }) => id);

/** By ascending id, so that rows that are added meanwhile do not move what is still to be read. */
async function inPages<Row extends { id: string }>(read: (after: string) => Promise<Row[]>, isWanted: (row: Row) => boolean): Promise<Row[]> {
  const found: Row[] = [];
  for (let after = ''; ; ) {
    const rows = await read(after);
    found.push(...rows.filter(isWanted));
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return found;
    after = last.id;
  }
}
