/**
 * What was sent of an address, as digests of the source's data (S4, N18). A row's digest has parts, joined by dots: what is always read, then what is
 * read only for a mapping that names it. A part that was not read compares with nothing, so that a mapping which first names it sends nothing by itself.
 */
import { createHash } from 'node:crypto';
import type { SourceContact } from '../domain/contact.ts';

const notRead = '-';

/** @param parts digests of what was read; undefined: that part was not. Always as many, and in the same order, for rows of one kind */
export const digestOfParts = (...parts: (string | undefined)[]): string => parts.map((part) => part ?? notRead).join('.');

/** Over the rows of an address: a part counts where it was read of all rows that have it. */
export function digestOfRows(rows: readonly Pick<SourceContact, 'kind' | 'sourceId' | 'digest'>[]): string {
  const parted = rows.map(({ kind, sourceId, digest }) => ({ row: `${kind}:${sourceId}`, parts: digest.split('.') })).toSorted((a, b) => (a.row < b.row ? -1 : 1));
  const most = Math.max(0, ...parted.map(({ parts }) => parts.length));
  return Array.from({ length: most }, (_, at) => {
    const having = parted.flatMap(({ row, parts }) => (parts[at] === undefined ? [] : [{ row, part: parts[at] }]));
    return having.some(({ part }) => part === notRead) ? notRead : digestOf(having.map(({ row, part }) => `${row}:${part}`).join('\n'));
  }).join('.');
}

/** Whether what was sent then is what is there now, as far as both were read. */
export function isSameDigest(sent: string | null | undefined, now: string): boolean {
  if (!sent) return false;
  const [before, after] = [sent.split('.'), now.split('.')];
  return Array.from({ length: Math.max(before.length, after.length) }, (_, at) => [before[at] ?? notRead, after[at] ?? notRead]).every(([one, other]) => one === other || one === notRead || other === notRead);
}

/** Whether `now` was read of more than `sent`: then it is what later changes are compared with. */
export const tellsMore = (sent: string, now: string): boolean => readParts(now) > readParts(sent);

const readParts = (digest: string): number => digest.split('.').filter((part) => part !== notRead).length;

/** Half of SHA-256: as many bits as anybody needs who has no adversary. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
