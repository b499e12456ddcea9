/** The result of a bulk operation, line by line from the address that the shop gave: never as a whole in memory, and without our token (contract shopify 5). */
import { isIP } from 'node:net';
import { request } from 'undici';
import type { CallContext } from '../call.ts';
import { RetryableError } from '../errors.ts';
import { recordExchange } from '../http-record.ts';
import { dispatcherFor } from '../http-transport.ts';
import { GarbledResultError } from './bulk-lines.ts';

/** One page's worth is read in seconds; a storage that cannot begin in the middle sends all before it, too. */
const wholeMs = 5 * 60_000;
/** Without any byte for this long nobody is there. */
const idleMs = 30_000;
const beatMs = 1_000;
const longestLine = 4_000_000;

/** `gone`: the storage refuses it (the address holds for seven days). `next`: where to go on; absent: it was read to its end. */
export type Downloaded = { kind: 'gone' } | { kind: 'read'; next?: number };

export interface Wanted {
  url: string;
  /** byte at which a line begins */
  from: number;
  /** False: enough; the line was not taken. */
  take: (line: string) => boolean;
}

/**
 * Where a result may be fetched: with https, or like the shop itself (a simulated one has none), and never at a bare network address other than the
 * shop's own, whatever a reply says. Redirects are not followed.
 */
export function isSafeAddress(address: string, baseUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const [to, shop] = [new URL(address), new URL(baseUrl)];
  if (to.username !== '' || to.password !== '') return false;
  if (to.hostname === shop.hostname) return to.protocol === shop.protocol || to.protocol === 'https:';
  return to.protocol === 'https:' && isIP(to.hostname.replace(/^\[|\]$/g, '')) === 0 && to.hostname !== 'localhost';
}

/** @throws GarbledResultError for a line that is too long, RetryableError for trouble on the way, whatever `take` throws */
export async function downloadLines(call: CallContext, { url, from, take }: Wanted): Promise<Downloaded> {
  const startedAt = performance.now();
  const seen: { status: number | null; size: number } = { status: null, size: 0 };
  const note = (result: string) =>
    recordExchange(call, { endpoint, method: 'GET', path: 'result', options: {}, credentials: [], status: seen.status, text: '', size: seen.size, body: undefined, result, durationMs: performance.now() - startedAt });
  const stopped = new AbortController();
  const signal = AbortSignal.any([call.signal, stopped.signal, AbortSignal.timeout(wholeMs)]);
  const beat = setInterval(() => {
    try {
      call.heartbeat();
    } catch (error) {
      stopped.abort(error);
    }
  }, beatMs);
  try {
    const done = await read(new URL(url), from, { take, signal, seen });
    note(done.kind === 'gone' ? 'absent' : 'ok');
    return done;
  } catch (error) {
    if (call.signal.aborted) throw call.signal.reason;
    if (stopped.signal.aborted) throw stopped.signal.reason;
    note(error instanceof GarbledResultError ? 'garbled' : 'no usable answer');
    if (error instanceof GarbledResultError) throw error;
    throw new RetryableError({ system: 'shopify', endpoint, sent: 'no', cause: error, ...(seen.status === null ? {} : { status: seen.status }) });
  } finally {
    clearInterval(beat);
  }
}

const endpoint = 'GET bulk result';

interface Reading {
  take: Wanted['take'];
  signal: AbortSignal;
  seen: { status: number | null; size: number };
}

async function read(url: URL, from: number, { take, signal, seen }: Reading): Promise<Downloaded> {
  const headers = { 'user-agent': 'Waybill', ...(from === 0 ? {} : { range: `bytes=${from}-` }) };
  const reply = await request(url, { method: 'GET', headers, signal, dispatcher: dispatcherFor(url), headersTimeout: idleMs, bodyTimeout: idleMs });
  seen.status = reply.statusCode;
  const begins = reply.statusCode === 206 ? startOf(reply.headers['content-range']) : 0;
  if (reply.statusCode !== 200 && (reply.statusCode !== 206 || begins !== from)) {
    await reply.body.dump();
    if (reply.statusCode >= 500 || [206, 408, 429].includes(reply.statusCode)) throw new Error('no usable answer');
    return { kind: 'gone' };
  }
  const next = await takeLines(reply.body, { skip: from - begins, take, seen });
  return { kind: 'read', ...(next === undefined ? {} : { next: from + next }) };
}

/** `bytes 100-199/200` */
const startOf = (range: string | string[] | undefined): number => Number(/^bytes (\d+)-/.exec(typeof range === 'string' ? range : '')?.[1] ?? Number.NaN);

/** Returns how many bytes of lines were taken, where that was not all; leaving the loop ends the download. */
async function takeLines(body: AsyncIterable<unknown>, { skip, take, seen }: { skip: number; take: Wanted['take']; seen: Reading['seen'] }): Promise<number | undefined> {
  let [toSkip, taken] = [skip, 0];
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of body) {
    if (!(part instanceof Uint8Array)) continue;
    seen.size += part.byteLength;
    const skipped = Math.min(toSkip, part.byteLength);
    toSkip -= skipped;
    rest = Buffer.concat([rest, part.subarray(skipped)]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      if (!takeOne(rest.subarray(0, end), take)) return taken;
      taken += end + 1;
      rest = rest.subarray(end + 1);
    }
    if (rest.length > longestLine) throw new GarbledResultError('a line is too long');
  }
  return takeOne(rest, take) ? undefined : taken;
}

function takeOne(bytes: Buffer, take: Wanted['take']): boolean {
  const line = bytes.toString('utf8').trim();
  return line === '' || take(line);
}
