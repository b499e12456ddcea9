/** The platform's calls about an App Store application (contract shoper 2): form-encoded POST to one address for all shops, with a hash over all its fields. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { refused, type Delivery, type Refused } from './delivery.ts';
import { isSigned } from './signature.ts';

interface AboutShop {
  /** the shop's licence: its stable id */
  shop: string;
  shopUrl: string;
  application: string;
  /** as the platform writes it: which of two calls came later */
  timestamp: string;
}

/** What the platform tells. Of all these only two ask for something: an installation's code is to be exchanged at once, a removal ends the tokens. */
export type Lifecycle = AboutShop &
  ({ action: 'install'; version: string; authCode: string } | { action: 'upgrade'; version: string } | { action: 'uninstall' } | { action: 'billing_install' } | { action: 'billing_subscription'; endsAt: string });

const text = z.string().min(1);
const shop = { shop: text, shop_url: text, application_code: text, timestamp: text };

const fieldsSchema = z.discriminatedUnion('action', [
  z.object({ ...shop, action: z.literal('install'), application_version: text, auth_code: text }),
  z.object({ ...shop, action: z.literal('upgrade'), application_version: text }),
  z.object({ ...shop, action: z.literal('uninstall') }),
  z.object({ ...shop, action: z.literal('billing_install') }),
  z.object({ ...shop, action: z.literal('billing_subscription'), subscription_end_time: text }),
]);

/** @param secrets the application's own; two while one replaces the other */
export function verifyLifecycle({ body }: Pick<Delivery, 'body'>, secrets: readonly string[]): Refused | { valid: true; told: Lifecycle } {
  const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
  const fields = new Map(form);
  // a field that stands twice is not the platform's: which of the two was hashed nobody can tell
  if (fields.size !== form.size) return refused('not understood');
  const hash = fields.get('hash') ?? '';
  fields.delete('hash');
  const signed = [...fields].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}=${value}`).join('&'); // prettier-ignore
  if (!isSigned(hash.toLowerCase(), secrets, (secret) => createHmac('sha512', secret).update(signed).digest('hex'))) return refused('signature');
  const read = fieldsSchema.safeParse(Object.fromEntries(fields));
  if (!read.success) return refused('not understood', String(read.error.issues[0]?.path[0] ?? ''));
  return { valid: true, told: toldBy(read.data) };
}

function toldBy(fields: z.output<typeof fieldsSchema>): Lifecycle {
  const about = { shop: fields.shop, shopUrl: fields.shop_url, application: fields.application_code, timestamp: fields.timestamp };
  switch (fields.action) {
    case 'install':
      return { ...about, action: 'install', version: fields.application_version, authCode: fields.auth_code };
    case 'upgrade':
      return { ...about, action: 'upgrade', version: fields.application_version };
    case 'billing_subscription':
      return { ...about, action: 'billing_subscription', endsAt: fields.subscription_end_time };
    default:
      return { ...about, action: fields.action };
  }
}
