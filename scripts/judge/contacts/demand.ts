/**
 * What the rules demand of a person on both sides in the end (decisions on S), in the judge's own words: nothing of the product's own arithmetic is used.
 * The operator's answers are: an inactive subscriber has refused, a refusal found in the shop is written over a confirmed contact.
 */
import { isRefusing, refusing, type Act } from './acts.ts';
import type { Mailed, TruePerson } from './people.ts';
import { groups } from './settings.ts';

export interface Demand {
  email: string;
  /** false: nobody of the shop that is exported; then the account must not have come to know the address by us */
  isExported: boolean;
  /** one of these statuses in the account */
  statuses: readonly Mailed['status'][];
  mustJoin: readonly number[];
  mayBeIn: readonly number[];
  /** trait → value in the account; what is not named may be anything */
  traits: Readonly<Record<string, string>>;
  /** the refusal came from outside the shop alone: what the shop's API can write must say so, too. What one row of the shop refused leaves the others */
  isCarriedToShop: boolean;
  hasRefused: boolean;
  /** as it stood in the account before; blocked ones are neither overwritten nor filled in */
  isBlocked: boolean;
}

export interface Known {
  email: string;
  /** as it was when the export first met the person */
  first: TruePerson;
  now: TruePerson;
  /** in the account before the export */
  before: Mailed | undefined;
  act: Act | undefined;
}

export const refusedStatuses: readonly Mailed['status'][] = [2, 3, 4, 7];

type Customer = TruePerson['customers'][number];
const wantsMail = ({ newsletter, consent }: Customer): boolean => newsletter || consent === true;
/** Guests only with the newsletter ticked. */
const isExported = (row: Customer): boolean => row.isRegistered || wantsMail(row);

export function demandOf({ email, first, now, before, act }: Known): Demand {
  const exported = first.customers.filter(isExported);
  const refusal = act !== undefined && isRefusing(act.kind) ? refusing[act.kind] : undefined;
  const isRefusedThere = before !== undefined && refusedStatuses.includes(before.status);
  const isInactive = first.subscribers.some(({ active }) => !active);
  const hasRefused = refusal !== undefined || isRefusedThere || isInactive;
  const joined = [...(exported.length > 0 ? [groups.customer] : []), ...(first.subscribers.length > 0 ? [groups.subscriber] : [])];
  const here = [...(now.customers.some(isExported) ? [groups.customer] : []), ...(now.subscribers.length > 0 ? [groups.subscriber] : [])];
  return {
    email,
    isExported: joined.length > 0,
    statuses: statusesOf({ exported, first, before, act, hasRefused }),
    mustJoin: here,
    mayBeIn: [...new Set([...joined, ...here, ...(before?.groups ?? [])])],
    traits: traitsOf(now),
    isCarriedToShop: (refusal === 'elsewhere' || isRefusedThere) && !isInactive,
    hasRefused,
    isBlocked: before?.status === 7 || act?.kind === 'block',
  };
}

function statusesOf({ exported, first, before, act, hasRefused }: { exported: readonly Customer[]; first: TruePerson; before: Mailed | undefined; act: Act | undefined; hasRefused: boolean }): Demand['statuses'] {
  if (act?.kind === 'block') return [7];
  if (before !== undefined && (!hasRefused || refusedStatuses.includes(before.status))) return [before.status]; // S8
  if (hasRefused) return refusedStatuses;
  const isConfirmed = exported.some((row) => wantsMail(row) && row.isVerified) || first.subscribers.some(({ active }) => active);
  return [isConfirmed ? 8 : 6];
}

const languages: Readonly<Record<number, string>> = { 1: 'pl_PL', 2: 'en_US', 3: 'de_DE' };

/** An empty value changes nothing (S5). */
function traitsOf({ customers, subscribers }: TruePerson): Record<string, string> {
  const traits: Record<string, string> = {};
  for (const { langId } of subscribers) traits['language'] = languages[langId] ?? '';
  for (const { firstname, lastname, addresses } of customers.filter(isExported)) {
    traits['name'] = firstname;
    traits['prop1'] = lastname;
    traits['city'] = addresses.find(({ isDefault }) => isDefault)?.city ?? '';
  }
  return Object.fromEntries(Object.entries(traits).filter(([, value]) => value !== ''));
}
