/**
 * What the rules demand of an order in the books, in the judge's own words and in whole cents: nothing of the product's own arithmetic is used, so
 * that a mistake there cannot hide itself. What each platform's orders come to is read from its truth in fronts/.
 */

export interface DemandedLine {
  /** the line of the shop that it stands for; its rounding rest is `<key>:rest` */
  key: string;
  /** the product in the books carries this SKU; without one it carries the name */
  sku: string;
  name: string;
  quantity: number;
  priceCents: number;
}

export interface Demand {
  sourceId: string;
  lines: DemandedLine[];
  /** a comment of the import is demanded: there are charges or a delivery to be named */
  hasComment: boolean;
  /** what that comment names: amounts, carrier, address */
  comment: string[];
  /** the order's customer has one of them */
  phones: string[];
  /** lower case; "" for none */
  email: string;
  /** comments after the import, each with what it names */
  later: string[][];
  /** status id in the books; absent: whatever it is */
  booksStatus?: number;
  /** the status that the shop has in the end, and what the rules want there */
  shopStatus?: { found: string; wanted: string };
}

/** A line of the shop with all its pieces' money. */
export interface Goods {
  key: string;
  sku: string;
  name: string;
  quantity: number;
  totalCents: number;
}

/** N14: the price of one piece is rounded; the rest of all roundings goes onto one piece of the dearest line, single pieces first. */
export function priced(goods: readonly Goods[]): DemandedLine[] {
  const lines = goods.map(({ totalCents, ...line }) => ({ ...line, priceCents: rounded(totalCents, line.quantity) }));
  const rest = goods.reduce((sum, { totalCents }) => sum + totalCents, 0) - lines.reduce((sum, line) => sum + line.priceCents * line.quantity, 0);
  if (rest === 0 || !Number.isInteger(rest)) return lines;
  const able = lines.filter((line) => line.priceCents + rest >= 0 && line.quantity >= 1);
  const single = able.filter((line) => line.quantity === 1);
  const bearer = (single.length > 0 ? single : able).reduce<DemandedLine | undefined>((best, line) => (best === undefined || line.priceCents > best.priceCents ? line : best), undefined);
  if (bearer === undefined) return lines;
  const piece = { ...bearer, quantity: 1, priceCents: bearer.priceCents + rest };
  return lines.flatMap((line) => (line !== bearer ? [line] : line.quantity === 1 ? [piece] : [{ ...line, quantity: line.quantity - 1 }, { ...piece, key: `${piece.key}:rest` }]));
}

/** What the order's lines became; those that are gone have no pieces any more, and stay at their price (R16). */
export function afterChange(before: readonly DemandedLine[], now: readonly DemandedLine[]): DemandedLine[] {
  const kept = new Set(now.map(({ key }) => key));
  return [...now, ...before.filter(({ key }) => !kept.has(key)).map((line) => ({ ...line, quantity: 0 }))];
}

/** Half away from zero. */
export const rounded = (amount: number, by: number): number => Math.sign(amount) * Math.floor((2 * Math.abs(amount) + by) / (2 * by));

export const textOf = (amount: number): string => `${amount < 0 ? '-' : ''}${Math.floor(Math.abs(amount) / 100)}.${String(Math.abs(amount) % 100).padStart(2, '0')}`;
