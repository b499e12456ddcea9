/** The special orders of a seeded shop, in a fixed order; seed.ts says what each is for. */
import { latestDoubledHour, monthsBefore } from './dates.ts';
import { deliveryIds, textIn } from './dictionaries.ts';
import { statusIds } from './limits.ts';
import type { OrderWish } from './order-write.ts';
import { articles } from './seed-catalogue.ts';
import { deliveryTo } from './seed-orders.ts';
import { at, personAt, phoneAsTyped } from './seed-people.ts';
import type { World } from './store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const specialNames = [
  'status-1', 'status-2', 'status-3', 'status-4', 'status-6', 'status-7', 'status-9',
  'anna-formatted', 'anna-digits', 'anna-no-email', 'company-phone-a', 'company-phone-b', 'same-second-a', 'same-second-b',
  'by-telephone', 'email-only', 'no-contact', 'no-lines', 'nameless', 'one-word-name', 'three-word-name', 'padded-name',
  'set-main-counts', 'set-items-count', 'gift-parent-counts', 'gift-parent-doubles', 'gift', 'set-and-gift', 'lines-fit-neither',
  'sum-zero', 'free-goods', 'order-discount', 'coupon', 'price-old', 'fraction-quantity', 'other-currency',
  'delivery-not-calculated', 'ukrposhta', 'pickup', 'tracked',
  'other-language', 'deleted-article', 'no-article', 'variant', 'leading-zeros', 'awkward-article', 'same-name', 'untranslated', 'hidden',
  'doubled-hour-first', 'doubled-hour-second', 'just-inside-two-months', 'just-outside-two-months', 'company', 'locked',
] as const;
export type SpecialName = (typeof specialNames)[number];

export type SpecialOrder = OrderWish & { createdAt: number; special: SpecialName };

/** All special orders; a seed uses as many as it has room for. */
export function specialOrders(world: World, now: number): SpecialOrder[] {
  const { shop } = world;
  const changes: Record<SpecialName, OrderWish> = {
    ...statusCases(),
    ...peopleCases(world, now),
    ...lineCases(world),
    ...moneyCases(world),
    ...deliveryCases(world),
    ...timeCases(world, now),
    company: { company: 'Example Trade' },
    locked: { status: statusIds.cancelled, isLocked: true },
  };
  return specialNames.map((special, index) => {
    const person = personAt(shop.country, 1_000_000 + index); // apart from the ordinary people
    const plain = {
      createdAt: now - 25 * dayMs + index * 5 * hourMs,
      status: statusIds.processing,
      name: person.name,
      email: person.email,
      phone: phoneAsTyped(shop.country, person.phone, index),
      delivery: deliveryTo(person, deliveryIds.branch, 0.5),
      lines: [{ article: articles.cable }],
    };
    return { ...plain, ...changes[special], special };
  });
}

function statusCases() {
  return { 'status-1': { status: 1 }, 'status-2': { status: 2 }, 'status-3': { status: 3 }, 'status-4': { status: 4 }, 'status-6': { status: 6 }, 'status-7': { status: 7 }, 'status-9': { status: 9 } };
}

function peopleCases({ shop }: World, now: number) {
  const isPolish = shop.country === 'PL';
  const anna = isPolish ? 'Anna Nowak' : 'Анна Новак';
  const annaPhones = isPolish ? ['+48 600 700 800', '600700800', '600-700-800'] : ['+38 (050) 700-80-90', '380507008090', '050 700 80 90'];
  const companyPhone = isPolish ? ['+48 22 555 01 01', '225550101'] : ['+38 (044) 555-01-01', '0445550101'];
  const twin = personAt(shop.country, 900_001);
  const sameSecond = { createdAt: now - 3 * dayMs, name: twin.name, email: twin.email, phone: phoneAsTyped(shop.country, twin.phone, 1) };
  return {
    'anna-formatted': { name: anna, email: 'Anna.Nowak@example.test', phone: at(annaPhones, 0) },
    'anna-digits': { name: anna, email: 'anna.nowak@example.test ', phone: at(annaPhones, 1) },
    'anna-no-email': { name: anna, email: '', phone: at(annaPhones, 2) },
    'company-phone-a': { name: isPolish ? 'Jan Kowalski' : 'Ян Ковальчук', email: 'jan@service.example.com', phone: at(companyPhone, 0) },
    'company-phone-b': { name: isPolish ? 'Ewa Lis' : 'Єва Лис', email: 'ewa@service.example.com', phone: at(companyPhone, 1) },
    'same-second-a': sameSecond,
    'same-second-b': sameSecond,
    'by-telephone': { email: '', manager: 'Manager' },
    'email-only': { phone: '' },
    'no-contact': { email: '', phone: '' },
    nameless: { name: '' },
    'one-word-name': { name: 'Pat' },
    'three-word-name': { name: isPolish ? 'Anna Maria Wilk-Sowa' : 'Шевчук Іван Петрович' },
    'padded-name': { name: isPolish ? '  Adam   Bąk ' : '  Іван   Мороз ' },
  };
}

const setOf = (counted: 'main' | 'items') => [
  { article: articles.set, type: 'set_main' as const, counts: counted === 'main' },
  { article: articles.lamp, type: 'set_item' as const, counts: counted === 'items', parentAt: 0 },
  { article: articles.chain, type: 'set_item' as const, counts: counted === 'items', parentAt: 0 },
];

const giftOf = (parentAt: number) => ({ article: articles.gift, type: 'gift' as const, price: 0, parentAt });

/** The vendor does not say which lines of sets and gifts make up `total_default`: both readings are here, and one that fits none. */
function lineCases({ shop, store }: World) {
  const other = at(shop.languages, 1);
  return {
    'no-lines': { lines: [] },
    'set-main-counts': { lines: setOf('main') },
    'set-items-count': { lines: setOf('items') },
    'gift-parent-counts': { lines: [{ article: articles.lamp, type: 'gift_parent' as const }, giftOf(0)] },
    'gift-parent-doubles': { lines: [{ article: articles.lamp }, { article: articles.lamp, type: 'gift_parent' as const, counts: false }, giftOf(1)] },
    gift: { lines: [{ article: articles.cable, quantity: 2 }, giftOf(0)] },
    'set-and-gift': { lines: [...setOf('main'), { article: articles.cable }, giftOf(3)] },
    'lines-fit-neither': { lines: setOf('main'), adjustment: 1_234 },
    'other-language': { language: other, lines: [{ article: articles.lamp, title: textIn(store.products.get(articles.lamp)?.title ?? {}, other) }] },
    'deleted-article': { lines: [{ article: articles.deleted, quantity: 2 }, { article: articles.cable }] },
    'no-article': { lines: [{ article: '', title: 'Typed by the manager', price: 2_500 }] },
    variant: { lines: [{ article: articles.variant, quantity: 2 }] },
    'leading-zeros': { lines: [{ article: articles.leadingZeros, quantity: 24 }] },
    'awkward-article': { lines: [{ article: articles.awkward }] },
    'same-name': { lines: [{ article: articles.sameNameA }, { article: articles.sameNameB }] },
    untranslated: { lines: [{ article: articles.untranslated }] },
    hidden: { lines: [{ article: articles.hidden }] },
    'fraction-quantity': { lines: [{ article: articles.cable, quantity: 1.5, price: 3_333 }] },
    'price-old': { lines: [{ article: articles.lamp, price: 24_990, discountMarker: 'PRICE_OLD' }, { article: articles.chain, price: 18_000, discountMarker: 'DISCOUNT_CARD' }] },
    'free-goods': { email: '', manager: 'Manager', lines: [{ article: articles.gift, quantity: 3 }] },
  };
}

function moneyCases({ shop, store }: World) {
  const other = store.currencies.find(({ iso, isEnabled }) => iso !== shop.currency && isEnabled);
  return {
    'sum-zero': { coupon: { code: 'ALL-FREE', percent: 100, value: 0 } },
    'order-discount': { discountPercent: 10 },
    coupon: { coupon: { code: 'WELCOME', percent: 0, value: 5_000 } },
    'other-currency': { currency: other?.iso ?? 'EUR' },
  };
}

function deliveryCases({ shop }: World) {
  const person = personAt(shop.country, 800_001);
  return {
    'delivery-not-calculated': { delivery: deliveryTo(person, deliveryIds.courier, 0) },
    ukrposhta: { delivery: deliveryTo(person, deliveryIds.ukrposhta, 0.5) },
    pickup: { delivery: deliveryTo(person, deliveryIds.pickup, 0.5) },
    tracked: { status: statusIds.shipping, delivery: { ...deliveryTo(person, deliveryIds.branch, 0.5), trackingNumber: '20450000000001' } },
  };
}

function timeCases({ shop }: World, now: number) {
  const doubled = latestDoubledHour(now, shop.timeZone) ?? { first: now - 30 * dayMs, second: now - 30 * dayMs + hourMs };
  const twoMonths = monthsBefore(now, 2, shop.timeZone);
  return {
    'doubled-hour-first': { createdAt: doubled.first },
    'doubled-hour-second': { createdAt: doubled.second },
    'just-inside-two-months': { createdAt: twoMonths + 6 * hourMs },
    'just-outside-two-months': { createdAt: twoMonths - 6 * hourMs },
  };
}
