/** Comparing signatures so that the time taken tells nothing, with several secrets while one replaces another. */
import { createHash, timingSafeEqual } from 'node:crypto';

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Digests have one length, so the comparison takes one time. */
export const sameText = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b));

/** True when one of the secrets makes this signature; all are tried, whichever fits. */
export const isSigned = (signature: string, secrets: readonly string[], sign: (secret: string) => string): boolean =>
  secrets.map((secret) => sameText(signature, sign(secret))).includes(true);
