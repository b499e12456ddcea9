/** Type system 2026-07, a subset in the vendor's names and types: customers, their consent and the calls that change them. */
export const customersTypes = /* GraphQL */ `
type Customer implements HasMetafields & LegacyInteroperability & Node {
  addresses(first: Int): [MailingAddress!]! @deprecated
  addressesV2(after: String, before: String, first: Int, last: Int, reverse: Boolean = false): MailingAddressConnection!
  amountSpent: MoneyV2!
  canDelete: Boolean!
  createdAt: DateTime!
  dataSaleOptOut: Boolean!
  defaultAddress: MailingAddress
  defaultEmailAddress: CustomerEmailAddress
  defaultPhoneNumber: CustomerPhoneNumber
  displayName: String!
  email: String @deprecated
  emailMarketingConsent: CustomerEmailMarketingConsentState @deprecated
  firstName: String
  id: ID!
  lastName: String
  lastOrder: Order
  legacyResourceId: UnsignedInt64!
  lifetimeDuration: String!
  locale: String!
  metafield(key: String!, namespace: String): Metafield
  metafields(after: String, before: String, first: Int, keys: [String!], last: Int, namespace: String, reverse: Boolean = false): MetafieldConnection!
  multipassIdentifier: String
  note: String
  numberOfOrders: UnsignedInt64!
  orders(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false, sortKey: OrderSortKeys = ID): OrderConnection!
  phone: String @deprecated
  productSubscriberStatus: CustomerProductSubscriberStatus!
  smsMarketingConsent: CustomerSmsMarketingConsentState @deprecated
  state: CustomerState!
  tags: [String!]!
  taxExempt: Boolean!
  updatedAt: DateTime!
  validEmailAddress: Boolean! @deprecated
  verifiedEmail: Boolean!
}

type CustomerConnection {
  edges: [CustomerEdge!]!
  nodes: [Customer!]!
  pageInfo: PageInfo!
}

type CustomerEdge {
  cursor: String!
  node: Customer!
}

type MailingAddressConnection {
  edges: [MailingAddressEdge!]!
  nodes: [MailingAddress!]!
  pageInfo: PageInfo!
}

type MailingAddressEdge {
  cursor: String!
  node: MailingAddress!
}

type CustomerEmailAddress {
  emailAddress: String!
  marketingOptInLevel: CustomerMarketingOptInLevel
  marketingState: CustomerEmailAddressMarketingState!
  marketingUnsubscribeUrl: URL!
  marketingUpdatedAt: DateTime
  openTrackingLevel: CustomerEmailAddressOpenTrackingLevel!
  openTrackingUrl: URL!
  validFormat: Boolean!
}

type CustomerPhoneNumber {
  marketingCollectedFrom: CustomerConsentCollectedFrom @deprecated
  marketingOptInLevel: CustomerMarketingOptInLevel @deprecated
  marketingState: CustomerSmsMarketingState! @deprecated
  marketingUpdatedAt: DateTime @deprecated
  phoneNumber: String!
}

type CustomerEmailMarketingConsentState {
  consentUpdatedAt: DateTime
  marketingOptInLevel: CustomerMarketingOptInLevel
  marketingState: CustomerEmailMarketingState!
}

type CustomerSmsMarketingConsentState {
  consentCollectedFrom: CustomerConsentCollectedFrom
  consentUpdatedAt: DateTime
  marketingOptInLevel: CustomerMarketingOptInLevel!
  marketingState: CustomerSmsMarketingState!
}

input CustomerIdentifierInput @oneOf {
  customId: UniqueMetafieldValueInput
  emailAddress: String
  id: ID
  phoneNumber: String
}

input UniqueMetafieldValueInput {
  key: String!
  namespace: String
  value: String!
}

input CustomerInput {
  addresses: [MailingAddressInput!] @deprecated
  email: String
  emailMarketingConsent: CustomerEmailMarketingConsentInput
  firstName: String
  id: ID
  lastName: String
  locale: String
  note: String
  phone: String
  smsMarketingConsent: CustomerSmsMarketingConsentInput
  tags: [String!]
  taxExempt: Boolean
}

input CustomerSetInput {
  addresses: [MailingAddressInput!]
  email: String
  firstName: String
  id: ID @deprecated
  lastName: String
  locale: String
  note: String
  phone: String
  tags: [String!]
  taxExempt: Boolean
}

input CustomerSetIdentifiers @oneOf {
  customId: UniqueMetafieldValueInput
  email: String
  id: ID
  phone: String
}

input MailingAddressInput {
  address1: String
  address2: String
  city: String
  company: String
  country: String @deprecated
  countryCode: CountryCode
  firstName: String
  id: ID @deprecated
  lastName: String
  phone: String
  province: String @deprecated
  provinceCode: String
  zip: String
}

input CustomerEmailMarketingConsentInput {
  consentUpdatedAt: DateTime
  marketingOptInLevel: CustomerMarketingOptInLevel
  marketingState: CustomerEmailMarketingState!
  sourceLocationId: ID
}

input CustomerEmailMarketingConsentUpdateInput {
  customerId: ID!
  emailMarketingConsent: CustomerEmailMarketingConsentInput!
}

input CustomerSmsMarketingConsentInput {
  consentUpdatedAt: DateTime
  marketingOptInLevel: CustomerMarketingOptInLevel
  marketingState: CustomerSmsMarketingState!
  sourceLocationId: ID
}

input CustomerSmsMarketingConsentUpdateInput {
  customerId: ID!
  smsMarketingConsent: CustomerSmsMarketingConsentInput!
}

type CustomerCreatePayload {
  customer: Customer
  userErrors: [UserError!]!
}

type CustomerUpdatePayload {
  customer: Customer
  userErrors: [UserError!]!
}

type CustomerSetPayload {
  customer: Customer
  userErrors: [CustomerSetUserError!]!
}

type CustomerSetUserError implements DisplayableError {
  code: CustomerSetUserErrorCode
  field: [String!]
  message: String!
}

type CustomerEmailMarketingConsentUpdatePayload {
  customer: Customer
  userErrors: [CustomerEmailMarketingConsentUpdateUserError!]!
}

type CustomerEmailMarketingConsentUpdateUserError implements DisplayableError {
  code: CustomerEmailMarketingConsentUpdateUserErrorCode
  field: [String!]
  message: String!
}

type CustomerSmsMarketingConsentUpdatePayload {
  customer: Customer
  userErrors: [CustomerSmsMarketingConsentError!]!
}

type CustomerSmsMarketingConsentError implements DisplayableError {
  code: CustomerSmsMarketingConsentErrorCode
  field: [String!]
  message: String!
}
`;
