/** Creating, changing, merging and deleting people and organisations, for the API and for staff. */
import { emitClient, emitOrder } from './events.ts';
import { changeClient, keepContact, nextId, ordersOf, removeContact, type Contact } from './store.ts';
import type { ContactChange } from './validator.ts';
import { nowOf, type World } from './world.ts';

/** Always a new record: an existing phone or e-mail does not matter. */
export function createContact(world: World, isOrganization: boolean, input: ContactChange, by: number = world.store.apiEmployeeId): Contact {
  const now = nowOf(world);
  const contact: Contact = {
    id: nextId(world.store, 'contact'),
    isOrganization,
    name: '',
    firstName: '',
    lastName: '',
    email: '',
    phones: [],
    address: '',
    notes: '',
    birthday: null,
    supplier: false,
    managerId: null,
    adCampaignId: null,
    discountCode: '',
    customFields: {},
    tags: [],
    taxIdentificationNumber: '',
    createdAt: now,
    modifiedAt: now,
    comments: [],
  };
  changeContact(world, contact, input);
  emitClient(world, 'Client.Created', contact, by);
  return contact;
}

/** What is undefined stays as it is. */
export function changeContact(world: World, contact: Contact, change: ContactChange): void {
  contact.name = change.name ?? contact.name;
  contact.firstName = change.first_name ?? contact.firstName;
  contact.lastName = change.last_name ?? contact.lastName;
  contact.email = change.email ?? contact.email;
  contact.phones = change.phones ?? contact.phones;
  contact.address = change.address ?? contact.address;
  contact.notes = change.notes ?? contact.notes;
  contact.birthday = change.birthday === undefined ? contact.birthday : change.birthday;
  contact.supplier = change.supplier ?? contact.supplier;
  contact.managerId = change.manager_id === undefined ? contact.managerId : change.manager_id;
  contact.adCampaignId = change.ad_campaign_id === undefined ? contact.adCampaignId : change.ad_campaign_id;
  contact.discountCode = change.discount_code ?? contact.discountCode;
  contact.customFields = { ...contact.customFields, ...change.custom_fields };
  contact.tags = change.tags ?? contact.tags;
  contact.taxIdentificationNumber = change.tax_identification_number ?? contact.taxIdentificationNumber;
  contact.modifiedAt = nowOf(world);
  keepContact(world.store, contact);
}

/** Orders and phones go over to the one that is kept; the other is gone, with its id. */
export function mergeContacts(world: World, keep: Contact, remove: Contact, by: number = world.store.apiEmployeeId): void {
  for (const order of ordersOf(world.store, remove.id)) {
    changeClient(world.store, order, keep.id);
    emitOrder(world, 'Order.Client.Changed', order, by, { old: { id: remove.id }, now: { id: keep.id } });
  }
  const known = new Set(keep.phones.map(({ phone }) => phone));
  const phones = [...keep.phones, ...remove.phones.filter(({ phone }) => !known.has(phone))];
  changeContact(world, keep, { phones, email: keep.email === '' ? remove.email : keep.email });
  removeContact(world.store, remove, keep.id);
  emitClient(world, 'Client.Deleted', remove, by);
}

export function deleteContact(world: World, contact: Contact, by: number = world.store.apiEmployeeId): void {
  removeContact(world.store, contact, null);
  emitClient(world, 'Client.Deleted', contact, by);
}
