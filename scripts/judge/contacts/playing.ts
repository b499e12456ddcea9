/** Plays the plan while the export runs: each act once the account was sent its person; and acts on people whose batch is held back at that moment. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Session } from '../../session.ts';
import { isPossible, isRefusing, play, type Act } from './acts.ts';
import { upserts } from './kills.ts';
import type { TruePerson } from './people.ts';
import type { PlannedAct } from './plan.ts';
import type { ContactsStage } from './stage.ts';
import { writesSchema } from './writes.ts';

export interface Play {
  stage: ContactsStage;
  session: Session;
  people: ReadonlyMap<string, TruePerson>;
  /** the first walk is over, and a second one sends everybody again */
  isSecondWalk: () => boolean;
  isOver: () => boolean;
}

/** Whoever acted, with what they did; the plan loses those whom a held batch took. */
export async function playActs({ stage, session, people, isSecondWalk, isOver }: Play, waiting: Map<string, PlannedAct>): Promise<Act[]> {
  const done: Act[] = [];
  const sentAt = new Map<string, number>();
  const startedAt = Date.now();
  for (let after = 0; waiting.size > 0; await wait(100)) {
    const isLastLook = isOver();
    for (const { request, storedAt, items } of writesSchema.parse(await stage.mail.action('writes', { after }))) {
      after = Math.max(after, request);
      for (const { email } of items) sentAt.set(email, sentAt.get(email) ?? storedAt);
    }
    const isReady = (act: PlannedAct): boolean => {
      const since = act.kind.startsWith('new ') ? startedAt : sentAt.get(act.email);
      return since !== undefined && (isLastLook || (Date.now() >= since + act.afterMs && (!act.isLate || isSecondWalk())));
    };
    const ready = [...waiting.values()].filter(isReady);
    for (const act of ready) {
      if (!waiting.delete(act.email)) continue; // a held batch took it
      done.push(act);
      await play({ stage, session }, act, people.get(act.email) ?? { email: act.email, customers: [], subscribers: [] });
    }
    if (isLastLook && ready.length === 0) return done;
  }
  return done;
}

const bodySchema = z.object({ update_status_on_duplicate: z.boolean(), emails: z.array(z.object({ email: z.string(), status: z.unknown() })) });
/** Within call and settle time together: a platform that stores later than that is beyond what is promised. */
const longestHoldMs = 3_500;
const actsPerHold = 3;

/** Holds a batch back in the account, lets people of it refuse meanwhile, and releases it: it was sent before, and confirms after. */
export async function holdBatches({ stage, session, people, isOver }: Play, waiting: Map<string, PlannedAct>, holds: number): Promise<Act[]> {
  const done: Act[] = [];
  for (let hold = 0; hold < holds && !isOver(); hold += 1) {
    await stage.mail.fault({ on: upserts, kind: 'hold', after: 3 });
    while (!isOver() && !(await Promise.race([stage.mail.held(1).then(() => true), wait(1_000).then(() => false)])));
    const heldAt = Date.now();
    const held = (await stage.mail.requests(upserts)).findLast(({ fault, status, handledAt }) => fault === 'hold' && status === null && handledAt === undefined);
    const emails = held === undefined ? [] : bodySchema.parse(JSON.parse(held.body)).emails.map(({ email }) => email);
    const acts = emails.flatMap((email) => waiting.get(email) ?? []).filter(({ kind, email }) => isRefusing(kind) && kind !== 'unsubscribe' && kind !== 'complain' && kind !== 'block' && kind !== 'untick and unsubscribe' && isPossible(kind, people.get(email) ?? { email, customers: [], subscribers: [] }));
    const telling = acts.slice(0, actsPerHold).map(async (act) => {
      if (!waiting.delete(act.email)) return;
      const told = { ...act, isTold: true };
      done.push(told);
      await play({ stage, session }, told, people.get(act.email) ?? { email: act.email, customers: [], subscribers: [] });
    });
    await wait(Math.max(0, longestHoldMs - (Date.now() - heldAt)));
    await stage.mail.release();
    await Promise.all(telling);
  }
  return done;
}
