/** The lists of the comparison before the first start: what shop and mailing system hold of the same addresses (decision on S). */
import type { Comparison } from '../domain/contact-ports.ts';
import type { TargetStatus } from './contact-drivers.ts';
import type { Item } from './contact-item.ts';

/** So many addresses are shown of each list; all are counted. */
const shown = 20;

const isInactive = (item: Item): boolean => item.listed.rows.some(({ kind, isOptedIn }) => kind === 'subscriber' && !isOptedIn);
const isUnknown = (item: Item): boolean => !isInactive(item) && item.listed.rows.every(({ isOptedIn }) => !isOptedIn);
const listOf = (some: readonly Item[]) => ({ count: some.length, some: some.slice(0, shown).map(({ email }) => email) });

/** Of one page. @param statuses by address, of those that the mailing system knows */
export function comparisonOf(items: readonly Item[], statuses: ReadonlyMap<string, TargetStatus>): Comparison {
  const there = (item: Item, state: TargetStatus['state']): boolean => statuses.get(item.email)?.state === state;
  return {
    addresses: items.length,
    knownThere: items.filter(({ email }) => statuses.has(email)).length,
    refusedHereConfirmedThere: listOf(items.filter((item) => isInactive(item) && there(item, 'granted'))),
    unknownHereConfirmedThere: listOf(items.filter((item) => isUnknown(item) && there(item, 'granted'))),
    refusedThere: items.filter((item) => there(item, 'refused')).length,
    inactiveSubscribers: items.filter(isInactive).length,
  };
}
