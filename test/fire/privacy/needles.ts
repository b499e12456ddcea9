/** Known people, in every way their e-mail, phone and name may be written, and the search for them in bytes. */

export interface Guest {
  firstName: string;
  lastName: string;
  email: string;
  /** nine digits */
  phone: string;
  street: string;
}

/** What must not be found in clear text, in lower case, with the person it belongs to. */
export const needlesOf = ({ lastName, email, phone, street }: Guest): string[] => [lastName, email, street, ...phoneForms(phone)].map((needle) => needle.toLowerCase());

/** As typed, national, international, as an address of a query, and as a number's digits anywhere. */
function phoneForms(digits: string): string[] {
  const parts = [digits.slice(0, 3), digits.slice(3, 6), digits.slice(6)];
  return [digits, ...[' ', '-', '.', '%20', '+'].map((between) => parts.join(between)), `(${parts[0]}) ${parts[1]} ${parts[2]}`];
}

/** Which of the needles stand in these bytes, read as UTF-8 whatever they are. */
export function findIn(bytes: Uint8Array | string, needles: readonly string[]): string[] {
  const text = (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')).toLowerCase();
  return needles.filter((needle) => text.includes(needle));
}
