/** The platform's calls about an App Store application (contract shoper 2): form-encoded POST to one address for all shops, with a hash over all its fields. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { refused, type Delivery, type Hint, type Verdict } from './delivery.ts';
import { isSigned } from './signature.ts';

const text = z.string().min(1);
const shop = { shop: text, shop_url: z.url(), application_code: text, timestamp: text };

const fieldsSchema = z.discriminatedUnion('action', [
  z.object({ ...shop, action: z.literal('install'), application_version: text, auth_code: text }),
  z.object({ ...shop, action: z.literal('upgrade'), application_version: text }),
  z.object({ ...shop, action: z.literal('uninstall') }),
  z.object({ ...shop, action: z.literal('billing_install') }),
  z.object({ ...shop, action: z.literal('billing_subscription'), subscription_end_time: text }),
]);

/**
 * The shop is named by its address: one application has one such address of ours for all its shops.
 * @param secrets the application's own; two while one replaces the other
 */
export function verifyLifecycle({ body }: Pick<Delivery, 'body'>, secrets: readonly string[]): Verdict {
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
  return { valid: true, hint: hintOf(read.data) };
}

/** Of all these only two ask for something: an installation's code is to be exchanged at once, a removal ends the tokens. */
function hintOf(fields: z.output<typeof fieldsSchema>): Hint {
  if (fields.action !== 'install' && fields.action !== 'uninstall') return { kind: 'nothing to do', about: 'a new version or a bill' };
  const account = new URL(fields.shop_url).host;
  const at = fields.timestamp;
  return { kind: 'installation', account, told: fields.action === 'install' ? { change: 'installed', at, code: fields.auth_code } : { change: 'removed', at } };
}
