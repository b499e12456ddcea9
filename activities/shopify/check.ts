/** `waybill check` for a shop: one row each for what an import needs, with the step to take where it is not so. */
import { backfillStart } from '../../domain/high-water-mark.ts';
import type { CheckRow } from '../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { ApiError, ForbiddenError, UnauthorizedError } from '../errors.ts';
import type { ShopifyClient } from './client.ts';
import { allOrdersScope, apiVersion, neededScopes } from './documents.ts';
import { finished, statuses } from './map.ts';
import { hidesThePerson } from './persons.ts';
import type { ShopInfo } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';

export interface CheckInput {
  shop: ShopifySettings;
  integration: ImportOrdersSettings;
  /** ms since 1970 */
  now: number;
  /** from where the backfill reads, once connected */
  backfillFrom?: string;
  /** of the books, where it is known already (R3) */
  booksCurrency?: string;
}

/** Reads only. Throws nothing that says something about the shop: that becomes a row. The first row is the harmless call of design 5. */
export async function checkShop(client: ShopifyClient, input: CheckInput): Promise<CheckRow[]> {
  const read = await attempt(async () => client.getShop());
  if ('error' in read) return [failedRow('credentials', read.error)];
  const { shop, currentAppInstallation, version } = read.value;
  const scopes = currentAppInstallation.accessScopes.map(({ handle }) => handle);
  const newest = await attempt(async () => client.probeOrder('newest'));
  return [
    { what: 'credentials', state: 'ok', found: `accepted by ${shop.myshopifyDomain} (${input.shop.accessToken === undefined ? 'token renewed by the connector' : 'static token'})` },
    versionRow(version),
    scopesRow(scopes),
    'error' in newest ? failedRow('reading orders', newest.error) : { what: 'reading orders', state: 'ok', found: newest.value ? `the newest is of ${newest.value.createdAt}` : 'allowed; there is none yet' },
    windowRow(scopes, input),
    currencyRow(shop.currencyCode, input.booksCurrency),
    zoneRow(shop.ianaTimezone, input.shop.timeZone),
    await customerRow(client, shop.plan.publicDisplayName, 'value' in newest ? newest.value?.id : undefined),
    taxRow(shop, input.integration),
    statusTableRow(input.integration),
    excludedRow(input.integration),
    ...(await codeRows(client, input.integration)),
  ];
}

/** A version that is no longer accessible is answered by an older or newer one, silently (contract 2). */
function versionRow(answered: string | undefined): CheckRow {
  const what = 'API version';
  if (answered === undefined) return { what, state: 'cannot be read', found: `${apiVersion} was asked for; the reply does not say which version answered` };
  if (answered === apiVersion) return { what, state: 'ok', found: apiVersion };
  return { what, state: 'not ok', found: `${apiVersion} was asked for, ${answered} answered`, step: 'Update Waybill: the version it was written for is no longer served.' };
}

function scopesRow(granted: string[]): CheckRow {
  const what = 'access scopes';
  const missing = neededScopes.filter((scope) => !granted.includes(scope));
  if (missing.length === 0) return { what, state: 'ok', found: neededScopes.join(', ') };
  return { what, state: 'not ok', found: `missing: ${missing.join(', ')}`, step: 'Give the app these scopes, and install it again where the shop asks for that.' };
}

const dayMs = 24 * 60 * 60_000;
const readableDays = 60;

/** R7: two calendar months are up to 62 days, and older orders are silently absent (contract 2). */
function windowRow(granted: string[], { now, integration, shop, backfillFrom }: CheckInput): CheckRow {
  const what = 'how far back';
  if (granted.includes(allOrdersScope)) return { what, state: 'ok', found: `orders of any age (${allOrdersScope})` };
  const from = backfillFrom ?? backfillStart(now, integration.backfillMonths, shop.timeZone);
  const readableFrom = now - readableDays * dayMs;
  const only = `without ${allOrdersScope} only orders of the last ${readableDays} days can be read`;
  if (Date.parse(from) >= readableFrom) return { what, state: 'ok', found: `${only}; the window begins later` };
  return { what, state: 'cannot be read', found: `${only}: those from ${from.slice(0, 10)} to ${new Date(readableFrom).toISOString().slice(0, 10)} stay out`, step: `Ask Shopify to approve ${allOrdersScope} for the app if they are wanted, or enter them by hand.` };
}

/** R3 */
function currencyRow(currency: string, booksCurrency: string | undefined): CheckRow {
  const what = 'currency';
  if (booksCurrency === undefined) return { what, state: 'ok', found: `${currency}; each order is compared with the books when it comes` };
  if (currency === booksCurrency) return { what, state: 'ok', found: `${currency}, like the books` };
  return { what, state: 'not ok', found: `the shop has ${currency}, the books have ${booksCurrency}`, step: 'Choose a shop and books of one currency; orders in another one are skipped.' };
}

function zoneRow(shops: string, ours: string): CheckRow {
  const what = 'time zone';
  if (shops === ours) return { what, state: 'ok', found: `${ours}, like the shop` };
  return { what, state: 'not ok', found: `the shop has ${shops}, the settings have ${ours}`, step: `Set timeZone to ${shops}.` };
}

/** R19: said by the shop itself, since the plan decides only for some kinds of app (contract 2, 9). */
async function customerRow(client: ShopifyClient, plan: string, order: string | undefined): Promise<CheckRow> {
  const what = 'customers’ data';
  if (order === undefined) return { what, state: 'cannot be read', found: `plan ${plan}; no order to try it with. Where the shop withholds them, customers are Unspecified.` };
  const read = await attempt(async () => client.readPersons([order]));
  if ('error' in read) return failedRow(what, read.error);
  if (!read.value.withheld.some(hidesThePerson)) return { what, state: 'ok', found: read.value.withheld.length === 0 ? `told (plan ${plan})` : `told, without addresses (plan ${plan})` };
  return { what, state: 'cannot be read', found: `withheld (plan ${plan}): orders come with the customer Unspecified`, step: 'From the plan Grow up, or with an app from the Dev Dashboard, they are told. Orders not yet written off are then read again.' };
}

/** N14: only to be seen; each order says it for itself. */
const taxRow = ({ taxesIncluded }: Pick<ShopInfo['shop'], 'taxesIncluded'>, { prices }: ImportOrdersSettings): CheckRow => ({
  what: 'taxes',
  state: 'ok',
  found: `the shop’s prices are ${taxesIncluded ? 'with' : 'without'} tax; the books get them ${prices === 'with-tax' ? 'with' : 'without'} tax (prices: ${prices})`,
});

/** R8 */
function statusTableRow({ statuses: table }: ImportOrdersSettings): CheckRow {
  const what = 'status table';
  if (table.length === 0) return { what, state: 'ok', found: 'empty: statuses are not synchronised' };
  return { what, state: 'not ok', found: `${table.length} rows, but a Shopify order’s status cannot be set and is not synchronised`, step: 'Remove statuses from this integration.' };
}

/** R7 */
function excludedRow({ excludeStatuses }: ImportOrdersSettings): CheckRow {
  const what = 'excluded statuses';
  const known: readonly string[] = statuses;
  const unknown = excludeStatuses.filter((status) => !known.includes(status));
  const step = `Use ${statuses.filter((status) => status !== 'test').join(', ')}; usual: excludeStatuses: [${finished.join(', ')}].`;
  if (unknown.length > 0) return { what, state: 'not ok', found: `excludeStatuses names what Shopify does not have: ${unknown.join(', ')}`, step };
  const imported = finished.filter((status) => !excludeStatuses.includes(status));
  return { what, state: 'ok', found: imported.length === 0 ? excludeStatuses.join(', ') : `the backfill also brings orders that are ${imported.join(' or ')}` };
}

/** Decision on R17: with the product's id as Code, all variants of a product share one Code. */
async function codeRows(client: ShopifyClient, { codeOf, identifyProductsBy }: ImportOrdersSettings): Promise<CheckRow[]> {
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

const failedRow = (what: string, error: ApiError): CheckRow => ({
  what,
  state: 'not ok',
  found: `${error.endpoint}: ${error.name}${error.status === undefined ? '' : `, status ${error.status}`}${error.code === undefined ? '' : `, ${error.code}`}`,
  step: stepAfter(error),
});

function stepAfter(error: ApiError): string {
  if (error instanceof UnauthorizedError) return 'Check baseUrl, and accessToken or clientId and clientSecret; the app must be installed in the shop.';
  if (error instanceof ForbiddenError) return 'See whether the shop is open (not frozen, locked or closed), baseUrl is right, and the app has its scopes.';
  return 'Try again later; if it stays, look at Shopify’s status page.';
}
