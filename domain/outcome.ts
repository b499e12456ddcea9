/** What became of a record: one of four words, each with a reason from a closed list (promise 6). */
import type { ParkReason, SkipReason } from './reasons.ts';

/** Something a person should know about a record that went through, e.g. two contacts that could be meant. */
export interface Note {
  code: NoteCode;
  /** plain words for the operator; may hold personal data, so it is stored and sent encrypted only */
  text: string;
}

/** The closed list of notes, with what each says. */
export const noteCodes = [
  'several-contacts', // more than one contact matched: the lowest id was taken (R18)
  'contacts-differ', // phone and e-mail name two contacts, or the names share no word (R18)
  'several-products', // more than one product matched: the lowest id was taken (R14)
  'total-differs', // the target's total is not the source's, with the reason (N14)
  'charge-in-comment', // shipping, fee or discount named in the comment (N14)
  'comment-unknown', // a comment's reply was lost: it is not sent again (promise 4)
  'category-default', // category could not be created: the configured default was used
  'stale-link', // a linked person or product was gone and was looked up again
  'lines-left-out', // e.g. fully refunded lines
  'lines-changed', // quantity or price followed the platform, or lines came to it or went (R16)
  'line-not-removed', // the target does not take quantity 0: the line is named in a comment (R16)
  'delivery-changed', // a new comment with the present details (R13)
  'order-ended', // cancelled, refunded, trashed or deleted on the platform before the write-off (R8, R16)
  'customer-known', // masked until now, and named since (R19)
  'status-set', // one side's status followed the other (R6, R11)
  'status-unmapped', // a status that the table does not have is left alone (R6)
  'status-conflict', // both sides changed: the books' status won (R6)
  'status-withheld', // waits for the write-off (R11)
  'ignored-after-write-off', // the platform changed after the goods left (R4, N5)
  'gone-from-target', // staff deleted the order
  'trait-left-out', // a contact was taken without a trait that the target would have refused it for
  'remark', // what the platform's connector noticed about the order
] as const;

export type NoteCode = (typeof noteCodes)[number];

export type Outcome =
  | { kind: 'created'; targetId: string; notes: Note[] }
  | { kind: 'updated'; targetId: string; notes: Note[] }
  | { kind: 'skipped'; reason: SkipReason; detail?: string }
  | { kind: 'parked'; reason: ParkReason; step: Step; detail?: string };

/** The steps of a flow as operators see them. */
export const steps = ['read the order', 'customer and products', 'create the order', 'follow the order', 'set the status', 'read a page', 'check', 'index', 'send contacts'] as const;

export type Step = (typeof steps)[number];

export const skipped = (reason: SkipReason, detail?: string): Outcome => ({ kind: 'skipped', reason, ...(detail === undefined ? {} : { detail }) });

export const parked = (reason: ParkReason, step: Step, detail?: string): Extract<Outcome, { kind: 'parked' }> => ({ kind: 'parked', reason, step, ...(detail === undefined ? {} : { detail }) });
