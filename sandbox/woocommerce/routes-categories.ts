/** Routes of product categories: a flat list with parents (contract woocommerce 4). */
import type { ArgSpecs } from './args.ts';
import { categoryView } from './catalogue-view.ts';
import { categoryBody, createCategory, updateCategory } from './catalogue-write.ts';
import { noSuchTerm, noTrashFor } from './errors.ts';
import type { Category } from './model.ts';
import { parseBody } from './order-body.ts';
import { pagingSpecs } from './order-query.ts';
import { pageReply, sliceOf } from './reply.ts';
import type { Row } from './reply.ts';
import type { Call, Route } from './router.ts';

const ofItem = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
const ofList = ['GET', 'POST'] as const;

const categorySpecs: ArgSpecs = {
  ...pagingSpecs,
  order: { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
  orderby: { type: 'string', enum: ['id', 'include', 'name', 'slug', 'term_group', 'description', 'count'], default: 'name' },
  hide_empty: { type: 'boolean', default: false },
  parent: { type: 'integer' },
  product: { type: 'integer' },
  slug: { type: 'strings' },
};

function categoryOf({ store, id }: Call): Category {
  const category = store.categories.get(id());
  if (category === undefined) throw noSuchTerm();
  return category;
}

function listCategories({ store, args, view }: Call): Row[] {
  const [include, exclude, parent, slugs] = [args.integers('include'), args.integers('exclude'), args.integer('parent'), args.texts('slug')];
  const product = store.products.get(args.integer('product') ?? 0);
  const search = args.text('search')?.toLowerCase();
  const found = [...store.categories.values()].filter(
    (category) =>
      (include.length === 0 || include.includes(category.id)) &&
      !exclude.includes(category.id) &&
      (parent === undefined || category.parent === parent) &&
      (slugs.length === 0 || slugs.includes(category.slug)) &&
      (product === undefined || product.categoryIds.includes(category.id)) &&
      (!search || category.name.toLowerCase().includes(search)),
  );
  const by = args.text('orderby');
  const direction = args.text('order') === 'desc' ? -1 : 1;
  const sorted = found.toSorted((a, b) => direction * (by === 'id' ? a.id - b.id : by === 'slug' ? a.slug.localeCompare(b.slug, 'en') : a.name.localeCompare(b.name, 'en')));
  const rows = sorted.map((category) => categoryView(category, view));
  return args.flag('hide_empty') ? rows.filter((row) => row['count'] !== 0) : rows;
}

export const categoryRoutes: Route[] = [
  {
    methods: ['GET'],
    path: '/products/categories',
    need: 'list',
    allow: ofList,
    specs: categorySpecs,
    handle: (call) => {
      const rows = listCategories(call);
      const { from, to } = sliceOf(call.args);
      return pageReply(rows.slice(from, to), rows.length, call.args);
    },
  },
  {
    methods: ['POST'],
    path: '/products/categories',
    need: 'create',
    allow: ofList,
    specs: { name: { type: 'string', required: true }, parent: { type: 'integer' } },
    handle: ({ store, body, view }) => ({ status: 201, body: categoryView(createCategory(store, parseBody(categoryBody, body)), view) }),
  },
  { methods: ['GET'], path: '/products/categories/:id', need: 'view', allow: ofItem, handle: (call) => ({ body: categoryView(categoryOf(call), call.view) }) },
  {
    methods: ['PUT', 'PATCH', 'POST'],
    path: '/products/categories/:id',
    need: 'edit',
    allow: ofItem,
    handle: (call) => {
      const category = categoryOf(call);
      updateCategory(category, parseBody(categoryBody, call.body));
      return { body: categoryView(category, call.view) };
    },
  },
  {
    methods: ['DELETE'],
    path: '/products/categories/:id',
    need: 'delete',
    allow: ofItem,
    specs: { force: { type: 'boolean', default: false } },
    handle: (call) => {
      const category = categoryOf(call);
      const shown = categoryView(category, call.view);
      if (!call.args.flag('force')) throw noTrashFor('Terms');
      call.store.categories.delete(category.id);
      return { body: shown };
    },
  },
];
