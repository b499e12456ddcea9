/** Rows as the API shows them: scalars as text, their columns under the vendor's names (contract shoper 4). */
import { localText } from './dates.ts';
import type { Columns } from './lists.ts';
import type { AdditionalField, Address, Customer, Language, Subscriber, SubscriberGroup } from './model.ts';
import type { Row } from './replies.ts';
import type { Store, World } from './store.ts';

const flag = (value: boolean): string => (value ? '1' : '0');

export function shown<T>(columns: Columns<T>, row: T): Row {
  return Object.fromEntries(Object.entries(columns).map(([name, read]) => [name, read(row)]));
}

const customerColumns = (zone: string): Columns<Customer> => ({
  user_id: ({ id }) => String(id),
  login: () => '',
  date_add: ({ addedAt }) => localText(addedAt, zone),
  lastvisit: ({ visitedAt }) => localText(visitedAt, zone),
  verify_email: ({ isVerified }) => flag(isVerified),
  origin: ({ origin }) => String(origin),
  registered: ({ isRegistered }) => flag(isRegistered),
  groups: ({ groupId }) => (groupId === null ? [] : [groupId]),
  group_id: ({ groupId }) => (groupId === null ? null : String(groupId)),
  additional_fields: ({ fields }) => fields,
  tags: ({ tags }) => tags,
  firstname: ({ firstname }) => firstname,
  lastname: ({ lastname }) => lastname,
  email: ({ email }) => email,
  discount: ({ discount }) => discount,
  newsletter: ({ newsletter }) => flag(newsletter),
  active: ({ active }) => flag(active),
  lang_id: ({ langId }) => String(langId),
  comment: ({ comment }) => comment,
});

interface PeopleColumns {
  customers: Columns<Customer>;
  subscribers: Columns<Subscriber>;
}

const columnsByZone = new Map<string, PeopleColumns>();

/** Made once per zone: they are asked for with every row. */
export function columnsOf({ shop: { timeZone } }: Pick<World, 'shop'>): PeopleColumns {
  const columns = columnsByZone.get(timeZone) ?? { customers: customerColumns(timeZone), subscribers: subscriberColumns(timeZone) };
  columnsByZone.set(timeZone, columns);
  return columns;
}

export function customerView(world: Pick<World, 'shop' | 'store'>, customer: Customer): Row {
  return { ...shown(columnsOf(world).customers, customer), additional_fields: answersOf(world.store, customer) };
}

/** Only fields that were answered; a field that the shop no longer has is not shown. */
function answersOf({ fields }: Store, customer: Customer): Row[] {
  return fields
    .filter(({ id }) => customer.fields[id] !== undefined)
    .map(({ id, type, locate, isRequired, isActive, order }) => ({
      field_id: String(id),
      type: String(type),
      locate: String(locate),
      req: flag(isRequired),
      active: flag(isActive),
      order: String(order),
      field_value: customer.fields[id],
      value: customer.fields[id],
    }));
}

const subscriberColumns = (zone: string): Columns<Subscriber> => ({
  subscriber_id: ({ id }) => String(id),
  email: ({ email }) => email,
  active: ({ active }) => flag(active),
  lang_id: ({ langId }) => String(langId),
  groups: ({ groups }) => groups,
  dateadd: ({ addedAt }) => localText(addedAt, zone),
});

export const subscriberView = (world: Pick<World, 'shop'>, subscriber: Subscriber): Row => shown(columnsOf(world).subscribers, subscriber);

export const addressColumns: Columns<Address> = {
  address_book_id: ({ id }) => String(id),
  user_id: ({ userId }) => String(userId),
  address_name: ({ name }) => name,
  company_name: ({ company }) => company,
  pesel: ({ pesel }) => pesel,
  firstname: ({ firstname }) => firstname,
  lastname: ({ lastname }) => lastname,
  street_1: ({ street1 }) => street1,
  street_2: ({ street2 }) => street2,
  city: ({ city }) => city,
  zip_code: ({ zip }) => zip,
  state: ({ state }) => state,
  country: ({ country }) => country,
  country_code: ({ countryCode }) => countryCode,
  default: ({ isDefault }) => flag(isDefault),
  shipping_default: ({ isShippingDefault }) => flag(isShippingDefault),
  phone: ({ phone }) => phone,
  sortkey: ({ lastname, firstname }) => `${lastname} ${firstname}`.trim(),
  tax_identification_number: ({ taxNumber }) => taxNumber,
};

export const groupColumns: Columns<SubscriberGroup> = {
  group_id: ({ id }) => String(id),
  name: ({ name }) => name,
  auto_add: ({ isAutomatic }) => flag(isAutomatic),
};

export const languageColumns: Columns<Language> = {
  lang_id: ({ id }) => String(id),
  locale: ({ locale }) => locale,
  active: ({ isActive }) => flag(isActive),
};

export const fieldColumns: Columns<AdditionalField> = {
  field_id: ({ id }) => String(id),
  type: ({ type }) => String(type),
  locate: ({ locate }) => String(locate),
  req: ({ isRequired }) => flag(isRequired),
  active: ({ isActive }) => flag(isActive),
  order: ({ order }) => String(order),
  checked: ({ isChecked }) => flag(isChecked),
  translations: ({ names, options }) =>
    Object.fromEntries(Object.entries(names).map(([locale, name]) => [locale, { name, description: name, ...(options.length > 0 && { options: options.map(({ id, value }) => ({ option_id: String(id), value })) }) }])),
};
