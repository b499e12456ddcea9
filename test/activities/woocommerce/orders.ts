/** Orders as a shop gives them; invented people. */
import type { WooLine, WooOrder, WooRefund } from '../../../activities/woocommerce/schemas.ts';

export const line = (fields: Partial<WooLine> = {}): WooLine => ({
  id: 41, name: 'Oil filter X', product_id: 10, variation_id: 0, quantity: 2, total: '99.80', total_tax: '22.95', sku: 'OF-X', parent_name: null, meta_data: [], ...fields,
});

export const order = ({ billing, ...fields }: Partial<Omit<WooOrder, 'billing'>> & { billing?: Partial<WooOrder['billing']> } = {}): WooOrder => ({
  id: 38,
  number: '38',
  status: 'processing',
  currency: 'PLN',
  date_created_gmt: '2026-11-21T16:49:51',
  date_modified_gmt: '2026-11-21T16:50:00',
  total: '122.75',
  total_tax: '22.95',
  customer_id: 0,
  billing: { first_name: 'Anna', last_name: 'Nowak', company: '', country: 'PL', email: 'anna@example.test', phone: '+48 600 700 800', ...billing },
  shipping: { phone: '' },
  line_items: [line()],
  shipping_lines: [],
  fee_lines: [],
  refunds: [],
  ...fields,
});

export const nobody: WooOrder['billing'] = { first_name: '', last_name: '', company: '', country: '', email: '', phone: '' };

const refundedFrom = (id: number | string) => [{ key: '_refunded_item_id', value: id, display_value: undefined }];

export const refund = ({ items = [], shipping = [], ...fields }: Partial<WooRefund> & { items?: { of: number | string; quantity: number; total: string; tax: string }[]; shipping?: { of: number; total: string; tax: string }[] }): WooRefund => ({
  id: 39,
  amount: '0.00',
  reason: '',
  line_items: items.map(({ of, quantity, total, tax }) => ({ quantity, total, total_tax: tax, meta_data: refundedFrom(of) })),
  shipping_lines: shipping.map(({ of, total, tax }, at) => ({ id: 90 + at, total, total_tax: tax, meta_data: refundedFrom(of) })),
  fee_lines: [],
  ...fields,
});
