/** The outcome of an import that stands in the target, the same from every connector. */
import type { Note } from '../domain/outcome.ts';
import type { OutcomeEntry, RecordKey } from '../ledger/ledger.ts';

/** A connector that completes a record writes this with it, or before: nothing is completed without an outcome. Written twice in a run, it stands once. */
export function createdEntry(key: RecordKey, made: { targetId: string; notes: Note[]; number: string; run: string; version: string }): Omit<OutcomeEntry, 'at'> {
  const detail = made.notes.length > 0 ? JSON.stringify(made.notes) : null;
  return { ...key, number: made.number, outcome: 'created', reason: '', targetId: made.targetId, detail, run: made.run, settingsVersion: made.version };
}
