/** The rows of `waybill check` for the simulated shop. */
import { describe, expect, test } from 'vitest';
import type { ContextOptions } from './setup.ts';
import { act, connector, opened, step, useShop, type Settings } from './shop.ts';

useShop();

const rows = async (options: ContextOptions = {}, settings: Settings = {}) => Object.fromEntries((await connector(options, settings).checkSource(step)).map((row) => [row.what, row]));

const table = (platform: string): ContextOptions => ({ pair: { statuses: [{ platform, books: '9', direction: 'both' }] } });

describe('check', () => {
  test('R3 R6 all rows of a shop that is in order', async () => {
    const found = await rows();
    expect(Object.entries(found).map(([what, { state }]) => `${what}: ${state}`)).toEqual(['credentials: ok', 'reading orders: ok', expect.stringMatching(/^currency:/), 'time zone: cannot be read', 'order statuses: ok', 'status table: ok', 'language of names: ok', 'webhooks: ok']);
    expect(found['order statuses']?.found).toMatch(/leaves out 3 Delivered/);
  });

  test('R3 the currency of the books is named', async () => {
    await opened.ledger.marks.set('connection:books', 'currency', 'PLN');
    expect((await rows())['currency']).toMatchObject({ state: 'not ok', found: expect.stringMatching(/UAH.*PLN/) });
    await opened.ledger.marks.set('connection:books', 'currency', 'UAH');
  });

  test('a bad login is the first row', async () => {
    expect((await connector({}, { password: 'nope' }).checkSource(step))[0]).toMatchObject({ what: 'credentials', state: 'not ok', step: expect.stringMatching(/login/) });
  });

  test('R6 a table that names what the shop lacks is refused; status 4 is warned of', async () => {
    expect((await rows(table('55')))['status table']).toMatchObject({ state: 'not ok', found: expect.stringMatching(/55/) });
    const withFour = await rows(table('4'));
    expect(withFour['status table']).toMatchObject({ state: 'ok', found: expect.stringMatching(/left alone: .*mail/) });
    expect(withFour['status 4 (cancelled)']).toMatchObject({ found: expect.stringMatching(/locks the order for good/) });
    expect((await rows({ pair: { excludeStatuses: ['55'] } }))['order statuses']).toMatchObject({ state: 'not ok' });
  });

  test('a zone that puts orders into the future, and a language that is not there, are named', async () => {
    act('create-order', { name: 'Olena Kovalenko', phone: '+380501112233', lines: [] });
    const found = await rows({}, { timeZone: 'America/Los_Angeles', language: 'it' });
    expect(found['time zone']).toMatchObject({ state: 'not ok' });
    expect(found['language of names']).toMatchObject({ state: 'not ok', found: expect.stringMatching(/ua/) });
  });
});
