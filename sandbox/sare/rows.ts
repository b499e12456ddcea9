/** Contacts as replies show them (contract sare 4.2, our reading). */
import type { Contact } from './model.ts';
import type { World } from './store.ts';

/** What the panel calls it; the API's own word is not known. */
const forgottenWord = 'zapomniany RODO';

export function statusIn({ switches }: World, { status, key }: Contact): number | string {
  if (status === 'forgotten') return forgottenWord;
  const asText = switches.statusForm === 'text' || (switches.statusForm === 'mixed' && (key.charCodeAt(0) + key.length) % 2 === 0);
  return asText ? String(status) : status;
}

export const statusRow = (world: World, contact: Contact) => ({ email: contact.email, status: statusIn(world, contact) });

export function contactRow(world: World, contact: Contact) {
  const { email, gsm, name, groups, prop, propCust } = contact;
  return { email, status: statusIn(world, contact), gsm, name, groups, prop, prop_cust: propCust };
}
