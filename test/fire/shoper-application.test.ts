/** The App Store's calls about an application, sent by the simulated platform, through a real gateway and Temporal (contract shoper 2). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runContactCheck } from '../../scripts/check-contacts.ts';
import { getExport } from '../../scripts/integration.ts';
import { act, contactsId, startContactsWorld, until, type ContactsWorld } from '../flows/contacts-world.ts';
import { hasTemporal } from '../setup/temporal-env.ts';

describe.skipIf(!hasTemporal())('an App Store application', () => {
  let world: ContactsWorld;
  beforeAll(async () => {
    world = await startContactsWorld({ withGateway: true, withApplication: true });
  }, 120_000);
  afterAll(async () => world.close());

  const tell = async (action: 'install' | 'uninstall' | 'upgrade', more: object = {}): Promise<unknown> => (await act(world.shoper, 'lifecycle', { action, url: world.hookAddress('shop'), shopUrl: world.shop.url, ...more }))['status'];
  const hasTokens = async (): Promise<boolean> => (await world.session.ledger.marks.get('connection:shop', 'app-tokens')) !== undefined;
  const isPaused = async (): Promise<boolean> => (await world.session.ledger.states.get('connection:shop')).state === 'paused';
  const works = async (): Promise<boolean> => (await runContactCheck(world.session, getExport(world.session, contactsId).ref)).source.every(({ state }) => state !== 'not ok');

  test('S1 put into the shop: its code becomes tokens at once and the shop can be read; taken out: the connection is paused; put in again: it goes on', async () => {
    expect(await hasTokens()).toBe(false);
    expect(await tell('install')).toBe(200);
    await until(hasTokens);
    expect(await works()).toBe(true);
    expect(await tell('uninstall')).toBe(200);
    await until(async () => (await isPaused()) && !(await hasTokens()));
    expect(await tell('install')).toBe(200);
    await until(async () => (await hasTokens()) && !(await isPaused()));
    expect(await works()).toBe(true);
  }, 120_000);

  test('S1 what is not signed by the platform, or is about a shop that nobody knows, is refused; an upgrade asks for nothing', async () => {
    expect(await tell('uninstall', { badHash: true })).toBe(401);
    expect(await tell('install', { shopUrl: 'https://another-shop.example.test' })).toBe(404);
    expect(await tell('upgrade')).toBe(200);
    expect([await hasTokens(), await isPaused()]).toEqual([true, false]);
  });
});
