/** What a sender's verification is given and says; it knows no web framework. */
import type { Installation } from '../domain/installation.ts';
import type { ContactChange } from '../domain/contact-ports.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import type { PrivacySubject, PrivacyTopic } from '../workflows/messages.ts';

export interface Delivery {
  method: string;
  /** names in lower case */
  headers: Readonly<Record<string, string>>;
  /** as it came: signatures are over these bytes */
  body: Uint8Array;
}

/** What a webhook tells: never the record itself, which is read again from its system (design 2). `topic`: which webhook it was, in a word of our list; absent: one that is not on it. */
export type Hint =
  | { kind: 'order'; sourceId: string; topic?: WebhookTopic }
  | { kind: 'target-order'; targetId: string; topic?: WebhookTopic }
  | { kind: 'contact'; change: ContactChange; topic?: WebhookTopic }
  /** something happened to this address in a mailing system: its status is to be read */
  | { kind: 'contact-address'; address: string; topic?: WebhookTopic }
  /** `request` names the request and no person; the same for repeated deliveries */
  | { kind: 'privacy'; topic: PrivacyTopic; request: string; subject: PrivacySubject }
  /** our application was put into the shop with this identity (a host), or taken out of it */
  | { kind: 'installation'; account: string; told: Installation }
  /** the sender tells us nothing any more: somebody removed what we had registered */
  | { kind: 'unsubscribed' }
  /** the sender only asks whether somebody is here */
  | { kind: 'ping' }
  /** `about`: one of our own words, never the sender's */
  | { kind: 'nothing to do'; about: string };

/** Why a delivery is refused, in the order in which it is checked. */
export type Reason =
  | 'unknown address'
  | 'too many'
  | 'method'
  | 'content type'
  | 'too large'
  | 'incomplete'
  | 'headers missing'
  | 'signature'
  | 'not understood'
  | 'nobody reads it'
  | 'Temporal is away';

export interface Refused {
  valid: false;
  reason: Reason;
  /** for the answer: names of headers and fields, never their values */
  detail?: string;
}

export type Verdict =
  | Refused
  /** `repeat` is equal for two deliveries of one event, where the sender's contract says how to tell */
  | { valid: true; hint: Hint; repeat?: string };

/** As a part of a hint. */
export const toldBy = (topic: WebhookTopic | undefined): { topic?: WebhookTopic } => (topic === undefined ? {} : { topic });

export const refused = (reason: Reason, detail?: string): Refused => ({ valid: false, reason, ...(detail === undefined ? {} : { detail }) });

/** All missing ones are named at once. */
export function missingHeaders({ headers }: Delivery, names: readonly string[]): Refused | undefined {
  const missing = names.filter((name) => (headers[name] ?? '') === '');
  return missing.length === 0 ? undefined : refused('headers missing', missing.join(', '));
}

/** "application/json; charset=utf-8" is application/json; empty when none is given. */
export const contentTypeOf = ({ headers }: Pick<Delivery, 'headers'>): string => (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
