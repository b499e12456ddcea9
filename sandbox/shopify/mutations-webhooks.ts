/** Subscriptions over the API (contract shopify 4, 8). */
import { z } from 'zod';
import { connection } from './connection.ts';
import { utcText } from './dates.ts';
import { gid, numberOf } from './gid.ts';
import { appVersion } from './limits.ts';
import type { Subscription } from './model.ts';
import type { Reading } from './reading.ts';
import { nowOf, type World } from './world.ts';

const inputSchema = z.object({
  uri: z.string().nullish(),
  callbackUrl: z.string().nullish(),
  format: z.enum(['JSON', 'XML']).nullish(),
  includeFields: z.array(z.string()).nullish(),
  metafieldNamespaces: z.array(z.string()).nullish(),
  filter: z.string().nullish(),
  name: z.string().nullish(),
});
type Input = z.output<typeof inputSchema>;

export function subscriptionView(subscription: Subscription): Record<string, unknown> {
  const { id, topic, uri, format, includeFields, metafieldNamespaces, filter, name, createdAt, updatedAt } = subscription;
  return {
    __typename: 'WebhookSubscription',
    id: gid('WebhookSubscription', id),
    legacyResourceId: String(id),
    topic,
    uri,
    callbackUrl: uri,
    endpoint: { __typename: 'WebhookHttpEndpoint', callbackUrl: uri },
    format,
    includeFields,
    metafieldNamespaces,
    filter,
    name,
    apiVersion: { handle: appVersion, displayName: appVersion, supported: true },
    createdAt: utcText(createdAt),
    updatedAt: utcText(updatedAt),
  };
}

const listArgs = z.object({ topics: z.array(z.string()).nullish(), uri: z.string().nullish(), callbackUrl: z.string().nullish(), limit: z.number().nullish() });

export function webhookQueries({ world, everything }: Reading) {
  const { subscriptions } = world.store;
  const kept = (args: unknown): Subscription[] => {
    const { topics, uri, callbackUrl } = listArgs.parse(args);
    const address = uri ?? callbackUrl;
    return subscriptions.sorted('created', ({ createdAt }) => createdAt).filter((one) => (!topics || topics.includes(one.topic)) && (!address || one.uri === address));
  };
  return {
    webhookSubscriptions: (args: unknown) => connection(kept(args), args, { key: ({ createdAt }) => createdAt, id: ({ id }) => id, node: subscriptionView, everything }),
    webhookSubscriptionsCount: (args: unknown) => ({ count: kept(args).length, precision: 'EXACT' }),
    webhookSubscription: ({ id }: { id: string }) => {
      const found = subscriptions.get(numberOf('WebhookSubscription', id) ?? 0);
      return found === undefined ? null : subscriptionView(found);
    },
  };
}

interface Fault {
  field: string[] | null;
  message: string;
}
const addressField = ['webhookSubscription', 'callbackUrl']; // errors still name the deprecated field
const taken = 'Address for this topic has already been taken';

const refused = (...userErrors: Fault[]) => ({ webhookSubscription: null, userErrors });

export function webhookMutations({ world }: Reading) {
  const { subscriptions } = world.store;
  return {
    webhookSubscriptionCreate: (args: { topic: string; webhookSubscription: unknown }) => {
      const input = inputSchema.parse(args.webhookSubscription);
      const uri = input.uri ?? input.callbackUrl ?? '';
      const fault = addressFault(world, uri) ?? (isTaken(world, args.topic, uri) ? { field: addressField, message: taken } : undefined);
      if (fault) return refused(fault);
      const now = nowOf(world);
      const made: Subscription = { id: world.store.next('other'), topic: args.topic, uri, ...settings(input), createdAt: now, updatedAt: now };
      subscriptions.put(made);
      return { webhookSubscription: subscriptionView(made), userErrors: [] };
    },
    webhookSubscriptionUpdate: (args: { id: string; webhookSubscription: unknown }) => {
      const found = subscriptions.get(numberOf('WebhookSubscription', args.id) ?? 0);
      if (found === undefined) return refused({ field: ['id'], message: 'Webhook subscription does not exist' });
      const input = inputSchema.parse(args.webhookSubscription);
      const uri = input.uri ?? input.callbackUrl ?? found.uri;
      const fault = addressFault(world, uri) ?? (uri !== found.uri && isTaken(world, found.topic, uri) ? { field: addressField, message: taken } : undefined);
      if (fault) return refused(fault);
      Object.assign(found, { uri, ...settings(input, found), updatedAt: nowOf(world) });
      return { webhookSubscription: subscriptionView(found), userErrors: [] };
    },
    webhookSubscriptionDelete: ({ id }: { id: string }) => {
      const found = subscriptions.get(numberOf('WebhookSubscription', id) ?? 0);
      if (found === undefined) return { deletedWebhookSubscriptionId: null, userErrors: [{ field: ['id'], message: 'Webhook subscription does not exist' }] };
      subscriptions.remove(found.id);
      return { deletedWebhookSubscriptionId: id, userErrors: [] };
    },
  };
}

const settings = (input: Input, before?: Subscription) => ({
  format: input.format ?? before?.format ?? 'JSON',
  includeFields: input.includeFields ?? before?.includeFields ?? [],
  metafieldNamespaces: input.metafieldNamespaces ?? before?.metafieldNamespaces ?? [],
  filter: input.filter ?? before?.filter ?? null,
  name: input.name ?? before?.name ?? null,
});

const isTaken = (world: World, topic: string, uri: string): boolean => world.store.subscriptions.all().some((one) => one.topic === topic && one.uri === uri);

function addressFault({ switches }: World, uri: string): Fault | undefined {
  if (uri.trim() === '') return { field: addressField, message: "Address can't be blank" };
  if (!URL.canParse(uri)) return { field: addressField, message: 'Address is invalid' };
  const { protocol, hostname } = new URL(uri);
  if (protocol !== 'https:' && !(protocol === 'http:' && switches.httpWebhooks)) return { field: addressField, message: `Address protocol ${protocol}// is not supported` };
  if (switches.refuseInternalWebhooks && isInternal(hostname)) return { field: addressField, message: 'Address cannot be a Shopify or an internal domain' };
  return undefined;
}

const isInternal = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^(?:127|10)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./.test(host) || host.endsWith('.myshopify.com');
