/** What a mailing system's answers say of single addresses, also where it answers for a whole batch. */
import type { ContactTargetDriver, OmittedTrait, RejectedItem, TargetStatus } from './contact-drivers.ts';
import { PermanentError, UnexpectedReplyError } from './errors.ts';

/** As many statuses that nobody documented are a change of the target's, not of single contacts. */
const mostUnreadable = 20;

export interface Answer {
  /** address → the target's words */
  rejected: Map<string, string>;
  omitted: OmittedTrait[];
}

/** What became of each address; or that the target refused some and does not say which. A single one is always told. */
export async function answerTo(send: () => Promise<{ rejected: RejectedItem[]; omittedTraits?: OmittedTrait[] }>, items: readonly { email: string }[]): Promise<Answer | 'cannot tell which'> {
  const only = items.length === 1 ? items[0]?.email : undefined;
  try {
    const { rejected, omittedTraits: omitted = [] } = await send();
    const sent = new Set(items.map(({ email }) => email));
    const named = new Map(rejected.flatMap(({ email, words }) => (email !== undefined && sent.has(email) ? [[email, words] as const] : [])));
    if (named.size === rejected.length) return { rejected: named, omitted };
    return only === undefined ? 'cannot tell which' : { rejected: new Map([[only, rejected[0]?.words ?? '']]), omitted };
  } catch (error) {
    // a whole batch refused for one of its items, or for its size
    if (!(error instanceof PermanentError)) throw error;
    return only === undefined ? 'cannot tell which' : { rejected: new Map([[only, error.words ?? error.message]]), omitted: [] };
  }
}

/** A status that nobody documented is told by itself, and does not keep the others from being read. */
export async function readAll(driver: ContactTargetDriver, emails: readonly string[]): Promise<{ statuses: Map<string, TargetStatus>; unreadable: Map<string, string> }> {
  const statuses = new Map<string, TargetStatus>();
  const unreadable = new Map<string, string>();
  const read = async (some: readonly string[]): Promise<void> => {
    try {
      for (const status of await driver.readStatuses(some)) statuses.set(status.email, status);
    } catch (error) {
      if (!(error instanceof UnexpectedReplyError)) throw error;
      const half = Math.ceil(some.length / 2);
      if (some.length > 1) await read(some.slice(0, half)).then(async () => read(some.slice(half)));
      else for (const email of some) unreadable.set(email, error.message);
      if (unreadable.size >= mostUnreadable) throw error; // no single contact's
    }
  };
  for (let start = 0; start < emails.length; start += driver.batch) await read(emails.slice(start, start + driver.batch));
  return { statuses, unreadable };
}
