/** Phone numbers as they are compared and looked up (R18): E.164 by the connection's country, and the forms people write. */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';

export interface NormalisedPhone {
  /** "+48601234567"; absent when the text is no possible number of its country */
  e164?: string;
  /** each form worth a look-up in a system that compares literally: E.164, its digits, national digits, digits as written; no doubles */
  writtenForms: string[];
}

/**
 * @param text as the customer or the staff wrote it
 * @param country ISO 3166-1 alpha-2: whose numbers are meant when the text has no country code
 */
export function normalisePhone(text: string, country: string): NormalisedPhone {
  const region = country.toUpperCase();
  const bare = text.replace(/^\s*\(\s*(\+\d+)\s*\)/, '$1 '); // "(+48) 601 …"
  const parsed = parsePhoneNumberFromString(bare, { ...(isSupportedCountry(region) ? { defaultCountry: region } : {}), extract: false });
  const written = text.replace(/\D/g, '');
  if (!parsed?.isPossible()) return { writtenForms: distinct([written]) };
  const e164: string = parsed.number;
  return { e164, writtenForms: distinct([e164, e164.slice(1), parsed.nationalNumber, parsed.formatNational().replace(/\D/g, ''), written]) };
}

const distinct = (forms: string[]): string[] => [...new Set(forms.filter((form) => form !== ''))];
