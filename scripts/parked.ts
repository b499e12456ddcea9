/** `waybill parked`: what waits for a person, grouped by reason, with the way to mend it. */
import { parkReasons } from '../domain/reasons.ts';
import type { ParkedEntry } from '../ledger/ledger.ts';
import { bold, exitCodes, say, sayJson, sayTime } from './print.ts';
import type { Session } from './session.ts';
import { nameOf } from './target.ts';

export async function parked(session: Session, integration: string | undefined): Promise<number> {
  const entries = await session.ledger.parked.list(integration);
  if (session.asJson) sayJson(entries.map(({ words: _words, ...entry }) => ({ ...entry, order: nameOf(entry), since: new Date(entry.since).toISOString() })));
  else sayParked(entries);
  return exitCodes.done;
}

function sayParked(entries: ParkedEntry[]): void {
  if (entries.length === 0) return say('Nothing is parked.');
  for (const [reason, group] of grouped(entries)) {
    const text = Object.entries(parkReasons).find(([code]) => code === reason)?.[1];
    say(`\n${bold(`${group.length} × ${reason}`)}  ${text?.words ?? ''}\n  → ${text?.mend ?? 'See waybill show.'}`);
    for (const entry of group.slice(0, 20)) say(`  ${nameOf(entry).padEnd(32)} ${entry.step.padEnd(24)} since ${sayTime(entry.since)}`);
    if (group.length > 20) say(`  … and ${group.length - 20} more (waybill parked --json lists all)`);
    const [first] = group;
    if (first) say(`  waybill show ${nameOf(first)}   ·   waybill retry ${first.integration} --reason ${reason}`);
  }
  return undefined;
}

function grouped(entries: ParkedEntry[]): Map<string, ParkedEntry[]> {
  const groups = new Map<string, ParkedEntry[]>();
  for (const entry of entries) groups.set(entry.reason, [...(groups.get(entry.reason) ?? []), entry]);
  return groups;
}
