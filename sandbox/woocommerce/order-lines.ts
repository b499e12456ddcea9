/** Lines of an order write: added, changed, removed, with the plugin's oddities (contract woocommerce 4). */
import { netOf, toUnits } from './amount.ts';
import { crashed, foreignItem } from './errors.ts';
import type { Meta, OrderLine, Product, StoredOrder } from './model.ts';
import { encodeName } from './names.ts';
import type { LineInput, OrderBody } from './order-body.ts';
import type { Store } from './store.ts';

/**
 * Applies `line_items` to an order.
 * @throws WooError 500 for a new line of quantity 0, 400 for a line of another order
 */
export function setLines(store: Store, order: StoredOrder, inputs: LineInput[]): void {
  for (const input of inputs) {
    if (input.id === undefined) {
      if (input.quantity === 0) throw crashed();
      order.lines.push(newLine(store, order, input));
      continue;
    }
    const line = order.lines.find(({ id }) => id === input.id);
    if (line === undefined) throw foreignItem();
    if (input.product_id === null || input.quantity === 0) order.lines = order.lines.filter((other) => other !== line);
    else changeLine(store, line, input);
  }
}

/** A quantity alone leaves the totals: the unit price is re-derived downwards. */
function changeLine(store: Store, line: OrderLine, input: LineInput): void {
  if (input.name) line.name = encodeName(input.name);
  if (input.quantity !== undefined) line.quantity = input.quantity;
  if (input.subtotal !== undefined) line.subtotal = toUnits(input.subtotal);
  if (input.total !== undefined) line.total = toUnits(input.total);
  if (input.meta_data) line.meta = mergeMeta(store, line.meta, input.meta_data);
}

/** An unknown product or SKU makes a line with product 0 and an empty name, no error. */
function newLine(store: Store, order: StoredOrder, input: LineInput): OrderLine {
  const product = findSold(store, input);
  const quantity = input.quantity ?? 1;
  const priced = netOf(toUnits(product?.salePrice || product?.regularPrice || 0), order.pricesIncludeTax ? order.vatPercent : null) * quantity;
  const subtotal = input.subtotal === undefined ? (input.total === undefined ? priced : toUnits(input.total)) : toUnits(input.subtotal);
  return {
    id: store.next('item'),
    name: input.name ? encodeName(input.name) : lineName(store, product),
    productId: product === undefined ? 0 : product.parentId || product.id,
    variationId: product?.type === 'variation' ? product.id : 0,
    quantity,
    taxClass: '',
    subtotal,
    total: input.total === undefined ? subtotal : toUnits(input.total),
    subtotalTax: 0,
    totalTax: 0,
    meta: [...optionsMeta(store, product), ...mergeMeta(store, [], input.meta_data ?? [])],
  };
}

function findSold(store: Store, input: LineInput): Product | undefined {
  if (input.sku) return [...store.products.values()].find(({ sku }) => sku === input.sku);
  return store.products.get(input.variation_id || input.product_id || 0);
}

/** A variation is shown as `Belt - S`. */
export function lineName(store: Store, product: Product | undefined): string {
  if (product?.type !== 'variation') return product?.name ?? '';
  return `${store.products.get(product.parentId)?.name ?? ''} - ${product.name}`;
}

function optionsMeta(store: Store, product: Product | undefined): Meta[] {
  if (product?.type !== 'variation') return [];
  return product.attributes.map(({ name, options }) => ({ id: store.next('meta'), key: name.toLowerCase(), value: options[0] ?? '' }));
}

/** `meta_data` is an upsert by key; null removes. */
export function mergeMeta(store: Store, known: Meta[], given: { key: string; value?: unknown }[]): Meta[] {
  let merged = known;
  for (const { key, value } of given) {
    const old = merged.find((meta) => meta.key === key);
    if (value === null) merged = merged.filter((meta) => meta !== old);
    else if (old === undefined) merged = [...merged, { id: store.next('meta'), key, value }];
    else merged = merged.map((meta) => (meta === old ? { ...meta, value } : meta));
  }
  return merged;
}

type ShippingInput = NonNullable<OrderBody['shipping_lines']>[number];
type FeeInput = NonNullable<OrderBody['fee_lines']>[number];

export function setShippingLines(store: Store, order: StoredOrder, inputs: ShippingInput[]): void {
  for (const input of inputs) {
    if (input.id === undefined) {
      const added = { id: store.next('item'), methodTitle: input.method_title ?? '', methodId: input.method_id ?? '', instanceId: '', total: toUnits(input.total), totalTax: 0, meta: [] };
      order.shippingLines.push(added);
      continue;
    }
    const line = order.shippingLines.find(({ id }) => id === input.id);
    if (line === undefined) throw foreignItem();
    if (input.method_id === null) order.shippingLines = order.shippingLines.filter((other) => other !== line);
    line.methodTitle = input.method_title ?? line.methodTitle;
    line.methodId = input.method_id ?? line.methodId;
    if (input.total !== undefined) line.total = toUnits(input.total);
  }
}

export function setFeeLines(store: Store, order: StoredOrder, inputs: FeeInput[]): void {
  for (const input of inputs) {
    if (input.id === undefined) {
      order.feeLines.push({ id: store.next('item'), name: encodeName(input.name ?? 'Fee'), total: toUnits(input.total), totalTax: 0, meta: [] });
      continue;
    }
    const line = order.feeLines.find(({ id }) => id === input.id);
    if (line === undefined) throw foreignItem();
    if (input.name === null) order.feeLines = order.feeLines.filter((other) => other !== line);
    if (input.total !== undefined) line.total = toUnits(input.total);
  }
}
