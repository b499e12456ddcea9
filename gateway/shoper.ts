/** How a Shoper shop tells of its customers and subscribers (contract shoper 8): POST, signed by a plain SHA-1 over the webhook's id, its secret and the raw body. Its App Store's calls come in at the same address, as forms. */
import { createHash, createHmac } from 'node:crypto';
import type { ContactKind } from '../domain/contact.ts';
import type { ContactChange } from '../domain/contact-ports.ts';
import { findTopic } from '../domain/webhook-topics.ts';
import { contentTypeOf, missingHeaders, refused, toldBy, type Delivery, type Verdict } from './delivery.ts';
import { idSchema, parseObject } from './json.ts';
import { verifyLifecycle } from './shoper-lifecycle.ts';
import { isSigned } from './signature.ts';

const formType = 'application/x-www-form-urlencoded';

const needed = ['x-webhook-id', 'x-webhook-name', 'x-webhook-sha1'] as const;

/**
 * @param secrets what webhooks are registered with
 * @param applicationSecrets an App Store application's own: they sign the platform's calls about it, and the secret of a webhook that is declared in
 * it is derived from one of these, the other secret and the shop's licence
 */
export function verifyShoper(delivery: Delivery, secrets: readonly string[], applicationSecrets: readonly string[] = []): Verdict {
  if (contentTypeOf(delivery) === formType) return verifyLifecycle(delivery, applicationSecrets);
  const missing = missingHeaders(delivery, needed);
  if (missing) return missing;
  const [id = '', event = '', signature = ''] = needed.map((name) => delivery.headers[name] ?? '');
  const license = delivery.headers['x-shop-license'] ?? '';
  if (!isSigned(signature.toLowerCase(), [...secrets, ...derivedFrom(applicationSecrets, secrets, license)], (secret) => sign(id, secret, delivery.body))) return refused('signature');
  const body = parseObject(delivery.body);
  if (body === undefined) return refused('not understood');
  const about = Object.hasOwn(events, event) ? events[event] : undefined;
  if (about === undefined) return { valid: true, hint: { kind: 'nothing to do', about: 'neither customer nor subscriber' } };
  const sourceId = [body[about.idField], body['id']].flatMap((value) => idSchema.safeParse(value).data ?? [])[0];
  if (sourceId === undefined) return refused('not understood', about.idField);
  const change: ContactChange = { kind: about.kind, sourceId, event: about.change };
  return { valid: true, hint: { kind: 'contact', change, ...toldBy(findTopic('shoper', event)) }, ...(about.isOnce ? { repeat: repeatOf(event, delivery.body) } : {}) };
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

const derivedFrom = (applications: readonly string[], secrets: readonly string[], license: string): string[] =>
  applications.flatMap((application) => secrets.map((secret) => createHmac('sha512', application).update(`${license}:${secret}`).digest('hex')));

const repeatOf = (event: string, body: Uint8Array): string => createHash('sha1').update(event).update(body).digest('hex');
