/** Pages count from zero and have no totals; where the last one is, nobody tells (contract sare 5). */
import { refusals } from './replies.ts';
import type { World } from './store.ts';

export function pageOf<T>({ switches }: World, rows: readonly T[], page: number): readonly T[] {
  const { pageSize, beyondTheEnd } = switches;
  const slice = (at: number): readonly T[] => rows.slice(at * pageSize, (at + 1) * pageSize);
  const last = Math.max(0, Math.ceil(rows.length / pageSize) - 1);
  if (page <= last) return slice(page);
  if (beyondTheEnd === '404') throw refusals.unknownPage();
  return beyondTheEnd === 'repeats-last' ? slice(last) : [];
}

/** Rows as the page describes them, unless the switch puts all lists into one form. */
export function listed({ switches }: World, described: 'array' | 'data', rows: readonly unknown[]): unknown {
  const form = switches.lists === 'as-described' ? described : switches.lists;
  return form === 'array' ? rows : { data: rows };
}
