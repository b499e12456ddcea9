/** Comments that tell of a change: no call lists them, so each is sent at most once (promise 4), and A, B, A makes three (decision on R13). */
import type { FollowState } from '../../domain/follow.ts';
import { orderKeyOf } from './adopt.ts';
import { linesBeforeWrite, nowIso, save, type Follow } from './follow-work.ts';
import { digestOf, timesOf } from './step.ts';

const longest = 1_000;

export interface ChangeComment {
  /** what it tells of: the same at every try, while the text may name another minute */
  about: string;
  text: string;
  /** what else is remembered once it was sent, or may have been */
  remember: (state: FollowState) => unknown;
}

/** @throws WrittenOffMeanwhile */
export async function commentChange(work: Follow, comment: ChangeComment): Promise<void> {
  const { step, hold, row, state, notes } = work;
  const name = `comment:${row.targetId}:${state.comments + 1}`;
  const marker = digestOf(step, 'comment', comment.about);
  const open = (await step.ledger.keys.find(orderKeyOf(row)))?.intents?.find(({ effect }) => effect === name);
  // an earlier look sent another one whose fate is not known: that one is closed, and this one goes under the next number
  const isOther = open !== undefined && open.marker !== marker;
  const after: FollowState = { ...state, comments: state.comments + 1 };
  if (!isOther) comment.remember(after);
  const done = await hold.once<true>({
    name,
    marker,
    ...timesOf(step),
    send: async (guard) => {
      await linesBeforeWrite(work);
      await step.client.createComment(row.targetId, comment.text.slice(0, longest), guard);
      after.touchedAt = await nowIso(step);
      return true;
    },
    record: async (_, write) => write.follow({ ...row, state: after }),
  });
  work.hasWritten = true;
  Object.assign(state, after);
  if (done.kind !== 'unknown') return;
  await save(work);
  notes.push({ code: 'comment-unknown', text: `${isOther ? 'an earlier comment' : 'a comment'} of order ${row.targetId} was sent once; whether it arrived is not known${isOther ? '' : `: ${comment.text}`}` });
  if (isOther) await commentChange(work, comment);
}
