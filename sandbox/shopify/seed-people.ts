/** Invented people of Poland: e-mails under example domains, phones that follow the numbering plan. */

export interface Person {
  firstName: string;
  lastName: string;
  email: string;
  /** nine digits */
  phone: string;
  street: string;
  city: string;
  zip: string;
}

const firstNames = ['Piotr', 'Maria', 'Tomasz', 'Katarzyna', 'Paweł', 'Agnieszka', 'Michał', 'Barbara', 'Łukasz', 'Zofia', 'Marek', 'Hanna', 'Grzegorz', 'Żaneta', 'Ewelina', 'Adam'];
const lastNames = ['Wójcik', 'Woźniak', 'Mazur', 'Krawczyk', 'Michalak', 'Król', 'Kaczmarek', 'Stępień', 'Wróbel', 'Dudek', 'Sikora', 'Baran', 'Szewczyk', 'Pietrzak', 'Bąk', 'Wilk', 'Żak'];
const places: [city: string, zip: string][] = [['Warszawa', '00-001'], ['Kraków', '30-002'], ['Łódź', '90-003'], ['Wrocław', '50-004'], ['Poznań', '60-005']];
const streets = ['ul. Polna', 'ul. Leśna', 'ul. Ogrodowa', 'ul. Słoneczna', 'al. Długa'];

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[((index % list.length) + list.length) % list.length];
  if (found === undefined) throw new Error('an empty list has nothing to choose');
  return found;
};

/** The same index is the same person. */
export function personAt(index: number): Person {
  const [city, zip] = at(places, index);
  return {
    firstName: at(firstNames, index),
    lastName: at(lastNames, Math.floor(index / firstNames.length) + index),
    email: `client${index}@example.com`,
    phone: `5${String((index * 7_919 + 12_345_678) % 100_000_000).padStart(8, '0')}`,
    street: `${at(streets, index)} ${(index % 90) + 1}`,
    city,
    zip,
  };
}

/** The same nine digits as people type them into an address. */
export function phoneAsTyped(phone: string, way: number): string {
  const [a, b, c] = [phone.slice(0, 3), phone.slice(3, 6), phone.slice(6)];
  return at([`+48 ${a} ${b} ${c}`, phone, `${a}-${b}-${c}`, `0048${phone}`, `+48${phone}`, `(${a}) ${b} ${c}`], way);
}
