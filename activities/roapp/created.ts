/** Write replies vary, and some name no id: then what was created is looked up (contract roapp 4). */
import { RetryableError, UnexpectedReplyError } from '../errors.ts';

/**
 * What was created, from the reply or by a look-up.
 * @throws errors that leave the intent open, whatever the look-up failed with: the create itself has worked
 */
export async function createdOrFound<T>(created: T | undefined, find: () => Promise<T | undefined>, endpoint: string): Promise<T> {
  if (created !== undefined) return created;
  const found = await find().catch((cause: unknown) => {
    throw new RetryableError({ system: 'roapp', endpoint, sent: 'maybe', cause }, 'the reply names no id, and the look-up failed');
  });
  if (found === undefined) throw new UnexpectedReplyError({ system: 'roapp', endpoint, sent: 'maybe', field: 'id' });
  return found;
}
