/** The outside-call layer against a small real server, with a real ledger. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { CallContext, HttpSettings } from '../../activities/call.ts';
import { ApiError, BudgetBusyError, ForbiddenError, PausedError, PerhapsRecordError, PermanentError, RateLimitedError, RetryableError, UnauthorizedError, UnexpectedReplyError } from '../../activities/errors.ts';
import { createHttp } from '../../activities/http.ts';
import { DeadlineError } from '../../ledger/errors.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
interface Seen {
  line: string;
  headers: IncomingMessage['headers'];
  body: string;
}

let handler: Handler;
let seen: Seen[] = [];
let origin = '';
let base = '';
/** every test has an address of its own: a call that an earlier one gave up may arrive late */
let turn = 0;
let testLedger: TestLedger;

const server = createServer((request, response) => {
  const [, at, path] = /^\/turn-(\d+)(.*)$/.exec(request.url ?? '') ?? [];
  if (at !== String(turn)) {
    response.writeHead(410).end();
    return;
  }
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    seen.push({ line: `${request.method} ${path}`, headers: request.headers, body });
    handler(request, response);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address === 'object' && address !== null) origin = `http://127.0.0.1:${address.port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(async () => {
  seen = [];
  turn += 1;
  base = `${origin}/turn-${turn}/api`;
  handler = json(200, { id: 17 });
  testLedger = await openTestLedger();
  return async () => testLedger.close();
});

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const raw =
  (status: number, text: string, headers: Record<string, string> = {}): Handler =>
  (_request, response) =>
    void response.writeHead(status, headers).end(text);

const idSchema = z.object({ id: z.number() });
const nothing = z.undefined();
const key = 'key-that-nobody-may-see';

function settings(more: Partial<HttpSettings> = {}): HttpSettings {
  return {
    system: 'books',
    baseUrl: base,
    authorize: () => ({ headers: { authorization: `Bearer ${key}` }, query: { consumer_secret: key } }),
    refusals: [],
    explain,
    timeoutMs: 5_000,
    ...more,
  };
}

function explain(body: unknown): { code?: string; words?: string } {
  const { code, message } = z.object({ code: z.string(), message: z.string() }).partial().safeParse(body).data ?? {};
  return { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { words: message }) };
}

function context(more: Partial<CallContext> = {}): CallContext {
  return {
    ledger: testLedger.ledger,
    connection: 'books',
    company: 'acme',
    integration: { id: 'shop-books', company: 'acme', source: 'shop', target: 'books' },
    lane: 'live',
    record: 'order:17',
    run: 'run-1',
    holder: 'order:shop-books:17/create the order',
    heartbeat: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
}

const http = (more: Partial<HttpSettings> = {}, call: Partial<CallContext> = {}) => createHttp(settings(more), context(call));
const failure = async (work: Promise<unknown>): Promise<unknown> => work.then(() => undefined, (error: unknown) => error);
const exchanges = async () => {
  await testLedger.ledger.exchanges.flush();
  return testLedger.ledger.exchanges.list({ limit: 50 });
};

describe('requests and replies', () => {
  test('query, body and credentials are sent; the reply is parsed and its headers given', async () => {
    handler = json(201, { id: 17, other: 'ignored' }, { 'X-WP-Total': '3' });
    const reply = await http().send('POST', '/orders', idSchema, { query: { status: ['a', 'b'], page: 2, none: undefined }, body: { name: 'Anna' } });
    expect(reply).toMatchObject({ data: { id: 17 }, status: 201, headers: { 'x-wp-total': '3' } });
    expect(seen[0]).toMatchObject({ line: `POST /api/orders?status=a&status=b&page=2&consumer_secret=${key}`, body: '{"name":"Anna"}' });
    expect(seen[0]?.headers).toMatchObject({ authorization: `Bearer ${key}`, 'content-type': 'application/json' });
  });

  test('a shop without pretty addresses keeps its path in the query', async () => {
    await http({ baseUrl: `${base}/?rest_route=/wc/v3`, authorize: () => ({}) }).get('orders', idSchema, { query: { page: 1 } });
    expect(decodeURIComponent(seen[0]?.line ?? '')).toBe('GET /api/?rest_route=/wc/v3/orders&page=1');
  });

  test.each([
    [204, ''],
    [200, ''],
  ])('an empty reply with %d is undefined', async (status, text) => {
    handler = raw(status, text);
    expect(await http().send('DELETE', '/orders/17', nothing)).toMatchObject({ data: undefined, status });
  });

  test('only "absent" is "not there": find gives undefined for a 404 of the API and throws for everything else', async () => {
    handler = json(404, { code: 'gone' });
    expect(await http().find('/orders/17', idSchema)).toBeUndefined();
    expect(await failure(http().get('/orders/17', idSchema))).toBeInstanceOf(PermanentError);
    handler = raw(404, '<html>no such page</html>');
    expect(await failure(http().find('/orders/17', idSchema))).toBeInstanceOf(RetryableError);
    handler = json(500, {});
    expect(await failure(http().find('/orders/17', idSchema))).toBeInstanceOf(PerhapsRecordError);
  });
});

describe('what a reply means', () => {
  test.each([
    [400, PermanentError, 'no'],
    [401, UnauthorizedError, 'no'],
    [403, ForbiddenError, 'no'],
    [404, PermanentError, 'no'],
    [409, PerhapsRecordError, 'no'],
    [422, PermanentError, 'no'],
    [429, RateLimitedError, 'no'],
    [500, PerhapsRecordError, 'maybe'],
    [501, PermanentError, 'maybe'],
    [502, RetryableError, 'maybe'],
    [503, RetryableError, 'maybe'],
    [504, RetryableError, 'maybe'],
    [520, RetryableError, 'maybe'],
  ] as const)('%d by default', async (status, kind, sent) => {
    handler = json(status, { code: 'x' });
    const error = await failure(http().send('POST', '/orders', idSchema, { body: {} }));
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({ status, sent, endpoint: 'POST /orders', code: 'x' });
  });

  test('the system’s own table comes first: by status, code and whether the body is JSON', async () => {
    const refusals = [
      { status: 403, json: false, means: 'rate limited', waitMs: 10 },
      { status: [400, 422], code: ['busy'], means: 'perhaps the record' },
      { status: 400, means: 'forbidden' },
    ] as const;
    handler = raw(403, '<html>');
    expect(await failure(http({ refusals }).get('/a', idSchema))).toMatchObject({ name: 'RateLimitedError', retryAfterMs: 10 });
    handler = json(422, { code: 'busy' });
    expect(await failure(http({ refusals }).get('/a', idSchema))).toBeInstanceOf(PerhapsRecordError);
    handler = json(400, { code: 'other' });
    expect(await failure(http({ refusals }).get('/a', idSchema))).toBeInstanceOf(ForbiddenError);
    handler = json(403, {});
    expect(await failure(http({ refusals }).get('/a', idSchema))).toBeInstanceOf(ForbiddenError);
  });

  test.each([
    ['HTML with 200', 200, '<html>maintenance</html>'],
    ['half a body', 200, '{"id": 1'],
    ['nothing where something was expected', 200, ''],
  ])('%s is transport trouble', async (_name, status, text) => {
    handler = raw(status, text, { 'content-type': 'text/html' });
    expect(await failure(http().get('/orders', idSchema))).toMatchObject({ name: 'RetryableError', sent: 'maybe', retryDelayMs: expect.any(Number) });
    expect(await testLedger.ledger.states.get('connection:books')).toMatchObject({ state: 'waiting' });
    handler = json(200, { id: 1 });
    await http().get('/orders', idSchema);
    expect(await testLedger.ledger.states.get('connection:books')).toMatchObject({ state: 'ok' });
  });

  test('a reply of another form names the field, never the value', async () => {
    handler = json(200, { lines: [{ id: 'anna@example.com', 'anna@example.com': 1 }] });
    const error = await failure(http().get('/orders', z.object({ lines: z.array(z.object({ id: z.number() })) })));
    expect(error).toBeInstanceOf(UnexpectedReplyError);
    expect(error).toMatchObject({ field: 'lines.0.id', sent: 'maybe' });
    expect(everythingIn(error)).not.toContain('anna');
    handler = json(200, { 'anna@example.com': 'x' });
    expect(await failure(http().get('/orders', z.record(z.string(), z.number())))).toMatchObject({ field: '*' });
  });
});

describe('the network', () => {
  test('nobody listening: nothing was sent', async () => {
    expect(await failure(http({ baseUrl: 'http://127.0.0.1:1' }).send('POST', '/orders', idSchema))).toMatchObject({ name: 'RetryableError', sent: 'no' });
  });

  test('a connection that breaks before the reply, or in the middle of it, may have worked', async () => {
    handler = (request) => void request.socket.destroy();
    expect(await failure(http().send('POST', '/orders', idSchema))).toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    handler = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"id":', () => request.socket.destroy());
    };
    expect(await failure(http().send('POST', '/orders', idSchema))).toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    expect(seen).toHaveLength(2); // nothing is sent again by itself
  });

  test('the time limit is for the whole call, however steadily the body drips', async () => {
    handler = (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    expect(await failure(http({ timeoutMs: 150 }).get('/orders', idSchema))).toMatchObject({ name: 'RetryableError', sent: 'maybe', message: expect.stringContaining('no answer in time') });
  });

  test('a reply larger than allowed is given up', async () => {
    handler = raw(200, JSON.stringify({ id: 1, text: 'x'.repeat(5_000) }));
    expect(await failure(http({ maxBytes: 1_000 }).get('/orders', idSchema))).toMatchObject({ name: 'UnexpectedReplyError', field: expect.stringContaining('larger') });
  });

  test('a redirect within the host is followed for reads; another host, and any write, is refused', async () => {
    handler = (request, response) => (request.url?.includes('/api/old') ? response.writeHead(301, { location: request.url?.replace('old', 'new') ?? '' }).end() : json(200, { id: 5 })(request, response));
    expect((await http().get('/old', idSchema)).data).toEqual({ id: 5 });
    expect(await failure(http().send('POST', '/old', idSchema))).toMatchObject({ name: 'RetryableError', sent: 'maybe' });
    const other = createServer(json(200, { id: 6 }));
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.2', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    let arrived = 0;
    other.on('request', () => (arrived += 1));
    handler = raw(302, '', { location: `http://127.0.0.2:${port}/api/new` });
    expect(await failure(http().get('/old', idSchema))).toMatchObject({ name: 'RetryableError', message: expect.stringContaining('redirected elsewhere') });
    expect(arrived).toBe(0);
    other.close();
  });

  test('a cancelled step ends its call at once with the reason of its cancellation', async () => {
    const cancel = new AbortController();
    const reason = new Error('cancelled');
    handler = () => cancel.abort(reason);
    expect(await failure(http({}, { signal: cancel.signal }).get('/orders', idSchema))).toBe(reason);
    expect(await testLedger.ledger.states.get('connection:books')).toMatchObject({ state: 'ok' });
  });

  test('the heart beats before a call and while it runs', async () => {
    let beats = 0;
    const cancelled = new Error('the step was cancelled');
    const heartbeat = () => {
      beats += 1;
      if (beats > 1) throw cancelled;
    };
    handler = () => undefined; // never answers: only the second beat ends the call
    expect(await failure(http({}, { heartbeat }).get('/orders', idSchema))).toBe(cancelled);
  });
});

describe('before a call leaves', () => {
  const budget = { account: 'books', perSecond: 1, share: 1, burst: 1 };

  test('nothing leaves while all, the connection or the integration is paused', async () => {
    const { states } = testLedger.ledger;
    for (const subject of ['all', 'connection:books', 'integration:shop-books']) {
      await states.pause(subject, 'by-operator');
      testLedger.clock.advance(2_000); // the answer may be a second old
      expect(await failure(http().get('/orders', idSchema))).toBeInstanceOf(PausedError);
      await states.resume(subject);
      testLedger.clock.advance(2_000);
    }
    expect(seen).toEqual([]);
  });

  test('N13 the first call of a step hands its slot back when the budget is taken, a later one waits in place', async () => {
    await testLedger.ledger.budgets.holdUntil('books', 5_000);
    const step = http({ budget });
    expect(await failure(step.get('/orders', idSchema))).toMatchObject({ name: 'BudgetBusyError', retryAfterMs: expect.any(Number) });
    expect(seen).toEqual([]);
    testLedger.clock.advance(6_000);
    await step.get('/orders', idSchema);
    await testLedger.ledger.budgets.holdUntil('books', 60);
    let beats = 0;
    const begun = createHttp(settings({ budget }), context({ heartbeat: () => ((beats += 1), testLedger.clock.advance(100)) }));
    await begun.get('/orders', idSchema);
    await testLedger.ledger.budgets.holdUntil('books', 60);
    const before = beats;
    await begun.get('/orders', idSchema);
    expect(seen).toHaveLength(3);
    expect(beats).toBeGreaterThan(before + 1); // once for the call, once for the wait
    expect(await failure(http({ budget }).get('/a', idSchema).then(() => http({ budget }).get('/b', idSchema)).then(() => http({ budget }).get('/c', idSchema)))).toBeInstanceOf(BudgetBusyError);
  });

  test('a guarded create: budget, then intent, then request; a deadline that is over sends nothing', async () => {
    const events: string[] = [];
    const { budgets } = testLedger.ledger;
    const ledger = { ...testLedger.ledger, budgets: { ...budgets, reserve: async (...input: Parameters<typeof budgets.reserve>) => (events.push('budget'), budgets.reserve(...input)) } };
    const guard = (assertInTime: () => void) => ({ intend: async () => (events.push('intent'), { remainingMs: 1_000, assertInTime }) });
    handler = (request, response) => (events.push('request'), json(200, { id: 1 })(request, response));
    await http({ budget }, { ledger }).send('POST', '/orders', idSchema, { body: {}, guard: guard(() => void events.push('in time')) });
    expect(events).toEqual(['budget', 'intent', 'in time', 'request']);
    testLedger.clock.advance(5_000);
    const late = failure(http({ budget }, { ledger }).send('POST', '/orders', idSchema, { body: {}, guard: guard(() => { throw new DeadlineError('too late'); }) })); // prettier-ignore
    expect(await late).toBeInstanceOf(DeadlineError);
    expect(seen).toHaveLength(1);
  });

  test('an intent’s remaining time is the call’s time limit', async () => {
    handler = () => undefined;
    const guard = { intend: async () => ({ remainingMs: 50, assertInTime: () => undefined }) };
    expect(await failure(http().send('POST', '/orders', idSchema, { guard }))).toMatchObject({ name: 'RetryableError', sent: 'maybe' });
  });

  test('a 429 makes everybody of the account wait as long as its Retry-After says', async () => {
    handler = json(429, {}, { 'retry-after': '7' });
    expect(await failure(http({ budget }).get('/orders', idSchema))).toMatchObject({ name: 'RateLimitedError', retryAfterMs: 7_000, sent: 'no' });
    expect(await testLedger.ledger.budgets.reserve(budget, 'live')).toMatchObject({ kind: 'held' });
    expect(await failure(http({ budget }).get('/orders', idSchema))).toBeInstanceOf(BudgetBusyError);
    expect(seen).toHaveLength(1);
  });

  test('no more calls at a time than the account allows; one that timed out keeps its slot', async () => {
    const count = 3; // one of them is kept for opt-outs
    handler = () => undefined;
    const hanging = [http({ simultaneous: count, timeoutMs: 100 }), http({ simultaneous: count, timeoutMs: 100 })].map(async (step) => failure(step.get('/slow', idSchema)));
    expect((await Promise.all(hanging)).every((error) => error instanceof RetryableError)).toBe(true);
    handler = json(200, { id: 1 });
    expect(await failure(http({ simultaneous: count }).get('/orders', idSchema))).toBeInstanceOf(BudgetBusyError);
    testLedger.clock.advance(60_000); // now it cannot be running any more
    for (let call = 0; call < 4; call += 1) await http({ simultaneous: count }).get('/orders', idSchema);
    expect(seen).toHaveLength(6);
  });
});

describe('what is recorded and what is told', () => {
  test('a write is recorded in full, a read as a line, a failure in full; credentials never, not even echoed', async () => {
    handler = json(201, { id: 17, link: `https://books.example/?consumer_secret=${key}` });
    await http().send('POST', '/orders', idSchema, { query: { notify: false }, body: { name: 'Anna' } });
    handler = json(200, { id: 18 });
    await http().get('/orders/18', idSchema, { query: { email: 'anna@example.com' } });
    handler = json(400, { code: 'bad', message: 'no such anna@example.com' });
    await failure(http().get('/people', idSchema, { query: { email: 'anna@example.com' } }));
    const recorded = await exchanges();
    const [refused, read, write] = ['GET /people', 'GET /orders/{id}', 'POST /orders'].map((endpoint) => recorded.find((entry) => entry.endpoint === endpoint));
    expect(write).toMatchObject({ endpoint: 'POST /orders', isWrite: true, status: 201, objectId: '17', result: 'ok', record: 'order:17', run: 'run-1', integration: 'shop-books' });
    expect(JSON.parse(write?.request ?? '')).toEqual({ path: '/orders', query: { notify: false }, body: { name: 'Anna' } });
    expect(write?.reply).toContain('[credential]');
    expect(read).toMatchObject({ endpoint: 'GET /orders/{id}', request: null, reply: null, status: 200, size: 9, replyDigest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(refused).toMatchObject({ endpoint: 'GET /people', result: 'permanent', status: 400, reply: expect.stringContaining('anna@example.com') });
    expect(JSON.stringify(recorded)).not.toContain(key);
  });

  test('N9 a vendor’s words with an e-mail address travel as words only: in no message, code or endpoint', async () => {
    for (const status of [400, 401, 403, 409, 429, 500, 503]) {
      handler = json(status, { code: 'bad', message: 'anna@example.com is taken' });
      const error = await failure(http().send('POST', '/people/anna@example.com', idSchema, { query: { email: 'anna@example.com' }, body: { email: 'anna@example.com' } }));
      if (!(error instanceof ApiError)) throw new Error('expected an ApiError');
      expect(error.words).toBe('anna@example.com is taken');
      expect(error.endpoint).toBe('POST /people/{id}');
      expect(everythingIn(error, ['words'])).not.toContain('anna');
    }
  });
});

/** All text inside a thing, hidden properties included, `but` left out. */
function everythingIn(thing: unknown, but: string[] = []): string {
  if (typeof thing !== 'object' || thing === null) return String(thing);
  return Object.getOwnPropertyNames(thing)
    .filter((name) => !but.includes(name))
    .map((name) => `${name} ${everythingIn(Reflect.get(thing, name))}`)
    .join('\n');
}
