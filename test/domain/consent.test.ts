import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOfGoneRow, changesOfRow, refusalsToInherit, refusedAt, standing, statusToSend, type ConsentEvent, type ConsentRule, type RowConsent } from '../../domain/consent.ts';
import type { ContactKind } from '../../domain/contact.ts';

const at = (time: number, state: ConsentEvent['state'], by: ConsentEvent['by'] = 'person', cause?: ConsentEvent['cause']): ConsentEvent => ({ state, by, earliest: time, latest: time, ...(cause === undefined ? {} : { cause }) });
const between = (earliest: number, latest: number, state: ConsentEvent['state'], by: ConsentEvent['by'] = 'person'): ConsentEvent => ({ state, by, earliest, latest });

const permutations = <T>(items: T[]): T[][] => (items.length < 2 ? [items] : items.flatMap((item, n) => permutations(items.toSpliced(n, 1)).map((rest) => [item, ...rest])));

describe('N3 which wish holds', () => {
  const stories: [string, string, ConsentEvent[]][] = [
    ['nothing is known', 'unknown', []],
    ['the person granted', 'granted', [at(1, 'granted')]],
    ['a first look found a grant', 'granted', [between(0, 1, 'granted', 'import')]],
    ['a first look found an unticked box', 'unconfirmed', [between(0, 1, 'unconfirmed', 'import')]],
    ['one row is confirmed and the other one, looked at later, is not', 'granted', [between(0, 1, 'granted', 'import'), between(0, 9, 'unconfirmed', 'import')]],
    ['one row is confirmed, and the person ticks another box without a confirmation', 'granted', [between(0, 1, 'granted', 'import'), at(5, 'unconfirmed')]],
    ['a confirmation came later', 'granted', [at(1, 'unconfirmed'), at(2, 'granted', 'system')]],
    ['a confirmation was taken back', 'unconfirmed', [at(1, 'granted'), at(2, 'unconfirmed', 'system')]],
    ['a confirmation was taken back at the same instant: it counts as taken back', 'unconfirmed', [at(2, 'granted', 'system'), at(2, 'unconfirmed', 'system')]],
    ['a confirmation was taken back and given again', 'granted', [at(1, 'unconfirmed', 'system'), at(2, 'granted', 'system')]],
    ['the person refused', 'refused', [at(1, 'granted'), at(2, 'refused')]],
    ['the person refused and granted again', 'granted', [at(1, 'granted'), at(2, 'refused'), at(3, 'granted')]],
    ['the person refused, granted and refused again', 'refused', [at(1, 'refused'), at(2, 'granted'), at(3, 'refused')]],
    ['refusal and grant at one instant: the refusal wins', 'refused', [at(2, 'refused'), at(2, 'granted')]],
    ['no time tells which came last: the refusal wins', 'refused', [between(1, 5, 'refused'), between(2, 9, 'granted')]],
    ['the grant began before the refusal was over', 'refused', [between(1, 5, 'refused'), between(5, 9, 'granted')]],
    ['the grant came certainly after the refusal', 'granted', [between(1, 5, 'refused'), between(6, 9, 'granted')]],
    ['the grant came after one refusal and not certainly after the other', 'refused', [between(1, 2, 'refused'), between(1, 6, 'refused', 'import'), between(5, 9, 'granted')]],
    ['one grant is early enough, another is not: the later one lifts', 'granted', [between(1, 5, 'refused'), between(2, 9, 'granted'), at(7, 'granted')]],
    ['a later import says granted', 'refused', [at(1, 'refused'), at(9, 'granted', 'import')]],
    ['a later sync says granted', 'refused', [at(1, 'refused'), at(9, 'granted', 'system')]],
    ['an operator writes granted without being the person', 'refused', [at(1, 'refused'), at(9, 'granted', 'operator')]],
    ['the person asks again, without a confirmation', 'refused', [at(1, 'refused'), at(9, 'unconfirmed')]],
    ['an operator refused for the person', 'refused', [at(1, 'granted'), at(2, 'refused', 'operator')]],
    ['an operator refused, and then the person granted', 'granted', [at(2, 'refused', 'operator'), at(3, 'granted')]],
    ['a bounce', 'refused', [at(1, 'granted'), at(2, 'refused', 'system', 'bounce'), at(3, 'granted', 'system')]],
    ['a complaint', 'refused', [at(1, 'granted'), at(2, 'refused', 'system', 'complaint'), at(3, 'granted', 'import')]],
    ['blocked by the system', 'refused', [at(1, 'granted'), at(2, 'refused', 'system', 'blocked'), at(3, 'granted', 'operator')]],
    ['forgotten', 'refused', [at(2, 'refused', 'operator', 'forgotten'), at(3, 'granted', 'import'), at(3, 'granted', 'system')]],
    ['forgotten, and then the person comes back', 'granted', [at(2, 'refused', 'operator', 'forgotten'), at(3, 'granted')]],
  ];
  test.each(stories)('%s: %s, whatever the order', (_, expected, events) => {
    for (const order of permutations(events)) expect(standing(order)).toBe(expected);
  });

  test('S8 what is not known to be granted is sent as unconfirmed, a refusal as refused', () => {
    expect((['granted', 'unconfirmed', 'refused', 'unknown'] as const).map(statusToSend)).toEqual(['granted', 'unconfirmed', 'refused', 'unconfirmed']);
  });

  test('a new address inherits the refusals that hold, with their times, and nothing else', () => {
    const refusals = [at(2, 'refused'), at(4, 'refused', 'system', 'bounce')];
    expect(refusalsToInherit([at(1, 'granted'), ...refusals])).toEqual(refusals);
    expect(refusalsToInherit([...refusals, at(5, 'granted')])).toEqual([]);
    expect(refusedAt([at(1, 'granted'), ...refusals])).toBe(4);
    expect(refusedAt([...refusals, at(5, 'granted')])).toBeUndefined();
  });
});

const event = fc.record({
  state: fc.constantFrom<ConsentEvent['state']>('granted', 'unconfirmed', 'refused'),
  by: fc.constantFrom<ConsentEvent['by']>('person', 'operator', 'import', 'system'),
  earliest: fc.nat(12),
  length: fc.nat(4),
}).map(({ state, by, earliest, length }): ConsentEvent => ({ state, by, earliest, latest: earliest + length }));
const events = fc.array(event, { maxLength: 8 });
const runs = { numRuns: 1_000, seed: 20_260_115 };

describe('N3 in all orders of events', () => {
  test('the order in which events are told, and telling them twice, changes nothing', () => {
    const told = events.chain((set) => fc.tuple(fc.constant(set), fc.shuffledSubarray([...set, ...set], { minLength: set.length * 2 }), fc.subarray(set)));
    fc.assert(fc.property(told, ([set, doubled, again]) => {
      expect(standing(doubled)).toBe(standing(set));
      expect(standing([...again, ...set])).toBe(standing(set));
    }), runs);
  });

  test('nothing but the person’s own grant ever lifts a refusal', () => {
    fc.assert(fc.property(events, fc.array(event.filter(({ state, by }) => state !== 'granted' || by !== 'person')), (set, others) => {
      fc.pre(standing(set) === 'refused');
      expect(standing([...set, ...others])).toBe('refused');
    }), runs);
  });

  test('a refusal that is told late wins unless a grant of the person certainly came after it', () => {
    fc.assert(fc.property(events, event, (set, late) => {
      const refusal: ConsentEvent = { ...late, state: 'refused' };
      const isOutlived = set.some(({ state, by, earliest }) => state === 'granted' && by === 'person' && earliest > refusal.latest);
      if (!isOutlived) expect(standing([...set, refusal])).toBe('refused');
      else expect(standing([...set, refusal])).toBe(standing(set));
    }), runs);
  });

  test('whatever is only known to have happened between two instants: who refused last is never taken for somebody who granted', () => {
    const truth = fc.array(fc.record({ at: fc.nat(40), state: fc.constantFrom<ConsentEvent['state']>('granted', 'refused'), before: fc.nat(6), after: fc.nat(6) }), { minLength: 1, maxLength: 8 });
    fc.assert(fc.property(truth, (acts) => {
      const known = acts.map((act): ConsentEvent => ({ state: act.state, by: 'person', earliest: act.at - act.before, latest: act.at + act.after }));
      const lastOf = (state: ConsentEvent['state']) => Math.max(-1, ...acts.filter((act) => act.state === state).map((act) => act.at));
      fc.pre(lastOf('refused') >= 0);
      if (lastOf('refused') >= lastOf('granted')) expect(standing(known)).toBe('refused');
    }), runs);
  });
});

const rule: ConsentRule = { inactiveSubscribers: 'unconfirmed' };
const out: RowConsent = { isOptedIn: false, isConfirmed: false };
const pending: RowConsent = { isOptedIn: true, isConfirmed: false };
const confirmed: RowConsent = { isOptedIn: true, isConfirmed: true };

describe('what a look at a row tells', () => {
  const firstLooks: [ContactKind, RowConsent, ConsentRule['inactiveSubscribers'], ConsentEvent['state']][] = [
    ['customer', out, 'refused', 'unconfirmed'],
    ['customer', { isOptedIn: false, isConfirmed: true }, 'refused', 'unconfirmed'],
    ['customer', pending, 'refused', 'unconfirmed'],
    ['customer', confirmed, 'refused', 'granted'],
    ['subscriber', confirmed, 'refused', 'granted'],
    ['subscriber', pending, 'refused', 'unconfirmed'],
    ['subscriber', out, 'refused', 'refused'],
    ['subscriber', { isOptedIn: false, isConfirmed: true }, 'refused', 'refused'],
    ['subscriber', out, 'unconfirmed', 'unconfirmed'],
  ];
  test.each(firstLooks)('S8 a %s met for the first time as %o, inactive subscribers being %s, is %s', (kind, row, inactiveSubscribers, state) => {
    expect(changesOfRow(undefined, { kind, ...row }, { inactiveSubscribers }, 50)).toEqual([{ state, by: 'import', earliest: 0, latest: 50 }]);
  });

  test('N3 a row that is new lifts no refusal, whoever brought it in', () => {
    expect(standing([at(10, 'refused'), ...changesOfRow(undefined, { kind: 'subscriber', ...confirmed }, rule, 50)])).toBe('refused');
  });

  const later: [RowConsent, RowConsent, Pick<ConsentEvent, 'state' | 'by'>[]][] = [
    [confirmed, out, [{ state: 'refused', by: 'person' }]],
    [pending, out, [{ state: 'refused', by: 'person' }]],
    [confirmed, { isOptedIn: false, isConfirmed: true }, [{ state: 'refused', by: 'person' }]],
    [out, confirmed, [{ state: 'granted', by: 'person' }]],
    [out, pending, [{ state: 'unconfirmed', by: 'person' }]],
    [pending, confirmed, [{ state: 'granted', by: 'system' }]],
    [confirmed, pending, [{ state: 'unconfirmed', by: 'system' }]],
    [out, out, []],
    [out, { isOptedIn: false, isConfirmed: true }, []],
    [pending, pending, []],
    [confirmed, confirmed, []],
  ];
  test.each(later)('S9 from %o to %o: %o, between the two looks', (before, now, told) => {
    for (const kind of ['customer', 'subscriber'] as const) {
      for (const inactiveSubscribers of ['refused', 'unconfirmed'] as const) {
        expect(changesOfRow({ ...before, seenAt: 20 }, { kind, ...now }, { inactiveSubscribers }, 50)).toEqual(told.map((one) => ({ ...one, earliest: 21, latest: 50 })));
      }
    }
  });

  test('S9 a deleted subscription is a refusal, a deleted account alone is none', () => {
    expect(changesOfGoneRow({ seenAt: 20 }, 'subscriber', 50)).toEqual([{ state: 'refused', by: 'person', earliest: 21, latest: 50 }]);
    expect(changesOfGoneRow({ seenAt: 20 }, 'customer', 50)).toEqual([]);
    expect(changesOfGoneRow(undefined, 'subscriber', 50)).toEqual([{ state: 'refused', by: 'person', earliest: 1, latest: 50 }]);
  });

  test('unticked at one look and ticked at the next: the order is known, and the grant holds', () => {
    const looks = [...changesOfRow({ ...confirmed, seenAt: 20 }, { kind: 'customer', ...out }, rule, 50), ...changesOfRow({ ...out, seenAt: 50 }, { kind: 'customer', ...confirmed }, rule, 51)];
    expect(standing(looks)).toBe('granted');
  });

  test('an older page that is looked at late tells nothing', () => {
    expect(changesOfRow({ ...confirmed, seenAt: 50 }, { kind: 'customer', ...out }, rule, 49)).toEqual([]);
    expect(changesOfRow({ ...out, seenAt: 50 }, { kind: 'customer', ...confirmed }, rule, 49)).toEqual([]);
    expect(changesOfGoneRow({ seenAt: 50 }, 'subscriber', 49)).toEqual([]);
  });

  test('when the clock was wrong, or stood still, a refusal counts and a grant lifts nothing', () => {
    const wrong = 30 * 24 * 3_600_000;
    for (const [seenAt, now] of [[wrong, 50], [50, 50]] as const) {
      const refusal = changesOfRow({ ...confirmed, seenAt }, { kind: 'customer', ...out }, rule, now);
      expect(refusal).toMatchObject([{ state: 'refused', by: 'person', latest: 50 }]);
      expect(changesOfGoneRow({ seenAt }, 'subscriber', now)).toMatchObject([{ state: 'refused', latest: 50 }]);
      const grant = changesOfRow({ ...out, seenAt }, { kind: 'customer', ...confirmed }, rule, now);
      expect(grant).toHaveLength(1);
      expect(standing([at(1, 'refused'), ...grant])).toBe('refused');
      expect(standing([...refusal, at(51, 'granted')])).toBe('granted');
    }
  });

  test('N3 a person changes their mind on two rows while both are looked at now and then: who refused last is refused, in whatever order the looks are told', () => {
    const kinds = ['customer', 'subscriber'] as const;
    const step = fc.record({ kind: fc.constantFrom(...kinds), what: fc.constantFrom('look', 'toggle') });
    fc.assert(fc.property(fc.array(step, { minLength: 4, maxLength: 30 }), fc.integer({ min: 1, max: 1_000 }), (steps, salt) => {
      const rows = { customer: { isOptedIn: true, seen: { ...confirmed, seenAt: 0 } }, subscriber: { isOptedIn: true, seen: { ...confirmed, seenAt: 0 } } };
      const told: ConsentEvent[] = [];
      let isLastRefusal = false;
      const look = (kind: ContactKind, time: number) => {
        const now: RowConsent = rows[kind].isOptedIn ? confirmed : out;
        told.push(...changesOfRow(rows[kind].seen, { kind, ...now }, rule, time));
        rows[kind].seen = { ...now, seenAt: time };
      };
      for (const [n, { kind, what }] of steps.entries()) {
        const row = rows[kind];
        if (what === 'look') look(kind, (n + 1) * 10);
        else row.isOptedIn = !row.isOptedIn;
        // Ticked and unticked again between two looks, nobody can see it.
        if (what === 'toggle') isLastRefusal = !row.isOptedIn && row.seen.isOptedIn;
      }
      fc.pre(isLastRefusal);
      for (const kind of kinds) look(kind, (steps.length + 2) * 10);
      const mixed = told.toSorted((a, b) => ((a.earliest * salt) % 7) - ((b.earliest * salt) % 7));
      expect(standing([...mixed, ...mixed])).toBe('refused');
    }), runs);
  });
});
