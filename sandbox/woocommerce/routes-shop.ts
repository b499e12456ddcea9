/** What the shop says about itself: settings, currency, system status; an administrator's key is needed (contract woocommerce 4). */
import { currencyOf } from './currencies.ts';
import { versions } from './limits.ts';
import type { Route } from './router.ts';

export const shopRoutes: Route[] = [
  {
    methods: ['GET'],
    path: '/settings/general/woocommerce_currency',
    need: 'admin',
    allow: ['GET', 'POST', 'PUT', 'PATCH'],
    handle: ({ store }) => ({ body: { id: 'woocommerce_currency', type: 'select', default: 'USD', value: store.shop.currency } }),
  },
  {
    methods: ['GET'],
    path: '/data/currencies/current',
    need: 'admin',
    allow: ['GET'],
    handle: ({ store, view }) => {
      const code = store.shop.currency;
      const { name, encoded } = currencyOf(code);
      const collection = `${view.site}/wp-json/wc/v3/data/currencies`;
      return { body: { code, name, symbol: encoded, _links: { self: [{ href: `${collection}/${code}`, targetHints: { allow: ['GET'] } }], collection: [{ href: collection }] } } };
    },
  },
  {
    methods: ['GET'],
    path: '/system_status',
    need: 'admin',
    allow: ['GET'],
    handle: ({ store, view }) => ({
      body: {
        environment: { home_url: view.site, site_url: view.site, version: versions.woocommerce, wp_version: versions.wordpress },
        settings: { currency: store.shop.currency, currency_symbol: currencyOf(store.shop.currency).encoded },
      },
    }),
  },
];
