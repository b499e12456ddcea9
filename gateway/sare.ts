/**
 * How SARE tells of people (contract sare 8): POST of JSON without a signature, whose field names are not published. So the unguessable address is all there
 * is, and of the body only the person's e-mail address is taken, whose status is then read.
 */
import { normaliseEmail } from '../domain/contact.ts';
import type { WebhookTopic } from '../domain/webhook-topics.ts';
import { refused, type Delivery, type Verdict } from './delivery.ts';
import { parseObject } from './json.ts';

/** Nothing to compare, and no repeat: there is no id, and whoever left, came back and left again is told of in the same words. */
export function verifySare(delivery: Delivery): Verdict {
  const body = parseObject(delivery.body);
  if (body === undefined) return refused('not understood');
  const kinds = kindFields.map((name) => body[name]).filter((kind) => kind !== undefined);
  if (isOnlyLooking(kinds)) return { valid: true, hint: { kind: 'nothing to do', about: 'opened or clicked' } };
  const address = addressIn(body);
  return address === undefined ? refused('not understood', 'email') : { valid: true, hint: { kind: 'contact-address', address, topic: topicOf(kinds) } };
}

const kindFields = ['event', 'type', 'action'];
const looking = /^(?:open(?:s|ed|ing)?|click(?:s|ed)?|otwarci[ae]|klikni[eę]ci[ae])$/i;

/** Opens and clicks change no status. Any other word, and none at all, leads to a look: one too many costs a call, one too few an opt-out. */
const isOnlyLooking = (kinds: readonly unknown[]): boolean => kinds.length > 0 && kinds.every((kind) => typeof kind === 'string' && looking.test(kind.trim()));

const words: readonly { word: RegExp; topic: WebhookTopic }[] = [
  { word: /^(?:unsubscrib(?:e|es|ed|ing)|wypis(?:y|any|ani[ae])?)$/i, topic: 'unsubscribe' },
  { word: /^(?:bounc(?:e|es|ed|ing)|zwrot(?:y)?)$/i, topic: 'bounce' },
];

/** Only for what `status` shows: the look is the same whatever it says. */
const topicOf = (kinds: readonly unknown[]): WebhookTopic => words.find(({ word }) => kinds.some((kind) => typeof kind === 'string' && word.test(kind.trim())))?.topic ?? 'unnamed';

const addressFields = ['email', 'mail', 'address'];
const personFields = ['user', 'recipient', 'contact'];

/** The first that is an e-mail address: `address` may as well be a street or a number of the network. */
function addressIn(body: Record<string, unknown>): string | undefined {
  for (const part of [body, ...personFields.map((name) => fieldsOf(body[name]))]) {
    for (const name of addressFields) {
      const text = part[name];
      const address = typeof text === 'string' ? normaliseEmail(text) : undefined;
      if (address !== undefined) return address;
    }
  }
  return undefined;
}

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {});
