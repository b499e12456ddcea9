/** `/user-addresses`: the address book of customers (contract shoper 4.2). */
import { readBody } from './bodies.ts';
import type { BodyReader } from './bodies.ts';
import { listReply } from './lists.ts';
import type { Address } from './model.ts';
import { ok } from './replies.ts';
import { present } from './resource.ts';
import type { Resource } from './resource.ts';
import type { World } from './store.ts';
import { addressColumns, shown } from './views.ts';

const view = (address: Address) => shown(addressColumns, address);

/** A change of an address is no event of the shop. */
export const addresses: Resource = {
  area: 'users',
  list: ({ world, params }) => listReply(world.store.addresses, { columns: addressColumns, view, keyColumn: 'user_id' }, params, world.switches),
  get: ({ world }, id) => ok(view(present(world.store.addresses.get(id)))),
  create({ world, body }) {
    const address = change(world, { ...emptyAddress, id: 0 }, readBody(body), true);
    const id = world.store.addresses.nextId();
    file(world, { ...address, id });
    return ok(id);
  },
  update({ world, body }, id) {
    file(world, change(world, present(world.store.addresses.get(id)), readBody(body), false));
    return ok(1);
  },
  remove({ world }, id) {
    present(world.store.addresses.get(id));
    world.store.addresses.remove(id);
    return ok(1);
  },
};

export const emptyAddress: Omit<Address, 'id'> = {
  userId: 0,
  name: '',
  company: '',
  pesel: '',
  firstname: '',
  lastname: '',
  street1: '',
  street2: '',
  city: '',
  zip: '',
  state: '',
  country: 'Polska',
  countryCode: 'PL',
  isDefault: false,
  isShippingDefault: false,
  phone: '',
  taxNumber: '',
};

/** A customer has one default address. */
export function file({ store }: Pick<World, 'store'>, address: Address): void {
  if (address.isDefault) for (const other of store.addresses.find(String(address.userId))) if (other.isDefault) store.addresses.put({ ...other, isDefault: false });
  store.addresses.put(address);
}

function change({ store }: World, address: Address, body: BodyReader, isNew: boolean): Address {
  const userId = body.whole('user_id');
  if (isNew && userId === undefined) body.problem('user_id', 'required');
  if (userId !== undefined && store.customers.get(userId) === undefined) body.problem('user_id', 'unknownValue');
  const text = (field: string, old: string): string => body.text(field) ?? old;
  const changed: Address = {
    ...address,
    userId: userId ?? address.userId,
    name: text('address_name', address.name),
    company: text('company_name', address.company),
    pesel: text('pesel', address.pesel),
    firstname: text('firstname', address.firstname),
    lastname: text('lastname', address.lastname),
    street1: text('street_1', address.street1),
    street2: text('street_2', address.street2),
    city: text('city', address.city),
    zip: text('zip_code', address.zip),
    state: text('state', address.state),
    country: text('country', address.country),
    countryCode: text('country_code', address.countryCode),
    isDefault: body.flag('default') ?? address.isDefault,
    isShippingDefault: body.flag('shipping_default') ?? address.isShippingDefault,
    phone: text('phone', address.phone),
    taxNumber: text('tax_identification_number', address.taxNumber),
  };
  body.check();
  return changed;
}
