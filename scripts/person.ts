/** `waybill person find | export | erase`: all that ledger, parked records, pages, exchanges and Temporal's runs hold of a person (N23). */
import { writeFile } from 'node:fs/promises';
import { normaliseEmail } from '../domain/contact.ts';
import { noteErased } from '../ledger/erased.ts';
import type { PersonRows } from '../ledger/ledger.ts';
import { recordAct } from './act.ts';
import { companyOf } from './consent.ts';
import { gather, isNothing, type Held, type HeldRun } from './person/gather.ts';
import { outsideOf, type Outside } from './person/outside.ts';
import { sayHeld, sayOutside, summaryOf } from './person/report.ts';
import { deleteRuns, endRun } from './person/runs.ts';
import { Complaint, exitCodes, progressLine, say, sayJson } from './print.ts';
import type { Session } from './session.ts';

interface OfCompany {
  /** needed where there are several */
  company?: string;
}

/** Where they stand, and how much; without content. */
export async function findPerson(session: Session, address: string, options: OfCompany): Promise<number> {
  const { held, outside } = await lookUp(session, address, options);
  if (isNothing(held)) return sayNothing(session, held);
  if (session.asJson) sayJson(summaryOf(held, outside));
  else sayHeld(held, outside);
  return exitCodes.done;
}

/** Everything with its content, for the person who asks for it. To a file that only its owner may read. */
export async function exportPerson(session: Session, address: string, { to, ...options }: OfCompany & { to?: string }): Promise<number> {
  const { held, outside } = await lookUp(session, address, { ...options, isQuiet: to === undefined });
  if (isNothing(held)) return sayNothing(session, held);
  const { email, phones, content } = held;
  const consent = { standing: held.standing, story: held.story.map(({ person: _digest, ...entry }) => entry) };
  const runs = held.runs.map(({ workflowId, runId, type, isRunning, texts }) => ({ workflowId, runId, type, isRunning, payloads: texts.map(parsedOrText) }));
  const text = JSON.stringify({ ...summaryOf(held, outside), email, phones, consent, ledger: content, runs }, undefined, 2);
  if (to === undefined) say(text);
  else {
    await writeFile(to, `${text}\n`, { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
      throw new Complaint(`${to} cannot be written: ${error instanceof Error && 'code' in error ? String(error.code) : 'unknown trouble'}`);
    });
    if (!session.asJson) say(`Written to ${to}; only you can read it. It holds all of the person’s data: delete it when it is handed over.`);
  }
  await recordAct(session, { verb: 'export-person', subject: subjectOf(held) });
  return exitCodes.done;
}

/**
 * Takes the person out of ledger and Temporal, and keeps what stops anything from bringing them back: refusals and tombstones.
 * What works on somebody else goes on. Safe to repeat.
 */
export async function erasePerson(session: Session, address: string, { because, ...options }: OfCompany & { because: string }): Promise<number> {
  if (because.trim() === '') throw new Complaint('--because: say why, e.g. "asked for it by letter on 2026-05-04"');
  const { held, outside } = await lookUp(session, address, options);
  if (because.toLowerCase().includes(held.email)) throw new Complaint('--because is kept for ever: leave the address out of it');
  if (isNothing(held)) return sayNothing(session, held);
  if (!session.asJson) sayHeld(held, outside);
  if (!(await session.confirm('Take all of this out of ledger and Temporal for good?'))) throw new Complaint('nothing was erased', exitCodes.foundWrong);
  const left = await takeOut(session, held);
  const { rows, runs } = held;
  await recordAct(session, { verb: 'erase-person', subject: subjectOf(held), reason: because, after: JSON.stringify({ rows, histories: runs.length - left.length, outside }) });
  sayErased(session, held, outside, left);
  return left.length + held.unreadable.length > 0 || held.isCut ? exitCodes.foundWrong : exitCodes.done;
}

/** How far it is, is shown on a terminal only: what is printed may be piped into a file. */
async function lookUp(session: Session, address: string, { company: given, isQuiet = false }: OfCompany & { isQuiet?: boolean }): Promise<{ held: Held; outside: Outside[] }> {
  const company = companyOf(session, given);
  const email = normaliseEmail(address);
  if (email === undefined) throw new Complaint(`"${address}" is no e-mail address`);
  const progress = session.asJson || isQuiet || !process.stdout.isTTY ? undefined : progressLine();
  await session.ledger.exchanges.flush();
  const held = await gather(session, company, email, (text) => progress?.show(text));
  progress?.end();
  return { held, outside: await outsideOf(held, async (key) => (await session.ledger.records.find(key))?.targetId ?? null) };
}

/** Tombstones first: a step under way finds them. Then the runs; and once more what such a step has left meanwhile. Returns the runs that go on. */
async function takeOut({ ledger, ...session }: Session, { company, query, runs }: Held): Promise<HeldRun[]> {
  await noteErased(ledger, company, query.digests);
  await ledger.people.erase(query);
  const left = runs.filter(({ isRunning, isTheirs }) => isRunning && !isTheirs);
  const toDelete = runs.filter((run) => !left.includes(run));
  for (const run of toDelete) if (run.isRunning) await endRun(session, run);
  await deleteRuns(session, toDelete);
  await ledger.people.erase(query);
  return left;
}

const subjectOf = ({ person }: Held): string => `person:${person.slice(0, 16)}`;

function sayNothing(session: Session, { company }: Held): number {
  if (session.asJson) sayJson({ company, known: false });
  else say(`Nothing is known of this address at ${company}.`);
  return exitCodes.done;
}

function sayErased(session: Session, held: Held, outside: Outside[], left: HeldRun[]): void {
  if (session.asJson) return sayJson({ ...summaryOf(held, outside), erased: true, left: left.map(({ workflowId }) => workflowId) });
  say(`Erased: ${sumOf(held.rows)} rows of the ledger and ${held.runs.length - left.length} histories. Kept: what they said about mail, and tombstones, so that nothing brings them back.`);
  for (const { workflowId } of left) say(`${workflowId} still works on others and names them: repeat the command when it has ended.`);
  sayOutside(outside);
  if (outside.length > 0) say('\nErase them there by hand, as far as the law lets you: Waybill deletes nothing in other systems. An order that the shop already has is not imported again; a new one is.');
}

const sumOf = ({ consents: _kept, ...rows }: PersonRows): number => Object.values(rows).reduce((sum, count) => sum + count, 0);

function parsedOrText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
