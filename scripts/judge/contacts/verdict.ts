/** The simulated systems' truths against what the rules demand: person by person, and over every write the account ever got. */
import type { Act } from './acts.ts';
import { demandOf, type Demand, type Known } from './demand.ts';
import type { Mailed, Truths, TruePerson } from './people.ts';
import { groups } from './settings.ts';
import { indexWrites, judgeRefusal, promptMs, type Outage, type Writes } from './writes.ts';

export interface Verdict {
  missing: number;
  wrongStatus: number;
  wrongTraits: number;
  wrongGroup: number;
  confirmedAfterRefusal: number;
  lateRefusals: number;
  /** people who refused in any way */
  refusals: number;
  /** requests under way when the refusal was recorded, told apart from `confirmedAfterRefusal` by at most a second */
  edge: number;
  /** of a refusal to its writing, outages left out */
  slowestMs: number;
  /** each failure in words, without an address */
  findings: string[];
}

export interface Evidence {
  before: Truths;
  after: Truths;
  acts: readonly Act[];
  writes: Writes;
  outages: readonly Outage[];
  /** ms of the ledger's clock at which a refusal of this address was first recorded */
  refusedAt: ReadonlyMap<string, number>;
  /** a name for an address that tells nobody who it is */
  nameOf: (email: string) => string;
}

const nobody = (email: string): TruePerson => ({ email, customers: [], subscribers: [] });

export function judgeContacts(evidence: Evidence): Verdict {
  const { before, after, acts, writes, outages, refusedAt, nameOf } = evidence;
  const verdict: Verdict = { missing: 0, wrongStatus: 0, wrongTraits: 0, wrongGroup: 0, confirmedAfterRefusal: 0, lateRefusals: 0, refusals: 0, edge: 0, slowestMs: 0, findings: [] };
  const actOf = new Map(acts.map((act) => [act.email, act]));
  const sent = indexWrites(writes);
  for (const email of new Set([...before.people.keys(), ...after.people.keys(), ...after.mailed.keys()])) {
    const now = after.people.get(email) ?? nobody(email);
    const first = before.people.get(email) ?? now;
    const known: Known = { email, first, now, before: before.mailed.get(email), act: actOf.get(email) };
    const person: Person = { demand: demandOf(known), known, contact: after.mailed.get(email), find: (words) => void verdict.findings.push(`person ${nameOf(email)} (${rowsOf(first, known.act)}): ${words}`) };
    judgePerson(verdict, person);
    const at = refusedAt.get(email);
    if (at !== undefined) judgeWrites(verdict, person, judgeRefusal({ at, contact: person.contact }, sent.get(email) ?? [], outages));
  }
  return verdict;
}

interface Person {
  demand: Demand;
  known: Known;
  contact: Mailed | undefined;
  find: (words: string) => void;
}

const rowsOf = ({ customers, subscribers }: TruePerson, act: Act | undefined): string =>
  [...customers.map(({ id }) => `customer ${id}`), ...subscribers.map(({ id }) => `subscriber ${id}`), ...(act === undefined ? [] : [`${act.kind}, ${act.isTold ? 'told' : 'not told'}`])].join(', ') || 'not of the shop';

function judgePerson(verdict: Verdict, { demand, known, contact, find }: Person): void {
  if (demand.hasRefused) verdict.refusals += 1;
  if (!demand.isExported) {
    if (contact === undefined || known.before?.status === contact.status) return;
    verdict.wrongStatus += 1;
    return find(known.before === undefined ? 'is in the account and must not be' : `status ${known.before.status} became ${contact.status}`);
  }
  if (contact === undefined) {
    verdict.missing += 1;
    return find('not in the account');
  }
  const wrongStatus = [...(demand.statuses.includes(contact.status) ? [] : [`status ${contact.status} instead of ${demand.statuses.join(' or ')}`]), ...wrongInShop(demand, known.now)];
  if (wrongStatus.length > 0) verdict.wrongStatus += 1;
  const wrongGroups = demand.isBlocked ? [] : wrongGroupsOf(demand, contact);
  if (wrongGroups.length > 0) verdict.wrongGroup += 1;
  const wrongTraits = demand.isBlocked ? [] : wrongTraitsOf(demand, contact);
  if (wrongTraits.length > 0) verdict.wrongTraits += 1;
  [...wrongStatus, ...wrongGroups, ...wrongTraits].forEach(find);
}

/** The newsletter box is not the API's to write; subscribers and the consent field are (contract shoper 4.6). */
function wrongInShop({ isCarriedToShop }: Demand, { customers, subscribers }: TruePerson): string[] {
  if (!isCarriedToShop) return [];
  return [...subscribers.filter(({ active }) => active).map(({ id }) => `subscriber ${id} is active in the shop after a refusal elsewhere`), ...customers.filter(({ consent }) => consent === true).map(({ id }) => `customer ${id} has the consent field set after a refusal elsewhere`)];
}

function wrongGroupsOf({ mustJoin, mayBeIn }: Demand, contact: Mailed): string[] {
  const missing = mustJoin.filter((group) => !contact.groups.includes(group)).map((group) => `not in group ${group}`);
  const surplus = contact.groups.filter((group) => !mayBeIn.includes(group) && (group === groups.customer || group === groups.subscriber)).map((group) => `in group ${group}`);
  return [...missing, ...surplus];
}

function wrongTraitsOf({ traits }: Demand, { name, prop, prop_cust: own }: Mailed): string[] {
  const there: Record<string, string> = { ...own, ...prop, name };
  return Object.keys(traits).filter((trait) => there[trait] !== traits[trait]).map((trait) => `trait ${trait} is not what the shop has`);
}

function judgeWrites(verdict: Verdict, { find }: Person, { confirmed, edge, tookMs }: ReturnType<typeof judgeRefusal>): void {
  verdict.confirmedAfterRefusal += confirmed;
  verdict.edge += edge;
  verdict.slowestMs = Math.max(verdict.slowestMs, tookMs);
  if (confirmed > 0) find(`${confirmed} requests confirmed after the refusal was recorded`);
  if (tookMs <= promptMs) return;
  verdict.lateRefusals += 1;
  find(`refused in the account ${(tookMs / 1_000).toFixed(1)} s after the refusal`);
}
