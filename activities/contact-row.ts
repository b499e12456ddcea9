/** A row of the source beside the person that its address stands for, and as the ledger notes it. */
import type { ContactKind, SourceContact } from '../domain/contact.ts';
import type { ContactRow } from '../ledger/contact-ledger.ts';

export interface Located {
  contact: SourceContact;
  email: string;
  person: string;
}

export const keyOf = ({ kind, sourceId }: { kind: ContactKind; sourceId: string }): string => `${kind}:${sourceId}`;

/** @param at when the source was asked */
export function rowOf(integration: string, { kind, sourceId, digest, isOptedIn, isConfirmed, boxes, leftOut }: SourceContact, { email, person, at }: { email: string; person: string; at: number }): ContactRow {
  return { integration, kind, sourceId, person, email, digest, isOptedIn, isConfirmed, ...(boxes === undefined ? {} : { boxes }), state: leftOut === undefined ? 'here' : 'left-out', seenAt: at };
}
