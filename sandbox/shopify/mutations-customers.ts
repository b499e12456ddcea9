/** Customers over the API: create, update, upsert (contract shopify 4, 7). */
import { z } from 'zod';
import { addressOf, addressSchema } from './address-writes.ts';
import { createCustomer, customerChanged, customerCreated } from './customer-writes.ts';
import { inOneEvent } from './events.ts';
import { numberOf } from './gid.ts';
import type { Customer } from './model.ts';
import { consentFault, consentOf, consentSchema } from './mutations-consent.ts';
import type { Reading } from './reading.ts';
import { customerView } from './view-customer.ts';
import type { World } from './world.ts';

const text = z.string().nullish();
const inputSchema = z.object({
  id: text,
  email: text,
  phone: text,
  firstName: text,
  lastName: text,
  note: text,
  locale: text,
  tags: z.array(z.string()).nullish(),
  addresses: z.array(addressSchema).nullish(),
  emailMarketingConsent: consentSchema.nullish(),
  smsMarketingConsent: consentSchema.nullish(),
});
type Input = z.output<typeof inputSchema>;

interface Fault {
  field: string[] | null;
  message: string;
  code: string;
}

/** Stored as E.164: a number without a country belongs to the shop's. Undefined: no phone. */
function normalPhone(phone: string): string | undefined {
  const digits = phone.replaceAll(/[\s().-]/g, '');
  if (/^\+[1-9]\d{7,14}$/.test(digits)) return digits;
  if (/^00[1-9]\d{7,14}$/.test(digits)) return `+${digits.slice(2)}`;
  return /^\d{9}$/.test(digits) ? `+48${digits}` : undefined;
}

const isEmail = (email: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);

/** The same rules for all three calls; `before` is the customer that is changed. */
function faultsOf(world: World, input: Input, before?: Customer): Fault[] {
  const faults: Fault[] = [];
  const email = input.email?.trim();
  const phone = input.phone ? normalPhone(input.phone) : undefined;
  const others = world.store.customers.all().filter(({ id }) => id !== before?.id);
  if (email && !isEmail(email)) faults.push({ field: ['email'], message: 'Email is invalid', code: 'INVALID' });
  else if (email && others.some((one) => one.email?.toLowerCase() === email.toLowerCase())) faults.push({ field: ['email'], message: 'Email has already been taken', code: 'TAKEN' });
  if (input.phone && phone === undefined) faults.push({ field: ['phone'], message: 'Phone is invalid', code: 'INVALID' });
  else if (phone && others.some((one) => one.phone === phone)) faults.push({ field: ['phone'], message: 'Phone has already been taken', code: 'TAKEN' });
  const lengths: ['firstName' | 'lastName' | 'email' | 'note', string, number][] = [['firstName', 'First name', 255], ['lastName', 'Last name', 255], ['email', 'Email', 255], ['note', 'Note', 5_000]];
  for (const [name, label, most] of lengths) if ((input[name] ?? '').length > most) faults.push({ field: [name], message: `${label} is too long (maximum is ${most} characters)`, code: 'TOO_LONG' });
  if ((input.tags ?? []).length > 250) faults.push({ field: ['tags'], message: 'Tags cannot be more than 250', code: 'TOO_LONG' });
  if ((input.tags ?? []).some((tag) => tag.length > 255)) faults.push({ field: ['tags'], message: 'Tags is too long (maximum is 255 characters)', code: 'TOO_LONG' });
  if (input.locale && !/^[a-z]{2,3}(?:-[A-Z]{2})?$/.test(input.locale)) faults.push({ field: ['locale'], message: 'Locale is invalid', code: 'INVALID' });
  const after = { email: email ?? before?.email, phone: input.phone ?? before?.phone, firstName: input.firstName ?? before?.firstName, lastName: input.lastName ?? before?.lastName };
  if (!Object.values(after).some(Boolean)) faults.push({ field: null, message: 'A name, phone number, or email address must be present', code: 'BLANK' });
  return faults;
}

/** Texts left out stay; lists replace the whole list. */
function apply(world: World, customer: Customer, input: Input): void {
  const { firstName, lastName, note, locale, email, phone, tags, addresses } = input;
  if (firstName !== undefined) customer.firstName = firstName;
  if (lastName !== undefined) customer.lastName = lastName;
  if (note !== undefined) customer.note = note;
  if (locale) customer.locale = locale;
  if (email !== undefined) customer.email = email?.trim() || null;
  if (phone !== undefined) customer.phone = phone ? (normalPhone(phone) ?? null) : null;
  if (tags) customer.tags = [...new Set(tags)].sort();
  if (addresses) customer.addresses = addresses.map((one) => addressOf(world, one));
}

/** `customerCreate` and `customerUpdate` tell no code. */
const withoutCode = (faults: Fault[]) => faults.map(({ field, message }) => ({ field, message }));

export function customerMutations(reading: Reading) {
  const { world } = reading;
  const view = (customer: Customer | null, userErrors: unknown[] = []) => ({ customer: customer === null ? null : customerView(reading, customer), userErrors });
  const create = (input: Input): Customer => {
    const customer = createCustomer(world, {});
    apply(world, customer, input);
    if (input.emailMarketingConsent) customer.emailConsent = consentOf(world, input.emailMarketingConsent);
    if (input.smsMarketingConsent) customer.smsConsent = consentOf(world, input.smsMarketingConsent);
    world.store.customers.changed();
    inOneEvent(world, () => customerCreated(world, customer));
    return customer;
  };
  const update = (customer: Customer, input: Input): Customer => {
    const tagsBefore = customer.tags;
    apply(world, customer, input);
    inOneEvent(world, () => customerChanged(world, customer, { tagsBefore }));
    return customer;
  };
  return {
    customerCreate: (args: { input: unknown }) => {
      const input = inputSchema.parse(args.input);
      const consents = [input.emailMarketingConsent, input.smsMarketingConsent].flatMap((consent) => (consent ? (consentFault(world, consent, 'emailMarketingConsent') ?? []) : []));
      const faults = [...withoutCode(faultsOf(world, input)), ...consents.map(({ field, message }) => ({ field, message }))];
      return faults.length > 0 ? view(null, faults) : view(create(input));
    },
    customerUpdate: (args: { input: unknown }) => {
      const input = inputSchema.parse(args.input);
      const customer = world.store.customers.get(numberOf('Customer', input.id ?? '') ?? 0);
      if (customer === undefined) return view(null, [{ field: ['id'], message: 'Customer does not exist' }]);
      const refused = consentRefusal(input);
      if (refused) return view(null, [refused]);
      const faults = faultsOf(world, input, customer);
      return faults.length > 0 ? view(null, withoutCode(faults)) : view(update(customer, input));
    },
    customerSet: (args: { identifier?: Record<string, unknown> | null; input: unknown }) => {
      const input = inputSchema.parse(args.input);
      const { customer, fault } = identified(world, args.identifier ?? {}, input);
      if (fault) return view(null, [fault]);
      const faults = faultsOf(world, input, customer).map((one) => ({ ...one, field: one.field && ['input', ...one.field] }));
      if (faults.length > 0) return view(null, faults);
      return view(customer === undefined ? create(input) : update(customer, input));
    },
  };
}

function consentRefusal(input: Input): { field: string[]; message: string } | undefined {
  const names = { emailMarketingConsent: 'customerEmailMarketingConsentUpdate', smsMarketingConsent: 'customerSmsMarketingConsentUpdate' };
  if (input.emailMarketingConsent) return { field: ['emailMarketingConsent'], message: `To update emailMarketingConsent, please use the ${names.emailMarketingConsent} Mutation instead` };
  if (input.smsMarketingConsent) return { field: ['smsMarketingConsent'], message: `To update smsMarketingConsent, please use the ${names.smsMarketingConsent} Mutation instead` };
  return undefined;
}

/** The identifier's value has to stand in the input too, and to be the same. */
function identified(world: World, identifier: Record<string, unknown>, input: Input): { customer?: Customer | undefined; fault?: Fault } {
  const [name, value] = Object.entries(identifier).find(([, given]) => given !== undefined && given !== null) ?? [];
  if (name === undefined) return input.id ? { fault: { field: ['input', 'id'], message: 'ID is not allowed', code: 'ID_NOT_ALLOWED' } } : {};
  const customers = world.store.customers.all();
  if (name === 'id') {
    const customer = world.store.customers.get(numberOf('Customer', String(value)) ?? 0);
    return customer === undefined ? { fault: { field: ['input', 'id'], message: 'Resource matching the identifier was not found.', code: 'NOT_FOUND' } } : { customer };
  }
  if (name !== 'email' && name !== 'phone') return { fault: { field: ['identifier', name], message: 'Metafield definition was not found', code: 'INVALID' } };
  const repeated = input[name];
  if (!repeated) return { fault: { field: ['input'], message: `The input field corresponding to the identifier is required.`, code: 'MISSING_FIELD_REQUIRED' } };
  if (repeated.trim() !== String(value).trim()) return { fault: { field: ['input', name], message: 'The identifier value does not match the value of the corresponding field in the input.', code: 'INPUT_MISMATCH' } };
  const wanted = name === 'phone' ? normalPhone(repeated) : repeated.trim().toLowerCase();
  return { customer: customers.find((one) => (name === 'phone' ? one.phone === wanted : one.email?.toLowerCase() === wanted)) };
}
