/** Every change of a contact goes through here, so that its history, its groups and the webhooks stay true. */
import { isRefusal, isStatus, statusIds } from './model.ts';
import type { Contact, ContactStatus, Hand, Incident, Traits } from './model.ts';
import { keyOf } from './store.ts';
import type { World } from './store.ts';

/** What may be said of a contact; what is left out stays as it is. */
export interface ContactData {
  gsm?: string | undefined;
  name?: string | undefined;
  prop?: Traits | undefined;
  propCust?: Traits | undefined;
  mailTypes?: string[] | undefined;
  comment?: string | undefined;
}

export type NewContact = ContactData & { email: string; status: ContactStatus; groups: readonly number[]; at?: number };

/** Throws nothing: the caller has seen that nobody has this key. */
export function addContact(world: World, { email, status, groups, at: given, ...data }: NewContact, hand: Hand): Contact {
  const at = given ?? world.clock.now();
  const contact: Contact = {
    key: keyOf({ email, gsm: data.gsm ?? '' }),
    email,
    gsm: '',
    name: '',
    status,
    groups: [],
    prop: {},
    propCust: {},
    mailTypes: [],
    comment: '',
    createdAt: at,
    modifiedAt: at,
    history: [{ at, from: null, to: status, ...hand }],
    confirmationMails: 0,
  };
  world.store.contacts.set(contact.key, contact);
  world.store.byHash = undefined;
  fillIn(contact, data, false);
  joinGroups(world, contact, groups);
  return contact;
}

/** Overwrites what is given. An empty text clears only if told so; with `mayClear` false it is as if it had been left out. */
export function fillIn(contact: Contact, { gsm, name, prop, propCust, mailTypes, comment }: ContactData, mayClear: boolean): void {
  const text = (given: string | undefined, present: string): string => (given === undefined || (given === '' && !mayClear) ? present : given);
  contact.gsm = contact.email === '' ? text(gsm || undefined, contact.gsm) : text(gsm, contact.gsm); // a number that is the key cannot go
  contact.name = text(name, contact.name);
  contact.comment = text(comment, contact.comment);
  contact.mailTypes = mailTypes ?? contact.mailTypes;
  fillTraits(contact.prop, prop, mayClear);
  fillTraits(contact.propCust, propCust, mayClear);
}

function fillTraits(present: Traits, given: Traits | undefined, mayClear: boolean): void {
  for (const [name, value] of Object.entries(given ?? {})) {
    if (value !== '') present[name] = value;
    else if (mayClear) delete present[name];
  }
}

/** Setting the status that is there already leaves no trace. */
export function setStatus(world: World, contact: Contact, to: ContactStatus, hand: Hand): void {
  const from = contact.status;
  if (from === to) return;
  contact.status = to;
  contact.history.push({ at: touch(world, contact), from, to, ...hand });
  if (hand.by !== 'api') return;
  if (isRefusal(from) && !isRefusal(to)) note(world, contact, hand, { kind: 're-subscribed', what: `${from} → ${to}` });
  const isOptOut = isStatus(to) && isRefusal(to) && to !== statusIds.blocked;
  if (isOptOut && world.switches.apiOptOutsSendWebhook) world.webhooks.tell('unsubscribe', contact);
}

export function joinGroups(world: World, contact: Contact, ids: readonly number[]): void {
  for (const id of ids) {
    const group = world.store.groups.get(id);
    if (group === undefined || group.members.has(contact)) continue;
    group.members.add(contact);
    group.listed = undefined;
    contact.groups.push(id);
  }
}

export function leaveGroups(world: World, contact: Contact, ids: readonly number[]): void {
  for (const id of ids) {
    const group = world.store.groups.get(id);
    if (group === undefined || !group.members.delete(contact)) continue;
    group.listed = undefined;
    contact.groups = contact.groups.filter((other) => other !== id);
  }
}

/** Into these groups and out of all others. */
export function moveTo(world: World, contact: Contact, ids: readonly number[], hand: Hand): void {
  const left = contact.groups.filter((id) => !ids.includes(id));
  leaveGroups(world, contact, left);
  joinGroups(world, contact, ids);
  if (left.length > 0 && hand.by === 'api') note(world, contact, hand, { kind: 'moved out of groups', what: left.join(', ') });
}

/** Irreversible; the address stays known to the platform, and to the truth, so that nobody brings it back. */
export function forget(world: World, contact: Contact, hand: Hand): void {
  setStatus(world, contact, 'forgotten', hand);
  leaveGroups(world, contact, contact.groups);
  Object.assign(contact, { gsm: '', name: '', comment: '', prop: {}, propCust: {}, mailTypes: [] } satisfies ContactData);
}

/** The record goes, and what it knew of a refusal goes with it. */
export function deleteContact(world: World, contact: Contact, hand: Hand): void {
  leaveGroups(world, contact, contact.groups);
  world.store.contacts.delete(contact.key);
  world.store.byHash = undefined;
  world.store.deleted.push({ at: world.clock.now(), email: contact.key, status: contact.status, ...hand });
  if (isRefusal(contact.status)) note(world, contact, hand, { kind: 'refusal deleted', what: String(contact.status) });
}

export function sendConfirmation(world: World, contact: Contact, { request }: Hand): void {
  contact.confirmationMails += 1;
  world.store.confirmationMails.push({ at: world.clock.now(), email: contact.key, request });
}

/** The instant of the change. */
export function touch({ clock }: World, contact: Contact): number {
  contact.modifiedAt = clock.now();
  return contact.modifiedAt;
}

function note({ store, clock }: World, { key }: Contact, hand: Hand, incident: Pick<Incident, 'kind' | 'what'>): void {
  store.incidents.push({ at: clock.now(), email: key, ...incident, ...hand });
}
