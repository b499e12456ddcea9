/** What the account holds: contacts with one status each, numbered groups, traits (contract sare 1, 4.3). */

export const statuses = [2, 3, 4, 5, 6, 7, 8] as const;
export type Status = (typeof statuses)[number];
/** forgotten: set in the panel only, for good; it has no number */
export type ContactStatus = Status | 'forgotten';

export const statusIds = { removedByHand: 2, removed: 3, removeRequested: 4, notVerified: 5, notConfirmed: 6, blocked: 7, confirmed: 8 } as const;

export const isStatus = (value: unknown): value is Status => statuses.some((status) => status === value);
/** One who must not be written to. */
export const isRefusal = (status: ContactStatus): boolean => status === 'forgotten' || [2, 3, 4, 7].includes(status);

/** system: the platform by itself, after a bounce; seed: it was so from the start */
export const actors = ['api', 'person', 'panel', 'system', 'seed'] as const;

/** Who does something. */
export interface Hand {
  by: (typeof actors)[number];
  /** number of the API request, as in the request log; null for all others */
  request: number | null;
}

export interface StatusChange extends Hand {
  at: number;
  /** null: the record began */
  from: ContactStatus | null;
  to: ContactStatus;
}

export type Traits = Record<string, string>;

export interface Contact {
  /** the address in lower case, or the mobile number of one without an address */
  key: string;
  /** as it was first written; empty for one known by number only */
  email: string;
  gsm: string;
  name: string;
  status: ContactStatus;
  groups: number[];
  prop: Traits;
  propCust: Traits;
  mailTypes: string[];
  comment: string;
  createdAt: number;
  modifiedAt: number;
  history: StatusChange[];
  confirmationMails: number;
}

export interface Group {
  id: number;
  name: string;
  members: Set<Contact>;
  /** the members as rows, until one joins or leaves */
  listed: Contact[] | undefined;
}

/** What a mailing platform should never be made to do; whether it was right in this case, a judge decides. */
export const incidentKinds = ['re-subscribed', 'moved out of groups', 'refusal deleted'] as const;

export interface Incident extends Hand {
  at: number;
  email: string;
  kind: (typeof incidentKinds)[number];
  /** statuses or groups: "3 → 8", "13, 305" */
  what: string;
}

export interface Deletion extends Hand {
  at: number;
  email: string;
  status: ContactStatus;
}

export interface ConfirmationMail {
  at: number;
  email: string;
  request: number | null;
}
