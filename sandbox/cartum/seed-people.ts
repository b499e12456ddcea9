/** Invented people of Ukraine or Poland: names, addresses, e-mails under example domains, phones that follow the numbering plan. */
import type { Country } from './model.ts';

export interface Person {
  /** first name, then last name */
  name: string;
  email: string;
  /** nine digits, national */
  phone: string;
  city: string;
  street: string;
  postcode: string;
}

interface Stock {
  /** as written, and in plain letters */
  firstNames: readonly (readonly [string, string])[];
  lastNames: readonly (readonly [string, string])[];
  places: readonly (readonly [string, string])[];
  streets: readonly string[];
  firstPhone: number;
}

const stocks: Record<Country, Stock> = {
  UA: {
    firstNames: [['Олена', 'olena'], ['Іван', 'ivan'], ['Марія', 'mariia'], ['Тарас', 'taras'], ['Ганна', 'hanna'], ['Петро', 'petro'], ['Софія', 'sofiia'], ['Андрій', 'andrii'], ['Юлія', 'yuliia'], ['Богдан', 'bohdan'], ["Мар'яна", 'mariana']],
    lastNames: [['Коваленко', 'kovalenko'], ['Шевчук', 'shevchuk'], ['Бондар', 'bondar'], ['Мельник', 'melnyk'], ['Ткач', 'tkach'], ['Олійник', 'oliinyk'], ['Лисенко', 'lysenko'], ['Гончар', 'honchar'], ['Мороз', 'moroz'], ['Руденко', 'rudenko'], ['Савчук', 'savchuk'], ["Дем'яненко", 'demianenko'], ['Кравець', 'kravets']],
    places: [['Київ', '01001'], ['Львів', '79002'], ['Одеса', '65003'], ['Дніпро', '49004'], ['Полтава', '36005'], ['Чернівці', '58006'], ['Луцьк', '43007']],
    streets: ['вул. Садова', 'вул. Лісова', 'вул. Польова', 'вул. Шкільна', 'вул. Зелена'],
    firstPhone: 670_000_000,
  },
  PL: {
    firstNames: [['Piotr', 'piotr'], ['Maria', 'maria'], ['Tomasz', 'tomasz'], ['Agnieszka', 'agnieszka'], ['Michał', 'michal'], ['Łukasz', 'lukasz'], ['Zofia', 'zofia'], ['Żaneta', 'zaneta'], ['Adam', 'adam'], ['Joanna', 'joanna'], ['Grażyna', 'grazyna']],
    lastNames: [['Wójcik', 'wojcik'], ['Mazur', 'mazur'], ['Krawczyk', 'krawczyk'], ['Król', 'krol'], ['Stępień', 'stepien'], ['Dudek', 'dudek'], ['Sikora', 'sikora'], ['Baran', 'baran'], ['Bąk', 'bak'], ['Wilk', 'wilk'], ['Żak', 'zak'], ['Lis', 'lis'], ['Sowa', 'sowa']],
    places: [['Warszawa', '00-001'], ['Kraków', '30-002'], ['Łódź', '90-003'], ['Wrocław', '50-004'], ['Poznań', '60-005'], ['Gdańsk', '80-006'], ['Rzeszów', '35-007']],
    streets: ['ul. Prosta', 'ul. Polna', 'ul. Leśna', 'ul. Krótka', 'ul. Szkolna'],
    firstPhone: 660_000_000,
  },
};

/** The n-th person of a country: no two share a phone or an e-mail. */
export function personAt(country: Country, index: number): Person {
  const { firstNames, lastNames, places, streets, firstPhone } = stocks[country];
  const [firstName, plainFirst] = at(firstNames, index * 5 + Math.floor(index / 11));
  const [lastName, plainLast] = at(lastNames, index * 7 + Math.floor(index / 13));
  const [city, postcode] = at(places, index);
  return {
    name: `${firstName} ${lastName}`,
    email: `${plainFirst}.${plainLast}.c${index}@${index % 3 === 0 ? 'example.test' : 'example.com'}`,
    phone: String(firstPhone + index * 41),
    city,
    street: `${at(streets, index)} ${(index % 90) + 1}`,
    postcode,
  };
}

/** The same phone as checkouts and people write it; the first is the platform's own form. */
export function phoneAsTyped(country: Country, phone: string, way: number): string {
  const digits = (from: number, to?: number): string => phone.slice(from, to);
  if (country === 'PL') {
    const inThrees = (mark: string): string => [digits(0, 3), digits(3, 6), digits(6)].join(mark);
    return at([`+48 ${inThrees(' ')}`, phone, inThrees('-'), `0048${phone}`, `+48${phone}`], way);
  }
  const operator = `0${digits(0, 2)}`;
  return at([`+38 (${operator}) ${digits(2, 5)}-${digits(5, 7)}-${digits(7)}`, `+380${phone}`, `0${phone}`, `380${phone}`, `${operator} ${digits(2, 5)} ${digits(5, 7)} ${digits(7)}`], way);
}

/** The same e-mail as people type it. */
export function emailAsTyped(email: string, way: number): string {
  return at([email, email, email, `${email.charAt(0).toUpperCase()}${email.slice(1)}`, `${email} `, email.toUpperCase()], way);
}

/** Goes round a list that is not empty. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[((index % list.length) + list.length) % list.length];
  if (found === undefined) throw new Error('an empty list has nothing to choose');
  return found;
}
