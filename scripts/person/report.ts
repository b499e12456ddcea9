/** What was found of a person, for an operator to read. */
import type { PersonRows } from '../../ledger/ledger.ts';
import { bold, dim, say, sayTable } from '../print.ts';
import { nameOf } from '../target.ts';
import type { Held, HeldRun } from './gather.ts';
import type { Outside } from './outside.ts';

const places: Record<keyof PersonRows, string> = {
  consents: 'what they said about mail (kept for ever)',
  contactRows: 'rows of shops',
  contactAddresses: 'addresses in mailing systems',
  records: 'records of orders',
  parked: 'parked records',
  pageEntries: 'pages read lately',
  exchanges: 'calls kept in full',
  outcomes: 'outcomes with details',
  acts: 'acts of operators',
  indexEntries: 'ways to recognise them in a target',
};

const isRowName = (name: string): name is keyof PersonRows => Object.hasOwn(places, name);

const isWhere = (isRunning: boolean, { runs }: Pick<Held, 'runs'>): HeldRun[] => runs.filter((run) => run.isRunning === isRunning);

/** The same for programs; without content. */
export function summaryOf(held: Held, outside: Outside[]) {
  const { company, rows, standing, records, sharedPhones, unreadable, isCut } = held;
  return { company, consent: standing, ledger: rows, runs: { running: idsOf(isWhere(true, held)), closed: idsOf(isWhere(false, held)) }, records: namesOf(held), outside, phones: held.phones.length, sharedPhones: sharedPhones.length, unreadable: unreadable.map(({ workflowId }) => workflowId), isCut, orders: records.length };
}

const idsOf = (runs: HeldRun[]) => runs.map(({ workflowId, runId, isTheirs }) => ({ workflowId, runId, isTheirs }));

const namesOf = ({ records, content }: Pick<Held, 'records' | 'content'>): string[] => {
  const numbered = new Map(content.records.map((record) => [`${record.integration}:${record.sourceId}`, record]));
  return records.map((key) => nameOf(numbered.get(`${key.integration}:${key.sourceId}`) ?? { ...key, number: null }));
};

export function sayHeld(held: Held, outside: Outside[]): void {
  say(`${bold(held.company)}: consent ${held.standing}`);
  const rows = Object.entries(held.rows).flatMap(([name, count]) => (isRowName(name) && count > 0 ? [['ledger', places[name], count]] : []));
  const runs = [true, false].flatMap((isRunning) => (isWhere(isRunning, held).length > 0 ? [['Temporal', isRunning ? 'running runs' : 'histories of closed runs', isWhere(isRunning, held).length]] : []));
  sayTable(['where', 'what', 'how many'], [...rows, ...runs]);
  if (held.records.length > 0) say(`Orders: ${namesOf(held).join(', ')}`);
  for (const { workflowId } of isWhere(true, held)) say(`Still running: ${workflowId}`);
  if (held.sharedPhones.length > 0) say(dim('A phone of theirs stands with another address as well: nothing was searched by it.'));
  if (held.unreadable.length > 0) say(`${held.unreadable.length} histories are sealed with a key that is not configured; they were not searched.`);
  if (held.isCut) say('There are more runs than were read; the oldest were not searched.');
  sayOutside(outside);
}

export function sayOutside(outside: Outside[]): void {
  if (outside.length === 0) return;
  say(bold('\nHeld outside, as far as we know'));
  sayTable(['connection', 'system', 'what', 'ids there'], outside.map(({ connection, system, what, ids }) => [connection, system, what, ids.join(', ')]));
}
