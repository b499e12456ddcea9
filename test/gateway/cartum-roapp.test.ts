/** The two senders whose signature says little: Cartum's none at all, RO App's over the id alone (contract cartum 8, roapp 8). */
import { describe, expect, test } from 'vitest';
import { addressOf, cartum, roapp, roappEvent, startTestGateway } from './support.ts';

const removal = (): Request => new Request(addressOf('cartum'), { method: 'DELETE' });

describe('Cartum', () => {
  test('an order by PUT is read again by its number; a number as text too; nothing else is believed', async () => {
    const { send, held } = startTestGateway();
    for (const order_id of [1045, '1046']) expect((await send(cartum({ order_id, stat_status: 3, delivery_email: 'anna@example.com' }))).status).toBe(200);
    expect(held).toEqual(['1045', '1046'].map((sourceId) => ({ connection: 'cartum', integrations: ['cartum-to-books'], hint: { kind: 'order', sourceId, topic: 'order_*' } })));
  });

  test.each([{ headers: { 'content-type': 'application/x-www-form-urlencoded' } }, { without: ['content-type'] }])('JSON under the name that its library gives it: %j', async (change) => {
    const { send, held } = startTestGateway();
    expect((await send(cartum({ order_id: 1045 }, change))).status).toBe(200);
    expect(held).toHaveLength(1);
  });

  test('a status that went there and back is told twice in the same words, and held twice', async () => {
    const { send, held } = startTestGateway();
    for (const stat_status of [2, 1, 2]) await send(cartum({ order_id: 1045, stat_status }));
    expect(held).toHaveLength(3);
  });

  test('other events carry no order: nothing to do; an order without a usable number is not understood', async () => {
    const { send, held } = startTestGateway();
    expect(await send(cartum({ user_id: 7, email: 'anna@example.com' }))).toMatchObject({ status: 200, text: 'nothing to do' });
    for (const order_id of [null, -1, 'x', {}, 0]) expect((await send(cartum({ order_id }))).status).toBe(400);
    expect(held).toEqual([]);
  });

  test('DELETE tells that a subscription was removed: held, so that it is made anew, and said in the log', async () => {
    const { send, held, log } = startTestGateway();
    for (let times = 0; times < 2; times += 1) expect(await send(removal())).toMatchObject({ status: 200, text: 'held' });
    const unsubscribed = { connection: 'cartum', integrations: ['cartum-to-books'], hint: { kind: 'unsubscribed' } };
    expect(held).toEqual([unsubscribed, unsubscribed]); // each removed one is told of
    expect(log.join('')).toContain('a webhook subscription was removed by hand');
    expect((await send(cartum({ order_id: 1 }, { method: 'POST' }))).status).toBe(405);
  });

  test('DELETE that Temporal does not hold is an error, so that the shop tells again', async () => {
    const { send, held } = startTestGateway({ hold: async () => Promise.reject(new Error('away')) });
    expect((await send(removal())).status).toBe(503);
    expect(held).toEqual([]);
  });
});

const changed = (id: string, object_id: unknown = 4411, name = 'Order.Status.Changed') => roappEvent(id, name, { object_id, object_type: 'order' });

describe('RO App', () => {
  test.each(['Order.Created', 'Order.Status.Changed', 'Order.Amount.Changed', 'Order.Deleted'])('%s names the order to be read again', async (name) => {
    const { send, held } = startTestGateway();
    expect((await send(roapp(changed('6f0e', 4411, name)))).status).toBe(200);
    expect(held).toEqual([{ connection: 'books', integrations: [], hint: { kind: 'target-order', targetId: '4411', topic: name } }]);
  });

  test('N22 an event that is on no list of ours is read all the same, and its name goes no further', async () => {
    const { send, held } = startTestGateway();
    expect((await send(roapp(changed('6f0e', 4411, 'Order.Anna Nowak')))).status).toBe(200);
    expect(held.map(({ hint }) => hint)).toEqual([{ kind: 'target-order', targetId: '4411' }]);
  });

  test.each([['Client.Created', 'client'], ['Comment.Created', 'comment'], ['Auth.Login', 'employee']])('%s is nothing to us', async (name, object_type) => {
    const { send, held } = startTestGateway();
    expect(await send(roapp(roappEvent('6f0e', name, { object_id: 1, object_type })))).toMatchObject({ status: 200, text: 'nothing to do' });
    expect(held).toEqual([]);
  });

  test('by HMAC as the default, by the plain hash where the settings say so; never the other', async () => {
    const { send, held } = startTestGateway();
    expect((await send(roapp(changed('1'), { form: 'plain' }))).status).toBe(401);
    expect((await send(roapp(changed('2'), { form: 'hmac', connection: 'old-books' }))).status).toBe(401);
    expect((await send(roapp(changed('3'), { form: 'plain', connection: 'old-books' }))).status).toBe(200);
    expect(held.map(({ connection }) => connection)).toEqual(['old-books']);
  });

  test('its own employee’s events are delivered too: the run that follows the order tells its echo', async () => {
    const { send, held } = startTestGateway();
    await send(roapp({ ...changed('6f0e'), employee: { id: 31, full_name: 'Api User', email: 'api@example.com' } }));
    expect(held).toHaveLength(1);
  });

  test('a captured id and signature under another order reach nothing a second time', async () => {
    const { send, held } = startTestGateway();
    await send(roapp(changed('6f0e', 4411)));
    expect(await send(roapp(changed('6f0e', 9999)))).toMatchObject({ status: 200, text: 'held already' });
    expect(held).toHaveLength(1);
  });

  test('an event without id, name or order is not understood', async () => {
    const { send, held } = startTestGateway();
    for (const event of [changed('1', null), changed('2', 'x'), changed('3', -1), roappEvent('4', 'Order.Created', { object_id: 1, object_type: 'client' }), roappEvent('5', 'Order.Created', undefined)]) expect((await send(roapp(event))).status).toBe(400);
    expect((await send(roapp(changed('6'), { body: '{"event_name":"Order.Created"}' }))).status).toBe(400);
    expect(held).toEqual([]);
  });
});
