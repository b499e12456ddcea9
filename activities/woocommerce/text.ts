/** Texts of a shop as plain text: names are HTML-encoded, descriptions are HTML (contract 9). */
export { decodeName, longestDescription, plainText } from '../plain-text.ts';
