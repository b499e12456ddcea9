/** `hooks/subscribe` and `hooks/unSubscribe` (contract cartum 8): the two functions that answer without the envelope. */
import { z } from 'zod';
import { hookEvents, hookEventsOfEnglishPage, limits } from './limits.ts';
import type { HookEvent } from './limits.ts';
import { parse, whole } from './params.ts';
import { Refusal, json } from './replies.ts';
import type { Row } from './replies.ts';
import type { World } from './store.ts';

const badRequest = 400;
/** The vendor does not say how hooks refuse; only that they do. */
const refused = (message: string): Refusal => new Refusal('ERROR', message, badRequest);

const subscription = z.object({ event: z.string(), target_url: z.url({ protocol: /^https?$/ }) });

/** Duplicates are accepted up to the limit. */
export function subscribe(world: World, params: Row): Response {
  const { event: name, target_url: targetUrl } = parse(subscription, params);
  const event = eventNamed(world, name);
  const { hooks } = world.store;
  const count = [...hooks.values()].filter((hook) => hook.event === event).length;
  if (count >= limits.hooksPerEvent) throw refused(`Limit of subscriptions for the event ${event} is reached`);
  const id = world.store.next('hook');
  hooks.set(id, { id, event, targetUrl });
  return json({ id }, 201);
}

function eventNamed({ switches }: World, name: string): HookEvent {
  const known: readonly HookEvent[] = switches.hookEvents === 'all' ? hookEvents : hookEventsOfEnglishPage;
  const event = known.find((one) => one === name);
  if (!switches.hooks) throw refused('Hooks are not part of your tariff');
  if (event === undefined) throw refused(`Unknown event ${name}`);
  return event;
}

const unsubscription = z.object({ id: whole, target_url: z.string() });

/** HTTP 410 is the success. */
export function unsubscribe(world: World, params: Row): Response {
  const { id, target_url: targetUrl } = parse(unsubscription, params);
  if (world.store.hooks.get(id)?.targetUrl !== targetUrl) throw refused('Subscription is not found');
  world.store.hooks.delete(id);
  return json({ status: 'OK' }, 410);
}
