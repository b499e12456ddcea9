/** Which wish of a person holds on a channel: pure functions over all that is known, in whatever order it came (N3, decisions on S). */
import type { ConsentState, ContactKind } from './contact.ts';

export interface ConsentEvent {
  state: Exclude<ConsentState, 'unknown'>;
  /** how it came: the person's own act, an operator for the person, the first look at a system, a system's own rule */
  by: 'person' | 'operator' | 'import' | 'system';
  /** refusals that no sync undoes */
  cause?: 'bounce' | 'complaint' | 'forgotten' | 'blocked';
  /** The act happened between these instants (ms); equal where its time is known. */
  earliest: number;
  latest: number;
}

/**
 * The wish that holds. The same set of events gives the same answer, in any order and with any of them doubled:
 * 1. A refusal, whoever told it, holds until the person's own grant that certainly came after it. Order unknown, or the same instant: the refusal wins.
 *    A confirmation alone, a first look, an operator and a system's rule lift nothing; an operator's opt-in with proof is recorded as the person's.
 * 2. Without a refusal that holds, any grant is one, however it came: each row of an address tells for itself, and one confirmed row is enough.
 *    Only a system or an operator takes a confirmation back; order unknown: it is taken back.
 * 3. Nothing known is not consent.
 */
export function standing(events: readonly ConsentEvent[]): ConsentState {
  if (events.length === 0) return 'unknown';
  const ownGrant = lastStart(events.filter(isOwnGrant));
  const refusal = lastEnd(events.filter(isRefusal));
  if (refusal !== undefined && !(ownGrant !== undefined && ownGrant > refusal)) return 'refused';
  const grant = lastStart(events.filter(({ state }) => state === 'granted'));
  const takenBack = lastEnd(events.filter(isTakenBack));
  return grant !== undefined && (takenBack === undefined || grant > takenBack) ? 'granted' : 'unconfirmed';
}

const isRefusal = ({ state }: ConsentEvent) => state === 'refused';
const isOwnGrant = ({ state, by }: ConsentEvent) => state === 'granted' && by === 'person';
/** From a person or a first look, *unconfirmed* says only that this row has no confirmation. */
const isTakenBack = ({ state, by }: ConsentEvent) => state === 'unconfirmed' && (by === 'system' || by === 'operator');

/** Not before this instant was the last of them. Bounds in the wrong order are read the way that grants least. */
const lastStart = (events: ConsentEvent[]): number | undefined => lastOf(events.map(({ earliest, latest }) => Math.min(earliest, latest)));
/** After this instant there was none of them. */
const lastEnd = (events: ConsentEvent[]): number | undefined => lastOf(events.map(({ earliest, latest }) => Math.max(earliest, latest)));
const lastOf = (instants: number[]): number | undefined => (instants.length === 0 ? undefined : instants.reduce((a, b) => Math.max(a, b)));

/** The status that an address new to the target gets (S8): what is not known to be granted is not confirmed. */
export const statusToSend = (state: ConsentState): Exclude<ConsentState, 'unknown'> => (state === 'unknown' ? 'unconfirmed' : state);

/** The instant until which a refusal holds that stands among these; undefined: none does. For *oldest refusal first*. */
export const refusedAt = (events: readonly ConsentEvent[]): number | undefined => (standing(events) === 'refused' ? lastEnd(events.filter(isRefusal)) : undefined);

/** What a new address of a person takes over from the old one: the refusals, with their own times, while they hold (decision on S: changed e-mail). */
export const refusalsToInherit = (events: readonly ConsentEvent[]): ConsentEvent[] => (standing(events) === 'refused' ? events.filter(isRefusal) : []);

/** What a row of the source said when it was looked at. */
export interface RowConsent {
  isOptedIn: boolean;
  /** counts only together with `isOptedIn` */
  isConfirmed: boolean;
  /** where a row has several boxes: one that was set and is not any more is a refusal, whatever the others say */
  boxes?: Readonly<Record<string, boolean>>;
}

/** The answer asked for once, before the first export. */
export interface ConsentRule {
  /** what a subscriber who is not active means when met for the first time */
  inactiveSubscribers: 'refused' | 'unconfirmed';
}

/**
 * What a look at a row tells of its person, compared with the look before (decisions on S). Undefined: the row was never looked at under this address;
 * after a changed e-mail that is so for the new one.
 * - First look: an unticked customer has not refused; whoever is opted in and confirmed has granted; an inactive subscriber means what the rule says.
 *   A row that is new is still a first look: a list that staff imported must not lift a refusal.
 * - Opted in before and not now: the person's refusal. Not before and now: the person's grant, or wish without confirmation.
 * - Confirmed since: a system's word, for a shop that no longer asks for confirmation says the same of everybody.
 * @param at instant (ms of the ledger's clock) right before the reading was asked for, noted as the row's `seenAt` too; so a grant is never dated too late
 */
export function changesOfRow(before: (RowConsent & { seenAt: number }) | undefined, now: RowConsent & { kind: ContactKind }, rule: ConsentRule, at: number): ConsentEvent[] {
  if (before === undefined) return [{ state: firstState(now, rule), by: 'import', earliest: 0, latest: at }];
  if (isOlderLook(before.seenAt, at)) return [];
  const between = betweenLooks(before.seenAt, at);
  if (isCleared(before, now)) return [{ state: 'refused', by: 'person', ...between }];
  if (!now.isOptedIn) return before.isOptedIn ? [{ state: 'refused', by: 'person', ...between }] : [];
  const state = now.isConfirmed ? 'granted' : 'unconfirmed';
  if (!before.isOptedIn) return [{ state, by: 'person', ...between }];
  return now.isConfirmed === before.isConfirmed ? [] : [{ state, by: 'system', ...between }];
}

const isCleared = (before: RowConsent, now: RowConsent): boolean => Object.entries(before.boxes ?? {}).some(([name, wasSet]) => wasSet && now.boxes?.[name] === false);

/** The row is gone from the source: a deleted subscription is a refusal, a deleted account alone is none (decision on S). Same `at`. */
export function changesOfGoneRow(before: { seenAt: number } | undefined, kind: ContactKind, at: number): ConsentEvent[] {
  if (kind === 'customer' || (before !== undefined && isOlderLook(before.seenAt, at))) return [];
  return [{ state: 'refused', by: 'person', ...betweenLooks(before?.seenAt ?? 0, at) }];
}

function firstState({ kind, isOptedIn, isConfirmed }: RowConsent & { kind: ContactKind }, rule: ConsentRule): ConsentEvent['state'] {
  if (isOptedIn) return isConfirmed ? 'granted' : 'unconfirmed';
  return kind === 'subscriber' ? rule.inactiveSubscribers : 'unconfirmed';
}

/** A page waits less than this between its reading and its being looked at. */
export const longestReadingMs = 3_600_000;

/** A page that was read before another look at the row was noted tells nothing new. Further back it is the clock that was wrong: a refusal must still count. */
export const isOlderLook = (seenAt: number, at: number): boolean => at < seenAt && seenAt - at < longestReadingMs;

/** After the one look and not after the other. Where the clock does not tell them apart the beginning is unknown: such a grant lifts nothing. */
const betweenLooks = (seenAt: number, at: number): Pick<ConsentEvent, 'earliest' | 'latest'> => ({ earliest: at > seenAt ? seenAt + 1 : 0, latest: at });
