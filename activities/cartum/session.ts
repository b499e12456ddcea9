/**
 * Tokens of shops, kept in this process only (contract 2): one log-in at a time for an account, whoever needs it; a token lives 600 seconds
 * and is renewed before that. The ledger never holds one: it is a credential, and a new one costs one call.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext } from '../call.ts';
import { ApiError, BudgetBusyError, PausedError } from '../errors.ts';

export interface Account {
  baseUrl: string;
  login: string;
  password: string;
}

export interface Sessions {
  /**
   * The account's token; logs in when there is none or it is old.
   * @param login one call; its refusal reaches all who wait for it
   */
  token(account: Account, call: Pick<CallContext, 'heartbeat' | 'signal'>, login: () => Promise<string>): Promise<string>;
  /** The shop no longer takes this one. A newer one stays. */
  drop(account: Account, token: string): void;
}

/** Before the 600 seconds are over: a call may wait for its turn with the token in hand. */
const renewAfterMs = 540_000;
const beatMs = 1_000;

/** @param now ms that never jump */
export function createSessions(now: () => number = () => performance.now()): Sessions {
  const tokens = new Map<string, { token: string; at: number }>();
  /** log-ins under way; they resolve with what went wrong */
  const flights = new Map<string, Promise<unknown>>();

  return {
    async token(account, call, login) {
      const key = keyOf(account);
      for (;;) {
        const kept = tokens.get(key);
        if (kept !== undefined && now() - kept.at < renewAfterMs) return kept.token;
        const flight = flights.get(key);
        if (flight === undefined) return lead(key, login);
        const trouble = await beating(call, flight);
        if (isShared(trouble)) throw trouble;
      }
    },
    drop(account, token) {
      const key = keyOf(account);
      if (tokens.get(key)?.token === token) tokens.delete(key);
    },
  };

  async function lead(key: string, login: () => Promise<string>): Promise<string> {
    const at = now();
    const attempt = login().then((token) => {
      tokens.set(key, { token, at });
      return token;
    });
    flights.set(
      key,
      attempt.then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    try {
      return await attempt;
    } finally {
      flights.delete(key);
    }
  }
}

/** What the shop or our own rules said holds for all who wait; that one step was cancelled does not: the next one logs in itself. */
const isShared = (trouble: unknown): boolean => trouble instanceof ApiError || trouble instanceof BudgetBusyError || trouble instanceof PausedError;

const keyOf = ({ baseUrl, login, password }: Account): string => createHash('sha256').update(JSON.stringify([baseUrl, login, password])).digest('hex');

/** Waits for somebody else's call; the heart of the step that waits must beat too. */
async function beating({ heartbeat, signal }: Pick<CallContext, 'heartbeat' | 'signal'>, flight: Promise<unknown>): Promise<unknown> {
  const landed = flight.then((trouble) => ({ trouble }));
  for (;;) {
    heartbeat();
    signal.throwIfAborted();
    const done = await Promise.race([landed, wait(beatMs, undefined, { ref: false })]);
    if (done !== undefined) return done.trouble;
  }
}
