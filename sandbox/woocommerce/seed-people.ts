/** Invented people of Poland: names, addresses, e-mails under example domains, phones that follow the numbering plan. */

export interface Person {
  firstName: string;
  lastName: string;
  company: string;
  email: string;
  /** nine digits, national */
  phone: string;
  city: string;
  street: string;
  postcode: string;
}

const firstNames = ['Piotr', 'Maria', 'Tomasz', 'Katarzyna', 'Paweł', 'Agnieszka', 'Michał', 'Barbara', 'Łukasz', 'Zofia', 'Marek', 'Hanna', 'Grzegorz', 'Żaneta', 'Krzysztof', 'Ewelina', 'Adam', 'Joanna'];
const lastNames = ['Wójcik', 'Woźniak', 'Mazur', 'Krawczyk', 'Michalak', 'Król', 'Kaczmarek', 'Stępień', 'Wróbel', 'Dudek', 'Sikora', 'Baran', 'Szewczyk', 'Pietrzak', 'Bąk', 'Wilk', 'Żak'];
const places = [
  ['Warszawa', '00-001'],
  ['Kraków', '30-002'],
  ['Łódź', '90-003'],
  ['Wrocław', '50-004'],
  ['Poznań', '60-005'],
  ['Gdańsk', '80-006'],
  ['Rzeszów', '35-007'],
] as const;
const streets = ['Prosta', 'Polna', 'Leśna', 'Słoneczna', 'Krótka', 'Szkolna', 'Ogrodowa'];

/** The n-th person: no two share a phone or an e-mail. */
export function personAt(index: number): Person {
  const firstName = at(firstNames, index * 5 + Math.floor(index / 18));
  const lastName = at(lastNames, index * 7 + Math.floor(index / 17));
  const [city, postcode] = at(places, index);
  return {
    firstName,
    lastName,
    company: index % 11 === 3 ? `${lastName} Example Sp. z o.o.` : '',
    email: `${plain(firstName)}.${plain(lastName)}${index}@${index % 3 === 0 ? 'example.test' : 'example.com'}`,
    phone: String(510_000_000 + index * 37),
    city,
    street: `${at(streets, index)} ${(index % 90) + 1}`,
    postcode,
  };
}

/** The same phone as people type it. */
export function phoneAsTyped(phone: string, way: number): string {
  const [a, b, c] = [phone.slice(0, 3), phone.slice(3, 6), phone.slice(6)];
  return at([`+48 ${a} ${b} ${c}`, phone, `${a}-${b}-${c}`, `0048${phone}`, `+48${phone}`, `${a} ${b} ${c}`], way);
}

/** The same e-mail as people type it. */
export function emailAsTyped(email: string, way: number): string {
  return at([email, email, email, `${email.charAt(0).toUpperCase()}${email.slice(1)}`, `${email} `, email.toUpperCase()], way);
}

function plain(name: string): string {
  return name.replaceAll('ł', 'l').replaceAll('Ł', 'L').normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[((index % list.length) + list.length) % list.length];
  if (found === undefined) throw new Error('an empty list has nothing to choose');
  return found;
}
