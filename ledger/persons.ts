/** Whose data a sealed body holds: digests beside it, so that a person can be found and erased (design 4, N23). */

/** Null where nobody is named. */
export const personsText = (persons: readonly string[] | undefined): string | null => (persons === undefined || persons.length === 0 ? null : [...new Set(persons)].join(' '));
