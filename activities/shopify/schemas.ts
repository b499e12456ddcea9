/** Replies of a shop, as far as we read them (contract shopify 4). Unknown fields are ignored; a missing one is an error, by name. */
import { z } from 'zod';
import { isDecimal } from '../../domain/money.ts';

const text = z.string();
/** 64-bit ids and counts come as text (contract 9). */
export const legacyId = z.string().regex(/^\d+$/, 'must be a number');
/** UTC with `Z`, whole seconds (contract 9). */
export const instant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, 'must be a date and time');
const money = z.object({ shopMoney: z.object({ amount: z.string().refine(isDecimal, 'must be a decimal number'), currencyCode: text }) }).transform(({ shopMoney }) => shopMoney);
/** Stored pages hold what the transformation made. */
const kept = z.union([money, z.object({ amount: z.string().refine(isDecimal, 'must be a decimal number'), currencyCode: text })]);
const taxLines = z.array(z.object({ priceSet: kept }));

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable().optional() });
export const connectionOf = <T extends z.ZodType>(node: T) => z.object({ nodes: z.array(node), pageInfo });

export const lineSchema = z.object({
  id: text,
  title: text,
  variantTitle: text.nullable(),
  sku: text.nullable(),
  quantity: z.int().nonnegative(),
  currentQuantity: z.int().nonnegative(),
  product: z.object({ legacyResourceId: legacyId }).nullable(),
  variant: z.object({ legacyResourceId: legacyId }).nullable(),
  originalUnitPriceSet: kept,
  discountedUnitPriceAfterAllDiscountsSet: kept,
  discountAllocations: z.array(z.object({ allocatedAmountSet: kept })),
  taxLines,
});
export type ShopifyLine = z.output<typeof lineSchema>;

/** What tells an order's state. Unknown values of the enumerations must not break anything (contract 4). */
const naming = {
  id: text,
  legacyResourceId: legacyId,
  name: text,
  createdAt: instant,
  updatedAt: instant,
  cancelledAt: instant.nullable(),
  test: z.boolean(),
  displayFinancialStatus: text.nullable(),
  displayFulfillmentStatus: text,
};

/** Parcels of an order. Unknown states must not break anything. */
export const fulfillmentsSchema = z.array(z.object({ status: text, updatedAt: instant, trackingInfo: z.array(z.object({ number: text.nullable() })) }));
export type ShopifyFulfillment = z.output<typeof fulfillmentsSchema>[number];

export const orderSchema = z.object({
  ...naming,
  currencyCode: text,
  taxesIncluded: z.boolean(),
  dutiesIncluded: z.boolean(),
  currentTotalPriceSet: kept,
  currentTotalTaxSet: kept,
  currentTotalDutiesSet: kept.nullable(),
  totalTipReceivedSet: kept,
  additionalFees: z.array(z.object({ name: text, price: kept, taxLines })),
  shippingLines: connectionOf(z.object({ title: text, discountedPriceSet: kept, currentDiscountedPriceSet: kept, taxLines })),
  lineItems: connectionOf(lineSchema),
  /** absent where none counts, and on pages that were stored before parcels were read */
  fulfillments: fulfillmentsSchema.optional(),
});
export type ShopifyOrder = z.output<typeof orderSchema>;

/** A list must not fail as a whole for one odd order: each is read by `orderSchema` when its turn comes. */
export const listedOrderSchema = z.looseObject({ ...naming, fulfillments: z.unknown().optional() });
export type ListedOrder = z.output<typeof listedOrderSchema>;

const part = text.nullable();
const addressParts = { address1: part, address2: part, city: part, zip: part, provinceCode: part, countryCodeV2: part, company: part, phone: part };
const addressSchema = z.object({ firstName: part, lastName: part, ...addressParts });
export type ShopifyAddress = z.output<typeof addressSchema>;

export const personSchema = z.object({
  legacyResourceId: legacyId,
  email: part,
  phone: part,
  customer: z
    .object({
      firstName: part,
      lastName: part,
      defaultEmailAddress: z.object({ emailAddress: part }).nullable(),
      defaultPhoneNumber: z.object({ phoneNumber: part }).nullable(),
      defaultAddress: z.object(addressParts).nullable(),
    })
    .nullable(),
  billingAddress: addressSchema.nullable(),
  shippingAddress: addressSchema.nullable(),
});
export type ShopifyPerson = z.output<typeof personSchema>;

/** An order as it lies in a page: with who ordered it, or the fact that the shop withholds that (R19). */
export const rawOrderSchema = z.object({ order: orderSchema, person: personSchema.nullable() });
export type RawOrder = z.output<typeof rawOrderSchema>;

export const productSchema = z.object({ legacyResourceId: legacyId, descriptionHtml: text, productType: text, category: z.object({ name: text }).nullable() });
export type ShopifyProduct = z.output<typeof productSchema>;

export const shopInfoSchema = z.object({
  shop: z.object({ myshopifyDomain: text, currencyCode: text, ianaTimezone: text, taxesIncluded: z.boolean(), plan: z.object({ publicDisplayName: text }) }),
  currentAppInstallation: z.object({ accessScopes: z.array(z.object({ handle: text })) }),
});
export type ShopInfo = z.output<typeof shopInfoSchema>;

export const probedOrdersSchema = z.object({ orders: z.object({ nodes: z.array(z.object({ id: text, legacyResourceId: legacyId, createdAt: instant })) }) });

const count = z.object({ count: z.int() }).nullable();
export const variantCountsSchema = z.object({ productsCount: count, productVariantsCount: count });

export const webhookSchema = z.object({ id: text, topic: text, uri: text });
export type ShopifyWebhook = z.output<typeof webhookSchema>;
export const createdWebhookSchema = z.object({ webhookSubscriptionCreate: z.object({ webhookSubscription: z.object({ id: text }) }) });

/** Numbers may be written `4000.0` (contract 3). */
export const costSchema = z.object({
  requestedQueryCost: z.number().nullish(),
  throttleStatus: z.object({ maximumAvailable: z.number(), currentlyAvailable: z.number(), restoreRate: z.number() }).nullish(),
});

export const errorSchema = z.looseObject({
  message: z.string().catch(''),
  path: z.array(z.union([z.string(), z.number()])).nullish().catch(undefined),
  extensions: z.looseObject({ code: z.string().nullish() }).nullish().catch(undefined),
});
export type GraphqlError = z.output<typeof errorSchema>;

/** No refresh token; `expires_in` in seconds (contract 2). Nothing else is asked of it: a refused reply would be logged with the token in it. */
export const tokenSchema = z.object({ access_token: text.min(1), expires_in: z.number().positive().optional().catch(undefined) });
