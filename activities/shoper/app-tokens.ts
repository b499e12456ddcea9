/**
 * The pair of tokens of an App Store application (contract 2). Both change with every renewal, so the pair that is valid now is kept sealed in the
 * ledger, and only one of all workers renews it: whoever else came later would present a token that has ended.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { BusyKeyError } from '../../ledger/errors.ts';
import type { CallContext, HttpSettings } from '../call.ts';
import { UnauthorizedError } from '../errors.ts';
import type { TokenReply } from './schemas.ts';
import type { ShoperSettings } from './settings.ts';
import { exchangeCode, refresh } from './token-calls.ts';

export const pairMark = 'app-tokens';

const pairSchema = z.object({
  access: z.string(),
  refresh: z.string(),
  /** ms of the ledger's clock */
  expiresAt: z.number(),
  /** from then on it is renewed */
  renewAt: z.number(),
  /** digests of the installation codes that were exchanged, the latest last: each is good once */
  codes: z.array(z.string()),
  /** since when the shop refuses to renew the pair, ms; then it ends at `expiresAt` */
  refusedAt: z.number().optional(),
});
export type TokenPair = z.output<typeof pairSchema>;

/** Renewed when less is left (contract 2: common practice). */
const renewBeforeMs = 24 * 60 * 60_000;
/** As long as nothing else is said. */
export const usualLifeMs = 30 * 24 * 60 * 60_000;
/** How long a token of this life is used before it is renewed: one shorter than the margin up to its half. */
export const usedForMs = (lifeMs: number): number => Math.max(lifeMs / 2, lifeMs - renewBeforeMs);
/** After a refused renewal it is tried again so much later, as long as the access token lasts. */
const againAfterMs = 10 * 60_000;
/** The call, its turn in the budget and the writing around it. */
const leaseMs = 45_000;
const waitMs = 300;
const longestWaitMs = 60_000;

export interface FreshToken {
  token: string;
  /** use it so long, ms */
  forMs: number;
}

export type Place = Pick<CallContext, 'ledger' | 'company' | 'connection'>;

export async function readPair({ ledger, connection }: Place): Promise<TokenPair | undefined> {
  const mark = await ledger.marks.get(`connection:${connection}`, pairMark);
  return mark === undefined ? undefined : pairSchema.safeParse(JSON.parse(ledger.crypto.open(Buffer.from(mark, 'hex')))).data;
}

/** Forgets the pair: the application was taken out of the shop (contract 2). */
export const forgetPair = async ({ ledger, connection }: Place): Promise<void> => ledger.marks.remove(`connection:${connection}`, pairMark);

/**
 * A token that the shop has not refused yet; renews the pair, or exchanges the installation's code, where there is none.
 * @param refused the token that was just answered with 401
 * @throws UnauthorizedError when the application must be installed again
 */
export async function appToken(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], refused?: string): Promise<FreshToken> {
  const usable = async (): Promise<FreshToken | undefined> => {
    const pair = await readPair(call);
    return pair === undefined || isNewCode(settings, call, pair) ? undefined : freshOf(pair, await call.ledger.clock.now(), refused);
  };
  for (let waited = 0; ; waited += waitMs) {
    const there = await usable();
    if (there) return there;
    try {
      return await underKey(call, async () => (await usable()) ?? (await renew(settings, call, budget, refused)));
    } catch (error) {
      if (!(error instanceof BusyKeyError) || waited >= longestWaitMs) throw error;
    }
    call.heartbeat();
    await wait(waitMs, undefined, { signal: call.signal }); // somebody renews it right now
  }
}

/** Exchanges the code that the platform gave when the application was installed, at once (contract 2). Safe to repeat: a code that was exchanged is not tried again. */
export async function installPair(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], code: string): Promise<void> {
  await underKey(call, async () => {
    const pair = await readPair(call);
    if (!pair?.codes.includes(codeDigest(call, code))) await exchange(settings, call, budget, code, pair);
  });
}

/** A name of its own for each sender: even a repeat of the same step waits until the earlier one's call is surely over. */
const underKey = <T>({ ledger, company, connection, heartbeat }: CallContext, work: () => Promise<T>): Promise<T> =>
  ledger.keys.hold([`tokens:${company}:${connection}`], { name: `tokens ${randomUUID()}`, leaseMs, heartbeat }, work);

function freshOf(pair: TokenPair, now: number, refused: string | undefined): FreshToken | undefined {
  const leftMs = pair.expiresAt - now;
  if (pair.access === refused || leftMs <= 0) return undefined;
  if (pair.refusedAt !== undefined && now - pair.refusedAt < againAfterMs) return { token: pair.access, forMs: Math.min(leftMs, againAfterMs) };
  return now < pair.renewAt ? { token: pair.access, forMs: pair.renewAt - now } : undefined;
}

async function renew(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], refused: string | undefined): Promise<FreshToken> {
  const pair = await readPair(call);
  if (settings.authCode !== undefined && (pair === undefined || isNewCode(settings, call, pair))) {
    try {
      return await exchange(settings, call, budget, settings.authCode, pair);
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || pair === undefined) throw error;
      // used up elsewhere: the pair that we have is what there is
      const known = await store(call, { ...pair, codes: [...pair.codes, codeDigest(call, settings.authCode)] });
      return freshOf(known, await call.ledger.clock.now(), refused) ?? refreshPair(settings, call, { budget, pair: known, refused });
    }
  }
  if (pair === undefined) throw new UnauthorizedError({ system: 'shoper', endpoint: 'POST /oauth/token', sent: 'no', code: 'not_installed', words: 'no installation code and no tokens are known: install the application in the shop, and give authCode' });
  return refreshPair(settings, call, { budget, pair, refused });
}

/** A renewal whose answer was lost has ended the refresh token that we have: then the access token is used as long as the shop takes it. */
async function refreshPair(settings: ShoperSettings, call: CallContext, { budget, pair, refused }: { budget: HttpSettings['budget']; pair: TokenPair; refused: string | undefined }): Promise<FreshToken> {
  try {
    return await keep(call, await refresh(settings, call, budget, pair.refresh), pair.codes, pair.refresh);
  } catch (error) {
    const now = await call.ledger.clock.now();
    if (!(error instanceof UnauthorizedError) || pair.access === refused || pair.expiresAt <= now) throw error;
    const marked = await store(call, { ...pair, refusedAt: now });
    return { token: marked.access, forMs: Math.min(marked.expiresAt - now, againAfterMs) };
  }
}

async function exchange(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], code: string, before: TokenPair | undefined): Promise<FreshToken> {
  return keep(call, await exchangeCode(settings, call, budget, code), [...(before?.codes ?? []), codeDigest(call, code)], '');
}

/** The pair is durable before anybody uses it. */
async function keep(call: CallContext, reply: TokenReply, codes: string[], refreshBefore: string): Promise<FreshToken> {
  const now = await call.ledger.clock.now();
  const lifeMs = reply.expires_in === undefined ? usualLifeMs : reply.expires_in * 1_000;
  const usedMs = usedForMs(lifeMs);
  const pair = await store(call, { access: reply.access_token, refresh: reply.refresh_token ?? refreshBefore, expiresAt: now + lifeMs, renewAt: now + usedMs, codes });
  return { token: pair.access, forMs: usedMs };
}

async function store({ ledger, connection }: Place, pair: TokenPair): Promise<TokenPair> {
  await ledger.marks.set(`connection:${connection}`, pairMark, Buffer.from(ledger.crypto.seal(JSON.stringify(pair))).toString('hex'));
  return pair;
}

const isNewCode = ({ authCode }: ShoperSettings, place: Place, { codes }: TokenPair): boolean => authCode !== undefined && !codes.includes(codeDigest(place, authCode));

const codeDigest = ({ ledger, company }: Pick<Place, 'ledger' | 'company'>, code: string): string => ledger.crypto.digest(company, 'shoper-auth-code', code);
