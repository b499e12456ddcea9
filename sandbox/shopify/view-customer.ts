/** A customer as GraphQL shows it. */
import { utcOrNull, utcText } from './dates.ts';
import { gid } from './gid.ts';
import type { Consent, Customer, Order } from './model.ts';
import { money, sum } from './money.ts';
import { connection } from './connection.ts';
import { refundedAmount } from './totals.ts';
import { listed, mayRead, type Reading } from './reading.ts';
import { addressView, fullName } from './view-address.ts';
import { metafieldViews } from './view-metafield.ts';

export function customerView(reading: Reading, customer: Customer): Record<string, unknown> {
  const { world } = reading;
  const orders = (): Order[] => world.store.ordersOf(customer.id);
  const readable = (): Order[] => orders().filter((order) => mayRead(reading, order));
  return {
    __typename: 'Customer',
    id: gid('Customer', customer.id),
    legacyResourceId: String(customer.id),
    firstName: customer.firstName,
    lastName: customer.lastName,
    displayName: fullName(customer) ?? customer.email ?? customer.phone ?? '',
    email: customer.email,
    phone: customer.phone,
    note: customer.note,
    tags: customer.tags,
    locale: customer.locale,
    createdAt: utcText(customer.createdAt),
    updatedAt: utcText(customer.updatedAt),
    state: 'DISABLED',
    taxExempt: false,
    verifiedEmail: customer.email !== null,
    validEmailAddress: customer.email !== null,
    dataSaleOptOut: false,
    multipassIdentifier: null,
    productSubscriberStatus: 'NEVER_SUBSCRIBED',
    lifetimeDuration: 'about 1 year',
    canDelete: () => orders().length === 0,
    numberOfOrders: () => String(orders().length),
    amountSpent: () => money(sum(orders().map((order) => order.received - refundedAmount(order))), world.shop.currency),
    lastOrder: () => readable().slice(-1).map((order) => reading.views.order(reading, order))[0] ?? null,
    orders: (args: unknown) => connection(readable(), args, { key: ({ id }) => id, id: ({ id }) => id, node: (order) => reading.views.order(reading, order), everything: reading.everything }),
    ...contactFields(customer),
    defaultAddress: () => addressView(customer.addresses[0] ?? null, 'CustomerAddress'),
    addresses: ({ first }: { first?: number | null }) => customer.addresses.slice(0, first ?? undefined).map((address) => addressView(address, 'CustomerAddress')),
    addressesV2: (args: unknown) => listed(reading, customer.addresses, args, (address) => addressView(address, 'CustomerAddress')),
    ...metafieldViews([], 'CUSTOMER', reading),
  };
}

function contactFields({ email, phone, emailConsent, smsConsent }: Customer) {
  const collected = smsConsent.level === null ? null : 'OTHER';
  return {
    defaultEmailAddress:
      email === null
        ? null
        : { emailAddress: email, ...consentFields(emailConsent), marketingUnsubscribeUrl: 'https://shop.example.com/account/unsubscribe', openTrackingLevel: 'UNKNOWN', openTrackingUrl: 'https://shop.example.com/account/tracking', validFormat: true },
    defaultPhoneNumber: phone === null ? null : { phoneNumber: phone, ...consentFields(smsConsent), marketingCollectedFrom: collected },
    emailMarketingConsent: email === null ? null : { marketingState: emailConsent.state, marketingOptInLevel: emailConsent.level, consentUpdatedAt: utcOrNull(emailConsent.at) },
    smsMarketingConsent: phone === null ? null : { marketingState: smsConsent.state, marketingOptInLevel: smsConsent.level ?? 'UNKNOWN', consentUpdatedAt: utcOrNull(smsConsent.at), consentCollectedFrom: collected },
  };
}

const consentFields = ({ state, level, at }: Consent) => ({ marketingState: state, marketingOptInLevel: level, marketingUpdatedAt: utcOrNull(at) });
