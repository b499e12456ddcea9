/** `/users`: customers with an account and guests (contract shoper 4.1). */
import { flagOf, isEmail, readBody } from './bodies.ts';
import type { BodyReader } from './bodies.ts';
import { limits } from './limits.ts';
import { foldOf, listReply } from './lists.ts';
import type { Customer } from './model.ts';
import { overApi, removeCustomer, saveCustomer } from './people.ts';
import { ok } from './replies.ts';
import { present, requireUnlocked } from './resource.ts';
import type { Resource } from './resource.ts';
import { personKey } from './store.ts';
import type { World } from './store.ts';
import { columnsOf, customerView } from './views.ts';

const documentedFilters = ['firstname', 'lastname', 'email', 'discount', 'newsletter', 'active', 'lang_id', 'group_id', 'tags', 'additional_fields'];

export const users: Resource = {
  area: 'users',
  list: ({ world, params }) =>
    listReply(
      world.store.customers,
      { columns: columnsOf(world).customers, view: (row) => customerView(world, row), keyColumn: 'email', documented: documentedFilters, undocumented: world.switches.undocumentedFilters },
      params,
      world.switches,
    ),
  get: ({ world }, id) => ok(customerView(world, present(world.store.customers.get(id)))),
  create({ world, body }) {
    const customer = change(world, newCustomer(world.clock.now()), readBody(body), true);
    const id = world.store.customers.nextId();
    saveCustomer(world, { ...customer, id }, 'create', overApi);
    return ok(id);
  },
  update({ world, body }, id) {
    const customer = present(world.store.customers.get(id));
    requireUnlocked(world, 'users', id);
    saveCustomer(world, change(world, customer, readBody(body), false), 'edit', overApi);
    return ok(1);
  },
  remove({ world }, id) {
    const customer = present(world.store.customers.get(id));
    requireUnlocked(world, 'users', id);
    removeCustomer(world, customer, overApi);
    return ok(1);
  },
};

/** One with an account, as somebody else makes it for a person: nothing is confirmed. Its id is 0 until it is filed. */
export const newCustomer = (addedAt: number): Customer => ({
  id: 0,
  email: '',
  firstname: '',
  lastname: '',
  discount: '0.00',
  newsletter: false,
  active: true,
  isVerified: false,
  isRegistered: true,
  origin: 0,
  groupId: null,
  langId: 1,
  comment: '',
  fields: {},
  tags: [],
  addedAt,
  visitedAt: null,
});

/**
 * The customer with what the body says; fields outside the documented schema are passed over without a word.
 * @throws Refusal 400 naming every problem
 */
function change(world: World, customer: Customer, body: BodyReader, isNew: boolean): Customer {
  const email = body.text('email');
  if (isNew ? email === undefined && !body.has('email') : email === '') body.problem('email', 'required');
  if (email !== undefined && email !== '' && !isEmail(email)) body.problem('email', 'badEmail');
  if (email !== undefined && isTaken(world, email, customer.id)) body.problem('email', 'taken');
  const password = body.text('password');
  if (password !== undefined && password.length < limits.passwordLength) body.problem('password', 'shortPassword');
  const newsletter = world.switches.newsletterWrites === 'accepted' ? body.flag('newsletter') : undefined;
  const discount = readDiscount(body);
  const changed: Customer = {
    ...customer,
    email: email ?? customer.email,
    firstname: body.text('firstname') ?? customer.firstname,
    lastname: body.text('lastname') ?? customer.lastname,
    comment: body.text('comment') ?? customer.comment,
    discount: discount ?? customer.discount,
    newsletter: newsletter ?? customer.newsletter,
    active: body.flag('active') ?? customer.active,
    isVerified: body.flag('verify_email') ?? customer.isVerified,
    groupId: body.whole('group_id') ?? customer.groupId,
    fields: { ...customer.fields, ...readAnswers(world, body) },
    tags: tagsOf(body.text('tags')) ?? customer.tags,
  };
  body.check();
  return changed;
}

function isTaken({ store, switches }: World, email: string, ownId: number): boolean {
  const fold = foldOf(switches);
  return store.customers.find(personKey(email)).some((other) => other.id !== ownId && fold(other.email) === fold(email));
}

function readDiscount(body: BodyReader): string | undefined {
  const text = body.text('discount');
  if (text === undefined) return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) body.problem('discount', 'notNumber');
  return Number(text).toFixed(2);
}

/** A map from field id to value on write, though a list on read. */
function readAnswers({ store }: World, body: BodyReader): Record<number, string> {
  const answers: Record<number, string> = {};
  for (const [id, value] of Object.entries(body.map('additional_fields') ?? {})) {
    const field = store.fields.find((one) => String(one.id) === id);
    const answer = field?.type === 2 ? flagText(value) : plainText(value);
    if (field === undefined || answer === undefined) body.problem(`additional_fields.${id}`, 'unknownValue');
    else answers[field.id] = answer;
  }
  return answers;
}

function flagText(value: unknown): string | undefined {
  const flag = value === '' ? false : flagOf(value);
  return flag === undefined ? undefined : flag ? '1' : '0';
}

const plainText = (value: unknown): string | undefined => (typeof value === 'string' || typeof value === 'number' ? String(value) : undefined);

/** One string on write, a list on read. */
const tagsOf = (text: string | undefined): string[] | undefined => text?.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '');
