/** The person or company an order belongs to. */

/** A postal address as the platform gives it; empty texts are left out. */
export interface Address {
  lines: string[];
  postcode?: string;
  city?: string;
  region?: string;
  /** ISO 3166-1 alpha-2 */
  country?: string;
}

export interface Customer {
  firstName: string;
  lastName: string;
  company?: string;
  /** trimmed; compared in lower case */
  email?: string;
  /** E.164 where it could be read as a number of the customer's or the connection's country, else as written */
  phone?: string;
  /** the phone exactly as the platform had it, for look-ups in each written form (R18) */
  phoneAsWritten?: string;
  address?: Address;
  /** R19: the platform masks or withholds who this is: never looked up, never a key, never created; the name fields are empty */
  isUnspecified?: boolean;
}

/** E-mail addresses are one person's when they are equal in this form. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase();

/** Phones that are no number of any country are compared by their digits alone. */
export const digitsOf = (phone: string): string => phone.replace(/\D/g, '');

const words = (name: string): string[] =>
  name.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ł', 'l').replaceAll('Ł', 'L').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);

/** The words by which two names are compared, without accents and case. */
export const nameWords = (customer: Pick<Customer, 'firstName' | 'lastName' | 'company'>): string[] =>
  [...new Set(words(`${customer.firstName} ${customer.lastName} ${customer.company ?? ''}`))];

/** R18: names that share no word are perhaps two people; an empty name contradicts nobody. */
export const namesShareAWord = (a: string[], b: string[]): boolean => a.length === 0 || b.length === 0 || a.some((word) => b.includes(word));

/** R10: a customer with neither e-mail nor phone cannot be found again. */
export const hasContact = (customer: Customer): boolean => Boolean(customer.email ?? customer.phone ?? customer.phoneAsWritten);
