/** Orders as a shop gives them (contract 4.1); invented people. */
import { orderSchema, type CartumOrder } from '../../../activities/cartum/schemas.ts';

export const line = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({ title: 'Cable', article: 'A-1', price: 250, quantity: 2, total_price: 500, discount_marker: 'NONE', type: 'product', ...fields });

/** As it comes over the wire. */
export const rawOrder = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  order_id: 1045,
  user: 17,
  stat_status: 1,
  stat_created: '2026-09-01 10:15:00',
  currency: 'UAH',
  delivery_name: 'Olena Kovalenko',
  delivery_email: 'olena@example.com',
  delivery_phone: '+38 (012) 421-42-14',
  delivery_city: 'Kyiv',
  delivery_city_stable: 'Kyiv',
  delivery_address: 'Branch No 5',
  delivery_type: { id: 3, title: 'Carrier X to branch' },
  delivery_price: 80,
  comment: '',
  payment_type: { id: 2, title: 'On delivery' },
  payment_price: 0,
  payed: 0,
  total_default: 500,
  total_sum: 450,
  total_quantity: 2,
  discount_percent: 10,
  discount_value: 50,
  coupon_code: '',
  coupon_percent: 0,
  coupon_discount_value: 0,
  coupon_type: '',
  order_without_callback: false,
  delivery_data: { deliveryOperatorType: 'x', tnNumber: null, tnId: null, tnStatusName: null, destination: {}, departure: {} },
  products: [line()],
  ...fields,
});

export const order = (fields: Record<string, unknown> = {}): CartumOrder => orderSchema.parse(rawOrder(fields));
