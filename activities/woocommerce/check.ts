/** `waybill check` for a shop: one row each for what an import needs, with the step to take where it is not so. */
import { zoneOffsetMs } from '../../domain/high-water-mark.ts';
import type { CheckRow } from '../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { ApiError, ForbiddenError, PermanentError, UnauthorizedError } from '../errors.ts';
import type { WoocommerceClient } from './client.ts';
import { toInstant } from './map.ts';
import type { WoocommerceSettings } from './settings.ts';

export interface CheckInput {
  shop: WoocommerceSettings;
  integration: ImportOrdersSettings;
  /** of the books, where it is known already (R3) */
  booksCurrency?: string;
}

/** Reads only. Throws nothing that says something about the shop: that becomes a row. */
export async function checkShop(client: WoocommerceClient, input: CheckInput): Promise<CheckRow[]> {
  const probed = await attempt(async () => client.probeOrders());
  if ('error' in probed) return [credentials, orders].map((what) => failedRow(what, probed.error, input.shop));
  const { newest, total } = probed.value;
  return [
    { what: credentials, state: 'ok', found: input.shop.baseUrl.startsWith('http:') ? 'accepted (signed requests, since the address is plain http)' : 'accepted' },
    { what: orders, state: 'ok', found: total === undefined ? 'orders can be read' : `${total} orders can be read` },
    writeRow,
    await currencyRow(client, newest?.currency, input.booksCurrency),
    zoneRow(newest, input.shop.timeZone),
    await statusRow(client, input.integration),
    ...(await codeRows(client, input.integration)),
  ];
}

const credentials = 'credentials';
const orders = 'reading orders';

const writeRow: CheckRow = {
  what: 'permission of the key',
  state: 'cannot be read',
  found: 'The API does not say whether the key may write. Importing orders needs reading only.',
};

/** R3 */
async function currencyRow(client: WoocommerceClient, orderCurrency: string | undefined, booksCurrency: string | undefined): Promise<CheckRow> {
  const what = 'currency';
  const setting = await attempt(async () => client.getCurrencySetting());
  const current = 'value' in setting ? setting : await attempt(async () => client.getCurrentCurrency());
  const currency = 'value' in current ? current.value : orderCurrency;
  if (currency === undefined) return { what, state: 'cannot be read', found: 'The key may not read the shop’s settings, and there is no order yet. Each order is compared when it comes.' };
  const from = 'value' in current ? '' : ' (from its newest order)';
  if (booksCurrency === undefined) return { what, state: 'ok', found: `${currency}${from}; each order is compared with the books when it comes` };
  if (currency === booksCurrency) return { what, state: 'ok', found: `${currency}${from}, like the books` };
  return { what, state: 'not ok', found: `the shop has ${currency}${from}, the books have ${booksCurrency}`, step: 'Choose a shop and books of one currency; orders in another one are skipped.' };
}

/** The shop's zone is nowhere in the API, but an order carries its local and its GMT time. */
function zoneRow(newest: { date_created: string; date_created_gmt: string } | undefined, timeZone: string): CheckRow {
  const what = 'time zone';
  if (!newest) return { what, state: 'cannot be read', found: `${timeZone} by the settings; there is no order yet to compare it with` };
  const createdAt = Date.parse(toInstant(newest.date_created_gmt));
  const shopOffset = Date.parse(toInstant(newest.date_created)) - createdAt;
  const ours = zoneOffsetMs(createdAt, timeZone);
  if (shopOffset === ours) return { what, state: 'ok', found: `${timeZone} agrees with the newest order` };
  return {
    what,
    state: 'not ok',
    found: `the shop’s clock was ${hours(shopOffset)} ahead of GMT at its newest order, ${timeZone} ${hours(ours)}`,
    step: 'Set timeZone to the one in the shop’s Settings > General.',
  };
}

const hours = (ms: number): string => `${ms / 3_600_000} h`;

const core = ['pending', 'processing', 'on-hold', 'completed', 'cancelled', 'refunded', 'failed', 'checkout-draft', 'trash', 'auto-draft'];

/** R9: statuses of plug-ins come in unless they are excluded by name. */
async function statusRow(client: WoocommerceClient, { excludeStatuses }: ImportOrdersSettings): Promise<CheckRow> {
  const what = 'order statuses';
  const read = await attempt(async () => client.listStatuses());
  if ('error' in read) return failedRow(what, read.error);
  const known = [...read.value.map(({ slug }) => slug), ...core];
  const unknown = excludeStatuses.filter((status) => !known.includes(status));
  if (unknown.length > 0) return { what, state: 'not ok', found: `excludeStatuses names what the shop does not have: ${unknown.join(', ')}`, step: `Use the shop’s own words: ${read.value.map(({ slug }) => slug).join(', ')}, trash.` };
  const added = read.value.map(({ slug }) => slug).filter((slug) => !core.includes(slug));
  const imported = added.filter((slug) => !excludeStatuses.includes(slug));
  return { what, state: 'ok', found: added.length === 0 ? 'WooCommerce’s own' : `also of plug-ins: ${added.join(', ')}; imported: ${imported.join(', ') || 'none of them'}` };
}

/** Decision on R17: with the product's id as Code, all variants of a product share one Code. */
async function codeRows(client: WoocommerceClient, { codeOf, identifyProductsBy }: ImportOrdersSettings): Promise<CheckRow[]> {
  if (codeOf !== 'product' || identifyProductsBy !== 'code') return [];
  const what = 'products identified by ID';
  const read = await attempt(async () => client.hasVariants());
  if ('error' in read) return [failedRow(what, read.error)];
  if (!read.value) return [{ what, state: 'ok', found: 'the shop has no products with variants' }];
  return [{ what, state: 'not ok', found: 'the shop has variants, and with codeOf: product all variants of a product have one Code', step: 'Set codeOf: variant, or identifyProductsBy: sku.' }];
}

async function attempt<T>(ask: () => Promise<T>): Promise<{ value: T } | { error: ApiError }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

function failedRow(what: string, error: ApiError, shop?: WoocommerceSettings): CheckRow {
  return { what, state: 'not ok', found: `${error.endpoint}: ${error.name}${error.status === undefined ? '' : `, status ${error.status}`}`, step: stepAfter(error, shop) };
}

function stepAfter(error: ApiError, shop: WoocommerceSettings | undefined): string {
  if (error instanceof UnauthorizedError && shop?.baseUrl.includes('rest_route=')) return 'Check consumerKey and consumerSecret. If they are right: many versions take keys only under /wp-json/; switch pretty permalinks on in the shop and use that address.';
  if (error instanceof UnauthorizedError) return 'Check consumerKey and consumerSecret. If they are right, the host may strip the Authorization header (set keysInQuery: true) or take the site for plain http behind its proxy.';
  if (error instanceof ForbiddenError) return 'Bind the key to a user who may manage the shop (WooCommerce > Settings > Advanced > REST API).';
  if (error instanceof PermanentError && error.code === 'rest_no_route') return 'Check baseUrl, and that WooCommerce is switched on.';
  return 'Try again later; if it stays, ask the shop’s host whether a firewall keeps us out.';
}
