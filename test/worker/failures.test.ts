/** The one place where a step's errors become Temporal failures. */
import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { beforeEach, describe, expect, test } from 'vitest';
import { BadDataError, BudgetBusyError, ForbiddenError, PausedError, PerhapsRecordError, PermanentError, RateLimitedError, RetryableError, SettingsError, UnauthorizedError, UnexpectedReplyError } from '../../activities/errors.ts';
import { inStep } from '../../activities/failed-step.ts';
import { BusyKeyError, DeadlineError, LedgerUnavailableError, StaleFenceError } from '../../ledger/errors.ts';
import { toFailure, type FailureFacts } from '../../worker/failures.ts';
import { openTestLedger, type TestLedger } from '../setup/ledger.ts';

let opened: TestLedger;
beforeEach(async () => {
  opened = await openTestLedger();
  return async () => opened.close();
});

const about = { system: 'books', endpoint: 'POST /people', status: 400, sent: 'no', code: 'bad', words: 'anna@example.com is taken' } as const;
const facts = (execution = 'run-1/5'): FailureFacts => ({ ledger: opened.ledger, connection: 'books', step: { subject: 'step:order:shop-books:17', activityType: 'createOrder', execution } });

async function failureOf(error: unknown, given = facts()): Promise<ApplicationFailure> {
  const failure = await toFailure(error, given);
  if (failure instanceof ApplicationFailure) return failure;
  throw new Error('expected an ApplicationFailure');
}

test.each([
  [new PermanentError(about), { endpoint: 'POST /people', status: 400, code: 'bad', words: about.words }],
  [new PermanentError({ ...about, reason: 'order-gone' }), { endpoint: 'POST /people', status: 400, code: 'bad', words: about.words, reason: 'order-gone' }],
  [new ForbiddenError(about), { endpoint: 'POST /people', status: 400, code: 'bad', words: about.words }],
  [new UnexpectedReplyError({ ...about, field: 'lines.0.id' }), expect.objectContaining({ reason: 'unexpected-reply', field: 'lines.0.id' })],
  [new BadDataError('billing.email', 'expected an address'), { reason: 'bad-data', field: 'billing.email' }],
  [new SettingsError('no such order type'), { reason: 'settings-mistake' }],
])('%s is final: the workflow decides', async (error, detail) => {
  const failure = await failureOf(error);
  expect(failure).toMatchObject({ type: error.name, nonRetryable: true, message: error.message });
  expect(failure.details).toEqual([detail]);
});

const fails = (reason: Error) => (): Promise<never> => Promise.reject(reason);

test.each([new PermanentError(about), new ForbiddenError(about), new UnexpectedReplyError({ ...about, field: 'id' }), new BadDataError('email', 'expected an address'), new SettingsError('no such article')])('%s says which part of a durable step it ended', async (error) => {
  await expect(inStep('customer and products', fails(error))).rejects.toBe(error);
  expect((await failureOf(error)).details).toEqual([expect.objectContaining({ step: 'customer and products' })]);
});

test('N8 trouble that may be the record’s own says it at its last try, too', async () => {
  const error = new PerhapsRecordError(about);
  await expect(inStep('customer and products', fails(error))).rejects.toBe(error);
  for (let tries = 1; tries < 5; tries += 1) await failureOf(error);
  expect(await failureOf(error)).toMatchObject({ nonRetryable: true, details: [{ step: 'customer and products', reason: 'perhaps-the-record' }] });
});

test.each([
  [new BusyKeyError(300), 300],
  [new BudgetBusyError(700), 700],
  [new PausedError('connection:books is paused'), 5_000],
  [new StaleFenceError('taken over'), 1_000],
  [new DeadlineError('too late'), 1_000],
])('%s is benign and comes back after its own delay', async (error, delay) => {
  expect(await failureOf(error)).toMatchObject({ type: error.name, nonRetryable: false, nextRetryDelay: delay, category: ApplicationFailureCategory.BENIGN });
});

describe('what is retried always says when', () => {
  test('transport trouble: by the delay that was counted when it happened, else by the ledger’s count now', async () => {
    expect(await failureOf(new RetryableError({ ...about, retryDelayMs: 4_000 }))).toMatchObject({ type: 'RetryableError', nonRetryable: false, nextRetryDelay: 4_000 });
    const first = await failureOf(new RetryableError(about));
    opened.clock.advance(1_000); // those that fail at one moment fail for one reason
    const second = await failureOf(new RetryableError(about));
    expect(Number(second.nextRetryDelay)).toBeGreaterThan(Number(first.nextRetryDelay));
    expect(await opened.ledger.states.get('connection:books')).toMatchObject({ state: 'waiting' });
  });

  test('too many calls, and a ledger that cannot be reached', async () => {
    expect(await failureOf(new RateLimitedError({ ...about, retryAfterMs: 2_500 }))).toMatchObject({ type: 'RateLimitedError', nonRetryable: false, nextRetryDelay: 2_500 });
    expect(await failureOf(new LedgerUnavailableError('locked'))).toMatchObject({ type: 'LedgerUnavailableError', nonRetryable: false, nextRetryDelay: 1_000 });
    await opened.ledger.close();
    expect(await failureOf(new RetryableError(about))).toMatchObject({ type: 'LedgerUnavailableError', nonRetryable: false, nextRetryDelay: 1_000 });
    opened = await openTestLedger();
  });

  test('credentials not accepted: the connection is paused and the step repeated, so nothing is lost', async () => {
    expect(await failureOf(new UnauthorizedError(about))).toMatchObject({ type: 'UnauthorizedError', nonRetryable: false, nextRetryDelay: 5_000 });
    expect(await opened.ledger.states.get('connection:books')).toMatchObject({ state: 'paused', reason: 'unauthorised' });
  });
});

describe('trouble that may be the record’s own', () => {
  test.each([
    ['PerhapsRecordError', () => new PerhapsRecordError(about), 'perhaps-the-record'],
    ['Unforeseen', () => new TypeError('anna@example.com is not iterable'), 'unforeseen'],
  ])('%s: five tries, then the record is parked; a later execution has five of its own', async (type, make, reason) => {
    const seen = [];
    for (let attempt = 0; attempt < 5; attempt += 1) seen.push(await failureOf(make()));
    expect(seen.map(({ nonRetryable }) => nonRetryable)).toEqual([false, false, false, false, true]);
    expect(seen.every((failure) => failure.type === type && (failure.nonRetryable || Number(failure.nextRetryDelay) > 0))).toBe(true);
    expect(seen.at(-1)?.details?.[0]).toMatchObject({ reason });
    expect(await failureOf(make(), facts('run-2/5'))).toMatchObject({ nonRetryable: false });
  });

  test('benign bounces in between are not counted', async () => {
    for (let attempt = 0; attempt < 10; attempt += 1) await failureOf(new BusyKeyError(5));
    expect(await failureOf(new PerhapsRecordError(about))).toMatchObject({ nonRetryable: false });
  });
});

test('N9 the vendor’s words are in the details only, which the codec encrypts: in no message and no stack', async () => {
  const errors = [new PermanentError(about), new ForbiddenError(about), new RetryableError(about), new UnauthorizedError(about), new PerhapsRecordError(about), new TypeError('anna@example.com is no function')];
  for (const error of errors) {
    const failure = await failureOf(error);
    expect(JSON.stringify(failure.details)).toContain('anna@example.com');
    expect(`${failure.message} ${failure.stack} ${String(failure.cause)}`).not.toContain('anna');
  }
});

test('failures that Temporal already knows, and cancellations, are left as they are', async () => {
  const known = ApplicationFailure.create({ type: 'Known', nonRetryable: true });
  const cancelled = new CancelledFailure('cancelled');
  expect(await toFailure(known, facts())).toBe(known);
  expect(await toFailure(cancelled, facts())).toBe(cancelled);
  expect(await toFailure(new DOMException('This operation was aborted', 'AbortError'), facts())).toBeInstanceOf(CancelledFailure);
});
