/** One row per system that sends webhooks: what it may send, how long it waits, how often it tries again, and how it is verified. */
import type { Delivery, Verdict } from './delivery.ts';
import { verifyCartum } from './cartum.ts';
import { verifyRoapp } from './roapp.ts';
import { verifySare } from './sare.ts';
import { verifyShoper } from './shoper.ts';
import { verifyShopify } from './shopify.ts';
import { verifyWoocommerce } from './woocommerce.ts';

/** A bucket of `burst` that fills at `perSecond`, one a connection's address. */
export interface Rate {
  perSecond: number;
  burst: number;
}

export interface Sender {
  methods: readonly string[];
  /** empty text: none given; DELETE has no body and is not asked */
  contentTypes: readonly string[];
  /** largest body, bytes */
  maxBytes: number;
  /** within which the answer is given, ms from the request's arrival: Temporal not having answered by then is an error status, so that the sender tries again */
  answerWithinMs: number;
  rate: Rate;
  /** `hooks secret`: derived for the connection; `nothing`: the address is all there is; else the settings that may hold the sender's own, the first that is given counts */
  signedWith: 'hooks secret' | 'nothing' | { settings: readonly string[] };
  /** setting that holds the secret of an application that the sender calls about, too */
  applicationSecret?: string;
  /** the account as such a call names it, out of the settings; undefined: they do not tell it */
  accountOf?: (settings: Readonly<Record<string, unknown>>) => string | undefined;
  verify: (delivery: Delivery, secrets: readonly string[], applicationSecrets: readonly string[]) => Verdict;
}

const json = 'application/json';
/** what the sender's HTTP library says where the program that uses it says nothing */
const form = 'application/x-www-form-urlencoded';
const megabyte = 1_000_000;

/** Repeats come for hours: of a storm of 2,000, each wave of repeats gets another burst through. */
const patientSender: Rate = { perSecond: 50, burst: 500 };
/** WooCommerce never repeats and switches a webhook off after some refusals, RO App repeats for half a minute: a storm of 2,000 must pass at once. */
const impatientSender: Rate = { perSecond: 50, burst: 2_000 };
/** SARE tells of every open and click of a mailing in the same breath, which cost next to nothing here. */
const chattySender: Rate = { perSecond: 200, burst: 5_000 };

const senders: Readonly<Record<string, (settings: Readonly<Record<string, unknown>>) => Sender>> = {
  // waits 60 s, but its queue stands still meanwhile
  woocommerce: () => ({ methods: ['POST'], contentTypes: [json, form], maxBytes: 2 * megabyte, answerWithinMs: 20_000, rate: impatientSender, signedWith: 'hooks secret', verify: verifyWoocommerce }),
  // 5 s in all, the way there and back included; while the app's secret is replaced `apiSecret` holds both, since `clientSecret` also asks for tokens
  shopify: () => ({ methods: ['POST'], contentTypes: [json], maxBytes: 5 * megabyte, answerWithinMs: 4_000, rate: patientSender, signedWith: { settings: ['apiSecret', 'clientSecret'] }, verify: verifyShopify }),
  // how long it waits is not stated
  cartum: () => ({ methods: ['PUT', 'DELETE'], contentTypes: [json, form, ''], maxBytes: 2 * megabyte, answerWithinMs: 4_000, rate: patientSender, signedWith: 'nothing', verify: verifyCartum }),
  // "quickly"; retries, if there are any, are not documented
  shoper: () => ({ methods: ['POST'], contentTypes: [json, form], maxBytes: megabyte, answerWithinMs: 4_000, rate: impatientSender, signedWith: 'hooks secret', applicationSecret: 'appstoreSecret', accountOf: hostOf, verify: verifyShoper }),
  // "quickly"
  roapp: ({ webhookSignature }) => ({ methods: ['POST'], contentTypes: [json], maxBytes: megabyte, answerWithinMs: 4_000, rate: impatientSender, signedWith: { settings: ['webhookSecret'] }, verify: verifyRoapp(webhookSignature === 'plain' ? 'plain' : 'hmac') }),
  // how long it waits is not stated; one URL an event is possible, all may be the same
  sare: () => ({ methods: ['POST'], contentTypes: [json], maxBytes: megabyte, answerWithinMs: 4_000, rate: chattySender, signedWith: 'nothing', verify: verifySare }),
};

const hostOf = ({ baseUrl }: Readonly<Record<string, unknown>>): string | undefined => (typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl).host : undefined);

/** Undefined for systems that send none. `settings` as they stand in the file: they decide how a sender signs. */
export const findSender = (system: string, settings: Readonly<Record<string, unknown>>): Sender | undefined => (Object.hasOwn(senders, system) ? senders[system]?.(settings) : undefined);
