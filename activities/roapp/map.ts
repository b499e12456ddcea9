/** Canonical shapes in RO App's words and back; pure. Decimals travel as text where replies show them as text (contract roapp 12). */
import type { Customer } from '../../domain/customer.ts';
import { round } from '../../domain/money.ts';
import type { Order } from '../../domain/order.ts';
import type { Product } from '../../domain/product.ts';
import type { PricedLine } from '../../domain/pricing.ts';
import type { Body } from './client.ts';
import type { Identity } from './identity.ts';
import type { RoappOrder } from './schemas.ts';
import type { RoappSettings } from './settings.ts';
import type { Texts } from './texts.ts';

/** Without a name a contact is "Unspecified" in the connection's language (R18); the phone never sends a message (N15). */
export function toNewPerson(customer: Customer, { phone }: Identity, { texts }: { texts: Texts }): Body {
  const first = customer.firstName.trim();
  const last = customer.lastName.trim();
  const address = customer.address && addressText(customer.address);
  return {
    first_name: first || last || customer.company?.trim() || texts.unspecified,
    ...(first && last ? { last_name: last } : {}),
    ...(customer.email?.trim() ? { email: customer.email.trim() } : {}),
    ...(phone ? { phones: [{ title: '', phone: phone.value, notify: false, has_viber: false, has_whatsapp: false }] } : {}),
    ...(address ? { address } : {}),
  };
}

const addressText = ({ lines, postcode, city, region, country }: NonNullable<Customer['address']>): string =>
  [...lines, [postcode, city].filter(Boolean).join(' '), region, country].filter(Boolean).join(', ');

/** R14, R17: name, description, SKU and Code; the unit is always "piece". Empty keys are left out. */
export function toNewProduct(product: Product, category: string | undefined, settings: RoappSettings): Body {
  const sku = product.sku?.trim();
  const code = product.code?.trim();
  return {
    title: product.name.trim() || sku || code || '', // RO App takes no product without a name
    ...(product.description ? { description: product.description } : {}),
    ...(sku ? { [settings.productCreate === 'legacy' ? 'article' : 'sku']: sku } : {}),
    ...(code ? { code } : {}),
    ...(category === undefined ? {} : { category_id: Number(category) }),
    uom_id: settings.unitOfMeasure,
  };
}

export const toNewCategory = (title: string, parent: string | undefined): Body => ({ title, ...(parent === undefined ? {} : { parent_id: Number(parent) }) });

/** The text by which an order of ours is recognised. */
export const markerOf = (integration: string, sourceId: string): string => `${integration}:${sourceId}`;

/** R1: number and creation date cannot be set, so they stand in the notes; the initial status is the order type's (R8). */
export function toNewOrder(order: Order, client: string, about: { marker: string; texts: Texts; timeZone: string | undefined; settings: RoappSettings }): Body {
  const { marker, settings } = about;
  const line = describeOrder(order, about.texts, about.timeZone);
  return {
    branch_id: settings.location,
    order_type_id: settings.orderType,
    client_id: Number(client),
    ...(settings.orderMarkerField === undefined
      ? { manager_notes: `${marker}\n${line}` }
      : { manager_notes: line, custom_fields: { [settings.orderMarkerField]: marker } }),
  };
}

/** E.g. "WooCommerce #1045, 2026-09-01 10:15", in the account's time zone; UTC is said where the zone is not known. */
export function describeOrder(order: Order, texts: Texts, timeZone: string | undefined): string {
  const at = new Date(order.createdAt).toLocaleString('sv-SE', { timeZone: timeZone ?? 'UTC', dateStyle: 'short', timeStyle: 'short' });
  return `${order.platform ?? texts.order} #${order.number}, ${at}${timeZone === undefined ? ' UTC' : ''}`;
}

/** Where the marker may stand: the custom field, else the first line of the notes. */
export const hasMarker = (order: RoappOrder, marker: string, settings: RoappSettings): boolean =>
  (settings.orderMarkerField !== undefined && order.custom_fields[settings.orderMarkerField] === marker) || firstLine(order) === marker;

/** The source id behind the integration's marker; undefined: it is not an order of this integration. */
export function sourceIdIn(order: RoappOrder, integration: string, settings: RoappSettings): string | undefined {
  const inField = settings.orderMarkerField === undefined ? undefined : order.custom_fields[settings.orderMarkerField];
  const marker = [inField, firstLine(order)].find((text): text is string => typeof text === 'string' && text.startsWith(`${integration}:`));
  return marker && /^\S+$/.test(marker) ? marker.slice(integration.length + 1) : undefined;
}

/** True when any integration of ours made the order: nothing else writes that form. */
export const hasAnyMarker = (order: RoappOrder, settings: RoappSettings): boolean =>
  (settings.orderMarkerField !== undefined && Boolean(order.custom_fields[settings.orderMarkerField])) || /^[a-z0-9][a-z0-9_-]*:\S+$/.test(firstLine(order));

const firstLine = (order: RoappOrder): string => order.manager_notes.split('\n')[0]?.trim() ?? '';

/** The line's place in the order: by it and the product a line of ours is recognised. */
export const lineComment = (index: number): string => `#${index + 1}`;

/** R16: quantity and price are kept; lines made by API carry no write-off. */
export function toNewItem(line: PricedLine, entity: string, index: number, settings: RoappSettings): Body {
  return {
    entity_id: Number(entity),
    assignee_id: settings.assignee,
    quantity: round(line.quantity, 3),
    price: round(line.price, 2),
    cost: '0',
    discount: { type: 'value', percentage: 0, amount: '0.00', sponsor: 'staff' },
    warranty: { period: '0', periodUnits: 'days' },
    comment: lineComment(index),
  };
}

/** RO App's dates: ISO 8601 UTC without milliseconds (contract roapp 9). */
export const roappInstant = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
