/**
 * The shop's category tree. A product names its category by id, and a page tells only what lies right below it (contract 4.4), so the way up is
 * found by walking down: level by level, no further than the categories that are wanted, and what was read is kept for a while.
 */
import type { CategoryPath } from '../../domain/product.ts';
import { PerhapsRecordError, PermanentError } from '../errors.ts';
import { inLanguage } from './language.ts';
import type { CartumPage, CartumProduct } from './schemas.ts';

/** How long a tree is used before it is walked anew: names of categories change seldom, and a walk costs a call for each. */
const keptForMs = 6 * 60 * 60_000;
/** An id that a whole walk did not find is looked for again after this. */
const missingForMs = 10 * 60_000;

export interface Tree {
  pages: Map<string, CartumPage>;
  /** read, but not yet asked what lies below */
  open: string[];
  begunAt: number;
}

export interface CategoryCache {
  /** The tree walked so far that all these ids are in it, or to its end. @param load the pages below one; undefined: below the root */
  treeWith(ids: string[], load: (parent?: number) => Promise<CartumPage[]>): Promise<Tree>;
}

/** @param now ms; only differences count */
export function createCategoryCache(now: () => Promise<number>): CategoryCache {
  let kept: Tree | undefined;
  return {
    async treeWith(ids, load) {
      const at = await now();
      const age = kept === undefined ? Infinity : Math.abs(at - kept.begunAt);
      const isMissing = kept?.open.length === 0 && ids.some((id) => !kept?.pages.has(id));
      if (kept === undefined || age > keptForMs || (isMissing && age > missingForMs)) kept = await beginTree(at, load);
      await walkDown(kept, ids, load);
      return kept;
    },
  };
}

async function beginTree(begunAt: number, load: (parent?: number) => Promise<CartumPage[]>): Promise<Tree> {
  const tree: Tree = { pages: new Map(), open: [], begunAt };
  const added = put(tree, await load());
  // a shop that answers with more than one level has told all of it
  if (!added.some(({ parent }) => typeof parent === 'string' && tree.pages.has(parent))) tree.open.push(...added.map(({ id }) => id));
  return tree;
}

async function walkDown(tree: Tree, ids: string[], load: (parent?: number) => Promise<CartumPage[]>): Promise<void> {
  while (ids.some((id) => !tree.pages.has(id))) {
    const next = tree.open[0];
    if (next === undefined) return;
    const below = await load(Number(next));
    tree.open = tree.open.filter((id) => id !== next); // only now: a failed call leaves it to be asked again
    tree.open.push(...put(tree, below.map((page) => ({ ...page, parent: page.parent ?? next }))).map(({ id }) => id));
  }
}

/** Those that are new. */
function put(tree: Tree, pages: CartumPage[]): CartumPage[] {
  const added = pages.filter(({ id }) => !tree.pages.has(id));
  for (const page of added) tree.pages.set(page.id, page);
  return added;
}

/** R15: a product has one category here. By the tree; else by the path that the product itself carries. Undefined: none. */
export function categoryOf({ parent }: CartumProduct, tree: Tree | undefined, language: string): CategoryPath | undefined {
  const known = parent?.id ? tree?.pages.get(parent.id) : undefined;
  const path = known && tree ? pathOf(known, tree, language) : [];
  if (path.length > 0) return path;
  const written = (parent?.path || parent?.value || '').split('/').map((part) => part.trim()).filter(Boolean);
  return written.length > 0 ? written : undefined;
}

/** Names from the root. A circle ends the path; a nameless page is left out. */
export function pathOf(page: CartumPage, tree: Tree, language: string): CategoryPath {
  const path: CategoryPath = [];
  const seen = new Set<string>();
  for (let at: CartumPage | undefined = page; at && !seen.has(at.id); at = at.parent ? tree.pages.get(at.parent) : undefined) {
    seen.add(at.id);
    const name = inLanguage(at.title, language);
    if (name !== undefined) path.unshift(name);
  }
  return path;
}

/** A shop that refuses to show its pages (the root's id is not documented) has categories by the products' own words, not orders that cannot come. */
export async function orNone<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PermanentError || error instanceof PerhapsRecordError) return undefined;
    throw error;
  }
}
