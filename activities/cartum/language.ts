/** Texts that a shop keeps in several languages (contract 4.2, 4.4). */
import type { ByLanguage } from './schemas.ts';

/** The text in this language only. */
export const exactlyIn = (texts: ByLanguage, language: string): string | undefined =>
  texts !== null && typeof texts === 'object' && !Array.isArray(texts) ? inLanguage(texts[language] ?? undefined, language) : inLanguage(texts, language);

/** The text in this language; else in English, else in any. */
export function inLanguage(texts: ByLanguage, language: string): string | undefined {
  if (texts === null || texts === undefined || Array.isArray(texts)) return undefined;
  const found = typeof texts === 'string' ? [texts] : [texts[language], texts['en'], ...Object.values(texts)];
  return found.map((one) => one?.trim()).find((one) => one !== undefined && one !== '');
}
