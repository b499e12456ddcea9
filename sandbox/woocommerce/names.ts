/** Names as WordPress keeps them: HTML-encoded, with a slug beside (contract woocommerce 9). */

/** Encodes what a person typed; an entity that is already there stays. */
export function encodeName(text: string): string {
  return text
    .replace(/&(?!#?\w+;)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** `Oil filter X` → `oil-filter-x`; accents and entities fall away. */
export function slugOf(name: string): string {
  const plain = name
    .replace(/&#?\w+;/g, ' ')
    .replaceAll('ł', 'l')
    .replaceAll('Ł', 'L')
    .normalize('NFD')
    .replace(/\p{M}/gu, '');
  return plain.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
}
