/** `waybill consent`, `opt-out` and `opt-in`: a person's story, and an operator's word for a person (N3, S9). */
import { normaliseEmail } from '../domain/contact.ts';
import { recordAct } from './act.ts';
import { tellWishes } from './contact-runs.ts';
import { getExport } from './integration.ts';
import { bad, bold, Complaint, exitCodes, good, say, sayJson, sayTable } from './print.ts';
import type { Session } from './session.ts';

const channel = 'email';

function addressOf(text: string): string {
  const email = normaliseEmail(text);
  if (email === undefined) throw new Complaint(`"${text}" is no e-mail address`);
  return email;
}

/** One company is the answer where there is only one. */
export function companyOf({ config }: Pick<Session, 'config'>, given: string | undefined): string {
  const known = config.companies.map(({ id }) => id);
  if (given === undefined && known.length === 1) return known[0] ?? '';
  if (given !== undefined && known.includes(given)) return given;
  throw new Complaint(`--company: expected one of ${known.join(', ')}`);
}

/** What is known of a person's wish, oldest first, and what holds. The address is kept nowhere for this question. */
export async function consent(session: Session, address: string, { company: given }: { company?: string }): Promise<number> {
  const company = companyOf(session, given);
  const person = session.ledger.crypto.digest(company, 'email', addressOf(address));
  const story = await session.ledger.consents.story(company, person, channel);
  const state = (await session.ledger.consents.standing(company, [person], channel)).get(person) ?? 'unknown';
  if (session.asJson) sayJson({ company, state, story: story.map(({ person: _person, ...entry }) => ({ ...entry, recordedAt: iso(entry.recordedAt), earliest: iso(entry.earliest), latest: iso(entry.latest) })) });
  else {
    say(`${bold(company)}: ${state === 'granted' ? good('granted') : state === 'refused' ? bad('refused') : state}`);
    if (story.length === 0) say('Nothing is known of this address.');
    else sayTable(['recorded', 'said', 'by', 'from', 'when it was said', 'wording or proof'], story.map((entry) => [iso(entry.recordedAt), entry.cause === undefined ? entry.state : `${entry.state} (${entry.cause})`, entry.by, entry.source, whenOf(entry), entry.wording ?? '']));
  }
  return exitCodes.done;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const whenOf = ({ earliest, latest }: { earliest: number; latest: number }): string => (earliest === latest ? iso(latest) : earliest === 0 ? `before ${iso(latest)}` : `${iso(earliest)} to ${iso(latest)}`);

/** Recorded at once, whatever is under way; carried to both sides by the worker. */
export async function optOut(session: Session, id: string, address: string, { because }: { because?: string }): Promise<number> {
  const person = await recordOptOut(session, id, address, because === undefined ? {} : { because });
  return sayDone(session, person, 'recorded as refused; it is carried to both systems ahead of everything else');
}

/** Who it is: the keyed digest. */
export async function recordOptOut(session: Session, id: string, address: string, { because }: { because?: string }): Promise<string> {
  const { ref } = getExport(session, id);
  const email = addressOf(address);
  const person = session.ledger.crypto.digest(ref.company, 'email', email);
  const at = await session.ledger.clock.now();
  await session.ledger.consents.add({ company: ref.company, person, channel, source: 'operator', state: 'refused', by: 'operator', earliest: at, latest: at, ...(because === undefined ? {} : { wording: because }) });
  await session.ledger.contacts.putAddresses(ref.id, [{ person, email, isRefusalThere: false, withdrawal: 'due' }]);
  await recordAct(session, { verb: 'opt-out', subject: `person:${person.slice(0, 16)}`, ...(because === undefined ? {} : { reason: because }) });
  await tellWishes(session, ref, [person]);
  return person;
}

/** Only with proof: what the person did, and when. */
export async function optIn(session: Session, id: string, address: string, { proof }: { proof: string }): Promise<number> {
  const { ref } = getExport(session, id);
  if (proof.trim() === '') throw new Complaint('--proof: say how the person asked for it, e.g. "form signed in the shop on 2026-05-04"');
  const email = addressOf(address);
  const person = session.ledger.crypto.digest(ref.company, 'email', email);
  const at = await session.ledger.clock.now();
  await session.ledger.consents.add({ company: ref.company, person, channel, source: 'operator', state: 'granted', by: 'person', earliest: at, latest: at, wording: proof });
  await session.ledger.contacts.putAddresses(ref.id, [{ person, email, withdrawal: null }]);
  await recordAct(session, { verb: 'opt-in', subject: `person:${person.slice(0, 16)}`, reason: proof });
  await tellWishes(session, ref, [person]);
  return sayDone(session, person, 'recorded as granted, with the proof; the mailing system is told');
}

function sayDone(session: Session, person: string, what: string): number {
  if (session.asJson) sayJson({ person, done: what });
  else say(what);
  return exitCodes.done;
}
