/** SARE’s reporting webhook: unsigned, its fields not published (contract sare 8). Only an address is taken out of it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGateway } from '../../gateway/app.ts';
import type { Hint } from '../../gateway/delivery.ts';
import { createRoutes } from '../../gateway/routes.ts';
import { verifySare } from '../../gateway/sare.ts';
import { findSender } from '../../gateway/senders.ts';
import { createLog } from '../../worker/log.ts';
import { addressOf, hooksSecret } from './support.ts';

const verify = (body: unknown) => verifySare({ method: 'POST', headers: { 'content-type': 'application/json' }, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) });
const look = (topic: string) => ({ valid: true, hint: { kind: 'contact-address', address: 'ola@example.com', topic } });
const nothing = { valid: true, hint: { kind: 'nothing to do', about: 'opened or clicked' } };
const email = 'ola@example.com';
/** As the simulated account sends them; the vendor's form is not known. */
const sareEvent = (event: string, address: string) => ({ event, date: '2026-05-04 10:00:00', user: { email: address }, mailing: { id: 77 } });

describe('S10 an event', () => {
  test.each(['unsubscribe', 'bounce'])('S10 %s leads to a look at the address', (event) => {
    expect(verify(sareEvent(event, email))).toEqual(look(event));
  });

  test.each(['open', 'click', 'opens', 'Clicks', 'otwarcia', 'kliknięcie', ' open '])('S10 %j is nothing to do', (event) => {
    expect(verify(sareEvent(event, email))).toEqual(nothing);
    expect(verify({ event })).toEqual(nothing);
  });

  test.each([
    ['top level', 'unsubscribe', { event: 'unsubscribe', email }],
    ['mail', 'unsubscribe', { type: 'wypis', mail: email }],
    ['address', 'bounce', { action: 'zwrot', address: email }],
    ['recipient', 'unsubscribe', { event: 'unsubscribe', recipient: { email } }],
    ['contact', 'unsubscribe', { event: 'unsubscribe', contact: { address: email } }],
    ['capitals and blanks', 'unsubscribe', { event: 'unsubscribe', user: { email: ' Ola@Example.com ' } }],
    ['no kind: one URL an event', 'unnamed', { email }],
    ['a kind nobody knows', 'unnamed', { event: 'spam-report', email }],
    ['a kind that is no text', 'unnamed', { event: { name: 'open' }, email }],
    ['opened by one field, left by another', 'unsubscribe', { type: 'click', action: 'unsubscribe', email }],
    ['a street beside the address', 'unsubscribe', { event: 'unsubscribe', address: 'Zimna 3, Gdynia', user: { address: '192.0.2.7', mail: email } }],
    ['personal fields that are no objects', 'unsubscribe', { event: 'unsubscribe', user: 7, recipient: null, contact: { email } }],
    ['more than is known', 'unsubscribe', { event: 'unsubscribe', date: '2026-05-04 10:00:00', user: { email, id: '3' }, device: { type: 'open' }, ip: '192.0.2.7', mailing: { id: 77, email: 'shop@example.com' } }],
  ])('S10 N22 %s: %s', (_what, topic, body) => {
    expect(verify(body)).toEqual(look(topic));
  });

  test.each([
    ['no address', { event: 'unsubscribe', user: { id: 3 } }, 'email'],
    ['an address that is none', { event: 'unsubscribe', email: 'ola' }, 'email'],
    ['two levels down', { event: 'unsubscribe', data: { user: { email } } }, 'email'],
    ['the mailing’s own', { event: 'unsubscribe', mailing: { email } }, 'email'],
    ['nothing', {}, 'email'],
    ['a list', [{ event: 'unsubscribe', email }], undefined],
    ['no JSON', 'event=unsubscribe&email=ola@example.com', undefined],
    ['an empty body', '', undefined],
    ['null', 'null', undefined],
    ['a text', '"ola@example.com"', undefined],
  ])('%s is not understood, and says so', (_what, body, detail) => {
    expect(verify(body)).toEqual({ valid: false, reason: 'not understood', ...(detail === undefined ? {} : { detail }) });
  });
});

test('whatever comes: a look at a usable address, nothing to do, or not understood', () => {
  const name = fc.constantFrom('event', 'type', 'action', 'email', 'mail', 'address', 'user', 'recipient', 'contact', '__proto__', 'constructor', 'mailing');
  const value = fc.oneof(fc.constantFrom('open', 'click', 'unsubscribe', email, 'OLA@EXAMPLE.COM', 'a b@c', '@'), fc.jsonValue());
  const body = fc.oneof(
    fc.dictionary(name, fc.oneof(value, fc.dictionary(name, value))).map((fields) => JSON.stringify(fields)),
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(body, (text) => {
      const verdict = verify(text);
      if (!verdict.valid) expect([undefined, 'email']).toContain(verdict.reason === 'not understood' ? verdict.detail : verdict.reason);
      else if (verdict.hint.kind === 'contact-address') {
        expect(verdict.hint.address).toMatch(/^[^\s@A-Z]+@[^\s@A-Z]+\.[^\s@A-Z]+$/);
        expect(text.toLowerCase()).toContain('@');
        expect(['unsubscribe', 'bounce', 'unnamed']).toContain(verdict.hint.topic);
      } else expect(verdict).toEqual(nothing);
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(verifySare({ method: 'POST', headers: {}, body: bytes }).valid).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('JSON by POST to the secret address alone: nothing is signed', () => {
  expect(findSender('sare', {})).toMatchObject({ methods: ['POST'], contentTypes: ['application/json'], signedWith: 'nothing' });
});

test('S10 through the gateway: the address is handed to the integrations that write there, and stands in no log', async () => {
  const held: { integrations: string[]; hint: Hint }[] = [];
  const lines: string[] = [];
  const ref = { id: 'shop-to-sare', company: 'acme', source: 'shop', target: 'mailing' };
  const gateway = createGateway({
    routes: createRoutes({ config: { connections: [{ id: 'mailing', company: 'acme', system: 'sare', settings: {} }], integrations: [], exports: [{ ref }] }, hooksSecrets: [hooksSecret], environs: {} }, []),
    log: createLog('debug', { write: (line) => void lines.push(line) }),
    hold: ({ asTarget }, hint) => Promise.resolve(void held.push({ integrations: asTarget.map(({ id }) => id), hint })),
  });
  const send = async (body: unknown, change: { address?: string; type?: string; method?: string } = {}) =>
    (await gateway.request(new Request(change.address ?? addressOf('mailing'), { method: change.method ?? 'POST', headers: { 'content-type': change.type ?? 'application/json; charset=utf-8' }, body: JSON.stringify(body) }))).status;
  expect(await send(sareEvent('unsubscribe', email))).toBe(200);
  expect(held).toEqual([{ integrations: ['shop-to-sare'], hint: look('unsubscribe').hint }]);
  expect(await send(sareEvent('open', email))).toBe(200);
  expect(await send({ event: 'unsubscribe', user: { id: email } })).toBe(400);
  expect(await send(sareEvent('unsubscribe', email), { type: 'application/x-www-form-urlencoded' })).toBe(415);
  expect(await send(sareEvent('unsubscribe', email), { method: 'PUT' })).toBe(405);
  expect(await send(sareEvent('unsubscribe', email), { address: `${addressOf('mailing').slice(0, -1)}x` })).toBe(404);
  expect(held).toHaveLength(1);
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('')).not.toContain('example.com');
});
