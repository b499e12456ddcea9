/** Webhooks: their administration, what is sent when, signatures in both flavours, retries, faults on the way (contract shoper 4.8, 8). */
import { createHash, createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defaults } from '../../sandbox/shoper/options.ts';
import { error, seen, startReceiver, startShoper } from './shoper-shop.ts';
import type { Received, Receiver, TestShop } from './shoper-shop.ts';

let shop: TestShop;
let receiver: Receiver;
beforeEach(async () => {
  shop = await startShoper();
  receiver = await startReceiver();
});
afterEach(async () => {
  receiver.close();
  await shop.running.close();
});

const all = ['client.create', 'client.edit', 'client.delete', 'subscriber.create', 'subscriber.edit', 'subscriber.delete'];
const subscribe = async (more: object = {}) => Number((await shop.call('POST', '/webhooks', { url: `${receiver.url}/shoper/abc`, secret: 's3cr3t', active: true, format: 0, events: all, ...more })).text);
const sent = () => receiver.received.map(({ headers, body }): [unknown, unknown] => [headers['x-webhook-name'], JSON.parse(body)]);
const names = () => sent().map(([name]) => String(name));
const flush = () => shop.act('webhook-flush');
const signature = ({ headers, body }: Received, secret: string) => createHash('sha1').update(`${String(headers['x-webhook-id'])}:${secret}:${body}`).digest('hex');
const attempts = () => z.array(z.object({ attempt: z.number(), status: z.number().nullable(), dropped: z.boolean() })).parse(shop.shoper.actions['webhook-attempts']?.({}));

describe('/webhooks', () => {
  test('the list has no secret, the single row has; the platform’s own webhooks are listed too', async () => {
    const id = await subscribe({ format: 1, active: false });
    const row = { webhook_id: String(id), url: `${receiver.url}/shoper/abc`, active: '0', format: '1', events: all };
    expect(await shop.list('/webhooks')).toEqual([expect.objectContaining({ webhook_id: '1', events: ['order_refund.create'] }), row]);
    expect(await shop.row(`/webhooks/${id}`)).toEqual({ ...row, secret: 's3cr3t' });
  });

  test('is changed in part, deleted once; two of one address are two', async () => {
    const [id, other] = [await subscribe(), await subscribe()];
    expect(id).not.toBe(other);
    expect(seen(await shop.call('PUT', `/webhooks/${id}`, { active: false, secret: 'new' }))).toEqual([200, 1]);
    expect(await shop.row(`/webhooks/${id}`)).toMatchObject({ active: '0', secret: 'new', events: all });
    expect([seen(await shop.call('DELETE', `/webhooks/${id}`)), (await shop.call('DELETE', `/webhooks/${id}`)).status]).toEqual([[200, 1], 404]);
  });

  test.each([[{ events: ['client.created'] }], [{ events: ['admin.account_connected'] }], [{ events: [] }], [{ events: 'client.edit' }], [{ url: 'nowhere' }], [{ format: 2 }]])('%j is refused', async (more) => {
    const answer = await shop.call('POST', '/webhooks', { url: 'https://hooks.example.org/a', events: ['client.edit'], ...more });
    expect(seen(answer)).toEqual([400, error('invalid_request')]);
    expect(await shop.list('/webhooks')).toHaveLength(1);
  });

  test('address and events are required', async () => {
    expect((await shop.call('POST', '/webhooks', {}, { 'accept-language': 'en_US' })).body).toEqual({ error: 'invalid_request', error_description: 'url: The field is required; events: The field is required' });
  });
});

describe('deliveries', () => {
  test('carry the row as a GET shows it, with the platform’s headers and the webhook’s own secret in the signature', async () => {
    const id = await subscribe();
    await shop.act('create-customer', { email: 'zosia@example.org', firstname: 'Żofia', newsletter: true });
    await receiver.came(1);
    const [delivery] = receiver.received;
    if (delivery === undefined) throw new Error('nothing came');
    expect(delivery.path).toBe('/shoper/abc');
    expect(delivery.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-shop-version': expect.stringMatching(/^5\./),
      'x-shop-domain': defaults.host,
      'x-shop-license': defaults.license,
      'x-webhook-id': String(id),
      'x-webhook-name': 'client.create',
      'user-agent': expect.stringMatching(/^Shop Webhook Sender /),
    });
    expect(delivery.body).toBe((await shop.call('GET', '/users/1')).text);
    expect(delivery.body).toContain(String.raw`\u017bofia`);
    expect(delivery.headers['x-webhook-sha1']).toBe(signature(delivery, 's3cr3t'));
    expect(Object.keys(delivery.headers).filter((name) => name.includes('delivery') || name.includes('time'))).toEqual([]);
  });

  test('a webhook declared in the App Store signs with the secret derived for this shop', async () => {
    await shop.act('declare-webhook', { url: `${receiver.url}/app`, secret: 'declared', events: ['subscriber.create'] });
    await shop.act('subscribe', { email: 'jan@example.org' });
    await receiver.came(1);
    const [delivery] = receiver.received;
    if (delivery === undefined) throw new Error('nothing came');
    const derived = createHmac('sha512', defaults.app.appstoreSecret).update(`${defaults.license}:declared`).digest('hex');
    expect(delivery.headers['x-webhook-sha1']).toBe(signature(delivery, derived));
    expect(delivery.headers['x-webhook-sha1']).not.toBe(signature(delivery, 'declared'));
  });

  test('what people and programs do with customers and subscribers is told; a deletion tells the id alone', async () => {
    await subscribe();
    const { id } = await shop.act('create-customer', { email: 'ola@example.org', newsletter: true });
    await shop.act('set-newsletter', { id, newsletter: false });
    await shop.act('edit-customer', { email: 'OLA@example.org', newEmail: 'ola.zimna@example.org', lastname: 'Zimna' });
    await shop.act('set-consent-field', { id, value: '0' });
    await shop.call('PUT', `/users/${String(id)}`, { firstname: 'Ola' });
    await shop.act('delete-customer', { id });
    await shop.act('subscribe', { email: 'jan@example.org' });
    await shop.act('set-subscriber', { email: 'jan@example.org', active: false });
    await shop.act('set-subscriber', { email: 'jan@example.org', active: true });
    await shop.act('edit-subscriber', { email: 'jan@example.org', newEmail: 'janek@example.org' });
    await shop.call('DELETE', '/subscribers/1');
    await flush();
    expect(names().toSorted()).toEqual(['client.create', ...Array.from({ length: 4 }, () => 'client.edit'), 'client.delete', 'subscriber.create', 'subscriber.edit', 'subscriber.edit', 'subscriber.edit', 'subscriber.delete'].toSorted());
    expect(sent()).toContainEqual(['client.edit', expect.objectContaining({ user_id: '1', newsletter: '0', email: 'ola@example.org' })]);
    expect(sent()).toContainEqual(['client.edit', expect.objectContaining({ email: 'ola.zimna@example.org', additional_fields: [expect.objectContaining({ field_id: '7', value: '0' })] })]);
    expect(sent()).toContainEqual(['subscriber.edit', { subscriber_id: '1', email: 'jan@example.org', active: '0', lang_id: '1', groups: [1], dateadd: '2026-09-01 12:00:00' }]);
    expect(sent()).toContainEqual(['client.delete', { user_id: '1' }]);
    expect(sent()).toContainEqual(['subscriber.delete', { subscriber_id: '1' }]);
    expect(shop.shoper.truth().changes.map(({ event, by }) => `${event} ${by}`)).toContain('client.edit api');
  });

  test('a deletion may carry the whole row, the host may be named otherwise', async () => {
    await subscribe();
    await shop.act('switches', { deletePayload: 'row', domainHeader: 'X-Shop-Hostname' });
    await shop.act('subscribe', { email: 'jan@example.org', tell: false });
    await shop.act('delete-subscriber', { email: 'jan@example.org' });
    await flush();
    expect(sent()).toEqual([['subscriber.delete', expect.objectContaining({ subscriber_id: '1', email: 'jan@example.org' })]]);
    expect([receiver.received[0]?.headers['x-shop-hostname'], receiver.received[0]?.headers['x-shop-domain']]).toEqual([defaults.host, undefined]);
  });

  test('nothing is sent for events that were not asked for, by webhooks that are off, or when an action keeps it to itself', async () => {
    await subscribe({ events: ['client.edit'] });
    await subscribe({ active: false });
    await subscribe({ format: 1 });
    await shop.act('create-customer', { email: 'ola@example.org' });
    await shop.act('set-newsletter', { email: 'ola@example.org', newsletter: true, tell: false });
    await flush();
    expect(receiver.received).toEqual([]);
    expect(shop.shoper.truth().people).toMatchObject([{ customers: [{ newsletter: true }] }]);
  });

  test('what is not answered with 2xx is tried again after 5, 30 and 120 seconds, then lost', async () => {
    await subscribe();
    receiver.status = 401;
    await shop.act('subscribe', { email: 'jan@example.org' });
    await receiver.came(1);
    for (const [seconds, count] of [[5, 2], [30, 3], [120, 4]] as const) {
      await attempted(count - 1);
      shop.running.clock.advance(seconds * 1_000);
      await receiver.came(count);
    }
    await attempted(4);
    shop.running.clock.advance(3_600_000);
    await flush();
    expect(attempts()).toEqual([1, 2, 3, 4].map((attempt) => ({ attempt, status: 401, dropped: false })));
    expect(new Set(receiver.received.map(({ body, headers }) => `${String(headers['x-webhook-sha1'])} ${body}`)).size).toBe(1);
  });

  test('a webhook deleted meanwhile is not tried again', async () => {
    const id = await subscribe();
    receiver.status = 500;
    await shop.act('subscribe', { email: 'jan@example.org' });
    await receiver.came(1);
    await attempted(1);
    await shop.act('remove-webhook', { id });
    await flush();
    expect(receiver.received).toHaveLength(1);
  });

  test('deliveries can be lost or doubled on the way', async () => {
    await subscribe();
    await shop.act('webhook-faults', { drop: 1 });
    await shop.act('subscribe', { email: 'jan@example.org' });
    await flush();
    expect([receiver.received.length, attempts()]).toEqual([0, [{ attempt: 1, status: null, dropped: true }]]);
    await shop.act('webhook-faults', { double: 1 });
    await shop.act('subscribe', { email: 'ewa@example.org' });
    await flush();
    expect(receiver.received).toHaveLength(2);
  });
});

/** The receiver may have answered before the shop has noted it. */
const attempted = (count: number) => expect.poll(() => attempts().length).toBe(count);
