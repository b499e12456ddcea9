/** The shop's category tree: products name their categories without parent and depth, so it is loaded whole and kept for a while (contract 4). */
import { chooseCategory } from '../../domain/category.ts';
import type { CategoryPath } from '../../domain/product.ts';
import type { WooCategory } from './schemas.ts';
import { decodeName } from './text.ts';

/** How long a tree is used without looking again; an unknown id loads it at once. */
const keptForMs = 5 * 60_000;

export type Tree = ReadonlyMap<number, WooCategory>;

/** The category that a shop gives to products without one. Its slug is translated when the shop is installed. */
const defaultSlugs = new Set(['uncategorized', 'bez-kategorii', 'senza-categoria', 'non-classe']);

/** R15: the one category that counts; undefined: none. A product in the default category only has none. */
export function categoryOf(ids: number[], tree: Tree, language: string): CategoryPath | undefined {
  const real = ids.flatMap((id) => tree.get(id) ?? []).filter((category) => !defaultSlugs.has(category.slug));
  return chooseCategory(real.map((category) => pathOf(category, tree)), language);
}

/** Decoded names from the root. A parent that is gone, or a circle, ends the path. */
export function pathOf(category: WooCategory, tree: Tree): CategoryPath {
  const path: CategoryPath = [];
  const seen = new Set<number>();
  for (let at: WooCategory | undefined = category; at && !seen.has(at.id); at = tree.get(at.parent)) {
    seen.add(at.id);
    path.unshift(decodeName(at.name));
  }
  return path;
}

export interface CategoryCache {
  /** The tree, loaded when it is old, of another shop, or does not know one of the ids. */
  treeWith(ids: number[], load: () => Promise<WooCategory[]>): Promise<Tree>;
}

/** @param now ms; only differences count */
export function createCategoryCache(now: () => Promise<number>): CategoryCache {
  let kept: { tree: Tree; at: number } | undefined;
  return {
    async treeWith(ids, load) {
      const isFresh = kept !== undefined && (await now()) - kept.at < keptForMs;
      if (kept && isFresh && ids.every((id) => kept?.tree.has(id))) return kept.tree;
      const categories = await load();
      kept = { tree: new Map(categories.map((category) => [category.id, category])), at: await now() };
      return kept.tree;
    },
  };
}
