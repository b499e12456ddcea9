/** R15: which one of a product's categories counts. */
import type { CategoryPath } from './product.ts';

/**
 * One branch at several depths: the deepest. Several of one level: the first alphabetically. Several of different levels: the more general.
 * @param paths the product's categories, each as names from the root; duplicates do not count
 * @param language BCP 47 tag whose collation orders the names
 */
export function chooseCategory(paths: CategoryPath[], language = 'pl'): CategoryPath | undefined {
  const distinct = [...new Map(paths.filter((path) => path.length > 0).map((path) => [JSON.stringify(path), path])).values()];
  const byDepth = distinct.toSorted((a, b) => a.length - b.length);
  const deepest = byDepth.at(-1);
  if (deepest === undefined) return undefined;
  const isOneBranch = byDepth.every((path) => path.every((name, level) => deepest[level] === name));
  if (isOneBranch) return deepest;
  const collator = new Intl.Collator(language);
  const topDepth = byDepth[0]?.length ?? 0;
  const general = byDepth.filter((path) => path.length === topDepth);
  return general.toSorted((a, b) => collator.compare(a.at(-1) ?? '', b.at(-1) ?? '') || collator.compare(a.join('\n'), b.join('\n')))[0];
}
