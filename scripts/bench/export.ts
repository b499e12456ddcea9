/** What an export of a whole shop takes: contacts a second and what grows with it, without limits; then how much of our part of the shop's real rate it uses. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { LoggedRequest } from '../../sandbox/kernel/sandbox.ts';
import { tellChanges } from '../contact-runs.ts';
import { dim, progressLine, say, sayTable } from '../print.ts';
import { realLimits } from './contacts/settings.ts';
import { isExporting, openContactsBench, seedOf, startFirstExport, type ContactsBench } from './contacts/world.ts';
import { slopeOf, type Slope } from './figures.ts';
import { ledgerBytes } from './memory.ts';
import type { BenchOptions } from './options.ts';
import { usageOf } from './usage.ts';

const defaultContacts = 100_000;
const defaultMinutes = 10;
/** Until caches are full and the code is compiled. */
const warmUp = 0.25;
const sampleMs = 1_000;
const million = 1_000_000;

export async function bench({ contacts = defaultContacts, minutes = defaultMinutes, seed, profile }: BenchOptions): Promise<string> {
  const volume = await measureVolume({ contacts: Math.ceil(contacts), seed, profile });
  const pace = await measurePace({ minutes, seed, profile });
  return `${volume}; ${pace}`;
}

interface Sample {
  at: number;
  /** contacts that the account acknowledged */
  sent: number;
  memory: number | undefined;
  ledger: number;
}

async function measureVolume({ contacts, seed, profile }: { contacts: number; seed: number; profile: string | undefined }): Promise<string> {
  const world = await openContactsBench({ withRealLimits: false, profile });
  try {
    await world.shop.seed(seedOf(seed, contacts));
    await world.mail.seed({ seed, contacts: 0 });
    const worker = await world.addWorker();
    await startFirstExport(world);
    const samples: Sample[] = [];
    const startedAt = performance.now();
    const line = progressLine();
    do {
      const { sent } = await world.session.ledger.contacts.counts(world.config.ref.id);
      samples.push({ at: performance.now() - startedAt, sent, memory: (await usageOf(worker.pid())).memory, ledger: await ledgerBytes(world.home) });
      line.show(`${sent} contacts`);
      await wait(sampleMs);
    } while (await isExporting(world));
    const { sent } = await world.session.ledger.contacts.counts(world.config.ref.id);
    const seconds = (performance.now() - startedAt) / 1_000;
    line.end();
    return sayVolume(samples, { sent, seconds, longest: await longestHistory(world) });
  } finally {
    await world.close();
  }
}

function sayVolume(samples: readonly Sample[], { sent, seconds, longest }: { sent: number; seconds: number; longest: number }): string {
  const warm = samples.filter((sample) => sample.sent >= sent * warmUp && sample.sent < sent);
  const memory = slopeOf(warm.flatMap((sample) => (sample.memory === undefined ? [] : [{ x: sample.sent, y: sample.memory }])));
  const ledger = slopeOf(warm.map((sample) => ({ x: sample.sent, y: sample.ledger })));
  const last = samples.at(-1);
  if (last?.memory === undefined) say(dim('Memory of other processes cannot be read on this system.'));
  const rate = sent / seconds;
  sayTable(
    ['', 'at the end', 'a contact', `a million contacts (reckoned)`],
    [
      ['contacts', sent, `${rate.toFixed(1)} a second`, `${(million / rate / 3_600).toFixed(1)} hours`],
      ['memory of the worker', inMegabytes(last?.memory), `${inBytes(memory)} bytes after warm-up`, inMegabytes((last?.memory ?? 0) + memory.perX * (million - sent))],
      ['ledger on disk', inMegabytes(last?.ledger), `${inBytes(ledger)} bytes after warm-up`, inMegabytes((last?.ledger ?? 0) + ledger.perX * (million - sent))],
      ['longest history', `${longest} events`, '', `${longest} events: a run hands over after 100 pages`],
    ],
  );
  const verdict = memory.within === Infinity ? 'too short to tell' : Math.abs(memory.perX) <= memory.within ? 'not to be told from 0' : 'not 0';
  return `${sent} contacts, ${rate.toFixed(1)} a second; memory ${inBytes(memory)} bytes a contact: ${verdict}; ledger ${ledger.perX.toFixed(0)} bytes a contact; longest history ${longest} events (at most 5000)`;
}

const inMegabytes = (bytes: number | undefined): string => (bytes === undefined ? 'unknown' : `${(bytes / 1e6).toFixed(1)} MB`);
const inBytes = ({ perX, within }: Slope): string => `${perX.toFixed(1)} ± ${within.toFixed(1)}`;

async function longestHistory({ session }: ContactsBench): Promise<number> {
  let longest = 0;
  for await (const run of session.client.workflow.list()) longest = Math.max(longest, run.historyLength);
  return longest;
}

/** Rows that a call brings at most: for a shop that is large enough. */
const rowsPerCall = 30;
/** A changed customer every so often, told as a webhook would. */
const changeEveryMs = 5_000;
/** Starting up does not count, nor does the bucket's first filling. */
const settleMs = 15_000;

async function measurePace({ minutes, seed, profile }: { minutes: number; seed: number; profile: string | undefined }): Promise<string> {
  const world = await openContactsBench({ withRealLimits: true, profile });
  try {
    const seconds = minutes * 60;
    const ours = realLimits.shop.perSecond * realLimits.shop.share;
    const { customers, ...rest } = seedOf(seed, Math.ceil((seconds + settleMs / 1_000 + 60) * ours * rowsPerCall));
    await world.shop.seed({ ...rest, customers });
    await world.mail.seed({ seed, contacts: 0 });
    await world.addWorker();
    await world.addWorker();
    await startFirstExport(world);
    await wait(settleMs);
    say(dim(`two workers, ${seconds} s, ${realLimits.shop.perSecond} calls a second allowed by the shop, ${realLimits.shop.share * 100} % of them ours; a changed customer every ${changeEveryMs / 1_000} s`));
    const { measured, changes } = await measure(world, seconds * 1_000);
    if (!(await isExporting(world))) say(dim('The export ended before the time was over: these are no figures.'));
    const refused = [...(await world.shop.requests()), ...(await world.mail.requests())].filter(({ status }) => status === 429).length;
    const share = measured.length / seconds / ours;
    sayTable(['', 'calls to the shop', 'a second', 'allowed to us', 'share', 'live changes', '429 of both'], [['export and live', measured.length, (measured.length / seconds).toFixed(3), ours.toFixed(2), `${(share * 100).toFixed(1)} %`, changes, refused]]);
    return `${(share * 100).toFixed(1)} % of our ${ours.toFixed(1)} calls a second over ${minutes} minutes with live changes, ${refused} refused (at least 95 %, none)`;
  } finally {
    await world.close();
  }
}

const rowSchema = z.object({ id: z.number() });

/** From now on. */
async function measure({ shop, session, config }: ContactsBench, ms: number): Promise<{ measured: LoggedRequest[]; changes: number }> {
  const from = await shop.clock.now();
  let changes = 0;
  for (const until = performance.now() + ms; performance.now() < until; await wait(Math.max(0, Math.min(changeEveryMs, until - performance.now())))) {
    const { id } = rowSchema.parse(await shop.action('create-customer', { email: `bench.live${changes}@example.test`, firstname: 'Bench', newsletter: true, tell: false }));
    await tellChanges(session, config.ref, [{ kind: 'customer', sourceId: String(id), event: 'changed' }]);
    changes += 1;
  }
  return { measured: (await shop.requests()).filter(({ at }) => at > from && at <= from + ms), changes };
}
