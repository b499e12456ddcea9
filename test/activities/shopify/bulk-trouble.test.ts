/** What becomes of a backfill whose bulk operation or result is not as it should be, over real HTTP: no order is lost. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { RetryableError } from '../../../activities/errors.ts';
import { downloadLines } from '../../../activities/shopify/bulk-download.ts';
import { sorted, startBulkShop, startStorage, type BulkShop, type Entry, type Storage } from './bulk-setup.ts';
import { contextOf, integration, shopSettings, step } from './setup.ts';

let bulk: BulkShop;
let storage: Storage;
let paged: Entry[];
beforeAll(async () => {
  bulk = await startBulkShop(60);
  paged = await bulk.pages();
});
beforeEach(async () => {
  storage = await startStorage();
  bulk.renew();
});
afterEach(async () => storage.close());
afterAll(async () => bulk.close());

describe('N8 the operation', () => {
  test.each([
    { why: 'FAILED after a time-out', is: { status: 'FAILED', errorCode: 'TIMEOUT' } },
    { why: 'FAILED with a part of the data', is: { status: 'FAILED', errorCode: 'INTERNAL_SERVER_ERROR', objectCount: '7', partialDataUrl: 'https://storage.example.test/part' } },
    { why: 'FAILED for want of access', is: { status: 'FAILED', errorCode: 'ACCESS_DENIED' } },
    { why: 'CANCELED by a person', is: { status: 'CANCELED' } },
    { why: 'EXPIRED', is: { status: 'EXPIRED' } },
    { why: 'its address has expired', is: { objectCount: '900', url: null } },
    { why: 'its address names a machine nearby', is: { objectCount: '900', url: 'https://169.254.169.254/result' } },
    { why: 'its address is not safe', is: { objectCount: '900', url: 'http://storage.example.test/result' } },
  ])('N8 $why: paged', async ({ is }) => {
    bulk.front.instead.set('OperationById', { data: { bulkOperation: { status: 'COMPLETED', errorCode: null, createdAt: '2026-01-01T00:00:00Z', objectCount: '0', url: null, ...is } } });
    expect(sorted((await bulk.walk(bulk.connector(20))).entries)).toEqual(paged);
    expect([bulk.asked('StartOperation'), bulk.asked('OrdersByCreation') > 0]).toEqual([1, true]);
  });

  test('N8 N22 unknown to the shop: paged, and status can say why until a later backfill goes better', async () => {
    const why = async () => bulk.ledger.marks.get(`integration:${integration.id}`, 'backfill-paged');
    bulk.front.instead.set('OperationById', { data: { bulkOperation: null } });
    expect(sorted((await bulk.walk(bulk.connector(20))).entries)).toEqual(paged);
    expect(await why()).toBe('the operation is unknown to the shop');
    bulk.renew();
    expect(sorted((await bulk.walk(bulk.connector(20))).entries)).toEqual(paged);
    expect(await why()).toBeUndefined();
  });
});

const isChild = (line: string) => line.includes('__parentId');
const withoutOne = (lines: string[]) => lines.toSpliced(lines.findLastIndex(isChild), 1);

describe('N8 the result', () => {
  test.each([
    { why: 'a garbled line', rewrite: (text: string) => text.replace('{"id":"gid://shopify/LineItem', '{"id:"gid://shopify/LineItem') },
    { why: 'a missing line', rewrite: (text: string) => withoutOne(text.split('\n')).join('\n') },
    { why: 'a result that is cut', rewrite: (text: string) => text.slice(0, text.length / 2) },
    { why: 'an empty result', rewrite: () => '' },
    { why: 'lines that do not follow their parent', rewrite: (text: string) => [...text.split('\n').filter((line) => line !== '' && !isChild(line)), ...text.split('\n').filter(isChild)].join('\n') },
    { why: 'lines of another kind', rewrite: (text: string) => text.replaceAll('gid://shopify/LineItem', 'gid://shopify/Product') },
    { why: 'a line without end', rewrite: () => ' '.repeat(5_000_000) },
  ])('N8 $why: paged', async ({ rewrite }) => {
    const source = bulk.connector(20);
    const cursor = await bulk.stored(source, storage, rewrite);
    expect(sorted((await bulk.walk(source, {}, cursor)).entries)).toEqual(paged);
    expect(bulk.asked('OrdersByCreation')).toBeGreaterThan(0);
  });

  test('N14 an order of another form than the contract’s comes as the list has it, and does not stop the others', async () => {
    const source = bulk.connector(20);
    const id = String(bulk.special['variant']);
    const cursor = await bulk.stored(source, storage, (text) => text.replace(new RegExp(`("legacyResourceId":"${id}","name".*?"currencyCode":)"PLN"`), '$1null'));
    expect(storage.file.text).toContain('"currencyCode":null');
    expect(sorted((await bulk.walk(source, {}, cursor)).entries)).toEqual(paged);
    expect(bulk.asked('OrdersByCreation')).toBe(1);
  });
});

describe('N8 the storage', () => {
  test.each([302, 403, 404])('N8 it answers %s: paged', async (status) => {
    const source = bulk.connector(20);
    const cursor = await bulk.stored(source, storage);
    storage.file.status = status;
    expect(sorted((await bulk.walk(source, {}, cursor)).entries)).toEqual(paged);
    expect([storage.asked.length, bulk.asked('OrdersByCreation') > 0]).toEqual([1, true]);
  });

  test.each([206, 429, 500, 503])('N8 it answers %s: tried again at the same place', async (status) => {
    const source = bulk.connector(20);
    const cursor = await bulk.stored(source, storage);
    storage.file.status = status;
    await expect(bulk.readStep(source, cursor)).rejects.toBeInstanceOf(RetryableError);
    delete storage.file.status;
    expect(sorted((await bulk.walk(source, {}, cursor)).entries)).toEqual(paged);
    expect(bulk.asked('OrdersByCreation')).toBe(0);
  });

  test('N8 nobody is there: tried again', async () => {
    const source = bulk.connector(20);
    const cursor = await bulk.stored(source, storage);
    const gone = await startStorage();
    await gone.close();
    bulk.front.change.set('OperationById', (reply) => JSON.parse(JSON.stringify(reply).replace(/"url":"[^"]*"/, `"url":"${gone.url}/result"`)));
    await expect(bulk.readStep(source, cursor)).rejects.toMatchObject({ name: 'RetryableError', message: expect.not.stringContaining('127.0.0.1') });
  });

  test.each(['signal', 'heartbeat'] as const)('N8 a step that is cancelled meanwhile (%s) ends at once with that reason', async (by) => {
    storage.file.text = 'a line\n';
    storage.file.isEndless = true;
    const reason = new Error('cancelled');
    const cancelled = new AbortController();
    const heartbeat = (): void => {
      if (by === 'heartbeat') throw reason;
    };
    const call = { ...contextOf(bulk.ledger, shopSettings({ baseUrl: bulk.front.url })).call({ ...step, record: '', step: 'test' }), signal: cancelled.signal, heartbeat };
    const take = (): boolean => {
      if (by === 'signal') cancelled.abort(reason);
      return true;
    };
    await expect(downloadLines(call, { url: `${storage.url}/result`, from: 0, take })).rejects.toBe(reason);
  });
});
