/** The token that calls carry: given once for all, or asked for by the app's id and secret and renewed in time (contract shopify 2). */
import type { CallContext } from '../call.ts';
import { ApiError } from '../errors.ts';
import { createHttp } from '../http.ts';
import { tokenSchema } from './schemas.ts';
import type { ShopifySettings } from './settings.ts';
import { explain, tokenRefusals } from './verdict.ts';

export interface TokenKeeper {
  /**
   * The token to send.
   * @param refused the one that was just answered with 401: never given back, unless it is the only one there can be
   * @throws UnauthorizedError when the app's id or secret are refused
   */
  tokenFor(settings: ShopifySettings, call: CallContext, refused?: string): Promise<string>;
}

type Credentials = Pick<ShopifySettings, 'baseUrl' | 'clientId' | 'clientSecret'>;

/** Renewed so long before its end, so that none expires on its way. */
const marginMs = 5 * 60_000;
/** A token lasts 24 hours; the reply says so too. */
const usualLifeMs = 24 * 60 * 60_000;
const beatMs = 1_000;

interface Kept {
  owner: string;
  token: string;
  /** monotonic */
  until: number;
}

/** One for a connection: askings at the same time share one request. */
export function createTokenKeeper(now: () => number = () => performance.now()): TokenKeeper {
  let kept: Kept | undefined;
  let running: { owner: string; asked: Promise<Kept> } | undefined;

  return {
    async tokenFor(settings, call, refused) {
      if (settings.accessToken !== undefined) return settings.accessToken;
      const owner = JSON.stringify([settings.baseUrl, settings.clientId, settings.clientSecret]);
      for (;;) {
        if (kept?.owner === owner && kept.token !== refused && kept.until > now()) return kept.token;
        if (running?.owner === owner) {
          await beatingWhile(call, running.asked.catch(unlessRefused));
          continue;
        }
        const mine = { owner, asked: ask(settings, call, now) };
        running = mine;
        try {
          kept = await mine.asked;
          return kept.token;
        } finally {
          if (running === mine) running = undefined;
        }
      }
    },
  };
}

/** A refusal holds for all who wait. That the asker's own step was cancelled says nothing about the others: one of them asks. */
function unlessRefused(error: unknown): undefined {
  if (error instanceof ApiError) throw error;
  return undefined;
}

async function beatingWhile<T>(call: CallContext, work: Promise<T>): Promise<T> {
  const beat = setInterval(() => {
    try {
      call.heartbeat();
    } catch {
      // the wait is short; the next call of this step throws it again
    }
  }, beatMs);
  try {
    return await work;
  } finally {
    clearInterval(beat);
  }
}

/** There is no refresh token: the app asks anew (contract 2). */
async function ask(settings: Credentials, call: CallContext, now: () => number): Promise<Kept> {
  const { baseUrl, clientId = '', clientSecret = '' } = settings;
  const http = createHttp({ system: 'shopify', baseUrl, authorize: () => ({}), refusals: tokenRefusals, explain }, call);
  const askedAt = now();
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret }).toString();
  const { data } = await http.send('POST', 'admin/oauth/access_token', tokenSchema, {
    rawBody: { contentType: 'application/x-www-form-urlencoded', text: form },
    secrets: [clientSecret, new URLSearchParams({ s: clientSecret }).toString().slice(2)],
    isRead: true, // the reply holds the token: replies to reads are not kept
  });
  const lifeMs = data.expires_in === undefined ? usualLifeMs : data.expires_in * 1_000;
  return { owner: JSON.stringify([baseUrl, settings.clientId, settings.clientSecret]), token: data.access_token, until: askedAt + Math.max(lifeMs / 2, lifeMs - marginMs) };
}
