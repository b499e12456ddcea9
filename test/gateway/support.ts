/** A gateway without a port, and senders that sign as the contracts say, written apart from the gateway's own code. */
import { createHash, createHmac } from 'node:crypto';
import type { IntegrationRef } from '../../domain/ports.ts';
import { createGateway, type GatewayDeps } from '../../gateway/app.ts';
import type { Hint } from '../../gateway/delivery.ts';
import { createRoutes } from '../../gateway/routes.ts';
import { hookAddress, hookSigningSecret } from '../../worker/hooks.ts';
import { createLog } from '../../worker/log.ts';

export const publicUrl = 'https://hooks.example.com';
export const hooksSecret = 'a-hooks-secret-of-at-least-32-characters';
export const shopifySecret = 'shopify-app-secret';
export const roappSecret = 'roapp-webhook-secret';

const ref = (id: string, source: string): IntegrationRef => ({ id, company: 'acme', source, target: 'books' });
const connection = (id: string, system: string, settings: Record<string, unknown> = {}) => ({ id, company: 'acme', system, settings });

export const config = {
  connections: [
    connection('woo', 'woocommerce'),
    connection('shopify', 'shopify', { apiSecret: { env: 'SHOPIFY_SECRET' } }),
    connection('cartum', 'cartum'),
    connection('books', 'roapp', { webhookSecret: { env: 'ROAPP_SECRET' } }),
    connection('old-books', 'roapp', { webhookSecret: { env: 'ROAPP_SECRET' }, webhookSignature: 'plain' }),
    connection('idle-shop', 'woocommerce'),
  ],
  integrations: [
    ...['woo', 'shopify', 'cartum'].map((source) => ref(`${source}-to-books`, source)),
    { ...ref('woo-to-old-books', 'woo'), target: 'old-books' },
  ].map((integration) => ({ ref: integration })),
};

export interface Held {
  connection: string;
  integrations: string[];
  hint: Hint;
}

export interface TestGateway {
  /** what Temporal holds, oldest first */
  held: Held[];
  log: string[];
  send: (request: Request) => Promise<{ status: number; text: string; headers: Headers }>;
}

export interface Options extends Partial<Pick<GatewayDeps, 'hold' | 'now' | 'clientOf'>> {
  hooksSecrets?: string[];
  environs?: Record<string, string>;
}

export function startTestGateway({ hooksSecrets = [hooksSecret], environs = { SHOPIFY_SECRET: shopifySecret, ROAPP_SECRET: roappSecret }, hold, ...deps }: Options = {}): TestGateway {
  const held: Held[] = [];
  const log: string[] = [];
  const gateway = createGateway({
    routes: createRoutes({ config, hooksSecrets, environs }, []),
    log: createLog('debug', { write: (line) => void log.push(line) }),
    hold: async (route, hint, withinMs) => {
      await hold?.(route, hint, withinMs);
      held.push({ connection: route.connection, integrations: route.asSource.map(({ id }) => id), hint });
    },
    ...deps,
  });
  return {
    held,
    log,
    send: async (sent) => {
      const response = await gateway.request(sent);
      return { status: response.status, text: await response.text(), headers: response.headers };
    },
  };
}

export interface Change {
  method?: string;
  headers?: Record<string, string>;
  /** sent in place of the body that was signed */
  body?: string | Uint8Array;
  without?: string[];
  address?: string;
}

export const addressOf = (id: string, secret = hooksSecret): string => hookAddress(publicUrl, secret, id);

function request(address: string, method: string, headers: Record<string, string>, body: string, change: Change): Request {
  const all = new Headers(headers);
  for (const [name, value] of Object.entries(change.headers ?? {})) all.set(name, value); // given anew, not beside the right one
  for (const name of change.without ?? []) all.delete(name);
  const verb = change.method ?? method;
  return new Request(change.address ?? address, { method: verb, headers: all, body: ['GET', 'HEAD', 'DELETE'].includes(verb) ? null : Buffer.from(change.body ?? body) });
}

export const base64Hmac = (secret: string, body: string | Uint8Array): string => createHmac('sha256', secret).update(body).digest('base64');

/** Escaped slashes, as PHP writes them: another spelling of the same JSON has another signature. */
const phpJson = (value: unknown): string => JSON.stringify(value).replaceAll('/', '\\/');

export const wooOrder = (id: number, more: Record<string, unknown> = {}) => ({ id, date_modified_gmt: '2026-11-20T10:00:00', permalink: 'https://shop.example/order/1', ...more });

export function woocommerce(topic: string, record: unknown, change: Change & { secret?: string; connection?: string } = {}): Request {
  const body = phpJson(record);
  const id = change.connection ?? 'woo';
  const headers = {
    'User-Agent': 'WooCommerce/10.9.1 Hookshot (WordPress/7.0.4)', 'Content-Type': 'application/json', 'X-WC-Webhook-Source': 'https://shop.example/', 'X-WC-Webhook-Topic': topic, 'X-WC-Webhook-Resource': topic.split('.')[0] ?? '',
    'X-WC-Webhook-Event': topic.split('.')[1] ?? '', 'X-WC-Webhook-Signature': base64Hmac(change.secret ?? hookSigningSecret(hooksSecret, id), body), 'X-WC-Webhook-ID': '3', 'X-WC-Webhook-Delivery-ID': 'd0a9105e97cd9dd6eded7974865993d2',
  }; // prettier-ignore
  return request(addressOf(id), 'POST', headers, body, change);
}

export function shopify(topic: string, record: unknown, change: Change & { secret?: string; webhookId?: string } = {}): Request {
  const body = typeof record === 'string' ? record : JSON.stringify(record);
  const headers = {
    'Content-Type': 'application/json', 'X-Shopify-Topic': topic, 'X-Shopify-Hmac-Sha256': base64Hmac(change.secret ?? shopifySecret, body), 'X-Shopify-Shop-Domain': 'acme.myshopify.example', 'X-Shopify-API-Version': '2026-07',
    'X-Shopify-Webhook-Id': change.webhookId ?? 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043', 'X-Shopify-Event-Id': '98880550-7158-44d4-b7cd-2c97c8a091b5', 'X-Shopify-Triggered-At': '2026-11-20T10:00:00.123456789Z', 'User-Agent': 'Shopify-Captain-Hook',
  }; // prettier-ignore
  return request(addressOf('shopify'), 'POST', headers, body, change);
}

export const cartum = (record: unknown, change: Change = {}): Request => request(addressOf('cartum'), 'PUT', { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(record), change);

export const roappEvent = (id: string, name: string, context: unknown) => ({
  id, created_at: '2026-09-01T10:00:00.123456Z', created_at_ts: 1_788_256_800.12, event_name: name, context, metadata: { new: { id: 9 }, old: { id: 3 } }, employee: { id: 31, full_name: 'Api User', email: 'api@example.com' },
}); // prettier-ignore

export function roapp(event: { id: string; [field: string]: unknown }, change: Change & { secret?: string; form?: 'hmac' | 'plain'; connection?: string } = {}): Request {
  const secret = change.secret ?? roappSecret;
  const signature = change.form === 'plain' ? createHash('sha256').update(`${event.id}${secret}`).digest('hex') : createHmac('sha256', secret).update(event.id).digest('hex');
  return request(addressOf(change.connection ?? 'books'), 'POST', { 'Content-Type': 'application/json', 'X-Signature': signature }, JSON.stringify(event), change);
}
