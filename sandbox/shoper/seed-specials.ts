/** People with something special, each alone with it. */
import type { Address, Customer, Subscriber } from './model.ts';
import { consentFieldId } from './store.ts';

export interface SpecialPerson {
  customer?: Partial<Omit<Customer, 'id'>>;
  /** of the customer; none unless named */
  addresses?: Partial<Omit<Address, 'id' | 'userId'>>[];
  subscriber?: Partial<Omit<Subscriber, 'id'>>;
}

const phone = (text: string, more: Partial<Address> = {}): SpecialPerson => ({ customer: { newsletter: true }, addresses: [{ phone: text, isDefault: true, ...more }] });

/** By name; the address is the name at example.org unless given. Ticked, active, confirmed and with an account unless said otherwise. */
export const specialPeople = {
  'guest-ticked': { customer: { isRegistered: false, isVerified: false, newsletter: true } },
  'guest-unticked': { customer: { isRegistered: false, isVerified: false, newsletter: false } },
  'both-populations': { customer: {}, subscriber: {} },
  'case-differs': { customer: { email: 'Case-Differs@Example.ORG' }, subscriber: { email: 'case-differs@example.org' } },
  'account-inactive': { customer: { active: false } },
  unverified: { customer: { isVerified: false } },
  unticked: { customer: { newsletter: false } },
  'consent-field-ticked': { customer: { newsletter: false, fields: { [consentFieldId]: '1' } } },
  'consent-field-unticked': { customer: { newsletter: true, fields: { [consentFieldId]: '0' } } },
  'consent-field-unanswered': { customer: { newsletter: false, fields: {} } },
  'subscriber-inactive': { subscriber: { active: false } },
  'unticked-but-subscribed': { customer: { newsletter: false }, subscriber: { active: true } },
  'ticked-but-unsubscribed': { customer: { newsletter: true }, subscriber: { active: false } },
  'phone-nine-digits': phone('601202303'),
  'phone-plus-48': phone('+48 601 202 304'),
  'phone-00-48': phone('0048601202305'),
  'phone-dashes': phone('601-202-306'),
  'phone-two-in-one': phone('601202307 / 22 123 45 67'),
  'phone-words': phone('brak'),
  'phone-german': phone('030 1234567', { country: 'Niemcy', countryCode: 'DE', city: 'Köln', zip: '50667' }),
  'no-address': { customer: {}, addresses: [] },
  'two-addresses': { customer: {}, addresses: [{ phone: '511000111', city: 'Radom' }, { phone: '511000222', city: 'Opole', isDefault: true }] },
  company: { customer: {}, addresses: [{ company: 'Kwiaty "U Ani" / Nowak s.c.', taxNumber: '5260001246', phone: '601202308', isDefault: true }] },
  tagged: { customer: { tags: ['vip', 'klub 50+'], groupId: 3, discount: '12.50', comment: 'Stały klient' } },
  umlauts: { customer: { firstname: 'Jürgen', lastname: 'Straßmüller', langId: 3 } },
  'polish-letters': { customer: { firstname: 'Żółcisława', lastname: 'Gęślą-Jaźń' } },
  'no-name': { customer: { firstname: '', lastname: '' } },
  'subscriber-english': { subscriber: { langId: 2, groups: [1, 2] } },
  'subscriber-without-groups': { subscriber: { groups: [] } },
} as const satisfies Record<string, SpecialPerson>;

export type SpecialName = keyof typeof specialPeople;
export const specialList: readonly (readonly [string, SpecialPerson])[] = Object.entries(specialPeople);
