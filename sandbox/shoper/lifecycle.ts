/** What the App Store itself calls: our billing system, form-encoded and signed, and our page in the panel's frame (contract shoper 2). */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { localText } from './dates.ts';
import type { World } from './store.ts';

export const lifecycleActions = ['install', 'upgrade', 'uninstall', 'billing_install', 'billing_subscription'] as const;

export const lifecycleSchema = z.strictObject({
  action: z.enum(lifecycleActions),
  /** default: the billing address the sandbox was given */
  url: z.url().optional(),
  /** the shop's own address as the platform gives it; default https and the host. For a sandbox on a port, its address */
  shopUrl: z.string().optional(),
  /** version told on install and upgrade */
  version: z.string().optional(),
  /** told on billing_subscription, `YYYY-MM-DD HH:MM:SS`; default 30 days from now */
  subscriptionEndTime: z.string().optional(),
  /** the signature is made with another secret */
  badHash: z.boolean().default(false),
});

export interface LifecycleResult {
  /** the answer; null when none came */
  status: number | null;
  body: string;
  /** as sent, hash included */
  sent: Record<string, string>;
}

const dayMs = 86_400_000;

/** Sends one call and waits for its answer. An uninstall ends the application's tokens, whatever is answered. */
export async function sendLifecycle(world: World, input: z.output<typeof lifecycleSchema>): Promise<LifecycleResult> {
  const address = input.url ?? world.billingUrl;
  if (address === undefined) throw new Error('no billing address: give the action a url, or the sandbox a billingUrl');
  const params = paramsOf(world, input);
  const sent = { ...params, hash: sign(params, input.badHash ? 'another secret' : world.app.appstoreSecret) };
  if (input.action === 'uninstall') world.access.endAll(world.app.clientId);
  if (input.action === 'upgrade') world.app.version = params['application_version'] ?? world.app.version;
  try {
    const response = await fetch(address, { method: 'POST', body: new URLSearchParams(sent), redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return { status: response.status, body: await response.text(), sent };
  } catch {
    return { status: null, body: '', sent };
  }
}

function paramsOf(world: World, { action, shopUrl, version, subscriptionEndTime }: z.output<typeof lifecycleSchema>): Record<string, string> {
  const { shop, app, clock, access } = world;
  const always = { action, shop: shop.license, shop_url: shopUrl ?? `https://${shop.host}`, application_code: app.applicationCode, timestamp: localText(clock.now(), shop.timeZone) };
  switch (action) {
    case 'install':
      return { ...always, application_version: version ?? app.version, auth_code: access.newCode() };
    case 'upgrade':
      return { ...always, application_version: version ?? String(Number(app.version) + 1) };
    case 'billing_subscription':
      return { ...always, subscription_end_time: subscriptionEndTime ?? localText(clock.now() + 30 * dayMs, shop.timeZone) };
    default:
      return always;
  }
}

/** Sorted by name, joined as `k=v` with `&`, nothing encoded. */
export function sign(params: Record<string, string>, secret: string): string {
  const text = Object.keys(params).toSorted().map((name) => `${name}=${params[name] ?? ''}`).join('&');
  return createHmac('sha512', secret).update(text).digest('hex');
}

/** The query that the panel opens our page with; `translations` is not signed. */
export function frameQuery({ shop, app, clock }: World, place: string): string {
  const signed = { place, shop: shop.license, timestamp: localText(clock.now(), shop.timeZone) };
  return new URLSearchParams({ ...signed, hash: sign(signed, app.appstoreSecret), translations: 'pl_PL' }).toString();
}
