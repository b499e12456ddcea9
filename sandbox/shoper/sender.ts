/** Webhooks leave the shop: which webhooks an event concerns, and how a delivery is signed (contract shoper 8). */
import { createHash, createHmac } from 'node:crypto';
import { createDeliveries } from '../kernel/deliveries.ts';
import type { Deliveries, Delivery } from '../kernel/deliveries.ts';
import type { SandboxClock } from '../kernel/sandbox.ts';
import { limits, shopVersion } from './limits.ts';
import type { PeopleEvent } from './limits.ts';
import type { Webhook } from './model.ts';
import { phpJson } from './replies.ts';
import type { World } from './store.ts';

/** Which webhook a delivery belongs to. */
const senders = new WeakMap<Delivery, Webhook>();

/** A webhook that was deleted or switched off meanwhile is not tried again. */
export function createSender(clock: SandboxClock, world: () => World): Deliveries {
  return createDeliveries({
    clock,
    timeoutMs: limits.webhookTimeoutMs,
    retryDelaysMs: [...limits.webhookRetriesMs],
    isStillWanted: (delivery) => world().store.webhooks.get(senders.get(delivery)?.id ?? 0)?.active === true,
  });
}

/** Sends the event to every webhook that wants it. XML (format 1) is not reproduced: such a webhook gets nothing. */
export function announce(world: World, event: PeopleEvent, id: number, payload: unknown): void {
  const { webhooks } = world.store;
  const wanting = webhooks.ids().flatMap((one) => webhooks.get(one) ?? []).filter(({ active, format, events }) => active && format === 0 && events.includes(event));
  for (const webhook of wanting) {
    const delivery = deliveryOf(world, webhook, { event, id, body: phpJson(payload) });
    senders.set(delivery, webhook);
    world.deliveries.send(delivery);
  }
}

function deliveryOf(world: World, webhook: Webhook, { event, id, body }: { event: PeopleEvent; id: number; body: string }): Delivery {
  const { shop, switches } = world;
  return {
    address: webhook.url,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Shop-Version': shopVersion,
      [switches.domainHeader]: shop.host,
      'X-Shop-License': shop.license,
      'X-Webhook-Id': String(webhook.id),
      'X-Webhook-Name': event,
      'X-Webhook-SHA1': createHash('sha1').update(`${webhook.id}:${secretOf(world, webhook)}:${body}`).digest('hex'),
      'User-Agent': `Shop Webhook Sender ${shopVersion}`,
    },
    body,
    about: `${event} ${id}`,
  };
}

/** A webhook declared in the App Store application signs with a secret of this shop, derived from the declared one. */
function secretOf({ app, shop }: World, { madeBy, secret }: Webhook): string {
  return madeBy === 'app store' ? createHmac('sha512', app.appstoreSecret).update(`${shop.license}:${secret}`).digest('hex') : secret;
}
