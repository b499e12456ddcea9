/** Records in the vendor's words: `""` for missing text, `[]` for empty maps, decimal texts (contract roapp 4 and 9). */
import { costDigits, formatDecimal, moneyDigits, quantityDigits } from './decimals.ts';
import { formatInstant, formatMaybe } from './dates.ts';
import { awaitsDeduction, discountTotal, entityOf, moneyAsNumber, orderAwaitsDeduction, orderTotal } from './totals.ts';
import type { Category, Contact, Item, Json, Order, Product, Store } from './store.ts';
import type { Variety } from './variety.ts';

const mapOrList = <T>(map: Record<string, T>): Record<string, T> | [] => (Object.keys(map).length === 0 ? [] : map);
const money = (value: bigint): string => formatDecimal(value, moneyDigits);

export const nameOf = (contact: Contact): string => (contact.isOrganization ? contact.name : [contact.firstName, contact.lastName].filter((part) => part !== '').join(' '));

export function renderContact(contact: Contact, variety: Variety) {
  return {
    id: contact.id,
    ...(contact.isOrganization ? { name: contact.name } : { first_name: contact.firstName, last_name: contact.lastName }),
    email: contact.email,
    phones: variety.pickFor(contact.id, [true, false]) ? contact.phones : contact.phones.map(({ phone }) => phone),
    address: contact.address,
    notes: contact.notes,
    birthday: contact.birthday,
    supplier: contact.supplier,
    manager_id: contact.managerId,
    ad_campaign_id: contact.adCampaignId,
    discount_code: contact.discountCode,
    custom_fields: mapOrList(contact.customFields),
    tags: contact.tags,
    tax_identification_number: contact.taxIdentificationNumber,
    created_at: formatInstant(contact.createdAt),
    modified_at: formatInstant(contact.modifiedAt),
  };
}

function renderClient(store: Store, id: number) {
  const contact = store.contacts.get(id);
  return {
    id,
    is_organization: contact?.isOrganization ?? false,
    name: contact ? nameOf(contact) : '',
    first_name: contact?.firstName ?? '',
    last_name: contact?.lastName ?? '',
    email: contact?.email ?? '',
    phone: contact?.phones.map(({ phone }) => phone) ?? [],
    address: contact?.address ?? '',
    discount_code: contact?.discountCode ?? '',
    custom_fields: mapOrList<Json>(contact?.customFields ?? {}),
  };
}

export function renderOrder(store: Store, order: Order, now: number) {
  const status = store.statuses.find(({ id }) => id === order.statusId);
  const type = store.orderTypes.find(({ id }) => id === order.typeId);
  return {
    id: order.id,
    number: order.number,
    status: { id: order.statusId, name: status?.name ?? '', color: status?.color ?? '' },
    status_overdue: false,
    created_at: formatInstant(order.createdAt),
    created_by_id: order.createdById,
    modified_at: formatInstant(order.modifiedAt),
    done_at: formatMaybe(order.doneAt),
    closed_at: formatMaybe(order.closedAt),
    closed_by_id: order.closedById,
    branch_id: order.branchId,
    order_type: { id: order.typeId, name: type?.title ?? '' },
    manager_id: order.managerId,
    assignee_id: order.assigneeId,
    asset: null,
    client: renderClient(store, order.clientId),
    payer: order.payerId === null ? null : renderClient(store, order.payerId),
    scheduled_for: formatMaybe(order.scheduledFor),
    scheduled_to: formatMaybe(order.scheduledTo),
    resource: order.resourceId === null ? null : { id: order.resourceId },
    malfunction: order.malfunction,
    manager_notes: order.managerNotes,
    engineer_notes: order.engineerNotes,
    address: '',
    resume: order.resume,
    estimated_price: money(order.estimatedPrice),
    due_date: formatMaybe(order.dueDate),
    overdue: order.dueDate !== null && order.closedAt === null && order.dueDate < now,
    discount_sum: moneyAsNumber(discountTotal(order)),
    payed: money(order.payed),
    total: money(orderTotal(order)),
    warranty_date: null,
    urgent: order.urgent,
    custom_fields: mapOrList(order.customFields),
    is_deduction_required: orderAwaitsDeduction(store, order),
    ad_campaign_id: order.adCampaignId,
  };
}

export function renderItem(store: Store, item: Item, variety: Variety) {
  const entity = entityOf(store, item.entityId);
  const uom = store.uoms.find(({ id }) => id === entity?.uomId);
  const none = entity?.type === 'product' ? variety.pickFor(item.id, [null, []]) : null;
  return {
    id: item.id,
    created_at: formatInstant(item.createdAt),
    assignee_id: item.assigneeId,
    quantity: formatDecimal(item.quantity, quantityDigits),
    price: money(item.price),
    cost: formatDecimal(item.cost, costDigits),
    margin_id: null,
    is_deduction_required: awaitsDeduction(store, item),
    entity: {
      id: item.entityId,
      type: entity?.type ?? 'product',
      code: entity?.code ?? '',
      sku: entity?.sku ?? '',
      sn_accounting: false,
      title: entity?.title ?? '',
      image: '',
      thumbnail: '',
      uom: uom ?? { id: 1, title: '', description: '' },
      is_hidden: entity?.isHidden ?? false,
    },
    comment: item.comment,
    write_offs: item.writeOffs.length > 0 ? item.writeOffs : none,
    is_refunded: false,
    discount: { ...item.discount, amount: money(item.discount.amount) },
    warranty: { period: item.warranty.period, period_units: item.warranty.units },
    taxes: store.taxes.filter(({ id }) => item.taxIds.includes(id)),
    expiration_date: null,
  };
}

export function renderProduct(product: Product, variety: Variety) {
  const prices = Object.fromEntries(Object.entries(product.prices).map(([id, price]) => [id, money(price)]));
  return {
    id: product.id,
    title: product.title,
    description: product.description,
    code: product.code,
    sku: product.sku,
    uom_id: product.uomId,
    category_id: product.categoryId,
    cost: money(product.cost),
    prices: variety.pickFor(product.id, [true, false]) ? mapOrList(prices) : Object.entries(prices).map(([id, price]) => ({ id: Number(id), price })),
    barcodes: product.barcodes,
    warranty: { period: 0, unit: 'days' },
    images: [],
    // flags may be missing altogether
    ...(variety.pickFor(product.id, [true, false]) || product.isHidden ? { is_hidden: product.isHidden } : {}),
    default_supplier_id: null,
  };
}

export const renderCategory = (category: Category) => ({ id: category.id, title: category.title, parent_id: category.parentId });
