/** Which release a shop runs. */

/** Whether `release` is `wanted` or later; 4.0 is later than 3.30, and 4.26 later than 4.3. */
export function isSince(release: string, wanted: string): boolean {
  const own = release.split('.').map(Number);
  const parts = wanted.split('.').map(Number);
  for (let at = 0; at < Math.max(own.length, parts.length); at += 1) {
    const difference = (own[at] ?? 0) - (parts[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
