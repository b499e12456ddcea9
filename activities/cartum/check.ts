/** `waybill check` for a shop: one row each for what an import needs, with the step to take where it is not so. */
import type { CheckRow } from '../../domain/ports.ts';
import type { ImportOrdersSettings } from '../../domain/settings.ts';
import { ApiError, ForbiddenError, PermanentError, UnauthorizedError } from '../errors.ts';
import type { CartumClient } from './client.ts';
import { exactlyIn } from './language.ts';
import { dayAfter, dayOf, secondsOf, toInstant } from './local-time.ts';
import type { ListedOrder } from './schemas.ts';
import type { CartumSettings } from './settings.ts';
import { hooksRow, statusRows } from './check-rows.ts';
import { readStatuses } from './statuses.ts';

export interface CheckInput {
  shop: CartumSettings;
  integration: ImportOrdersSettings;
  /** ms since 1970 */
  now: number;
  /** of the books, where it is known already (R3) */
  booksCurrency?: string;
  /** events of which a subscription is remembered; absent: no gateway is configured */
  subscribed?: readonly string[];
}

/** Reads only. Throws nothing that says something about the shop: that becomes a row. The first row is the credentials'. */
export async function checkShop(client: CartumClient, input: CheckInput): Promise<CheckRow[]> {
  const { shop, now } = input;
  const today = dayOf(now, shop.timeZone);
  const listed = await attempt(async () => client.listOrders({ ...secondsOf(dayAfter(today, -62), dayAfter(today)), limit: 100, offset: 0 }));
  if ('error' in listed) return [credentials, orders].map((what) => failedRow(what, listed.error));
  const recent = listed.value;
  const statuses = await attempt(async () => readStatuses(client, shop.language));
  return [
    { what: credentials, state: 'ok', found: shop.baseUrl.startsWith('http:') ? 'accepted; the address is plain http, so the password travels in the clear' : 'accepted' },
    { what: orders, state: 'ok', found: recent.length === 0 ? 'orders can be read; there is none of the last 62 days' : 'orders can be read' },
    await currencyRow(client, recent, input.booksCurrency),
    await zoneRow(client, shop.timeZone, now),
    ...('error' in statuses ? [failedRow('order statuses', statuses.error)] : statusRows(statuses.value, input.integration)),
    await languageRow(client, shop.language),
    hooksRow(input.subscribed),
  ];
}

const credentials = 'credentials';
const orders = 'reading orders';

/** R3: a shop may have several currencies, and each order has its own. */
async function currencyRow(client: CartumClient, recent: ListedOrder[], booksCurrency: string | undefined): Promise<CheckRow> {
  const what = 'currency';
  const exported = await attempt(async () => client.listCurrencies());
  const ofOrders = [...new Set(recent.flatMap(({ currency }) => (typeof currency === 'string' ? currency : [])))];
  const all = [...new Set([...ofOrders, ...('value' in exported ? exported.value : [])])];
  if (all.length === 0) return { what, state: 'cannot be read', found: 'The shop does not tell its currencies, and there is no order yet. Each order is compared when it comes.' };
  const found = `${all.join(', ')}${ofOrders.length === 0 ? '' : ` (recent orders: ${ofOrders.join(', ')})`}`;
  if (booksCurrency === undefined) return { what, state: 'ok', found: `${found}; each order is compared with the books when it comes` };
  const others = (ofOrders.length > 0 ? ofOrders : all).filter((currency) => currency !== booksCurrency);
  if (others.length === 0) return { what, state: 'ok', found: `${found}, like the books` };
  const words = `the shop has ${found}, the books have ${booksCurrency}`;
  if (!all.includes(booksCurrency)) return { what, state: 'not ok', found: words, step: 'Choose a shop and books of one currency; orders in another one are skipped.' };
  return { what, state: 'ok', found: `${words}; orders in ${others.join(', ')} are skipped and counted` };
}

/** Times have no zone and the API does not tell it; an order from the future shows that the setting is wrong. */
async function zoneRow(client: CartumClient, timeZone: string, now: number): Promise<CheckRow> {
  const what = 'time zone';
  const today = dayOf(now, timeZone);
  const read = await attempt(async () => client.listOrders({ ...secondsOf(dayAfter(today, -1), dayAfter(today, 2)), limit: 100, offset: 0 }));
  if ('error' in read) return failedRow(what, read.error);
  const newest = Math.max(...read.value.flatMap(({ stat_created }) => instantOf(stat_created, timeZone) ?? []));
  if (newest > now + 5 * 60_000) {
    return { what, state: 'not ok', found: `by ${timeZone} the newest order was made ${Math.round((newest - now) / 60_000)} minutes from now`, step: 'Set timeZone to the one of the shop.' };
  }
  return { what, state: 'cannot be read', found: `${timeZone} by the settings; the shop does not tell its own` };
}

function instantOf(local: string, timeZone: string): number | undefined {
  try {
    return Date.parse(toInstant(local, timeZone));
  } catch {
    return undefined;
  }
}

/** R14: names and descriptions come in this language. */
async function languageRow(client: CartumClient, language: string): Promise<CheckRow> {
  const what = 'language of names';
  const read = await attempt(async () => client.probeProduct());
  if ('error' in read) return failedRow(what, read.error);
  const title = read.value?.title;
  if (title === undefined || title === null || typeof title === 'string' || Array.isArray(title)) return { what, state: 'cannot be read', found: 'The catalogue shows no product with names by language.' };
  if (exactlyIn(title, language) !== undefined) return { what, state: 'ok', found: `${language} is there` };
  return { what, state: 'not ok', found: `a product has no name in ${language}, but in ${Object.keys(title).join(', ')}`, step: 'Set language to one of these; products without a name in it keep the one in the order.' };
}

async function attempt<T>(ask: () => Promise<T>): Promise<{ value: T } | { error: ApiError }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

function failedRow(what: string, error: ApiError): CheckRow {
  return { what, state: 'not ok', found: `${error.endpoint}: ${error.name}${error.status === undefined ? '' : `, status ${error.status}`}${error.code === undefined ? '' : `, ${error.code}`}`, step: stepAfter(error) };
}

function stepAfter(error: ApiError): string {
  if (error instanceof UnauthorizedError) return 'Check login and password: the login of a user of the shop’s panel (Settings > Users), not the e-mail address; the tariff must include API access.';
  if (error instanceof ForbiddenError) return 'Give the user the rights to read orders (Settings > Users).';
  if (error instanceof PermanentError && error.code === 'UNDEFINED_FUNCTION') return 'The shop’s release is too old for this; ask the vendor for an update.';
  if (error instanceof PermanentError) return 'Check baseUrl, and that the tariff includes API access.';
  return 'Try again later; if it stays, ask the shop’s host whether its bot filter keeps us out.';
}
