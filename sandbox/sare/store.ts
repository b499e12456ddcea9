/** The account's state, and what surrounds it while it is open. */
import type { SandboxClock } from '../kernel/sandbox.ts';
import { statusIds } from './model.ts';
import type { ConfirmationMail, Contact, Deletion, Group, Incident } from './model.ts';
import type { GroupWish, TraitWish } from './options.ts';
import type { Switches } from './switches.ts';
import type { WebhookSender } from './webhooks.ts';
import type { Write } from './write-log.ts';

export interface Store {
  /** by key */
  contacts: Map<string, Contact>;
  groups: Map<number, Group>;
  /** custom traits: type by name */
  traits: Map<string, string>;
  deleted: Deletion[];
  incidents: Incident[];
  confirmationMails: ConfirmationMail[];
  writes: Write[];
  /** made when a hash is asked for, dropped when somebody comes or goes */
  byHash: Map<string, Contact> | undefined;
}

export interface World {
  clock: SandboxClock;
  uid: string;
  key: string;
  salt: string;
  switches: Switches;
  store: Store;
  webhooks: WebhookSender;
}

/** An account without contacts. */
export function createStore(groups: readonly GroupWish[], traits: readonly TraitWish[]): Store {
  return {
    contacts: new Map(),
    groups: new Map(groups.map(({ id, name }) => [id, { id, name, members: new Set<Contact>(), listed: undefined }])),
    traits: new Map(traits.map(({ name, type }) => [name, type])),
    deleted: [],
    incidents: [],
    confirmationMails: [],
    writes: [],
    byHash: undefined,
  };
}

/** Addresses are compared without case. */
export const keyOf = ({ email, gsm }: { email: string; gsm: string }): string => (email === '' ? gsm : email.toLowerCase());

export const findContact = ({ store }: World, address: string): Contact | undefined => store.contacts.get(address.toLowerCase());

/** Anybody the API shows: a forgotten one only where the switch says so. */
export function findShown(world: World, address: string): Contact | undefined {
  const contact = findContact(world, address);
  return contact !== undefined && isShown(world, contact) ? contact : undefined;
}

export const isShown = ({ switches }: World, { status }: Contact): boolean => status !== 'forgotten' || switches.forgotten === 'shown';

export const isBlocked = ({ status }: Contact): boolean => status === statusIds.blocked;
