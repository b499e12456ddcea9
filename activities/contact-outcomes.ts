/** What operators see of contacts that did not go through as they should: parked rows, traits left out, and trouble in bulk (N8, N19). */
import type { ContactKind } from '../domain/contact.ts';
import type { Note, Step } from '../domain/outcome.ts';
import type { ParkReason } from '../domain/reasons.ts';
import type { Ledger, RecordKey } from '../ledger/ledger.ts';
import type { OmittedTrait } from './contact-drivers.ts';
import { recordPark } from './recorded.ts';

/** Whose outcome it is: the integration, and the run and settings that made it. */
export interface OutcomePlace {
  ledger: Ledger;
  integration: string;
  run: string;
}

/** For operators a record is a row of the shop, not a digest. */
export interface ContactRecord {
  kind: ContactKind;
  sourceId: string;
}

const keyOf = (integration: string, { kind, sourceId }: ContactRecord): RecordKey => ({ integration, kind, sourceId });
const numberOf = ({ kind, sourceId }: ContactRecord): string => `${kind}-${sourceId}`;

export interface ContactPark {
  reason: ParkReason;
  step: Step;
  /** the vendor's words: personal, sealed by the ledger */
  words: string;
  digest: string | null;
}

/** Parks the row; false: it was parked already. Safe to repeat. */
export async function parkContact({ ledger, integration, run }: OutcomePlace, record: ContactRecord, park: ContactPark): Promise<boolean> {
  const key = keyOf(integration, record);
  const isNew = (await ledger.parked.find(key)) === undefined;
  await recordPark(ledger, key, { ...park, number: numberOf(record), run });
  return isNew;
}

/** The target took the rows of an address: what waited for a person is settled, and what was left out of it is noted (never its value). Safe to repeat. */
export async function settleContact({ ledger, integration, run }: OutcomePlace, records: readonly ContactRecord[], taken: { omitted: readonly OmittedTrait[]; version: string; isNoted: boolean }): Promise<void> {
  const { omitted, version, isNoted } = taken;
  for (const [index, record] of records.entries()) {
    const key = keyOf(integration, record);
    const wasParked = (await ledger.parked.find(key)) !== undefined;
    const notes: Note[] = index === 0 ? omitted.map(({ trait, why }) => ({ code: 'trait-left-out', text: `${trait}: ${why}` })) : [];
    const wasNoted = isNoted && notes.length === 0 && (await ledger.outcomes.list(integration, { sourceId: record.sourceId, limit: 5 })).find(({ kind }) => kind === record.kind)?.reason === 'trait-left-out';
    if (!wasParked && !wasNoted && notes.length === 0) continue;
    await ledger.outcomes.add({ ...key, number: numberOf(record), outcome: 'updated', reason: notes[0]?.code ?? '', targetId: null, detail: notes.length === 0 ? null : JSON.stringify(notes), run, settingsVersion: version });
    if (wasParked) await ledger.parked.remove(key);
  }
}

/** Is any contact of the integration noted as taken without a trait? Asked once a batch: as long as none is, nothing has to be taken back. */
export async function hasOmissions({ ledger, integration }: Pick<OutcomePlace, 'ledger' | 'integration'>): Promise<boolean> {
  return (await ledger.outcomes.count(integration)).some(({ reason }) => reason === 'trait-left-out');
}

/** A row that is gone from the source waits for nobody any more. */
export async function dropGone({ ledger, integration, run }: OutcomePlace, records: readonly ContactRecord[]): Promise<void> {
  for (const record of records) {
    const key = keyOf(integration, record);
    if ((await ledger.parked.find(key)) === undefined) continue;
    await ledger.outcomes.add({ ...key, number: numberOf(record), outcome: 'skipped', reason: 'gone-from-source', targetId: null, detail: null, run, settingsVersion: null });
    await ledger.parked.remove(key);
  }
}

const mostInARow = 20;
const tenthFrom = 10;
const rowMark = 'contacts-refused-in-a-row';

/**
 * Contacts refused in bulk pause the integration: twenty in a row, over batches and steps, or a tenth of a batch, ten at least (design 5, N19).
 * @param refused of each address of a batch, in order: was it refused for the first time; those that wait already are left out
 */
export async function pauseOnRefusedContacts({ ledger, integration }: Pick<OutcomePlace, 'ledger' | 'integration'>, refused: readonly boolean[]): Promise<void> {
  const subject = `integration:${integration}`;
  const before = Number((await ledger.marks.get(subject, rowMark)) ?? '0');
  let row = before;
  let longest = before;
  for (const isRefused of refused) {
    row = isRefused ? row + 1 : 0;
    longest = Math.max(longest, row);
  }
  const count = refused.filter(Boolean).length;
  const isTooMany = longest >= mostInARow || (count >= tenthFrom && count * 10 >= refused.length);
  const after = isTooMany ? 0 : row; // counted anew once an operator resumed
  if (after !== before) await ledger.marks.set(subject, rowMark, String(after));
  if (isTooMany) await ledger.states.pause(subject, 'many-parked');
}
