/** Lines, shipping and discounts of an order as GraphQL shows them. */
import { gid } from './gid.ts';
import type { Discount, Line, Order, ShippingLine } from './model.ts';
import { bag, decimalText, share, sum } from './money.ts';
import { codeDiscount, currentQuantity, lineDiscount, lineTotal, ownDiscount, shippingPrice, taxOf, unfulfilledQuantity } from './totals.ts';
import type { Reading } from './reading.ts';
import { productView, variantView } from './view-product.ts';

export function taxLines(order: Order, amount: number, taxable = true) {
  if (order.vatPercent === null || !taxable) return [];
  return [{ title: 'VAT', rate: order.vatPercent / 100, ratePercentage: order.vatPercent, channelLiable: false, source: 'shopify', priceSet: bag(order, taxOf(order, amount)) }];
}

const applicationTypes = { code: 'DiscountCodeApplication', manual: 'ManualDiscountApplication', automatic: 'AutomaticDiscountApplication' } as const;

export function discountView(order: Order, discount: Discount) {
  const { kind, title, target, percent, amount } = discount;
  const value = percent === null ? { __typename: 'MoneyV2', amount: decimalText(amount), currencyCode: order.currency } : { __typename: 'PricingPercentageValue', percentage: percent };
  return {
    __typename: applicationTypes[kind],
    index: order.discounts.indexOf(discount),
    allocationMethod: target === 'all' ? 'ACROSS' : 'EACH',
    targetSelection: target === 'line' ? 'EXPLICIT' : 'ALL',
    targetType: target === 'shipping' ? 'SHIPPING_LINE' : 'LINE_ITEM',
    value,
    code: title,
    title,
    description: null,
  };
}

const allocationsView = (order: Order, allocations: Line['allocations']) =>
  allocations.flatMap(({ discount, amount }) => {
    const application = order.discounts[discount];
    return application === undefined ? [] : [{ allocatedAmountSet: bag(order, amount), discountApplication: discountView(order, application) }];
  });

export const lineName = (line: Pick<Line, 'title' | 'variantTitle'>): string => (line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`);

export function lineView(reading: Reading, order: Order, line: Line) {
  const { products, variants } = reading.world.store;
  const product = line.productId === null ? undefined : products.get(line.productId);
  const variant = line.variantId === null ? undefined : variants.get(line.variantId);
  const all = line.price * line.quantity;
  const open = unfulfilledQuantity(line);
  const money = (amount: number) => () => bag(order, amount);
  const afterOwn = all - ownDiscount(order, line);
  return {
    __typename: 'LineItem',
    id: gid('LineItem', line.id),
    name: lineName(line),
    title: line.title,
    variantTitle: line.variantTitle,
    sku: line.sku,
    vendor: line.vendor,
    quantity: line.quantity,
    currentQuantity: currentQuantity(line),
    refundableQuantity: currentQuantity(line),
    unfulfilledQuantity: open,
    nonFulfillableQuantity: line.quantity - open - line.fulfilled,
    product: () => (product === undefined ? null : productView(reading, product)),
    variant: () => (product === undefined || variant === undefined ? null : variantView(reading, variant)),
    originalUnitPriceSet: money(line.price),
    originalTotalSet: money(all),
    discountedUnitPriceSet: money(share(afterOwn, 1, line.quantity)),
    discountedUnitPriceAfterAllDiscountsSet: money(share(lineTotal(line), 1, line.quantity)),
    discountedTotalSet: ({ withCodeDiscounts }: { withCodeDiscounts?: boolean | null }) => bag(order, withCodeDiscounts ? Math.min(afterOwn, all - codeDiscount(order, line) - ownOther(order, line)) : afterOwn),
    totalDiscountSet: money(lineDiscount(line)),
    unfulfilledOriginalTotalSet: money(line.price * open),
    unfulfilledDiscountedTotalSet: money(share(lineTotal(line), open, line.quantity)),
    discountAllocations: () => allocationsView(order, line.allocations),
    taxLines: () => taxLines(order, lineTotal(line), line.taxable),
    taxable: line.taxable,
    requiresShipping: line.requiresShipping,
    restockable: variant !== undefined,
    isGiftCard: false,
    merchantEditable: true,
    customAttributes: line.attributes,
  };
}

/** Discounts on the line itself that came from no code. */
const ownOther = (order: Order, line: Line): number => sum(line.allocations.filter(({ discount }) => order.discounts[discount]?.target === 'line' && order.discounts[discount]?.kind !== 'code').map(({ amount }) => amount));

export function shippingLineView(order: Order, line: ShippingLine) {
  const price = shippingPrice(line);
  return {
    id: gid('ShippingLine', line.id),
    title: line.title,
    code: line.code,
    carrierIdentifier: line.carrier,
    custom: line.code === null,
    deliveryCategory: null,
    isRemoved: line.removed,
    phone: null,
    source: 'shopify',
    shippingRateHandle: null,
    originalPriceSet: bag(order, line.price),
    discountedPriceSet: bag(order, price),
    currentDiscountedPriceSet: bag(order, line.removed ? 0 : price),
    discountAllocations: () => allocationsView(order, line.allocations),
    taxLines: () => taxLines(order, price),
  };
}
