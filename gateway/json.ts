/** Reads JSON from bytes that strangers sent. */
import { z } from 'zod';

/** Undefined when it is no JSON object in UTF-8. Whole numbers too long to be exact become text, so that an id is never a neighbour's. */
export function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    // only in well-formed text is each quote where it seems to be
    return objectSchema.parse(/\d{16}/.test(text) ? JSON.parse(text.replace(stringOrLongNumber, quoted)) : value);
  } catch {
    return undefined;
  }
}

const quoted = (found: string): string => (found.startsWith('"') ? found : `"${found}"`);
const objectSchema = z.record(z.string(), z.unknown());
/** texts first, so that digits within them stay as they are */
const stringOrLongNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])\d{16,}(?![\d.eE])/gs;

/** An id of a thing, as number or text of digits; always text afterwards. */
export const idSchema = z.union([z.int().positive(), z.string().regex(/^[1-9]\d{0,19}$/)]).transform(String);
