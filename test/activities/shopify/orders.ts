/** Orders as a shop gives them, with what a test wants otherwise. Invented people only. */
export const money = (amount: string, currencyCode = 'PLN') => ({ shopMoney: { amount, currencyCode } });

export const lineOf = (given: object = {}) => ({
  id: 'gid://shopify/LineItem/501',
  title: 'Mug',
  variantTitle: null,
  sku: 'MUG-1',
  quantity: 2,
  currentQuantity: 2,
  product: { legacyResourceId: '71' },
  variant: { legacyResourceId: '711' },
  originalUnitPriceSet: money('10.0'),
  discountedUnitPriceAfterAllDiscountsSet: money('10.0'),
  discountAllocations: [],
  taxLines: [{ priceSet: money('3.74') }],
  ...given,
});

export const connectionOf = (nodes: unknown[], endCursor: string | null = null) => ({ nodes, pageInfo: { hasNextPage: endCursor !== null, endCursor } });

export const orderOf = (given: object = {}) => ({
  id: 'gid://shopify/Order/9001',
  legacyResourceId: '9001',
  name: '#1001',
  createdAt: '2026-11-20T10:00:00Z',
  updatedAt: '2026-11-20T10:05:00Z',
  cancelledAt: null,
  test: false,
  displayFinancialStatus: 'PAID',
  displayFulfillmentStatus: 'UNFULFILLED',
  currencyCode: 'PLN',
  taxesIncluded: true,
  dutiesIncluded: false,
  currentTotalPriceSet: money('35.0'),
  currentTotalTaxSet: money('6.54'),
  currentTotalDutiesSet: null,
  totalTipReceivedSet: money('0.0'),
  additionalFees: [],
  shippingLines: connectionOf([shippingOf()]),
  lineItems: connectionOf([lineOf()]),
  ...given,
});

export const shippingOf = (given: object = {}) => ({ title: 'Courier', discountedPriceSet: money('15.0'), currentDiscountedPriceSet: money('15.0'), taxLines: [{ priceSet: money('2.80') }], ...given });

export const addressOf = (given: object = {}) => ({
  firstName: 'Zofia',
  lastName: 'Testowa',
  address1: 'Prosta 1',
  address2: null,
  city: 'Warszawa',
  zip: '00-001',
  provinceCode: null,
  countryCodeV2: 'PL',
  company: null,
  phone: '601 234 567',
  ...given,
});

export const personOf = (given: object = {}) => ({
  legacyResourceId: '9001',
  email: 'zofia@example.com',
  phone: null,
  customer: { firstName: 'Zofia', lastName: 'Testowa', defaultEmailAddress: { emailAddress: 'zofia@example.com' }, defaultPhoneNumber: { phoneNumber: '+48601234567' }, defaultAddress: addressOf() },
  billingAddress: addressOf(),
  shippingAddress: addressOf({ firstName: 'Adam', lastName: 'Testowy', address1: 'Krzywa 2', city: 'Gdynia', zip: '81-001' }),
  ...given,
});

export type ShopOrder = ReturnType<typeof orderOf>;
