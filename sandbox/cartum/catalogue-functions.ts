/** `catalog/export`, `pages/export`, `currency/export` and the status list (contract cartum 4.2, 4.4). */
import { z } from 'zod';
import { textIn } from './dictionaries.ts';
import { limits } from './limits.ts';
import type { Page, Product, Texts } from './model.ts';
import { empty } from './orders-get.ts';
import { flag, parse, whole } from './params.ts';
import { ok, wrongParameters } from './replies.ts';
import type { Envelope, Row } from './replies.ts';
import type { World } from './store.ts';

export function getAvailableStatuses({ store, shop, variety }: World): Envelope {
  const languages = [...new Set(['en', 'ua', 'ru', ...shop.languages])];
  const statuses = store.statuses.map(({ id, title, isSuccessful }) => [
    String(id),
    { id: variety.whole(`status ${id}`, id), title: inLanguages(title, languages), is_successful: variety.whole(`successful ${id}`, isSuccessful ? 1 : 0) },
  ]);
  return ok({ statuses: Object.fromEntries(statuses) });
}

const inLanguages = (texts: Texts, languages: readonly string[]): Texts => Object.fromEntries(languages.map((language) => [language, textIn(texts, language)]));

const names = z.array(z.string());
const exportQuery = z.object({
  expr: z
    .object({
      article: z.union([z.string().transform((article) => [article]), names]).optional(),
      display_in_showcase: flag.optional(),
      parent: z.union([z.string(), z.object({ id: z.array(whole) })]).optional(),
    })
    .optional(),
  offset: whole.pipe(z.number().min(0)).default(0),
  limit: whole.pipe(z.number().min(1)).default(limits.catalogRows),
  includedParams: names.optional(),
  excludedParams: names.optional(),
});

export function exportCatalogue(world: World, params: Row): Envelope {
  const { expr = {}, offset, limit, includedParams, excludedParams = [] } = parse(exportQuery, params);
  const { article, display_in_showcase: isShown, parent } = expr;
  const isInParent = (pageId: number) =>
    parent === undefined || (typeof parent === 'string' ? pathOf(world, pageId) === parent : parent.id.includes(pageId));
  const found = [...world.store.products.values()].filter(
    (product) => (article === undefined || article.includes(product.article)) && (isShown === undefined || product.isShown === isShown) && isInParent(product.pageId),
  );
  const page = found.slice(offset, offset + Math.min(limit, limits.catalogRows));
  if (page.length === 0) return empty(world, 'products');
  const isWanted = (name: string) => (includedParams?.includes(name) ?? true) && !excludedParams.includes(name);
  return ok({ products: page.map((product) => Object.fromEntries(Object.entries(productView(world, product)).filter(([name]) => isWanted(name)))) });
}

function productView(world: World, product: Product): Row {
  const { variety, shop } = world;
  const place = (field: string) => `product ${product.article} ${field}`;
  return {
    article: product.article,
    parent_article: product.parentArticle,
    article_for_display: product.article,
    title: product.title,
    description: product.description,
    short_description: product.shortDescription,
    price: variety.amount(place('price'), product.price),
    price_old: variety.amount(place('price_old'), product.priceOld),
    discount: variety.whole(place('discount'), 0),
    currency: shop.currency,
    parent: { id: variety.whole(place('parent'), product.pageId), [variety.pick(place('parent path'), ['value', 'path'])]: pathOf(world, product.pageId) },
    presence: product.quantity > 0 ? 'In stock' : 'Out of stock',
    quantity: variety.whole(place('quantity'), product.quantity),
    display_in_showcase: product.isShown ? 1 : 0,
    creation_time: product.createdText,
  };
}

/** Titles from the top down to the page, in the shop's default language. */
function pathOf({ store, shop }: World, pageId: number): string {
  const titles: string[] = [];
  for (let page = store.pages.get(pageId); page !== undefined; page = page.parent === null ? undefined : store.pages.get(page.parent)) titles.unshift(textIn(page.title, shop.languages[0]));
  return titles.join('/');
}

export function exportPages(world: World, params: Row): Envelope {
  const { rootPageId, pagesWithoutParent } = world.switches;
  const { parent } = parse(z.object({ parent: whole.optional() }), params);
  if (parent === undefined && pagesWithoutParent === 'EXCEPTION') throw wrongParameters('parent');
  const wanted = parent === undefined || parent === rootPageId ? null : parent;
  const found = [...world.store.pages.values()].filter((page) => page.parent === wanted);
  const view = ({ id, parent: above, title }: Page): Row => ({
    id: world.variety.whole(`page ${id}`, id),
    parent: world.variety.whole(`page ${id} parent`, above ?? rootPageId),
    title: inLanguages(title, world.shop.languages),
  });
  return found.length === 0 ? empty(world, 'pages') : ok({ pages: found.map(view) });
}

export function exportCurrencies(world: World, params: Row): Envelope {
  const { enabledOnly } = parse(z.object({ enabledOnly: flag.default(true) }), params);
  const found = world.store.currencies.filter(({ isEnabled }) => isEnabled || !enabledOnly);
  return ok({ currency: found.map(({ id, iso }) => ({ id: world.variety.whole(`currency ${id}`, id), iso, title: iso, exchangeRates: [] })) });
}
