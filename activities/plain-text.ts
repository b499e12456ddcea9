/** Texts of a shop as plain text: some encode names as HTML, descriptions are HTML. */
import { decodeHTML } from 'entities';

/** "Food &amp; Drink" → "Food & Drink" */
export const decodeName = (name: string): string => decodeHTML(name).replaceAll('\u00A0', ' ').trim();

/** Longer descriptions are cut at a word. */
export const longestDescription = 2_000;
/** Nothing beyond this is looked at: page builders store whole pages in a description. */
const longestHtml = 200_000;

/** A description as plain text; undefined when nothing is left of it. */
export function plainText(html: string, longest = longestDescription): string | undefined {
  const text = decodeHTML(
    html
      .slice(0, longestHtml)
      .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, '')
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/<(br|\/p|\/li|\/h[1-6]|\/div|\/tr)\b[^>]*>/gi, '\n')
      .replace(/<\/?[a-z][^>]*>/gi, ''),
  )
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
  return text === '' ? undefined : cut(text, longest);
}

function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, longest - 1);
  const lastSpace = head.search(/\s\S*$/);
  return `${(lastSpace > 0 ? head.slice(0, lastSpace) : head).trimEnd()}…`;
}
