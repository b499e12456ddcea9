/** Who plays in the demo of contacts: some of the shop's people, and what the account knows of them from before. */
import type { Person, ShopTruth } from './systems.ts';
import { groups } from './settings.ts';

/** Addresses. */
export interface Cast {
  /** customers with the newsletter ticked; the account has the first one from before */
  unticks: [string, string];
  complains: string;
  deactivates: string;
  deletes: string;
  unsubscribes: string;
  asksByPhone: string;
}

export interface KnownContact {
  email: string;
  status: number | 'forgotten';
  groups: number[];
}

const isSubscriberAlone = ({ customers, subscribers }: Person): boolean => customers.length === 0 && subscribers.length === 1;
const isCustomerAlone = ({ customers, subscribers }: Person): boolean => subscribers.length === 0 && customers.length === 1 && (customers[0]?.isRegistered ?? false);

/**
 * Subscribers from the end of the shop's list, whom the export comes to last. Customers from its beginning: a box is known to have been ticked only
 * once its row was looked at.
 * @throws Error for a shop that is too small
 */
export function castOf({ people }: ShopTruth): { cast: Cast; known: KnownContact[] } {
  const late = people.toReversed();
  const subscribed = addresses(late.filter((one) => isSubscriberAlone(one) && one.subscribers[0]?.active));
  const inactive = addresses(late.filter((one) => isSubscriberAlone(one) && !one.subscribers[0]?.active));
  const ticked = addresses(people.filter((one) => isCustomerAlone(one) && one.customers[0]?.newsletter && one.customers[0].consent === true));
  const unticked = addresses(late.filter((one) => isCustomerAlone(one) && one.customers.every(({ newsletter, consent }) => !newsletter && consent !== true)));
  const [deactivates, deletes, unsubscribes, asksByPhone, refusedThere] = subscribed;
  const [first, second, complains, removed, blocked, forgotten] = ticked;
  if (refusedThere === undefined || forgotten === undefined || deactivates === undefined || deletes === undefined || unsubscribes === undefined || asksByPhone === undefined || first === undefined || second === undefined || complains === undefined) {
    throw new Error('the shop has too few people for the demo');
  }
  const confirmed = [deactivates, deletes, unsubscribes, asksByPhone, first, complains, ...inactive.slice(0, 3), ...unticked.slice(0, 3)];
  return {
    cast: { unticks: [first, second], complains, deactivates, deletes, unsubscribes, asksByPhone },
    known: [...confirmed.map((email) => knownAs(email, 8)), knownAs(refusedThere, 3), ...[removed, blocked].flatMap((email, at) => (email === undefined ? [] : [knownAs(email, at === 0 ? 3 : 7)])), knownAs(forgotten, 'forgotten')],
  };
}

const addresses = (some: readonly Person[]): string[] => some.map(({ email }) => email);
const knownAs = (email: string, status: KnownContact['status']): KnownContact => ({ email, status, groups: [groups.archive] });
