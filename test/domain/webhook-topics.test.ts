/** The closed list of webhooks, against what the connectors register and the gateway's senders are. */
import { expect, test } from 'vitest';
import { events as shoperEvents } from '../../activities/shoper/webhooks.ts';
import { topics as shopifyTopics } from '../../activities/shopify/webhooks.ts';
import { topics as woocommerceTopics } from '../../activities/woocommerce/webhooks.ts';
import { findTopic, topicsOf, untoldBy } from '../../domain/webhook-topics.ts';
import { findSender } from '../../gateway/senders.ts';
import { systems } from '../../worker/systems.ts';

const asked = (system: string): string[] => topicsOf(system).filter(({ isAsked }) => isAsked).map(({ topic }) => topic);

test.each([
  ['woocommerce', woocommerceTopics],
  ['shopify', shopifyTopics],
  ['shoper', shoperEvents],
])('N22 what %s is asked to tell is what status shows', (system, registered) => {
  expect(new Set(asked(system))).toEqual(new Set(registered));
});

test('N22 every system that sends webhooks has some to be shown, and no other has', () => {
  for (const system of Object.keys(systems)) expect([system, asked(system).length > 0]).toEqual([system, findSender(system, {}) !== undefined]);
});

test('N9 a word that is not on the list of its system is no topic', () => {
  expect(findTopic('woocommerce', 'order.updated')).toBe('order.updated');
  for (const word of ['orders/updated', 'order.anna-nowak', '', 'constructor']) expect([findTopic('woocommerce', word), untoldBy(word) === undefined || word === 'orders/updated']).toEqual([undefined, true]);
});

test('N22 no topic stands for two systems, since its mark has no room for that', () => {
  const all = Object.keys(systems).flatMap((system) => topicsOf(system).map(({ topic }) => topic));
  expect(new Set(all).size).toBe(all.length);
});
