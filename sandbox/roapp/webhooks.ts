/** Webhooks are made by hand in the panel, at most five; an endpoint that fails for an hour is disabled until somebody enables it (contract roapp 8). */
import { z } from 'zod';
import type { Delivery } from '../kernel/deliveries.ts';
import { choosableEvents } from './events.ts';
import { nextId, type Webhook } from './store.ts';
import type { World } from './world.ts';

export const webhookLimits = {
  perAccount: 5,
  retryDelaysMs: [5_000, 10_000, 15_000],
  disabledAfterMs: 3_600_000,
  /** not documented; "answer quickly" */
  timeoutMs: 10_000,
} as const;

const id = z.number().int();
const newWebhook = z.strictObject({
  /** https, or plain http on the loopback */
  address: z.url({ protocol: /^https?$/ }).refine((address) => address.startsWith('https:') || ['127.0.0.1', 'localhost'].includes(new URL(address).hostname), 'must be https'),
  secret: z.string().min(1),
  events: z.array(z.enum(choosableEvents)).min(1),
  description: z.string().default(''),
});

/** Told after every attempt, of whichever event. */
export function noteAttempt(world: World, delivery: Delivery, accepted: boolean): void {
  const webhook = world.senders.get(delivery);
  if (webhook === undefined) return;
  const now = world.clock.now();
  webhook.failingSince = accepted ? null : (webhook.failingSince ?? now);
  if (webhook.failingSince !== null && now - webhook.failingSince >= webhookLimits.disabledAfterMs) webhook.enabled = false;
}

/** False: disabled or deleted since the event, so its retries end. */
export function isEnabled(world: World, delivery: Delivery): boolean {
  const webhook = world.senders.get(delivery);
  return webhook !== undefined && webhook.enabled && world.store.webhooks.has(webhook.id);
}

export function createWebhookActions(world: World): Record<string, (input: unknown) => unknown> {
  const named = (input: unknown): Webhook => {
    const wanted = z.strictObject({ id }).parse(input).id;
    const webhook = world.store.webhooks.get(wanted);
    if (webhook === undefined) throw new Error(`no webhook ${wanted}`);
    return webhook;
  };
  return {
    'create-webhook': (input) => {
      const asked = newWebhook.parse(input);
      if (world.store.webhooks.size >= webhookLimits.perAccount) throw new Error(`at most ${webhookLimits.perAccount} webhooks per account`);
      const webhook: Webhook = { id: nextId(world.store, 'webhook'), ...asked, enabled: true, failingSince: null };
      world.store.webhooks.set(webhook.id, webhook);
      return { id: webhook.id };
    },
    /** begins with a clean slate: the hour counts anew */
    'enable-webhook': (input) => void Object.assign(named(input), { enabled: true, failingSince: null }),
    'disable-webhook': (input) => void (named(input).enabled = false),
    'delete-webhook': (input) => void world.store.webhooks.delete(named(input).id),
  };
}
