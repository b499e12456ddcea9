/** What people do in mails and in the panel, and what the vendor's support switches: the control surface's actions, by name. */
import { z } from 'zod';
import { addContact, deleteContact, fillIn, forget, moveTo, setStatus, touch } from './changes.ts';
import { addGroup, dropGroup } from './groups.ts';
import { isAddress } from './items.ts';
import { statusIds } from './model.ts';
import type { Contact, Hand, Status } from './model.ts';
import { statusSchema } from './seed.ts';
import { findContact } from './store.ts';
import type { World } from './store.ts';
import { switchesSchema } from './switches.ts';
import { trueContact } from './truth.ts';
import { events } from './webhooks.ts';
import type { Event } from './webhooks.ts';
import { listWrites, writesQuery } from './write-log.ts';

type Actions = Record<string, (input: unknown) => unknown>;

/** Every action takes one object and throws an Error that says what is wrong with it; those on a contact answer with its truth. */
export function createActions(world: World): Actions {
  return { ...personActions(world), ...panelActions(world), ...accountActions(world), ...judgeActions(world) };
}

const person: Hand = { by: 'person', request: null };
const panel: Hand = { by: 'panel', request: null };
const system: Hand = { by: 'system', request: null };

const email = z.string();
/** whether the account's webhook for it is sent, where one is set and active */
const withWebhook = (byDefault: boolean) => z.strictObject({ email, webhook: z.boolean().default(byDefault) });

/** What the people who got a mail do, and what comes back by itself. */
function personActions(world: World): Actions {
  const change = (to: Status, hand: Hand, event: Event) =>
    action(withWebhook(true), ({ email: address, webhook }) => {
      const contact = openContact(world, address);
      setStatus(world, contact, to, hand);
      if (webhook) world.webhooks.tell(event, contact);
      return trueContact(contact);
    });
  const tell = (event: Event) => action(z.strictObject({ email }), (input) => world.webhooks.tell(event, openContact(world, input.email)));
  return {
    unsubscribe: change(statusIds.removed, person, 'unsubscribe'),
    'request-removal': change(statusIds.removeRequested, person, 'unsubscribe'),
    complain: change(statusIds.removed, person, 'unsubscribe'),
    bounce: action(withWebhook(true).extend({ hard: z.boolean().default(true) }), ({ email: address, webhook, hard }) => {
      const contact = openContact(world, address);
      if (hard) setStatus(world, contact, statusIds.removed, system);
      if (webhook) world.webhooks.tell('bounce', contact);
      return trueContact(contact);
    }),
    confirm: action(z.strictObject({ email }), (input) => {
      const contact = openContact(world, input.email);
      if (contact.status === statusIds.blocked) throw new Error(`${input.email} is blocked: only an operator unblocks it`);
      setStatus(world, contact, statusIds.confirmed, person);
      return trueContact(contact);
    }),
    open: tell('open'),
    click: tell('click'),
  };
}

const traits = z.record(z.string(), z.string());
const data = {
  gsm: z.string().regex(/^(\+\d{8,})?$/).optional(),
  name: z.string().optional(),
  prop: traits.optional(),
  prop_cust: traits.optional(),
  comment: z.string().optional(),
};
const ids = z.array(z.number().int());

/** What an operator does in the panel; by default no webhook tells of it. */
function panelActions(world: World): Actions {
  return {
    block: action(withWebhook(false), (input) => setByHand(world, { ...input, status: statusIds.blocked })),
    'set-status': action(withWebhook(false).extend({ status: statusSchema }), (input) => setByHand(world, input)),
    forget: action(withWebhook(false), (input) => setByHand(world, { ...input, status: 'forgotten' })),
    'add-contact': action(z.strictObject({ ...data, email: email.refine(isAddress), status: statusSchema.default(statusIds.confirmed), groups: ids.default([]) }), ({ prop_cust: propCust, ...wish }) => {
      if (findContact(world, wish.email) !== undefined) throw new Error(`${wish.email} is there already`);
      wish.groups.forEach((id) => groupNamed(world, id));
      return trueContact(addContact(world, { ...wish, propCust }, panel));
    }),
    /** an empty text clears; `groups` replaces the present ones */
    'edit-contact': action(z.strictObject({ ...data, email, groups: ids.optional() }), ({ email: address, groups, prop_cust: propCust, ...change }) => {
      const contact = openContact(world, address);
      touch(world, contact);
      fillIn(contact, { ...change, propCust }, true);
      if (groups !== undefined) moveTo(world, contact, groups, panel);
      return trueContact(contact);
    }),
    'delete-contact': action(z.strictObject({ email }), (input) => deleteContact(world, openContact(world, input.email), panel)),
    'add-group': action(z.strictObject({ id: z.number().int().min(1), name: z.string() }), ({ id, name }) => {
      if (world.store.groups.has(id)) throw new Error(`group ${id} is there already`);
      addGroup(world, id, name);
    }),
    'remove-group': action(z.strictObject({ id: z.number().int() }), ({ id }) => dropGroup(world, groupNamed(world, id))),
    'add-prop': action(z.strictObject({ name: z.string(), type: z.string().default('text') }), ({ name, type }) => void world.store.traits.set(name, type)),
    'remove-prop': action(z.strictObject({ name: z.string() }), ({ name }) => void world.store.traits.delete(name)),
  };
}

function setByHand(world: World, { email: address, status, webhook }: { email: string; status: z.output<typeof statusSchema>; webhook: boolean }) {
  const contact = openContact(world, address);
  if (webhook) world.webhooks.tell('unsubscribe', contact);
  if (status === 'forgotten') forget(world, contact, panel);
  else setStatus(world, contact, status, panel);
  return trueContact(contact);
}

function accountActions(world: World): Actions {
  return {
    switches: action(z.record(z.string(), z.unknown()), (input) => (world.switches = switchesSchema.parse({ ...world.switches, ...input }))),
    'set-key': action(z.strictObject({ uid: z.string().regex(/^\d{3,}$/).optional(), key: z.string().optional() }), ({ uid, key }) => {
      world.uid = uid ?? world.uid;
      world.key = key ?? world.key;
    }),
    /** `active` is the vendor's support's to give; `urls` replaces the addresses of the events it names */
    webhooks: action(z.strictObject({ active: z.boolean().optional(), urls: z.partialRecord(z.enum(events), z.array(z.url({ protocol: /^https?$/ }))).optional() }), ({ active, urls }) => {
      const { settings } = world.webhooks;
      settings.active = active ?? settings.active;
      settings.urls = { ...settings.urls, ...urls };
      return settings;
    }),
  };
}

/** Looks that cost less than the whole truth. */
function judgeActions(world: World): Actions {
  return {
    /** null: nobody */
    contact: action(z.strictObject({ email }), (input) => {
      const contact = findContact(world, input.email);
      return contact === undefined ? null : trueContact(contact);
    }),
    writes: action(writesQuery, (query) => listWrites(world.store.writes, query)),
  };
}

const action =
  <Schema extends z.ZodType>(schema: Schema, run: (input: z.output<Schema>) => unknown) =>
  (input: unknown): unknown =>
    run(schema.parse(input ?? {}));

/** One that may still be changed. */
function openContact(world: World, address: string): Contact {
  const contact = findContact(world, address);
  if (contact === undefined) throw new Error(`${address} is not there`);
  if (contact.status === 'forgotten') throw new Error(`${address} is forgotten for good`);
  return contact;
}

function groupNamed({ store }: World, id: number) {
  const group = store.groups.get(id);
  if (group === undefined) throw new Error(`group ${id} is not there`);
  return group;
}
