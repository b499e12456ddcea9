/** People and organisations (contract roapp 4.4): the same calls under two paths. Nothing keeps a phone or an e-mail unique. */
import type { Context, Hono } from 'hono';
import { changeContact, createContact, deleteContact, mergeContacts } from './contact-writes.ts';
import { Refusal } from './errors.ts';
import { addComment } from './order-writes.ts';
import { findByPhones } from './phone-filter.ts';
import { instants, integers, isAmong, isIn, pageOf, sortOf, texts } from './query.ts';
import { checkCustomFields, checkEmployee, checkRequiredFields, clientNamed } from './references.ts';
import { nameOf, renderContact } from './render.ts';
import { doneReply, listReply, writeReply } from './replies.ts';
import type { Contact } from './store.ts';
import { commentSchema, mergeSchema, newOrganizationSchema, newPersonSchema, organizationChangeSchema, personChangeSchema, readBody, type ContactChange } from './validator.ts';
import type { World } from './world.ts';

export function mountContacts(app: Hono, world: World): void {
  mountKind(app, world, { path: '/contacts/people', isOrganization: false, newSchema: newPersonSchema, changeSchema: personChangeSchema });
  mountKind(app, world, { path: '/contacts/organizations', isOrganization: true, newSchema: newOrganizationSchema, changeSchema: organizationChangeSchema });
}

type Kind =
  | { path: string; isOrganization: false; newSchema: typeof newPersonSchema; changeSchema: typeof personChangeSchema }
  | { path: string; isOrganization: true; newSchema: typeof newOrganizationSchema; changeSchema: typeof organizationChangeSchema };

function mountKind(app: Hono, world: World, { path, isOrganization, newSchema, changeSchema }: Kind): void {
  const render = (contact: Contact) => renderContact(contact, world.variety);
  const named = (context: Context): Contact => contactOf(world, context, isOrganization);

  app.get(path, (context) => listReply(listContacts(world, context, isOrganization), pageOf(context, world.switches.honourLimit), render));
  app.post(path, async (context) => {
    const body = await readBody(context, newSchema);
    checkContact(world, body);
    if (!isOrganization) checkRequiredFields(world.store.personFields, body.custom_fields);
    const contact = createContact(world, isOrganization, body);
    return writeReply(world, contact.id, () => render(contact), { status: world.variety.pick([201, 200]), alwaysId: true });
  });
  app.get(`${path}/:id`, (context) => Response.json(render(named(context))));
  app.patch(`${path}/:id`, async (context) => {
    const contact = named(context);
    const body = await readBody(context, changeSchema);
    checkContact(world, body);
    changeContact(world, contact, body);
    return writeReply(world, contact.id, () => render(contact));
  });
  app.delete(`${path}/:id`, (context) => {
    deleteContact(world, named(context));
    return doneReply(world);
  });
  app.post(`${path}/:id/merge`, async (context) => {
    const keep = named(context);
    const { ids } = await readBody(context, mergeSchema);
    for (const contact of ids.map((id) => clientNamed(world, 'ids', id))) if (contact !== keep) mergeContacts(world, keep, contact);
    return writeReply(world, keep.id, () => render(keep));
  });
  app.post(`${path}/:id/comments`, async (context) => {
    const contact = named(context);
    const { comment, is_private: isPrivate } = await readBody(context, commentSchema);
    addComment(world, contact, { text: comment, isPrivate });
    return doneReply(world);
  });
}

/** 404 with an empty text/plain body. */
function contactOf(world: World, context: Context, isOrganization: boolean): Contact {
  const contact = world.store.contacts.get(Number(context.req.param('id')));
  if (!contact || contact.isOrganization !== isOrganization) throw new Refusal(404, '', { silent: 'text' });
  return contact;
}

function checkContact(world: World, body: ContactChange): void {
  checkEmployee(world, 'manager_id', body.manager_id);
  checkCustomFields(world.store.personFields, body.custom_fields);
}

function listContacts(world: World, context: Context, isOrganization: boolean): Contact[] {
  const names = texts(context, 'names')?.map((name) => name.toLowerCase());
  const emails = world.switches.honourEmailsFilter ? texts(context, 'emails')?.map((email) => email.toLowerCase()) : undefined;
  const managers = integers(context, 'managers');
  const createdAt = instants(context, 'created_at');
  const modifiedAt = instants(context, 'modified_at');
  const withPhone = findByPhones(world.store, texts(context, 'phones'), world.switches.phoneFilter);
  const { field, descending } = sortOf(context, ['id', 'modified_at', 'name'], { field: 'id', descending: true });

  const candidates = withPhone ? [...withPhone].flatMap((id) => world.store.contacts.get(id) ?? []) : [...world.store.contacts.values()];
  const found = candidates.filter(
    (contact) =>
      contact.isOrganization === isOrganization &&
      (names === undefined || names.some((name) => nameOf(contact).toLowerCase().includes(name))) &&
      (emails === undefined || emails.includes(contact.email.toLowerCase())) &&
      isAmong(managers, contact.managerId) &&
      isIn(createdAt, contact.createdAt) &&
      isIn(modifiedAt, contact.modifiedAt),
  );
  // the map is in the order of ids already
  if (withPhone || field !== 'id') found.sort((a, b) => compare(a, b, field) || a.id - b.id);
  return descending ? found.toReversed() : found;
}

function compare(a: Contact, b: Contact, field: 'id' | 'modified_at' | 'name'): number {
  if (field === 'name') return nameOf(a).localeCompare(nameOf(b));
  return field === 'id' ? a.id - b.id : a.modifiedAt - b.modifiedAt;
}
