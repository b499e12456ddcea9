/** An order as `orders/get` and hooks show it (contract cartum 4.1). */
import { deliveryTypes, paymentTypes, textIn } from './dictionaries.ts';
import { since } from './limits.ts';
import type { OrderLine, StoredOrder } from './model.ts';
import { lineTotal, totalsOf } from './order-totals.ts';
import type { Totals } from './order-totals.ts';
import { isSince } from './releases.ts';
import type { Row } from './replies.ts';
import type { World } from './store.ts';

/** Writes the fields of one order, each in the form it always has. */
interface Pen {
  whole(field: string, value: number): number | string;
  amount(field: string, hundredths: number): number | string;
}

export function orderView(world: World, order: StoredOrder, withAdditionalData: boolean): Row {
  const pen: Pen = {
    whole: (field, value) => world.variety.whole(`order ${order.id} ${field}`, value),
    amount: (field, hundredths) => world.variety.amount(`order ${order.id} ${field}`, hundredths),
  };
  const totals = totalsOf(order);
  return {
    order_id: pen.whole('order_id', order.id),
    user: pen.whole('user', order.user),
    stat_status: pen.whole('stat_status', order.status),
    stat_created: order.createdText,
    currency: order.currency,
    ...customerView(order),
    ...deliveryView(order, pen),
    comment: order.comment,
    payment_type: { id: pen.whole('payment_type', order.paymentTypeId), title: textIn(paymentTypes[order.paymentTypeId] ?? {}, order.language) },
    payment_price: pen.amount('payment_price', 0),
    payed: pen.whole('payed', order.isPaid ? 1 : 0),
    ...totalsView(order, totals, pen),
    order_without_callback: order.id % 3 === 0,
    ...(order.manager === null ? {} : { manager: order.manager }),
    analytics: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: order.campaign, utm_term: null, utm_content: null, google_client_id: null },
    ...(withAdditionalData ? { additional_data: { recipient_warehouse_ref: `ref-${order.delivery.typeId}-${order.id}` } } : {}),
    products: order.lines.map((line, at) => lineView(world, line, pen, at)),
  };
}

function customerView(order: StoredOrder): Row {
  const names = { delivery_name: order.name, delivery_email: order.email, delivery_phone: order.phone };
  return order.company === '' ? names : { ...names, customer_details: { company: order.company } };
}

function deliveryView({ delivery, language }: StoredOrder, pen: Pen): Row {
  const type = deliveryTypes[delivery.typeId];
  return {
    delivery_city: delivery.city,
    delivery_city_stable: delivery.cityStable,
    delivery_address: delivery.address,
    delivery_type: { id: pen.whole('delivery_type', delivery.typeId), title: textIn(type?.title ?? {}, language) },
    delivery_price: delivery.price === null ? pen.whole('delivery_price', -1) : pen.amount('delivery_price', delivery.price),
    delivery_data: {
      deliveryOperatorType: type?.operator ?? '',
      tnNumber: delivery.trackingNumber,
      tnId: null,
      tnStatusName: null,
      tnTrackingUpdateDate: null,
      estimatedDeliveryDate: null,
      ownTTNPicked: false,
      destination: {},
      departure: {},
    },
  };
}

function totalsView(order: StoredOrder, totals: Totals, pen: Pen): Row {
  return {
    total_default: pen.amount('total_default', totals.before),
    total_sum: pen.amount('total_sum', totals.after),
    total_quantity: pen.whole('total_quantity', totals.quantity),
    discount_percent: pen.whole('discount_percent', order.discountPercent),
    discount_value: pen.amount('discount_value', totals.discount),
    coupon_code: order.coupon?.code ?? '',
    coupon_percent: pen.whole('coupon_percent', order.coupon?.percent ?? 0),
    coupon_discount_value: pen.amount('coupon_discount_value', totals.couponDiscount),
    coupon_type: order.coupon === null ? '' : order.coupon.percent > 0 ? 'percent' : 'value',
  };
}

function lineView(world: World, line: OrderLine, pen: Pen, at: number): Row {
  const shown = {
    title: line.title,
    article: line.article,
    price: pen.amount(`price ${at}`, line.price),
    quantity: pen.whole(`quantity ${at}`, line.quantity),
    total_price: pen.amount(`total_price ${at}`, lineTotal(line)),
    discount_marker: line.discountMarker,
    type: line.type,
    storage_id: line.storageId,
    parent_storage_id: line.parentStorageId,
    url: `/item-${line.storageId}/`,
  };
  return isSince(world.switches.release, since.photoUrl) ? { ...shown, photo_url: `/photos/${line.storageId}.jpg` } : shown;
}
