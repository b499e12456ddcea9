/**
 * Everything that is held of a person of a company (N23). An address leads to digests, histories and bodies; those lead to phones and to the records
 * that are theirs; and these to more histories and bodies. A phone that another address has as well leads nowhere: it may be somebody else's.
 */
import { digitsOf } from '../../domain/customer.ts';
import type { ConsentEntry } from '../../ledger/contact-ledger.ts';
import type { PersonContent } from '../../ledger/person-content.ts';
import type { PersonQuery, PersonRows, RecordKey } from '../../ledger/ledger.ts';
import { orderOf } from '../../workflows/messages.ts';
import type { Session } from '../session.ts';
import { placesOf, type Places } from './places.ts';
import { listRuns, openRuns, type OpenedRun, type Run } from './runs.ts';
import { isCorrectedTo, ordersIn, ownerIn, toldIn, waysToWrite, type Told } from './told.ts';

export interface Held {
  company: string;
  email: string;
  /** of the e-mail address */
  person: string;
  places: Places;
  phones: string[];
  /** found with them, and with other addresses, too */
  sharedPhones: string[];
  /** orders that are theirs */
  records: RecordKey[];
  query: PersonQuery;
  rows: PersonRows;
  content: PersonContent;
  /** whose histories name them, or work on their records */
  runs: HeldRun[];
  /** sealed with a key that is not configured */
  unreadable: Run[];
  /** older runs than were read */
  isCut: boolean;
  standing: string;
  story: ConsentEntry[];
}

export interface HeldRun extends Run {
  /** the order it works on, if that is theirs */
  isTheirs: boolean;
  texts: string[];
}

export async function gather(session: Session, company: string, email: string, onProgress: (text: string) => void): Promise<Held> {
  const { ledger } = session;
  const places = await placesOf(session, company);
  const digest = (kind: string, text: string): string => ledger.crypto.digest(company, kind, text);
  const person = digest('email', email);
  const texts = (phones: string[]) => ({ words: [...new Set([email, encodeURIComponent(email), ...phones.flatMap(waysToWrite)])], integrations: places.integrations.map(({ id }) => id), connections: places.connections.map(({ id }) => id) });
  const read = async (query: PersonQuery): Promise<PersonContent> => ledger.people.read(query);

  const { runs: listed, isCut } = await listRuns(session);
  const isOurs = (run: OpenedRun): boolean => isOf(run, company, places, session);
  const first = lookFor(texts([]).words, isOurs);
  await openRuns(session, listed, first.look, (done) => onProgress(`${done} of ${listed.length} histories read`));
  const byAddress = await read({ digests: [person], texts: texts([]) });
  const { phones, shared } = phonesOf(email, [...first.told.values(), ...bodiesOf(byAddress).flatMap(toldIn)]);

  const query = { digests: [person, ...phones.flatMap((phone) => [digest('phone', phone), digest('phone', digitsOf(phone))])], texts: texts(phones) };
  const second = lookFor(query.texts.words, isOurs);
  const unreadable = await openRuns(session, listed, second.look, (done) => onProgress(`${done} of ${listed.length} histories read, by phone as well`));
  const records = ownedIn(email, phones, second.found, await read(query));
  const whole: PersonQuery = { ...query, records };
  const [rows, content, story, standing] = await Promise.all([ledger.people.find(whole), read(whole), ledger.consents.story(company, person, 'email'), ledger.consents.standing(company, [person], 'email')]);
  const owned = new Set([...records, ...content.pageEntries.map(({ integration, sourceId }) => ({ integration, sourceId }))].map(({ integration, sourceId }) => `${integration}:${sourceId}`));
  const runs = [...second.found, ...(await reopened(session, second.named, owned, second.found))];
  return { company, email, person, places, phones, sharedPhones: shared, records, query: whole, rows, content, runs: runs.map((run) => ({ ...run, isTheirs: owned.has(placeOf(run.workflowId)) })), unreadable, isCut, standing: standing.get(person) ?? 'unknown', story };
}

export const isNothing = ({ rows, runs }: Pick<Held, 'rows' | 'runs'>): boolean => runs.length === 0 && Object.values(rows).every((count) => count === 0);

function placeOf(workflowId: string): string {
  const order = orderOf(workflowId);
  return order === undefined ? '' : `${order.integration}:${order.sourceId}`;
}

/** Runs on orders of theirs that do not name them, as one from before an address was corrected: opened once more, for what they hold. */
async function reopened(session: Session, named: Map<Run, string[]>, owned: Set<string>, found: readonly Run[]): Promise<OpenedRun[]> {
  const known = new Set(found.map(({ runId }) => runId));
  const runs = [...named].filter(([run, orders]) => !known.has(run.runId) && orders.some((order) => owned.has(order))).map(([run]) => run);
  const opened: OpenedRun[] = [];
  await openRuns(session, runs, (run) => opened.push(run), () => undefined);
  return opened;
}

interface Looking {
  look: (run: OpenedRun) => void;
  found: OpenedRun[];
  told: Map<string, Told>;
  /** the orders that each run's input names */
  named: Map<Run, string[]>;
}

/** Keeps what names the person, and whom anything is about that has a phone: each once. */
function lookFor(words: readonly string[], isOurs: (run: OpenedRun) => boolean): Looking {
  const wanted = words.map((word) => word.toLowerCase());
  const found: OpenedRun[] = [];
  const told = new Map<string, Told>();
  const named = new Map<Run, string[]>();
  const look = (run: OpenedRun): void => {
    if (!isOurs(run)) return;
    const { workflowId, runId, type, isRunning } = run;
    const orders = ordersIn(run.input);
    if (orders.length > 0) named.set({ workflowId, runId, type, isRunning }, orders);
    for (const one of run.texts.flatMap(toldIn)) if (one.phones.length > 0) told.set(JSON.stringify(one), one);
    const texts = run.texts.filter((text) => wanted.some((word) => text.toLowerCase().includes(word)));
    if (texts.length > 0) found.push({ ...run, texts });
  };
  return { look, found, told, named };
}

function phonesOf(email: string, told: Told[]): { phones: string[]; shared: string[] } {
  const theirs = new Set(told.filter((one) => one.email === email).flatMap(({ phones }) => phones));
  const others = new Set(told.filter((one) => one.email !== email && one.email !== '').flatMap(({ phones }) => phones.map(digitsOf)));
  const isShared = (phone: string): boolean => others.has(digitsOf(phone));
  return { phones: [...theirs].filter((phone) => !isShared(phone)), shared: [...theirs].filter(isShared) };
}

/** A run's company stands in its input; where only its connection does, that one's counts. */
function isOf({ input }: OpenedRun, company: string, { connections }: Places, { config }: Pick<Session, 'config'>): boolean {
  const owner = ownerIn(input);
  if (owner.company !== undefined) return owner.company === company;
  return owner.connection === undefined ? config.companies.length === 1 : connections.some(({ id }) => id === owner.connection);
}

/** An order is theirs if it, or what we sent for it, is about them. Words that merely name them, as in a refusal of another's order, do not count. */
function ownedIn(email: string, phones: string[], runs: OpenedRun[], { exchanges, records, acts }: PersonContent): RecordKey[] {
  const digits = new Set(phones.map(digitsOf));
  const isAbout = (text: string | null): boolean => {
    const told = text === null ? [] : toldIn(text);
    const isAnonymous = told.every((one) => one.email === '');
    return told.some((one) => one.email === email || (isAnonymous && one.phones.some((phone) => digits.has(digitsOf(phone)))));
  };
  const owned = new Map<string, RecordKey>();
  const own = (workflowId: string): void => {
    const order = orderOf(workflowId);
    if (order !== undefined) owned.set(workflowId, { ...order, kind: 'order' });
  };
  for (const run of runs) if (run.texts.some(isAbout)) own(run.workflowId);
  for (const { integration, record, request } of exchanges) if (integration !== null && isAbout(request)) own(record.replace(/^order:/, `order:${integration}:`));
  for (const { integration, sourceId, content, edits } of records) if (isAbout(content) || (edits !== null && isCorrectedTo(email, edits))) own(`order:${integration}:${sourceId}`);
  for (const { verb, subject, reason, after } of acts) if (verb === 'edit' && reason === 'customer.email' && after?.trim().toLowerCase() === email) own(subject);
  return [...owned.values()];
}

const bodiesOf = ({ exchanges, records, pageEntries }: PersonContent): string[] => [...exchanges.flatMap(({ request, reply }) => [request, reply]), ...records.map(({ content }) => content), ...pageEntries.map(({ body }) => body)].filter((body) => body !== null);
