/** People, products and categories that were made although the books had them already. */
import { emailKey, phoneKey, type BooksTruth } from './truths.ts';

export interface Doubles {
  customers: number;
  /** products and categories */
  products: number;
  findings: string[];
}

/** Only what was made after `before` counts: an account's own doubles are its own. */
export function countDoubles(before: BooksTruth, after: BooksTruth): Doubles {
  const people = doublesOf(before.people, after.people, ({ email, phones }) => [...phones.map(({ phone }) => `phone ${phoneKey(phone)}`), `email ${emailKey(email)}`]);
  const products = doublesOf(before.products, after.products, ({ sku, code, title }) => [sku !== '' ? `sku ${sku}` : code !== '' ? `code ${code}` : `title ${title}`]);
  const categories = doublesOf(before.categories, after.categories, ({ title, parent_id }) => [`category ${parent_id ?? 'root'} ${title}`]);
  return {
    customers: people.length,
    products: products.length + categories.length,
    findings: [...people.map((id) => `person ${id} is in the books twice`), ...products.map((id) => `product ${id} is in the books twice`), ...categories.map((id) => `category ${id} is in the books twice`)],
  };
}

/** Ids of new ones that share a mark with an older one. */
function doublesOf<T extends { id: number }>(before: readonly T[], after: readonly T[], marksOf: (one: T) => string[]): number[] {
  const old = new Set(before.map(({ id }) => id));
  const seen = new Set<string>();
  const doubles: number[] = [];
  for (const one of after.toSorted((a, b) => a.id - b.id)) {
    const marks = marksOf(one).filter((mark) => !mark.endsWith(' '));
    if (!old.has(one.id) && marks.some((mark) => seen.has(mark))) doubles.push(one.id);
    for (const mark of marks) seen.add(mark);
  }
  return doubles;
}
