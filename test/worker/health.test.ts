/** Health and metrics of a worker. */
import { createServer } from 'node:http';
import { beforeEach, expect, test } from 'vitest';
import { createHealthApp, listenOnLoopback } from '../../worker/health.ts';
import { createMetrics } from '../../worker/metrics.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

let opened: TestLedger;
beforeEach(async () => {
  opened = await openTestLedger();
  return async () => opened.close();
});

const app = (missing: string[] = [], engineMetricsPort?: number) => createHealthApp({ missing: async () => missing, metrics: () => Promise.resolve(createMetrics(opened.ledger)), engineMetricsPort });

test('alive is not yet ready: what is missing is named', async () => {
  const waiting = app(['the ledger cannot be reached']);
  expect((await waiting.request('/livez')).status).toBe(200);
  const ready = await waiting.request('/readyz');
  expect([ready.status, await ready.text()]).toEqual([503, 'the ledger cannot be reached']);
  expect((await app().request('/readyz')).status).toBe(200);
});

test('N9 records by outcome and reason, parked ones and waiting connections are counted; no person, no vendor’s word', async () => {
  const { ledger } = opened;
  await ledger.settings.apply('integration:shop-books', '{}');
  const record = { integration: 'shop-books', kind: 'order', number: '1045', run: 'r' } as const;
  for (const [sourceId, outcome, reason] of [['1', 'created', ''], ['2', 'created', ''], ['3', 'parked', 'refused']] as const) {
    await ledger.outcomes.add({ ...record, sourceId, outcome, reason, targetId: null, detail: 'anna@example.com', settingsVersion: null });
  } // prettier-ignore
  await ledger.parked.put({ ...record, sourceId: '3', step: 'create the order', reason: 'refused', words: 'anna@example.com' });
  await ledger.states.noteFailure('books', 'no answer in time');
  const text = await (await app().request('/metrics')).text();
  expect(text).toContain('waybill_records{integration="shop-books",outcome="created",reason=""} 2');
  expect(text).toContain('waybill_records{integration="shop-books",outcome="parked",reason="refused"} 1');
  expect(text).toContain('waybill_parked{integration="shop-books",reason="refused"} 1');
  expect(text).toContain('waybill_state{subject="connection:books",state="waiting",reason="no answer in time"} 1');
  expect(text).not.toContain('anna');
  await ledger.parked.remove({ integration: 'shop-books', kind: 'order', sourceId: '3' });
  expect(await (await app().request('/metrics')).text()).not.toContain('waybill_parked{');
});

test('the engine’s own metrics are joined, and missing ones hide none of ours', async () => {
  const engine = createServer((_request, response) => void response.end('temporal_long_request 1\n'));
  await new Promise<void>((resolve) => void engine.listen(0, '127.0.0.1', resolve));
  const address = engine.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await (await app([], port).request('/metrics')).text()).toContain('temporal_long_request 1');
  engine.close();
  engine.closeAllConnections();
  expect((await app([], port).request('/metrics')).status).toBe(200);
});

test('it listens on loopback only, and a taken port is told', async () => {
  const listening = await listenOnLoopback(app(), 0);
  expect((await fetch(`http://127.0.0.1:${listening.port}/livez`)).status).toBe(200);
  await expect(listenOnLoopback(app(), listening.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await listening.close();
});
