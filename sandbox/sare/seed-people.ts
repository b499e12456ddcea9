/** Invented people of Poland under example domains, with names, mobiles and towns. */

export interface Person {
  name: string;
  email: string;
  /** with + and country prefix */
  gsm: string;
  city: string;
  /** YYYY-MM-DD */
  birthday: string;
}

const firstNames = [['Ola', 'ola'], ['Paweł', 'pawel'], ['Ewa', 'ewa'], ['Krzysztof', 'krzysztof'], ['Małgorzata', 'malgorzata'], ['Jan', 'jan'], ['Łucja', 'lucja'], ['Marek', 'marek'], ['Hanna', 'hanna'], ['Błażej', 'blazej'], ['Iga', 'iga']] as const;
const lastNames = [['Zając', 'zajac'], ['Wrona', 'wrona'], ['Gołąb', 'golab'], ['Kos', 'kos'], ['Sokół', 'sokol'], ['Drozd', 'drozd'], ['Czyżyk', 'czyzyk'], ['Żuraw', 'zuraw'], ['Szpak', 'szpak'], ['Dzięcioł', 'dzieciol'], ['Kania', 'kania'], ['Słowik', 'slowik'], ['Bocian', 'bocian']] as const;
const cities = ['Gdynia', 'Kraków', 'Łódź', 'Toruń', 'Lublin', 'Rzeszów', 'Opole'] as const;
const domains = ['example.com', 'example.org', 'shop.test'] as const;
const firstGsm = 600_100_200;

/** The n-th person: no two share an address or a mobile. */
export function personAt(index: number): Person {
  const [firstName, plainFirst] = at(firstNames, index * 5 + Math.floor(index / 11));
  const [lastName, plainLast] = at(lastNames, index * 7 + Math.floor(index / 13));
  return {
    name: `${firstName} ${lastName}`,
    email: `${plainFirst}.${plainLast}.s${index}@${at(domains, index)}`,
    gsm: `+48${firstGsm + index * 37}`,
    city: at(cities, index),
    birthday: `${1950 + (index % 55)}-${twoDigits((index % 12) + 1)}-${twoDigits((index % 28) + 1)}`,
  };
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** Goes round a list that is not empty. */
export function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('an empty list has nothing to choose');
  return found;
}
