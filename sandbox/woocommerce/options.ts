/** What a simulated shop can be told about itself. */
import type { SandboxClock } from '../kernel/sandbox.ts';

export interface ApiKey {
  key: string;
  secret: string;
  permission: 'read' | 'write' | 'read_write';
  /** the WordPress user behind the key; `shop_manager` may not read settings and system status, `none` may nothing. Default administrator */
  role?: 'administrator' | 'shop_manager' | 'none';
}

export interface WoocommerceOptions {
  keys?: ApiKey[];
  /** Whether the site thinks it is reached over HTTPS. Default: as the request's address says, so over the loopback it is plain HTTP and wants OAuth. */
  https?: boolean;
  /** TLS was ended properly in front of us: Basic and query keys are accepted over the loopback. The same as `https: true`. */
  treatAsHttps?: boolean;
  /** The shop's own home address: in links and in the OAuth base string; its path is the sub-folder WordPress lives in. Default: the request's origin. */
  siteUrl?: string;
  /** IANA zone. Default Europe/Warsaw */
  timeZone?: string;
  /** Default PLN */
  currency?: string;
  /** Tax on orders made from now on; null: taxes are off. Default null */
  vatPercent?: number | null;
  /** Whether prices are entered with tax. Default false */
  pricesIncludeTax?: boolean;
  /** Statuses that plugins added. Default `packed` */
  customStatuses?: { slug: string; name: string }[];
  /** Decides the arbitrary order of rows with equal times. Default 1 */
  tieSeed?: number;
  /** How long a delivery waits for its answer, in real time. Default 60 s */
  webhookTimeoutMs?: number;
  /** Default: real time, from now on */
  clock?: SandboxClock;
}

/** The key of a sandbox that was given none. */
export const defaultKey: ApiKey = {
  key: 'ck_0000000000000000000000000000000000000001',
  secret: 'cs_0000000000000000000000000000000000000002',
  permission: 'read_write',
  role: 'administrator',
};
