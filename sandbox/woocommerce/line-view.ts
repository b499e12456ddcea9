/** The lines of an order as the API shows them (contract woocommerce 4). */
import { amountText, unitPrice } from './amount.ts';
import type { Meta, OrderLine, ShippingLine, StoredOrder } from './model.ts';
import type { Row } from './reply.ts';
import type { ViewOptions } from './view-options.ts';

/** `sku` and `product_id` are those of the current product: 0 and null once it is gone, while the name stays. */
export function lineView(line: OrderLine, order: StoredOrder, { store, dp }: ViewOptions): Row {
  const money = (units: number) => amountText(units, dp);
  const parent = store.products.get(line.productId);
  const variation = line.variationId === 0 ? undefined : store.products.get(line.variationId);
  const sold = parent === undefined ? undefined : (variation ?? parent);
  return {
    id: line.id,
    name: line.name,
    product_id: parent?.id ?? 0,
    variation_id: parent === undefined ? 0 : (variation?.id ?? 0),
    quantity: line.quantity,
    tax_class: line.taxClass,
    subtotal: money(line.subtotal),
    subtotal_tax: money(line.subtotalTax),
    total: money(line.total),
    total_tax: money(line.totalTax),
    taxes: taxesOf(order, line.totalTax, line.subtotalTax, money),
    meta_data: itemMeta(line.meta),
    sku: sold?.sku ?? null,
    global_unique_id: sold?.globalUniqueId ?? '',
    price: unitPrice(line.total, line.quantity),
    // recorded: a number for variations, a text for everything else
    image: variation === undefined ? { id: '', src: '' } : { id: 0, src: '' },
    parent_name: variation === undefined ? null : (parent?.name ?? null),
  };
}

export function shippingLineView(line: ShippingLine, order: StoredOrder, money: (units: number) => string): Row {
  return {
    id: line.id,
    method_title: line.methodTitle,
    method_id: line.methodId,
    instance_id: line.instanceId,
    total: money(line.total),
    total_tax: money(line.totalTax),
    taxes: taxesOf(order, line.totalTax, undefined, money),
    tax_status: 'taxable',
    meta_data: itemMeta(line.meta),
  };
}

export function taxesOf(order: StoredOrder, total: number, subtotal: number | undefined, money: (units: number) => string): Row[] {
  return order.vatPercent === null ? [] : [{ id: 1, total: money(total), subtotal: subtotal === undefined ? '' : money(subtotal) }];
}

export function taxLines(order: StoredOrder, { dp }: ViewOptions): Row[] {
  if (order.vatPercent === null) return [];
  const { cartTax, shippingTax } = order.totals;
  return [
    {
      id: order.taxLineId,
      rate_code: 'PL-VAT-1',
      rate_id: 1,
      label: 'VAT',
      compound: false,
      tax_total: amountText(cartTax, dp),
      shipping_tax_total: amountText(shippingTax, dp),
      rate_percent: order.vatPercent,
      meta_data: [],
    },
  ];
}

export const metaView = (meta: Meta[]): Row[] => meta.map(({ id, key, value }) => ({ id, key, value }));

export function itemMeta(meta: Meta[]): Row[] {
  return meta.map(({ id, key, value }) => ({ id, key, value, display_key: key.startsWith('_') ? key : key.charAt(0).toUpperCase() + key.slice(1), display_value: value }));
}
