/**
 * Intent before send (promises 3 and 4, N11): one create takes effect once although the vendor knows no idempotency key.
 * 1. An intent of this effect that stands open on any of the keys is settled first: wait until its call can no longer take effect, then look.
 * 2. Found: adopted. Not found: closed, and sent under the present fence. Not to be looked up: closed for good, *unknown*.
 * 3. Before a request leaves, its deadline starts on this process's own clock, then the intent is written under all fences; right before the
 *    request the deadline is checked, so that a process that wakes late sends nothing.
 * 4. The result and the end of the intent are written in one transaction under all fences. A call that was surely not made closes its intent, too.
 * Edges that stay: a vendor that commits later than its settle time, a process frozen between the last check and the socket, and a ledger's
 * clock that jumps ahead while a call is under way (the wait then ends early).
 */
import { DeadlineError, LedgerUnavailableError } from './errors.ts';
import { renew, type Held, type KeysWorld } from './held.ts';
import { closeIntents, findIntents, lockKeys, markUnknown, putIntent, type StandingIntent } from './key-rows.ts';
import type { Effect, Hold, SendGuard } from './ledger.ts';

const sliceMs = 1_000;
/** The lease outlasts the call by this, so that nobody takes over while its answer is being written. */
const leaseMarginMs = 5_000;
const recordRetryMs = 500;

/**
 * `once` of one hold. An effect that ended as *unknown* stays so: every later `once` of that name under these keys answers *unknown*.
 * A success leaves nothing behind here: what `record` writes is the memory, and the caller looks there first.
 */
export function createOnce(world: KeysWorld, held: Held): Hold['once'] {
  const tried = new Set<string>(); // effects whose intents this hold may have changed since the keys were taken
  return async (effect) => {
    checkTimes(effect);
    const standing = tried.has(effect.name) ? await findIntents(world.db, held.keys, effect.name) : held.standing.filter((intent) => intent.effect === effect.name);
    tried.add(effect.name);
    if (standing.some((intent) => intent.state === 'unknown')) return { kind: 'unknown' };
    if (standing.length > 0) {
      const settled = await settle(world, held, effect, standing);
      if (settled) return settled;
    }
    return { kind: 'sent', result: await send(world, held, effect) };
  };
}

function checkTimes<T>({ abortMs, settleMs }: Effect<T>): void {
  if (!(abortMs > 0) || Number.isNaN(settleMs)) throw new RangeError('an effect needs the time limits of its call');
}

async function settle<T>(world: KeysWorld, held: Held, effect: Effect<T>, standing: StandingIntent[]): Promise<{ kind: 'adopted'; result: T } | { kind: 'unknown' } | undefined> {
  if (!effect.find) {
    await underFence(world, held, (trx) => markUnknown(trx, held.keys, effect.name));
    return { kind: 'unknown' };
  }
  await waitUntilOver(world, held, standing);
  const found = await effect.find();
  if (found === undefined) {
    await underFence(world, held, (trx) => closeIntents(trx, held.keys, effect.name));
    return undefined;
  }
  await recordResult(world, held, effect, found);
  return { kind: 'adopted', result: found };
}

/**
 * Waits by the ledger's clock until no call behind these intents can take effect any more. All of them were sent before now, so by our own
 * clock the wait is never longer than their full time, wherever the ledger's clock has jumped.
 */
async function waitUntilOver(world: KeysWorld, held: Held, standing: StandingIntent[]): Promise<void> {
  const over = Math.max(...standing.map((intent) => intent.sent_at + intent.abort_ms + intent.settle_ms)) + 1;
  const atMost = Math.max(...standing.map((intent) => intent.abort_ms + intent.settle_ms)) + 1;
  const startedAt = world.monotonic();
  for (;;) {
    held.heartbeat();
    await renew(world, held);
    const leftMs = Math.min(over - (await world.clock.now()), atMost - (world.monotonic() - startedAt));
    if (leftMs <= 0) return;
    await world.sleep(Math.min(leftMs, sliceMs));
  }
}

/** What is known of one sending when it fails. */
interface Sending {
  intents: number;
  /** what the guard threw: then no request followed */
  refusal: unknown;
}

async function send<T>(world: KeysWorld, held: Held, effect: Effect<T>): Promise<T> {
  const sending: Sending = { intents: 0, refusal: undefined };
  let result: T;
  try {
    result = await effect.send(guardOf(world, held, effect, sending));
  } catch (error) {
    if (surelyNotSent(error, sending)) await underFence(world, held, (trx) => closeIntents(trx, held.keys, effect.name)).catch(intentStaysOpen);
    throw error;
  }
  await recordResult(world, held, effect, result);
  return result;
}

/** Harmless: whoever comes next waits and looks. */
const intentStaysOpen = (): undefined => undefined;

/** Of several requests under one `send` an error tells of the last only. */
function surelyNotSent(error: unknown, sending: Sending): boolean {
  if (sending.intents !== 1 || !(error instanceof Error)) return false;
  const isRefusal = sending.refusal !== undefined && (error === sending.refusal || error.cause === sending.refusal);
  return isRefusal || ('sent' in error && error.sent === 'no');
}

function guardOf<T>(world: KeysWorld, held: Held, effect: Effect<T>, sending: Sending): SendGuard {
  const refuse = (error: unknown): never => {
    sending.refusal = error;
    throw error;
  };
  return {
    intend: async () => {
      sending.intents += 1;
      const startedAt = world.monotonic(); // before the ledger's clock is read, so that the intent never ends before the call
      const assertInTime = (): void => {
        if (world.monotonic() - startedAt >= effect.abortMs) refuse(new DeadlineError('woke after the call’s deadline: nothing was sent'));
      };
      await writeIntent(world, held, effect).catch(refuse);
      assertInTime();
      return { remainingMs: effect.abortMs - (world.monotonic() - startedAt), assertInTime };
    },
  };
}

async function writeIntent<T>(world: KeysWorld, held: Held, effect: Effect<T>): Promise<void> {
  const sentAt = await world.clock.now();
  const { name, marker = '', abortMs, settleMs } = effect;
  await world.transact(async (trx) => {
    await lockKeys(trx, held, sentAt + Math.max(held.leaseMs, abortMs + leaseMarginMs));
    await putIntent(trx, held.keys, { effect: name, marker, sentAt, abortMs, settleMs });
  });
}

/** Created outside and the ledger down: tried again for a while; after that the intent settles it (design 3). */
async function recordResult<T>(world: KeysWorld, held: Held, effect: Effect<T>, result: T): Promise<void> {
  const startedAt = world.monotonic();
  for (;;) {
    try {
      return await underFence(world, held, async (trx) => {
        await effect.record(result, world.write(trx));
        await closeIntents(trx, held.keys, effect.name);
      });
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError) || world.monotonic() - startedAt > world.recordForMs) throw error;
    }
    held.heartbeat();
    await world.sleep(recordRetryMs);
  }
}

/** One write transaction of this sender. @throws StaleFenceError when another took over */
const underFence = (world: KeysWorld, held: Held, work: (trx: Parameters<typeof lockKeys>[0]) => Promise<void>): Promise<void> =>
  world.transact(async (trx) => {
    await lockKeys(trx, held);
    await work(trx);
  });
