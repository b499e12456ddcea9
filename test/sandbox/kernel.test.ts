/** The sandbox kernel over real HTTP: faults, clock, request log, control surface. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClock } from '../../sandbox/kernel/clock.ts';
import { createFaults, createMatcher } from '../../sandbox/kernel/faults.ts';
import { connectSandbox, type RemoteSandbox } from '../../sandbox/kernel/remote.ts';
import { createRequestLog } from '../../sandbox/kernel/request-log.ts';
import type { Fault, FaultKind, LoggedRequest, RunningSandbox, SandboxDefinition } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';

/** The smallest system: it stores what is posted to it. */
function createNotebook(): SandboxDefinition {
  let notes: string[] = [];
  return {
    name: 'notebook',
    async handle(request) {
      if (new URL(request.url).pathname === '/broken') throw new Error('a mistake in the sandbox');
      if (request.method === 'POST') notes.push(await request.text());
      return Response.json({ notes });
    },
    reset: () => void (notes = []),
    seed(input) {
      notes = Array.isArray(input) ? input.map(String) : [];
      return { notes: notes.length };
    },
    truth: () => ({ notes }),
    actions: {
      tear: () => void notes.pop(),
      fail: () => {
        throw new Error('cannot be done');
      },
    },
    refuse: (status, text) => Response.json({ error: text }, { status }),
  };
}

let sandbox: RunningSandbox;
let remote: RemoteSandbox;

beforeEach(async () => {
  sandbox = await startSandbox(createNotebook());
  remote = connectSandbox(sandbox.controlUrl);
});
afterEach(() => sandbox.close());

const write = (text: string, init: RequestInit = {}): Promise<Response> => fetch(`${sandbox.url}/notes?by=test`, { method: 'POST', body: text, ...init });
const notes = (): unknown => sandbox.definition.truth();

/** Which of so many requests are struck, counted from 1. */
const strikes = (fault: Fault, requests: number): number[] => {
  const faults = createFaults();
  faults.add(fault);
  return Array.from({ length: requests }, (_, index) => index + 1).filter(() => faults.strike('GET', '/x') !== undefined);
};

const entry = (at: number): LoggedRequest => ({ at, method: 'GET', path: '/', headers: {}, body: '', status: 200, fault: null });

describe('faults', () => {
  test('without a fault the request is handled and answered', async () => {
    const response = await write('a');
    expect(await response.json()).toEqual({ notes: ['a'] });
  });

  test.each([
    ['refuse', {}, 500],
    ['refuse', { status: 422, text: 'no' }, 422],
    ['throttle', { headers: { 'retry-after': '7' } }, 429],
    ['refuse-with-email', {}, 400],
    ['garbage', {}, 200],
  ] satisfies [FaultKind, Partial<Fault>, number][])('%s %j answers %i and stores nothing', async (kind, more, status) => {
    sandbox.fault({ on: 'POST /notes', kind, ...more });
    const response = await write('a');
    expect(response.status).toBe(status);
    expect(notes()).toEqual({ notes: [] });
    expect(sandbox.requests()).toMatchObject([{ status, fault: kind }]);
  });

  test('refuse speaks in the vendor’s envelope, with the text and headers of the fault', async () => {
    sandbox.fault({ on: '*', kind: 'refuse', status: 403, text: 'not yours', headers: { 'x-more': '1' } });
    const response = await write('a');
    expect(await response.json()).toEqual({ error: 'not yours' });
    expect(response.headers.get('x-more')).toBe('1');
  });

  test('refuse-with-email names a person, garbage is no JSON', async () => {
    sandbox.fault({ on: '*', kind: 'refuse-with-email' });
    sandbox.fault({ on: '*', kind: 'garbage' });
    expect(await (await write('a')).text()).toContain('@example.com');
    const garbage = await write('a');
    expect(garbage.headers.get('content-type')).toBe('text/html');
    expect(await garbage.text()).toContain('<html>');
  });

  test('lost-reply: stored, but the caller gets no answer', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'lost-reply' });
    await expect(write('a')).rejects.toThrow('fetch failed');
    expect(notes()).toEqual({ notes: ['a'] });
    expect(sandbox.requests()).toMatchObject([{ status: null, fault: 'lost-reply' }]);
  });

  test('half-page: stored, the status arrives, the body breaks in the middle', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'half-page' });
    const response = await write('a');
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(notes()).toEqual({ notes: ['a'] });
  });

  test('slow-before-storing: goes on and stores after the caller has hung up', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'slow-before-storing', delayMs: 200 });
    const caller = new AbortController();
    const answer = write('a', { signal: caller.signal });
    await sandbox.arrived('POST /notes', 1);
    expect(notes()).toEqual({ notes: [] });
    caller.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(notes).toEqual({ notes: ['a'] });
    expect(sandbox.requests()).toMatchObject([{ status: null }]);
  });

  test('slow-after-storing: stored while the answer is still kept back', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'slow-after-storing', delayMs: 60_000 });
    const answer = Promise.allSettled([write('a')]);
    await expect.poll(notes).toEqual({ notes: ['a'] });
    expect(sandbox.requests()).toMatchObject([{ status: null }]);
    sandbox.reset();
    expect(await answer).toMatchObject([{ status: 'rejected' }]);
  });

  test('hold: nothing is handled until released', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'hold' });
    const waiting = write('a');
    await sandbox.held(1);
    expect(notes()).toEqual({ notes: [] });
    sandbox.release();
    expect((await waiting).status).toBe(200);
    expect(notes()).toEqual({ notes: ['a'] });
  });

  test('hold until 2: both go on by themselves when the second arrives', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'hold', until: 2 });
    const first = write('a');
    await sandbox.held(1);
    await Promise.all([first, write('b')]);
    expect(notes()).toEqual({ notes: ['a', 'b'] });
  });

  test('a reset lets held and slow requests vanish: they never write into the fresh state', async () => {
    sandbox.fault({ on: 'POST /notes', kind: 'hold' });
    sandbox.fault({ on: 'POST /notes', kind: 'slow-before-storing', delayMs: 60_000 });
    const both = Promise.allSettled([write('a'), write('b')]);
    await sandbox.held(1);
    await sandbox.arrived('POST /notes', 2);
    sandbox.reset();
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(notes()).toEqual({ notes: [] });
    expect(sandbox.requests()).toEqual([]);
  });

  test('a mistake in the sandbox is answered in the vendor’s envelope', async () => {
    const response = await fetch(`${sandbox.url}/broken`);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: 'Internal error' });
  });
});

describe('when a fault strikes', () => {
  test.each([
    [{}, [1]],
    [{ times: 2 }, [1, 2]],
    [{ times: 0 }, [1, 2, 3, 4, 5]],
    [{ after: 3 }, [3]],
    [{ after: 2, times: 2 }, [2, 3]],
    [{ kind: 'hold' as const, until: 3 }, [1, 2, 3]],
  ])('%j strikes requests %j', (fault, expected) => {
    expect(strikes({ on: 'GET /x', kind: 'throttle', ...fault }, 5)).toEqual(expected);
  });

  test('rate strikes the same requests for the same seed, about as many as it says, others for another seed', () => {
    const fault: Fault = { on: '*', kind: 'lost-reply', rate: 0.2, times: 0, seed: 7 };
    const struck = strikes(fault, 1_000);
    expect(struck).toEqual(strikes(fault, 1_000));
    expect(struck).not.toEqual(strikes({ ...fault, seed: 8 }, 1_000));
    expect(struck.length).toBeGreaterThan(150);
    expect(struck.length).toBeLessThan(250);
  });

  test('the first of several faults that is due counts; cleared ones do not', () => {
    const faults = createFaults();
    faults.add({ on: 'GET /x', kind: 'throttle', after: 2 });
    faults.add({ on: 'GET /*', kind: 'garbage', times: 0 });
    expect([1, 2, 3].map(() => faults.strike('GET', '/x')?.kind)).toEqual(['garbage', 'throttle', 'garbage']);
    faults.clear();
    expect(faults.strike('GET', '/x')).toBeUndefined();
  });

  test.each([
    ['POST /v2/orders', 'POST', '/v2/orders?page=1', true],
    ['POST /v2/orders', 'POST', '/v2/orders/1', false],
    ['POST /v2/orders', 'GET', '/v2/orders', false],
    ['GET /v2/contacts/*', 'GET', '/v2/contacts/people/7?page=1', true],
    ['GET /v2/contacts/*', 'GET', '/v2/contacts/', false],
    ['* /v2/orders/*/items', 'POST', '/v2/orders/5/items', true],
    ['GET /v2/orders?page=2*', 'GET', '/v2/orders?page=2&sort=id', true],
    ['GET /v2/orders?page=2*', 'GET', '/v2/orders?page=1&sort=id', false],
    ['GET /v2/orders/{id}', 'GET', '/v2/orders/5?x=1', true],
    ['GET /v2/orders/{id}', 'GET', '/v2/orders/statuses', false],
    ['GET /v2/orders/{id}/items', 'GET', '/v2/orders/5/items', true],
    ['GET /a.b', 'GET', '/axb', false],
    ['*', 'PUT', '/anything', true],
  ])('"%s" names %s %s: %s', (on, method, path, expected) => {
    expect(createMatcher(on)(method, path)).toBe(expected);
  });
});

describe('request log', () => {
  test('keeps method, path with query, headers, body, status; arrived waits for what is still to come', async () => {
    const both = sandbox.arrived('POST /notes', 2);
    await write('a', { headers: { 'x-mark': 'm' } });
    await write('b');
    await both;
    await fetch(`${sandbox.url}/other`);
    expect(sandbox.requests('POST /*')).toMatchObject([{ method: 'POST', path: '/notes?by=test', body: 'a', status: 200, fault: null, headers: { 'x-mark': 'm' } }, { body: 'b' }]);
    expect(sandbox.requests()).toHaveLength(3);
    sandbox.clearRequests();
    expect(sandbox.requests()).toEqual([]);
  });

  test('is bounded: the oldest go first', () => {
    const log = createRequestLog(100);
    for (let at = 1; at <= 1_000; at += 1) log.add(entry(at));
    expect(log.list().length).toBeGreaterThanOrEqual(100);
    expect(log.list().length).toBeLessThanOrEqual(110);
    expect(log.list().at(-1)?.at).toBe(1_000);
  });
});

test('the clock stands still when frozen, moves when told and runs on from where it is', () => {
  const clock = createClock(1_000);
  clock.freeze();
  clock.set(5_000);
  clock.advance(250);
  expect(clock.now()).toBe(5_250);
  clock.run();
  expect(clock.now()).toBeGreaterThanOrEqual(5_250);
});

describe('control surface, from another process', () => {
  test('health, seed, truth, actions, reset', async () => {
    expect(await remote.health()).toMatchObject({ name: 'notebook', url: sandbox.url });
    expect(await remote.seed(['a', 'b'])).toEqual({ notes: 2 });
    expect(await remote.action('tear')).toBeNull();
    expect(await remote.truth()).toEqual({ notes: ['a'] });
    await remote.reset();
    expect(await remote.truth()).toEqual({ notes: [] });
  });

  test('an unknown action is refused with the names of those that exist; a failing one with its words', async () => {
    await expect(remote.action('fly')).rejects.toThrow(/404.*tear, fail/);
    await expect(remote.action('toString')).rejects.toThrow(/404/);
    await expect(remote.action('fail')).rejects.toThrow(/400.*cannot be done/);
  });

  test('faults, held, release, requests, arrived, clear', async () => {
    expect(await remote.fault({ on: 'POST /notes', kind: 'hold' })).toBe(1);
    const waiting = write('a');
    await remote.held(1);
    await remote.arrived('POST /notes', 1);
    await remote.release();
    await waiting;
    expect(await remote.requests('POST /notes')).toMatchObject([{ body: 'a', status: 200, fault: 'hold' }]);
    expect(await remote.requests('GET /notes')).toEqual([]);
    await remote.clearRequests();
    expect(await remote.requests()).toEqual([]);
    await remote.fault({ on: '*', kind: 'throttle', times: 0 });
    await remote.clearFaults();
    expect((await write('b')).status).toBe(200);
  });

  test('a misspelt fault is refused', async () => {
    const response = await fetch(`${sandbox.controlUrl}/faults`, { method: 'POST', body: JSON.stringify({ on: '*', kind: 'refuse', tmies: 2 }) });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('tmies');
  });

  test('the clock is read and moved', async () => {
    await remote.clock.freeze();
    await remote.clock.set(Date.UTC(2026, 8, 1));
    await remote.clock.advance(60_000);
    expect(await remote.clock.now()).toBe(Date.UTC(2026, 8, 1, 0, 1));
    expect(sandbox.clock.now()).toBe(Date.UTC(2026, 8, 1, 0, 1));
    await remote.clock.run();
  });

  test('the control surface is not part of the API', async () => {
    expect(await (await fetch(`${sandbox.url}/truth`)).json()).toEqual({ notes: [] }); // the notebook's own answer to any path
    expect(sandbox.requests('GET /truth')).toHaveLength(1);
  });
});

test('two clocks for one system are a mistake', async () => {
  await expect(startSandbox({ ...createNotebook(), clock: createClock() }, { clock: createClock() })).rejects.toThrow('already has a clock');
});
