/** The vendor's numbers, contract shopify 3, 5, 8, 9. */

export const planNames = ['starter', 'basic', 'grow', 'advanced', 'plus', 'enterprise'] as const;
export type PlanName = (typeof planNames)[number];

export interface Plan {
  publicDisplayName: string;
  /** points a second */
  restoreRate: number;
  maximumAvailable: number;
  /** an app made in the shop's own panel may read names, addresses, e-mails, phones */
  personalData: boolean;
}

export const plans: Record<PlanName, Plan> = {
  starter: { publicDisplayName: 'Starter', restoreRate: 100, maximumAvailable: 2_000, personalData: false },
  basic: { publicDisplayName: 'Basic', restoreRate: 100, maximumAvailable: 2_000, personalData: false },
  grow: { publicDisplayName: 'Grow', restoreRate: 100, maximumAvailable: 2_000, personalData: true },
  advanced: { publicDisplayName: 'Advanced', restoreRate: 200, maximumAvailable: 4_000, personalData: true },
  plus: { publicDisplayName: 'Plus', restoreRate: 1_000, maximumAvailable: 20_000, personalData: true },
  enterprise: { publicDisplayName: 'Enterprise', restoreRate: 2_000, maximumAvailable: 40_000, personalData: true },
};

export const maxQueryCost = 1_000;
export const maxPageSize = 250;
export const maxInputList = 250;
/** objects that one connection hands out */
export const maxConnectionDepth = 25_000;
/** how far back orders go without `read_all_orders` */
export const recentOrdersMs = 60 * 86_400_000;
/** where the list of errors is cut is not known; this many plus the last word */
export const maxErrors = 100;

export const clientTokenSeconds = 86_399;
export const webhookTimeoutMs = 5_000;
const minuteMs = 60_000;
/** eight, exponential, over four hours */
export const webhookRetryDelaysMs = [1, 2, 4, 8, 16, 32, 64, 113].map((minutes) => minutes * minuteMs);
/** failures in a row after which a subscription made over the API is deleted */
export const webhookFailuresAllowed = 8;

export const bulkOperationsAtOnce = 5;
export const bulkConnections = 5;
export const bulkUrlMs = 7 * 86_400_000;

/** the versions a subscription and a reply speak of */
export const appVersion = '2026-07';

export const neededScopes = ['read_orders', 'read_all_orders', 'read_products', 'read_customers', 'write_customers', 'read_inventory', 'write_inventory', 'read_locations', 'read_fulfillments'];
