/** Hook events wait in a queue that runs every five minutes of the shop's clock; what leaves it is sent by PUT, with the platform's retries (contract cartum 8). */
import { createDeliveries } from '../kernel/deliveries.ts';
import type { Deliveries } from '../kernel/deliveries.ts';
import type { SandboxClock } from '../kernel/sandbox.ts';
import { limits } from './limits.ts';
import type { HookEvent } from './limits.ts';
import type { Hook, StoredOrder } from './model.ts';
import { orderView } from './order-view.ts';
import type { World } from './store.ts';

/** One thing that happened, worded as it was then: a later change of the order does not change it. */
export interface HookMessage {
  at: number;
  event: HookEvent;
  orderId: number;
  body: string;
}

export interface HookQueue {
  add(message: HookMessage): void;
  waiting(): readonly HookMessage[];
  /** Hands all that waits to the network, for the subscriptions of this moment. */
  run(): void;
  /** Tells an address that its subscription was removed by hand. */
  tellRemoved(hook: Hook): void;
  deliveries: Deliveries;
  reset(): void;
}

const checkEveryMs = 100;

export function createHookQueue(clock: SandboxClock, hooks: () => Iterable<Hook>): HookQueue {
  let waiting: HookMessage[] = [];
  let nextRunAt = clock.now() + limits.hookQueueEveryMs;
  const deliveries = createDeliveries({
    clock,
    timeoutMs: limits.hookTimeoutMs,
    retryDelaysMs: Array.from({ length: limits.hookRetries }, () => limits.hookRetryEveryMs),
    isAccepted: (status) => status >= 200 && status <= 209, // "20x"
  });
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const run = (): void => {
    for (const { event, orderId, body } of waiting.splice(0)) {
      for (const hook of hooks()) if (hook.event === event) deliveries.send({ address: hook.targetUrl, method: 'PUT', headers, body, about: `${event} ${orderId}` });
    }
  };
  const runWhenDue = (): void => {
    const now = clock.now();
    nextRunAt = Math.min(nextRunAt, now + limits.hookQueueEveryMs); // the clock may have been set back
    if (now < nextRunAt) return;
    nextRunAt = now + limits.hookQueueEveryMs;
    run();
  };
  setInterval(runWhenDue, checkEveryMs).unref();
  return {
    add: (message) => void waiting.push(message),
    waiting: () => waiting,
    run,
    tellRemoved: ({ id, event, targetUrl }) => deliveries.send({ address: targetUrl, method: 'DELETE', headers: {}, body: '', about: `removed ${event} ${id}` }),
    deliveries,
    reset: () => {
      waiting = [];
      deliveries.reset();
    },
  };
}

/** Puts an event about the order into the queue; the body is the bare order as `orders/get` shows it. */
export function announce(world: World, event: HookEvent, order: StoredOrder): void {
  world.queue.add({ at: world.clock.now(), event, orderId: order.id, body: JSON.stringify(orderView(world, order, false)) });
}
