/** What people do in the shop and in its panel, and what its owner changes: the control surface's actions, by name. */
import { z } from 'zod';
import { file, emptyAddress } from './addresses.ts';
import { webhookEvents } from './limits.ts';
import { frameQuery, lifecycleSchema, sendLifecycle } from './lifecycle.ts';
import type { Address, Customer, Subscriber } from './model.ts';
import { areas, levels } from './options.ts';
import { removeCustomer, removeSubscriber, saveCustomer, saveSubscriber } from './people.ts';
import type { Doing } from './people.ts';
import { consentFieldId, personKey } from './store.ts';
import type { World } from './store.ts';
import { newSubscriber } from './subscribers.ts';
import { switchesSchema } from './switches.ts';
import type { Table } from './table.ts';
import { truthOf } from './truth.ts';
import { newCustomer } from './users.ts';

type Actions = Record<string, (input: unknown) => unknown>;

/** Every action takes one object and throws an Error that says what is wrong with it. */
export function createActions(world: World): Actions {
  return { ...customerActions(world), ...subscriberActions(world), ...shopActions(world), ...applicationActions(world), ...world.deliveries.actions };
}

const id = z.number().int();
/** a row by its id or its address in any case; `tell: false` loses the webhooks of it */
const target = { id: id.optional(), email: z.string().optional(), tell: z.boolean().default(true) };
const doing = ({ tell }: { tell: boolean }): Doing => ({ by: 'people', tell });

const customerContent = {
  firstname: z.string().optional(),
  lastname: z.string().optional(),
  comment: z.string().optional(),
  discount: z.string().optional(),
  newsletter: z.boolean().optional(),
  active: z.boolean().optional(),
  isVerified: z.boolean().optional(),
  isRegistered: z.boolean().optional(),
  groupId: id.nullable().optional(),
  langId: id.optional(),
  tags: z.array(z.string()).optional(),
};
const fields = z.record(z.coerce.number<string>().int(), z.string()).optional();

function customerActions(world: World): Actions {
  const changing = (change: (customer: Customer) => Customer, input: Target): unknown => {
    const customer = change(rowOf(world.store.customers, 'customer', input));
    saveCustomer(world, customer, 'edit', doing(input));
    return { id: customer.id, email: customer.email };
  };
  return {
    'create-customer': action(z.strictObject({ email: z.string(), tell: target.tell, ...customerContent, fields }), ({ email, tell, fields: answers, ...content }) => {
      const customer = { ...newCustomer(world.clock.now()), ...given(content), email, fields: answers ?? {}, id: world.store.customers.nextId() };
      saveCustomer(world, customer, 'create', doing({ tell }));
      return { id: customer.id, email };
    }),
    'edit-customer': action(z.strictObject({ ...target, newEmail: z.string().optional(), ...customerContent, fields }), ({ newEmail, fields: answers, id: wanted, email, tell, ...content }) =>
      changing((customer) => ({ ...customer, ...given(content), email: newEmail ?? customer.email, fields: { ...customer.fields, ...answers } }), { id: wanted, email, tell }),
    ),
    'set-newsletter': action(z.strictObject({ ...target, newsletter: z.boolean() }), ({ newsletter, ...input }) => changing((customer) => ({ ...customer, newsletter }), input)),
    /** the consent that is an additional field; null: as if it was never answered */
    'set-consent-field': action(z.strictObject({ ...target, field: id.default(consentFieldId), value: z.string().nullable() }), ({ field, value, ...input }) =>
      changing((customer) => ({ ...customer, fields: answered(customer.fields, field, value) }), input),
    ),
    'delete-customer': action(z.strictObject(target), (input) => {
      const customer = rowOf(world.store.customers, 'customer', input);
      removeCustomer(world, customer, doing(input));
      return { id: customer.id, email: customer.email };
    }),
    /** the default address is made where there is none. No webhook tells of it */
    'set-address': action(z.strictObject({ id: target.id, email: target.email, phone: z.string().optional(), city: z.string().optional(), zip: z.string().optional(), company: z.string().optional(), countryCode: z.string().optional() }), ({ id: wanted, email, ...content }) =>
      setAddress(world, rowOf(world.store.customers, 'customer', { id: wanted, email }), content),
    ),
  };
}

function answered(answers: Customer['fields'], field: number, value: string | null): Customer['fields'] {
  const others = Object.fromEntries(Object.entries(answers).filter(([other]) => other !== String(field)));
  return value === null ? others : { ...others, [field]: value };
}

function setAddress({ store }: World, { id: userId, firstname, lastname }: Customer, content: { [K in keyof Address]?: Address[K] | undefined }): { id: number } {
  const old = store.addresses.find(String(userId)).find(({ isDefault }) => isDefault);
  const address: Address = { ...(old ?? { ...emptyAddress, id: store.addresses.nextId(), userId, firstname, lastname, isDefault: true, isShippingDefault: true }), ...given(content) };
  file({ store }, address);
  return { id: address.id };
}

function subscriberActions(world: World): Actions {
  const changing = (change: (subscriber: Subscriber) => Subscriber, input: Target): unknown => {
    const subscriber = change(rowOf(world.store.subscribers, 'subscriber', input));
    saveSubscriber(world, subscriber, 'edit', doing(input));
    return { id: subscriber.id, email: subscriber.email };
  };
  return {
    subscribe: action(z.strictObject({ email: z.string(), active: z.boolean().optional(), langId: id.optional(), groups: z.array(id).optional(), tell: target.tell }), ({ email, tell, ...content }) => {
      const subscriber = { ...newSubscriber(world.store, world.clock.now()), ...given(content), email, id: world.store.subscribers.nextId() };
      saveSubscriber(world, subscriber, 'create', doing({ tell }));
      return { id: subscriber.id, email };
    }),
    'set-subscriber': action(z.strictObject({ ...target, active: z.boolean() }), ({ active, ...input }) => changing((subscriber) => ({ ...subscriber, active }), input)),
    'edit-subscriber': action(z.strictObject({ ...target, newEmail: z.string().optional(), langId: id.optional(), groups: z.array(id).optional() }), ({ newEmail, langId, groups, ...input }) =>
      changing((subscriber) => ({ ...subscriber, ...given({ langId, groups }), email: newEmail ?? subscriber.email }), input),
    ),
    'delete-subscriber': action(z.strictObject(target), (input) => {
      const subscriber = rowOf(world.store.subscribers, 'subscriber', input);
      removeSubscriber(world, subscriber, doing(input));
      return { id: subscriber.id, email: subscriber.email };
    }),
  };
}

function shopActions(world: World): Actions {
  const row = z.strictObject({ resource: z.enum(['users', 'subscribers']), id });
  return {
    switches: action(z.record(z.string(), z.unknown()), (input) => (world.switches = switchesSchema.parse({ ...world.switches, ...input }))),
    /** somebody edits the row in the panel: writes over the API answer 409 */
    lock: action(row, ({ resource, id: wanted }) => void world.store.locked.add(`${resource} ${wanted}`)),
    unlock: action(row.partial(), ({ resource, id: wanted }) => void (resource === undefined ? world.store.locked.clear() : world.store.locked.delete(`${resource} ${wanted}`))),
    /** one person with all rows, where the whole truth would be too much */
    person: action(z.strictObject({ email: z.string() }), ({ email }) => truthOf(world, email)),
    /** how many rows there are; how many are ticked or active */
    counts: () => countsOf(world),
  };
}

function countsOf({ store }: World) {
  const customers = store.customers.ids().flatMap((one) => store.customers.get(one) ?? []);
  const subscribers = store.subscribers.ids().flatMap((one) => store.subscribers.get(one) ?? []);
  const people = new Set([...customers, ...subscribers].map(({ email }) => personKey(email)));
  return { customers: customers.length, ticked: customers.filter(({ newsletter }) => newsletter).length, subscribers: subscribers.length, activeSubscribers: subscribers.filter(({ active }) => active).length, people: people.size };
}

function applicationActions(world: World): Actions {
  const ladder = z.enum(levels);
  const rights = z.partialRecord(z.enum(areas), ladder);
  return {
    /** ends tokens, those of the panel included; of one application ("admin" or a client id) or of all */
    'end-tokens': action(z.strictObject({ application: z.string().optional() }), ({ application }) => world.access.endAll(application)),
    'set-login': action(z.strictObject({ login: z.string().optional(), password: z.string().optional() }), (input) => void Object.assign(world.access.admin, given(input))),
    /** what an application ("admin" or a client id) may do from now on; areas that are not named stay */
    'set-rights': action(z.strictObject({ application: z.string(), rights }), ({ application, rights: change }) => {
      const old = world.access.rights.get(application);
      if (old === undefined) throw new Error(`no application ${application}; there are: ${[...world.access.rights.keys()].join(', ')}`);
      const now = { ...old, ...change };
      world.access.rights.set(application, now);
      return now;
    }),
    lifecycle: action(lifecycleSchema, (input) => sendLifecycle(world, input)),
    'frame-query': action(z.strictObject({ place: z.string().default('admin-configuration') }), ({ place }) => ({ query: frameQuery(world, place) })),
    /** a webhook that the application declares in the App Store; its deliveries are signed with the derived secret */
    'declare-webhook': action(z.strictObject({ url: z.url(), secret: z.string(), events: z.array(z.enum(webhookEvents)).min(1) }), (input) => {
      const made = world.store.webhooks.nextId();
      world.store.webhooks.put({ ...input, id: made, active: true, format: 0, madeBy: 'app store' });
      return { id: made };
    }),
    'remove-webhook': action(z.strictObject({ id }), (input) => {
      if (!world.store.webhooks.remove(input.id)) throw new Error(`webhook ${input.id} is not there`);
    }),
  };
}

interface Target {
  id?: number | undefined;
  email?: string | undefined;
  tell: boolean;
}

function rowOf<Row extends { id: number; email: string }>(table: Table<Row>, what: string, { id: wanted, email }: Omit<Target, 'tell'>): Row {
  const row = wanted === undefined ? table.find(personKey(email ?? ''))[0] : table.get(wanted);
  if (row === undefined) throw new Error(`${what} ${wanted ?? 'with this address'} is not there`);
  return row;
}

/** Without what was not said. */
function given<T extends object>(input: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in input) {
    const value = input[key];
    if (isSaid(value)) kept[key] = value;
  }
  return kept;
}

const isSaid = <V>(value: V): value is Exclude<V, undefined> => value !== undefined;

const action =
  <Schema extends z.ZodType>(schema: Schema, run: (input: z.output<Schema>) => unknown) =>
  (input: unknown): unknown =>
    run(schema.parse(input ?? {}));
