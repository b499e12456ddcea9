/** Trouble at random on both sides, at given rates, from a seeded generator. */
import type { Fault, LoggedRequest } from '../../../sandbox/kernel/sandbox.ts';
import { longestStall as longestPause, slowMs } from '../faults.ts';
import type { Rates } from '../options.ts';
import type { ContactsStage } from './stage.ts';

export async function armFaults({ shop, mail }: Pick<ContactsStage, 'shop' | 'mail'>, rates: Rates, seed: number): Promise<void> {
  const anywhere: [Fault, number][] = [
    [{ on: '*', kind: 'throttle' }, rates.throttle],
    [{ on: '*', kind: 'refuse', status: 500, text: 'Internal error' }, rates.error],
    [{ on: '*', kind: 'garbage' }, rates.garbage],
  ];
  const writes = (on: string): [Fault, number][] => [
    [{ on, kind: 'lost-reply' }, rates.lost],
    [{ on, kind: 'slow-before-storing', delayMs: slowMs }, rates.slow],
  ];
  const inMail = [...writes('POST /api/v1/*/email/add'), ...anywhere];
  const inShop = [...writes('PUT *'), ...writes('DELETE *'), ...anywhere];
  for (const [index, [fault, rate]] of inMail.entries()) if (rate > 0) await mail.fault({ ...fault, times: 0, rate, seed: seed * 31 + index });
  for (const [index, [fault, rate]] of inShop.entries()) if (rate > 0) await shop.fault({ ...fault, times: 0, rate, seed: seed * 31 + index + 20 });
}

export const longestStall = (requests: readonly LoggedRequest[]): number => longestPause(requests.filter(({ path }) => path.endsWith('/email/add')));
