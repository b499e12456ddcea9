/** The special cases of a seeded shop, in a fixed order; seed.ts says which index each has. */
import { wallToInstant } from './dates.ts';
import type { Catalogue, Goods } from './seed-catalogue.ts';
import type { Draft } from './seed-orders.ts';
import { personAt, phoneAsTyped } from './seed-people.ts';
import type { Person } from './seed-people.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Names of the cases; the index here is the index in seed.ts. */
export const specialNames = [
  'anna-plus48', 'anna-digits', 'anna-dashes', 'company-phone-jan', 'company-phone-ewa', 'same-second-a', 'same-second-b',
  'phone-only', 'email-only', 'no-contact', 'shipping-phone-only', 'no-lines', 'nobody',
  'deleted-product', 'variation', 'no-sku', 'html-names', 'category-chain', 'category-one-level', 'category-different-levels', 'uncategorized',
  'euro', 'tax-beside', 'tax-inside', 'shipping-and-fee', 'coupon', 'refund-partial', 'refund-full',
  'doubled-hour-first', 'doubled-hour-second', 'uneven-price', 'many-pieces', 'two-phones', 'account',
  'status-pending', 'status-on-hold', 'status-packed', 'status-completed', 'status-cancelled', 'status-refunded', 'status-failed', 'status-trash', 'status-checkout-draft',
] as const;
export type SpecialName = (typeof specialNames)[number];

const invented = (firstName: string, lastName: string, company = ''): Person => ({ ...personAt(0), firstName, lastName, company, email: '', phone: '' });
const anna = invented('Anna', 'Nowak');
const companyPhone = '+48 22 555 01 01';

/** All special drafts, as many as the seed has room for are used. */
export function specialDrafts(now: number, zone: string, catalogue: Catalogue): (Draft & { special: SpecialName })[] {
  const plain = (index: number): Draft => {
    const person = personAt(1_000_000 + index); // apart from the ordinary people
    const createdAt = now - 20 * dayMs + index * 3 * hourMs;
    return { createdAt, modifiedAt: createdAt + hourMs, status: 'processing', person, email: person.email, phone: phoneAsTyped(person.phone, index), goods: [{ item: catalogue.chain, quantity: 1 }], shipping: '15.00' };
  };
  const changes = changesOf(now, zone, catalogue);
  return specialNames.map((special, index) => {
    const draft = { ...plain(index), ...changes[special], special };
    return { ...draft, modifiedAt: Math.max(draft.modifiedAt, draft.createdAt) };
  });
}

function changesOf(now: number, zone: string, catalogue: Catalogue): Record<SpecialName, Partial<Draft>> {
  return { ...peopleCases(now), ...goodsCases(catalogue), ...moneyCases(catalogue), ...timeCases(now, zone), ...statusCases() };
}

function peopleCases(now: number) {
  const twin = personAt(900_001);
  const sameSecond = { createdAt: now - 3 * dayMs, modifiedAt: now - 3 * dayMs, person: twin, email: twin.email, phone: phoneAsTyped(twin.phone, 1) };
  return {
    'anna-plus48': { person: anna, email: 'Anna.Nowak@example.test', phone: '+48 600 700 800' },
    'anna-digits': { person: anna, email: 'anna.nowak@example.test ', phone: '600700800' },
    'anna-dashes': { person: anna, email: '', phone: '600-700-800' },
    'company-phone-jan': { person: invented('Jan', 'Kowalski', 'Auto Serwis Example'), email: 'jan@serwis.example.com', phone: companyPhone },
    'company-phone-ewa': { person: invented('Ewa', 'Lis', 'Auto Serwis Example'), email: 'ewa@serwis.example.com', phone: '225550101' },
    'same-second-a': sameSecond,
    'same-second-b': sameSecond,
    'phone-only': { email: '' },
    'email-only': { phone: '' },
    'no-contact': { email: '', phone: '' },
    'shipping-phone-only': { email: '', phone: '', shippingPhone: '+48 601 222 333' },
    nobody: { person: undefined, email: '', phone: '' },
    'two-phones': { shippingPhone: '600700801' },
    account: { account: 0, person: personAt(0), email: personAt(0).email, phone: personAt(0).phone },
  };
}

const one = (item: Goods) => ({ goods: [{ item, quantity: 1 }] });

function goodsCases(catalogue: Catalogue) {
  return {
    'no-lines': { goods: [], shipping: '' },
    'deleted-product': { goods: [{ item: catalogue.deleted, quantity: 2 }, { item: catalogue.chain, quantity: 1 }] },
    variation: { goods: [{ item: catalogue.variation, quantity: 2 }, { item: catalogue.chain, quantity: 1 }] },
    'no-sku': one(catalogue.withoutSku),
    'html-names': one(catalogue.htmlName),
    'category-chain': one(catalogue.chain),
    'category-one-level': one(catalogue.oneLevel),
    'category-different-levels': one(catalogue.differentLevels),
    uncategorized: one(catalogue.uncategorized),
    'many-pieces': { goods: [{ item: catalogue.chain, quantity: 24 }, { item: catalogue.uncategorized, quantity: 7 }] },
  };
}

function moneyCases(catalogue: Catalogue) {
  return {
    euro: { currency: 'EUR' },
    'tax-beside': { vatPercent: 23, pricesIncludeTax: false },
    'tax-inside': { vatPercent: 23, pricesIncludeTax: true, goods: [{ item: catalogue.chain, quantity: 3 }] },
    'shipping-and-fee': { shipping: '12.99', fee: '5.00' },
    coupon: { coupon: '10.00' },
    'refund-partial': { refund: 'partial' as const, goods: [{ item: catalogue.chain, quantity: 2 }, { item: catalogue.variation, quantity: 1 }] },
    'refund-full': { refund: 'full' as const, status: 'refunded' },
    'uneven-price': { goods: [{ item: catalogue.chain, quantity: 3, total: '10.00' }] },
  };
}

function timeCases(now: number, zone: string) {
  const first = lastDoubledHour(now, zone);
  return {
    'doubled-hour-first': { createdAt: first, modifiedAt: first },
    'doubled-hour-second': { createdAt: first + hourMs, modifiedAt: first + hourMs },
  };
}

function statusCases() {
  return {
    'status-pending': { status: 'pending' },
    'status-on-hold': { status: 'on-hold' },
    'status-packed': { status: 'packed' },
    'status-completed': { status: 'completed' },
    'status-cancelled': { status: 'cancelled' },
    'status-refunded': { status: 'refunded' },
    'status-failed': { status: 'failed' },
    'status-trash': { status: 'trash' },
    'status-checkout-draft': { status: 'checkout-draft' },
  };
}

/** First passage of 02:30 on the last Sunday of the latest October before `now`. */
function lastDoubledHour(now: number, zone: string): number {
  for (let year = new Date(now).getUTCFullYear(); ; year -= 1) {
    const lastDay = new Date(Date.UTC(year, 9, 31));
    const sunday = 31 - lastDay.getUTCDay();
    const instant = wallToInstant(`${year}-10-${sunday}T02:30:00`, zone);
    if (instant + 2 * hourMs < now) return instant;
  }
}
