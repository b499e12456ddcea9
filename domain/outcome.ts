/** What became of a record: one of four words, each with a reason from a closed list (promise 6). */
import type { ParkReason, SkipReason } from './reasons.ts';

/** Something a person should know about a record that went through, e.g. two contacts that could be meant. */
export interface Note {
  code: NoteCode;
  /** plain words for the operator; may hold personal data, so it is stored and sent encrypted only */
  text: string;
}

export type NoteCode =
  | 'several-contacts' // more than one contact matched: the lowest id was taken (R18)
  | 'contacts-differ' // phone and e-mail name two contacts, or the names share no word (R18)
  | 'several-products' // more than one product matched: the lowest id was taken (R14)
  | 'total-differs' // the target's total is not the source's, with the reason (N14)
  | 'charge-in-comment' // shipping, fee or discount named in the comment (N14)
  | 'comment-unknown' // a comment's reply was lost: it is not sent again (promise 4)
  | 'category-default' // category could not be created: the configured default was used
  | 'stale-link' // a linked person or product was gone and was looked up again
  | 'lines-left-out'; // e.g. fully refunded lines

export type Outcome =
  | { kind: 'created'; targetId: string; notes: Note[] }
  | { kind: 'updated'; targetId: string; notes: Note[] }
  | { kind: 'skipped'; reason: SkipReason; detail?: string }
  | { kind: 'parked'; reason: ParkReason; step: Step; detail?: string };

/** The steps of a flow as operators see them. */
export type Step = 'read the order' | 'customer and products' | 'create the order' | 'read a page' | 'check' | 'index';

export const skipped = (reason: SkipReason, detail?: string): Outcome => ({ kind: 'skipped', reason, ...(detail === undefined ? {} : { detail }) });

export const parked = (reason: ParkReason, step: Step, detail?: string): Outcome => ({ kind: 'parked', reason, step, ...(detail === undefined ? {} : { detail }) });
