/**
 * The token that calls carry, whichever way a connection logs in (contract 2), and what is remembered of a shop in this process. One log-in at a
 * time for an account, whoever needs it. An administrator's token is kept here only: a new one costs one call.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { CallContext, HttpSettings } from '../call.ts';
import { ApiError, BudgetBusyError, PausedError } from '../errors.ts';
import { appToken, usedForMs, usualLifeMs, type FreshToken } from './app-tokens.ts';
import type { ShoperSettings } from './settings.ts';
import { logIn } from './token-calls.ts';

export interface TokenRequest {
  settings: ShoperSettings;
  call: CallContext;
  budget: HttpSettings['budget'];
}

export interface Sessions {
  /**
   * The token to send.
   * @param refused the one that was just answered with 401: never given back, unless it is the only one there can be
   * @throws UnauthorizedError when the log-in or the renewal is refused
   */
  token(request: TokenRequest, refused?: string): Promise<string>;
  /** What the shop tells and seldom changes (languages, settings): asked for once in a while. */
  remember<T>(settings: ShoperSettings, fact: ShopFact<T>): Promise<T>;
}

export interface ShopFact<T> {
  name: string;
  read: () => Promise<T>;
  /** tells a remembered value from that of another fact */
  isFact: (value: unknown) => value is T;
}

const factsKeptMs = 15 * 60_000;
const beatMs = 1_000;

/** One for a process. @param now ms that never jump */
export function createSessions(now: () => number = () => performance.now()): Sessions {
  const tokens = new Map<string, { token: string; until: number }>();
  /** log-ins under way; they resolve with what went wrong */
  const flights = new Map<string, Promise<unknown>>();
  const facts = new Map<string, { value: unknown; until: number }>();

  const usable = (key: string, refused: string | undefined): string | undefined => {
    const kept = tokens.get(key);
    return kept !== undefined && kept.token !== refused && kept.until > now() ? kept.token : undefined;
  };

  const lead = async (key: string, obtain: () => Promise<FreshToken>): Promise<string> => {
    const at = now();
    const attempt = obtain().then(({ token, forMs }) => {
      tokens.set(key, { token, until: at + forMs });
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
  };

  return {
    async token(request, refused) {
      const { settings, call } = request;
      if (settings.token !== undefined) return settings.token;
      const key = keyOf(settings, call.connection);
      for (;;) {
        const kept = usable(key, refused);
        if (kept !== undefined) return kept;
        const flight = flights.get(key);
        if (flight === undefined) return lead(key, async () => obtainToken(request, refused));
        const trouble = await beating(call, flight);
        if (isShared(trouble)) throw trouble;
      }
    },

    async remember({ baseUrl }, { name, read, isFact }) {
      const key = `${baseUrl} ${name}`;
      const kept = facts.get(key);
      if (kept !== undefined && kept.until > now() && isFact(kept.value)) return kept.value;
      const value = await read();
      facts.set(key, { value, until: now() + factsKeptMs });
      return value;
    },
  };
}

async function obtainToken({ settings, call, budget }: TokenRequest, refused: string | undefined): Promise<FreshToken> {
  if (settings.clientId !== undefined) return appToken(settings, call, budget, refused);
  const { access_token: token, expires_in: seconds } = await logIn(settings, call, budget);
  return { token, forMs: usedForMs(seconds === undefined ? usualLifeMs : seconds * 1_000) };
}

/** What the shop or our own rules said holds for all who wait; that one step was cancelled does not: the next one logs in itself. */
const isShared = (trouble: unknown): boolean => trouble instanceof ApiError || trouble instanceof BudgetBusyError || trouble instanceof PausedError;

const keyOf = ({ baseUrl, login, password, clientId, clientSecret, authCode }: ShoperSettings, connection: string): string =>
  createHash('sha256').update(JSON.stringify([connection, baseUrl, login, password, clientId, clientSecret, authCode])).digest('hex');

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
