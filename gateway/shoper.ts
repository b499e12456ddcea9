/** How a Shoper shop tells of its customers and subscribers (contract shoper 8): POST, signed by a plain SHA-1 over the webhook's id, its secret and the raw body. */
import { createHash, createHmac } from 'node:crypto';
import type { ContactKind } from '../domain/contact.ts';
import type { ContactChange } from '../domain/contact-ports.ts';
import { missingHeaders, refused, type Delivery, type Verdict } from './delivery.ts';
import { idSchema, parseObject } from './json.ts';
import { isSigned } from './signature.ts';

const needed = ['x-webhook-id', 'x-webhook-name', 'x-webhook-sha1'] as const;

/**
 * @param secrets what webhooks are registered with; for those declared in an App Store application the application's own secret beside them: theirs is
 * derived from both and the shop's licence
 */
export function verifyShoper(delivery: Delivery, secrets: readonly string[]): Verdict {
  const missing = missingHeaders(delivery, needed);
  if (missing) return missing;
  const [id = '', event = '', signature = ''] = needed.map((name) => delivery.headers[name] ?? '');
  const license = delivery.headers['x-shop-license'] ?? '';
  if (!isSigned(signature.toLowerCase(), withDerived(secrets, license), (secret) => sign(id, secret, delivery.body))) return refused('signature');
  const body = parseObject(delivery.body);
  if (body === undefined) return refused('not understood');
  const about = Object.hasOwn(events, event) ? events[event] : undefined;
  if (about === undefined) return { valid: true, hint: { kind: 'nothing to do', about: 'neither customer nor subscriber' } };
  const sourceId = [body[about.idField], body['id']].flatMap((value) => idSchema.safeParse(value).data ?? [])[0];
  if (sourceId === undefined) return refused('not understood', about.idField);
  const change: ContactChange = { kind: about.kind, sourceId, event: about.change };
  return { valid: true, hint: { kind: 'contact', change }, ...(about.isOnce ? { repeat: repeatOf(event, delivery.body) } : {}) };
}

interface About {
  kind: ContactKind;
  idField: 'user_id' | 'subscriber_id';
  change: ContactChange['event'];
  /** an id is made and deleted once; a row that was changed there and back is told of twice in the same words, and both count */
  isOnce: boolean;
}

const aboutOf = (kind: ContactKind, idField: About['idField'], change: About['change'], isOnce: boolean): About => ({ kind, idField, change, isOnce });

const events: Readonly<Record<string, About>> = {
  'client.create': aboutOf('customer', 'user_id', 'changed', true),
  'client.edit': aboutOf('customer', 'user_id', 'changed', false),
  'client.delete': aboutOf('customer', 'user_id', 'deleted', true),
  'subscriber.create': aboutOf('subscriber', 'subscriber_id', 'changed', true),
  'subscriber.edit': aboutOf('subscriber', 'subscriber_id', 'changed', false),
  'subscriber.delete': aboutOf('subscriber', 'subscriber_id', 'deleted', true),
};

const sign = (id: string, secret: string, body: Uint8Array): string => createHash('sha1').update(`${id}:${secret}:`).update(body).digest('hex');

/** Which of them is the application's own is not told: each is tried as that with each other. */
function withDerived(secrets: readonly string[], license: string): string[] {
  const derived = secrets.flatMap((app) => secrets.filter((other) => other !== app).map((other) => createHmac('sha512', app).update(`${license}:${other}`).digest('hex')));
  return [...secrets, ...derived];
}

const repeatOf = (event: string, body: Uint8Array): string => createHash('sha1').update(event).update(body).digest('hex');
