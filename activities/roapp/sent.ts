/** When the unsettled sendings of an effect left, so that a look-up can be limited to what was created around then. */
import { roappInstant } from './map.ts';
import type { RoappStep } from './step.ts';

/** RO App stamps by its own clock, ours may differ (contract roapp 12). */
const clockMarginMs = 60 * 60_000;

/** Lower bound for `created_at`: an hour before the first sending that stands open on any of the keys. */
export async function createdSince({ ledger }: RoappStep, keys: string[], effect: string): Promise<string> {
  const rows = await Promise.all(keys.map((key) => ledger.keys.find(key)));
  const sent = rows.flatMap((row) => row?.intents ?? []).filter((intent) => intent.effect === effect).map((intent) => intent.sentAt);
  return roappInstant(Math.min(...sent, await ledger.clock.now()) - clockMarginMs);
}
