/** The account as judges read it: everything, always in the same form. The schema is for readers in other processes. */
import { z } from 'zod';
import { actors, incidentKinds, isStatus } from './model.ts';
import type { Contact, ContactStatus, Hand } from './model.ts';
import type { World } from './store.ts';
import { events } from './webhooks.ts';

/** ISO 8601 UTC */
const instant = z.string();
const traits = z.record(z.string(), z.string());
/** a number from 2 to 8, or forgotten */
const status = z.union([z.number().refine(isStatus), z.literal('forgotten')]).transform((value): ContactStatus => (isStatus(value) ? value : 'forgotten'));
/** `request` is the number in the request log; null unless the API did it */
const hand = { by: z.enum(actors), request: z.number().nullable() };

export const trueContactSchema = z.object({
  /** as first written; empty for one known by its number only */
  email: z.string(),
  gsm: z.string(),
  status,
  groups: z.array(z.number()),
  name: z.string(),
  prop: traits,
  prop_cust: traits,
  comment: z.string(),
  mailTypes: z.array(z.string()),
  createdAt: instant,
  modifiedAt: instant,
  /** oldest first; the first one, from null, is the record's beginning */
  history: z.array(z.object({ at: instant, from: status.nullable(), to: status, ...hand })),
  confirmationMails: z.number(),
});

export const sareTruthSchema = z.object({
  account: z.object({ uid: z.string(), salt: z.string() }),
  groups: z.array(z.object({ id: z.number(), name: z.string(), contacts: z.number() })),
  props: z.array(z.object({ name: z.string(), type: z.string() })),
  /** in the order in which they came */
  contacts: z.array(trueContactSchema),
  /** addresses in lower case, in this and the two below */
  deleted: z.array(z.object({ at: instant, email: z.string(), status, ...hand })),
  confirmationMails: z.array(z.object({ at: instant, email: z.string(), request: z.number().nullable() })),
  /** what the API was made to do that a mailing platform should not */
  incidents: z.array(z.object({ at: instant, email: z.string(), kind: z.enum(incidentKinds), what: z.string(), ...hand })),
  webhooks: z.object({ active: z.boolean(), urls: z.partialRecord(z.enum(events), z.array(z.string())) }),
});

export type SareTruth = z.output<typeof sareTruthSchema>;
export type TrueContact = z.output<typeof trueContactSchema>;

export function readTruth({ store, uid, salt, webhooks }: World): SareTruth {
  return {
    account: { uid, salt },
    groups: [...store.groups.values()].map(({ id, name, members }) => ({ id, name, contacts: members.size })),
    props: [...store.traits].map(([name, type]) => ({ name, type })),
    contacts: [...store.contacts.values()].map(trueContact),
    deleted: store.deleted.map(dated),
    confirmationMails: store.confirmationMails.map(dated),
    incidents: store.incidents.map(dated),
    webhooks: { active: webhooks.settings.active, urls: { ...webhooks.settings.urls } },
  };
}

export function trueContact(contact: Contact): TrueContact {
  const { email, gsm, status: now, groups, name, prop, propCust, comment, mailTypes, createdAt, modifiedAt, history, confirmationMails } = contact;
  return {
    email,
    gsm,
    status: now,
    groups: [...groups],
    name,
    prop: { ...prop },
    prop_cust: { ...propCust },
    comment,
    mailTypes: [...mailTypes],
    createdAt: iso(createdAt),
    modifiedAt: iso(modifiedAt),
    history: history.map(dated),
    confirmationMails,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
const dated = <T extends { at: number } & Partial<Hand>>(entry: T): Omit<T, 'at'> & { at: string } => ({ ...entry, at: iso(entry.at) });
