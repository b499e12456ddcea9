/** What the gateway hands over, on a real server: held under the right address, sealed with the connection's key, opened by the worker's. */
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createGateway } from '../../gateway/app.ts';
import { createHold } from '../../gateway/hold.ts';
import { createRoutes } from '../../gateway/routes.ts';
import { createCodec, createDataConverter } from '../../worker/codec.ts';
import { gatewayKeys, parseGatewayKeys } from '../../worker/hook-keys.ts';
import { createLog } from '../../worker/log.ts';
import { orderWorkflowId, privacyRequestWorkflow, resubscribeWorkflowId, targetChangedWorkflowId, webhooksWorkflow } from '../../workflows/messages.ts';
import { addressOf, config, hooksSecret, roapp, roappEvent, roappSecret, shopify, shopifySecret, woocommerce, wooOrder } from '../gateway/support.ts';
import { freshNamespace, hasTemporal, temporalAddress } from '../setup/temporal-env.ts';

const payloadKeys = [{ id: 'k1', key: new Uint8Array(32).fill(7) }];

/** All bytes and texts, however deep; JSON would show the bytes as base64. */
function textsIn(value: unknown): string[] {
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What the run was started with and told, opened with the worker's keys; and all that the server sees of it. */
const heldBy = async (handle: WorkflowHandle) => {
  const { events } = await handle.fetchHistory();
  const stored = textsIn(events).join('\n');
  const payloads = (events ?? []).flatMap((event) => [...(event.workflowExecutionStartedEventAttributes?.input?.payloads ?? []), ...(event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? [])]);
  const opened = await createCodec({ keys: payloadKeys }).decode(payloads);
  return { stored, values: opened.map(({ data }): unknown => JSON.parse(Buffer.from(data ?? []).toString('utf8'))) };
};

const told = (topic: string) => ({ by: 'webhook', lane: 'live', topic });

describe.skipIf(!hasTemporal())('the gateway and Temporal', () => {
  let connection: Connection;
  let client: Client;
  let gateway: ReturnType<typeof createGateway>;
  beforeAll(async () => {
    const namespace = await freshNamespace();
    connection = await Connection.connect({ address: temporalAddress() });
    client = new Client({ connection, namespace, dataConverter: createDataConverter({ keys: payloadKeys }) });
    const keys = parseGatewayKeys(gatewayKeys(payloadKeys, config.connections.map(({ id }) => id)), []); // prettier-ignore
    const routes = createRoutes({ config, hooksSecrets: [hooksSecret], environs: { SHOPIFY_SECRET: shopifySecret, ROAPP_SECRET: roappSecret } }, []);
    gateway = createGateway({ routes, hold: createHold({ connection, namespace, keys }), log: createLog('error') });
  });
  afterAll(async () => connection.close());

  const send = async (request: Request): Promise<number> => (await gateway.request(request)).status;
  test('an order reaches the one address of each integration that reads it, live and by webhook; a repeat joins', async () => {
    expect(await send(woocommerce('order.created', wooOrder(28)))).toBe(200);
    expect(await send(woocommerce('order.updated', wooOrder(28)))).toBe(200);
    for (const integration of ['woo-to-books', 'woo-to-old-books']) {
      const { values, stored } = await heldBy(client.workflow.getHandle(orderWorkflowId(integration, '28')));
      expect(values).toEqual([{ integration: expect.objectContaining({ id: integration, source: 'woo' }), sourceId: '28' }, told('order.created'), told('order.updated')]);
      expect(stored).toContain('hook:k1:woo');
    }
  });

  test('a change in the target reaches one run per object', async () => {
    for (const id of ['a', 'b']) expect(await send(roapp(roappEvent(id, 'Order.Status.Changed', { object_id: 4411, object_type: 'order' })))).toBe(200);
    const { values } = await heldBy(client.workflow.getHandle(targetChangedWorkflowId('books', '4411')));
    expect(values).toEqual([{ connection: 'books', targetId: '4411' }, { by: 'webhook', lane: 'live', topic: 'Order.Status.Changed' }, { by: 'webhook', lane: 'live', topic: 'Order.Status.Changed' }]); // prettier-ignore
  });

  test('removed subscriptions are made anew by one run, which forgets what is remembered of them', async () => {
    for (let times = 0; times < 3; times += 1) expect(await send(new Request(addressOf('cartum'), { method: 'DELETE' }))).toBe(200);
    const handle = client.workflow.getHandle(resubscribeWorkflowId('cartum'));
    expect((await handle.describe()).type).toBe(webhooksWorkflow);
    expect((await heldBy(handle)).values).toEqual([{ integration: expect.objectContaining({ id: 'cartum-to-books', source: 'cartum' }), forget: true }]);
  });

  test('N9 N23 a privacy request is one task, due in 30 days; the person is in it and nowhere in sight', async () => {
    const request = { shop_domain: 'acme.myshopify.example', customer: { id: 191167, email: 'anna@example.com' }, orders_to_redact: [299938] };
    expect(await send(shopify('customers/redact', request))).toBe(200);
    expect(await send(shopify('customers/redact', request))).toBe(200);
    const reply = await connection.workflowService.listOpenWorkflowExecutions({ namespace: client.options.namespace, typeFilter: { name: privacyRequestWorkflow }, startTimeFilter: {} });
    const ids = (reply.executions ?? []).map(({ execution }) => execution?.workflowId ?? '');
    expect(ids).toEqual([expect.stringMatching(/^privacy:shopify:customers-redact-[0-9a-f]{32}$/)]);
    const { values, stored } = await heldBy(client.workflow.getHandle(ids[0] ?? ''));
    const { receivedAt, dueAt, ...rest } = z.object({ receivedAt: z.string(), dueAt: z.string() }).loose().parse(values[0]);
    expect(rest).toEqual({ connection: 'shopify', topic: 'customers/redact', subject: { shop: 'acme.myshopify.example', customer: { id: '191167', email: 'anna@example.com' }, orders: ['299938'] } });
    expect(Date.parse(dueAt) - Date.parse(receivedAt)).toBe(30 * 86_400_000);
    expect(stored).toContain('hook:k1:shopify');
    expect(stored + ids.join()).not.toMatch(/anna|191167/);
  });
});
