/** Ordinary orders of a seeded shop: people who come back, and write their phone in another way each time. */
import { deliveryIds } from './dictionaries.ts';
import type { Delivery } from './model.ts';
import type { OrderWish } from './order-write.ts';
import { at, emailAsTyped, personAt, phoneAsTyped } from './seed-people.ts';
import type { Person } from './seed-people.ts';
import type { Shop } from './store.ts';

const weights: readonly (readonly [number, number])[] = [
  [1, 20],
  [2, 22],
  [3, 28],
  [4, 7],
  [6, 14],
  [7, 6],
  [9, 3],
];
const allWeights = weights.reduce((sum, [, weight]) => sum + weight, 0);

function statusFor(random: number): number {
  let left = random * allWeights;
  return weights.find(([, weight]) => (left -= weight) < 0)?.[0] ?? 1;
}

export interface OrdinaryInput {
  random: () => number;
  shop: Shop;
  /** times of creation */
  from: number;
  to: number;
  articles: readonly string[];
  /** how many people the shop knows */
  people: number;
}

export function ordinaryOrder({ random, shop, from, to, articles, people }: OrdinaryInput): OrderWish & { createdAt: number } {
  const pick = (count: number): number => Math.floor(random() * count);
  const person = personAt(shop.country, pick(people));
  const isByPhone = random() < 0.15;
  const hasPhone = isByPhone || random() < 0.95;
  return {
    createdAt: from + random() * (to - from),
    status: statusFor(random()),
    language: random() < 0.6 ? shop.languages[0] : at(shop.languages, pick(3)),
    name: person.name,
    phone: hasPhone ? phoneAsTyped(shop.country, person.phone, pick(5)) : '',
    email: isByPhone ? '' : emailAsTyped(person.email, pick(6)),
    manager: isByPhone ? 'Manager' : null,
    delivery: deliveryTo(person, at(deliveriesOf(shop), pick(4)), random()),
    comment: random() < 0.1 ? 'Call before delivery' : '',
    isPaid: random() < 0.4,
    campaign: at(['', 'autumn', 2026], pick(3)),
    discountPercent: random() < 0.1 ? 10 : 0,
    coupon: random() < 0.05 ? { code: 'WELCOME', percent: 0, value: 300 } : null,
    lines: linesFrom(articles, pick, random),
  };
}

function linesFrom(articles: readonly string[], pick: (count: number) => number, random: () => number): { article: string; quantity: number }[] {
  return Array.from({ length: 1 + pick(4) }, () => ({ article: at(articles, pick(articles.length)), quantity: 1 + pick(random() < 0.1 ? 12 : 3) }));
}

/** Ukrposhta delivers in Ukraine. */
const deliveriesOf = ({ country }: Shop): number[] => [deliveryIds.branch, deliveryIds.courier, deliveryIds.pickup, country === 'UA' ? deliveryIds.ukrposhta : deliveryIds.branch];

/** @param luck 0–1 chooses the price: none calculated, free, or one of two */
export function deliveryTo({ city, street, postcode, name }: Person, typeId: number, luck: number): Delivery {
  const addresses: Record<number, string> = { [deliveryIds.pickup]: '', [deliveryIds.branch]: `Branch No ${(Number(postcode.slice(-2)) % 40) + 1}`, [deliveryIds.ukrposhta]: [postcode, city, street, name].join('@') };
  const price = luck < 0.1 ? null : typeId === deliveryIds.pickup || luck < 0.3 ? 0 : luck < 0.7 ? 8_000 : 9_550;
  return { typeId, city, cityStable: city, address: addresses[typeId] ?? street, price, trackingNumber: null };
}
