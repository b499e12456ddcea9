/** The reporting webhook, and what people and operators do (contract sare 4.3, 8). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { careful, startSare } from './sare-account.ts';
import type { TestAccount } from './sare-account.ts';
import { openReceiver } from './woocommerce-receiver.ts';
import type { Receiver } from './woocommerce-receiver.ts';

let account: TestAccount;
let receiver: Receiver;
const email = 'ola@example.org';
beforeEach(async () => {
  account = await startSare({ webhookTimeoutMs: 2_000 });
  receiver = await openReceiver();
  await account.add([{ email, status: 8 }]);
});
afterEach(async () => {
  await account.running.close();
  await receiver.close();
});

const listen = (active = true) => account.act('webhooks', { active, urls: { unsubscribe: [`${receiver.url}/unsubscribe`], bounce: [`${receiver.url}/bounce`] } });
/** Waits until everything that was sent has been answered; retries that wait are sent too. */
const settle = () => account.act('webhook-flush');
const paths = () => receiver.received.map(({ path }) => path);

describe('webhook', () => {
  test('is off until the vendor activates it, and then per event', async () => {
    await listen(false);
    await account.act('unsubscribe', { email });
    await settle();
    expect(receiver.received).toEqual([]);
    await account.act('webhooks', { active: true });
    await account.act('bounce', { email });
    await account.act('open', { email });
    await settle();
    expect(paths()).toEqual(['/hook/bounce']);
  });

  test('tells the event in local time, unsigned', async () => {
    await listen();
    await account.act('unsubscribe', { email });
    await settle();
    const [delivery] = receiver.received;
    expect(JSON.parse(delivery?.body ?? '')).toEqual({ event: 'unsubscribe', date: '2026-05-04 10:00:00', user: { email }, mailing: { id: 77 } });
    expect(delivery?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(Object.keys(delivery?.headers ?? {}).filter((name) => /sign|auth|key/i.test(name))).toEqual([]);
  });

  test('goes to all addresses of the event', async () => {
    await account.act('webhooks', { active: true, urls: { unsubscribe: [`${receiver.url}/a`, `${receiver.url}/b`] } });
    await account.act('request-removal', { email });
    await settle();
    expect(paths().toSorted()).toEqual(['/hook/a', '/hook/b']);
  });

  test('is tried three times, by the sandbox clock', async () => {
    await listen();
    receiver.answer(500);
    await account.act('unsubscribe', { email });
    await settle();
    await settle();
    await settle();
    await settle();
    expect(paths()).toHaveLength(3);
  });

  test('a later attempt waits for its time', async () => {
    await listen();
    receiver.answer(500);
    await account.act('unsubscribe', { email });
    await expect.poll(() => account.act('webhook-attempts')).toHaveLength(1);
    receiver.answer(200);
    account.running.clock.advance(60_000);
    await expect.poll(() => account.act('webhook-attempts')).toMatchObject([{ attempt: 1, status: 500 }, { attempt: 2, status: 200 }]);
  });

  test('can be dropped or doubled on the way', async () => {
    await listen();
    await account.act('webhook-faults', { drop: 1 });
    await account.act('unsubscribe', { email });
    await settle();
    expect(receiver.received).toEqual([]);
    await account.act('webhook-faults', { double: 1 });
    await account.act('bounce', { email });
    await settle();
    expect(paths()).toEqual(['/hook/bounce', '/hook/bounce']);
  });

  test('an action may leave it out, or send one for an operator’s change', async () => {
    await listen();
    await account.act('unsubscribe', { email, webhook: false });
    await account.act('set-status', { email, status: 2 });
    await settle();
    expect(paths()).toEqual([]);
    await account.act('set-status', { email, status: 4, webhook: true });
    await settle();
    expect(paths()).toEqual(['/hook/unsubscribe']);
  });

  test('an opt-out over the API comes back as an echo, unless switched off', async () => {
    await listen();
    const write = (status: number) => account.add({ email, status }, { ...careful, update_status_on_duplicate: true });
    await write(2);
    await settle();
    expect(paths()).toEqual(['/hook/unsubscribe']);
    await account.act('switches', { apiOptOutsSendWebhook: false });
    await write(8);
    await write(2);
    await settle();
    expect(paths()).toHaveLength(1);
  });
});

describe('people and operators', () => {
  test.each([
    ['unsubscribe', {}, 3, 'person'],
    ['request-removal', {}, 4, 'person'],
    ['complain', {}, 3, 'person'],
    ['bounce', {}, 3, 'system'],
    ['bounce', { hard: false }, 8, 'api'],
    ['block', {}, 7, 'panel'],
    ['set-status', { status: 5 }, 5, 'panel'],
    ['forget', {}, 'forgotten', 'panel'],
  ])('%s %j makes it %s, by %s', async (name, more, status, by) => {
    await account.act(name, { email: 'OLA@example.org', ...more });
    expect(account.contact(email).status).toBe(status);
    expect(account.contact(email).history.at(-1)).toMatchObject({ to: status, by });
  });

  test('a person confirms, also after having left, but not when blocked; an operator unblocks', async () => {
    await account.act('unsubscribe', { email });
    await account.act('confirm', { email });
    expect(account.contact(email).status).toBe(8);
    await account.act('block', { email });
    await expect(account.act('confirm', { email })).rejects.toThrow('blocked');
    await account.act('set-status', { email, status: 8 });
    expect(account.contact(email).status).toBe(8);
    expect(account.sare.truth().incidents).toEqual([]);
  });

  test('contacts are made, edited and deleted in the panel', async () => {
    await account.act('add-contact', { email: 'jan@example.org', groups: [12], name: 'Jan', prop_cust: { city: 'Opole' } });
    expect(account.contact('jan@example.org')).toMatchObject({ status: 8, groups: [12], history: [{ by: 'panel' }] });
    await account.act('edit-contact', { email: 'jan@example.org', groups: [13], name: '', prop: { prop1: 'x' } });
    expect(await account.act('contact', { email: 'JAN@example.org' })).toMatchObject({ groups: [13], name: '', prop: { prop1: 'x' }, prop_cust: { city: 'Opole' } });
    await account.act('delete-contact', { email: 'jan@example.org' });
    expect(await account.act('contact', { email: 'jan@example.org' })).toBeNull();
    await expect(account.act('unsubscribe', { email: 'jan@example.org' })).rejects.toThrow('not there');
  });
});
