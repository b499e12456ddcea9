/** How a simulated shop starts, and what may be changed while it runs. */
import { z } from 'zod';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { planNames } from './limits.ts';

/** Doubtful or rare behaviour that a test turns on and off by the action `set-switches`. */
export const switchesSchema = z.strictObject({
  /** `none`: nothing is throttled (a single query still may not cost more than 1000) */
  rateLimit: z.enum(['by-plan', 'none']).default('by-plan'),
  /**
   * What a plan without personal data refuses: whole objects (Customer, MailingAddress) with the fields `email` and `phone` of an order,
   * or single fields throughout. Both have been seen (contract shopify 9), and which parts are refused is open (12).
   */
  refusedData: z.enum(['objects', 'fields']).default('objects'),
  /** false: a public app whose request for protected data was not approved */
  protectedDataApproved: z.boolean().default(true),
  /** `customers(query:)` finds a new customer only so much later */
  searchLagMs: z.number().int().min(0).default(1_000),
  /** a test may register http://127.0.0.1; the vendor takes https only */
  httpWebhooks: z.boolean().default(false),
  /** "Address cannot be a Shopify or an internal domain" for loopback and private hosts */
  refuseInternalWebhooks: z.boolean().default(false),
  /** how long a bulk operation runs */
  bulkMs: z.number().int().min(0).default(2_000),
  /** so many of the next operations answer 200 with INTERNAL_SERVER_ERROR */
  internalErrors: z.number().int().min(0).default(0),
});
export type Switches = z.output<typeof switchesSchema>;

export interface ShopifyOptions extends z.input<typeof switchesSchema> {
  /** the shop's host, default "waybill-test.myshopify.com" */
  domain?: string;
  /** a token that never expires; default `standardToken` */
  token?: string;
  /** default: all that our flows need, contract shopify 2 */
  scopes?: string[];
  /** of the app: asks for tokens with them, and signs webhooks with the secret */
  clientId?: string;
  clientSecret?: string;
  /** who made the app decides who may see personal data: in the shop's panel (by plan), in the developer's dashboard (always), public (if approved) */
  app?: AppKind;
  plan?: (typeof planNames)[number];
  /** default PLN */
  currency?: string;
  /** default Europe/Warsaw */
  timeZone?: string;
  /** default true */
  taxesIncluded?: boolean;
  /** percent; null: no taxes. Default 23 */
  vatPercent?: number | null;
  clock?: SandboxClock;
}

export const appKinds = ['admin-custom', 'dev-dashboard', 'public'] as const;
export type AppKind = (typeof appKinds)[number];

export const standardToken = 'shpat_sandbox';
export const standardClient = { id: 'sandbox-client', secret: 'sandbox-client-secret' } as const;
