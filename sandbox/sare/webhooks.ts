/** The reporting webhook: unsigned, one event per address, sent only after the vendor's support has activated it (contract sare 8, our payload). */
import type { Deliveries } from '../kernel/deliveries.ts';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { Contact } from './model.ts';

export const events = ['unsubscribe', 'bounce', 'open', 'click'] as const;
export type Event = (typeof events)[number];

export interface WebhookSettings {
  active: boolean;
  /** one or several addresses per event */
  urls: Partial<Record<Event, string[]>>;
}

export interface WebhookSender {
  settings: WebhookSettings;
  tell(event: Event, contact: Contact): void;
}

/** The newsletter that all events speak of. */
const mailingId = 77;

export function createWebhookSender(clock: SandboxClock, deliveries: Pick<Deliveries, 'send'>): WebhookSender {
  const sender: WebhookSender = {
    settings: { active: false, urls: {} },
    tell(event, { email }) {
      if (!sender.settings.active) return;
      const body = JSON.stringify({ event, date: warsawTime(clock.now()), user: { email }, mailing: { id: mailingId } });
      for (const address of sender.settings.urls[event] ?? []) deliveries.send({ address, headers: { 'content-type': 'application/json' }, body, about: `${event} ${email}` });
    },
  };
  return sender;
}

// Swedish writes dates as the payload does
const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Warsaw', dateStyle: 'short', timeStyle: 'medium' });

/** `YYYY-MM-DD HH:mm:ss`, without a zone */
export const warsawTime = (ms: number): string => format.format(ms);
