/**
 * A refused write that used linked ids: a 400 may name nothing, so the objects are read (design 5, contract roapp 12). What is gone, deleted or
 * merged by staff, is dropped from the ledger, so that the next look-up finds what stands there now.
 */
import type { Note } from '../../domain/outcome.ts';
import type { ParkReason } from '../../domain/reasons.ts';
import { ForbiddenError, PermanentError } from '../errors.ts';
import type { RoappStep } from './step.ts';

/** Refused for good, with nothing stored. */
export const isRefusal = (error: unknown): error is PermanentError | ForbiddenError => error instanceof PermanentError || error instanceof ForbiddenError;

export interface Blame {
  /** `gone`: a linked object was dropped, look it up again */
  kind: 'gone' | 'park' | 'unexplained';
  reason?: ParkReason;
  detail?: string;
}

/** Who is to blame for a refused order: its client, or a setting. */
export async function blameOrder(step: RoappStep, client: string): Promise<Blame> {
  if (!(await step.client.clientExists(client))) {
    await step.ledger.index.drop(step.connection, ['phone', 'email'], client);
    return { kind: 'gone' };
  }
  const { location, orderType } = step.settings;
  const mistakes = [
    ...((await step.client.locations()).some((one) => one.id === location) ? [] : [`location ${location} does not exist or is not visible`]),
    ...((await step.client.orderTypes()).some((one) => one.id === orderType) ? [] : [`order type ${orderType} does not exist`]),
  ];
  return mistakes.length > 0 ? { kind: 'park', reason: 'settings-mistake', detail: mistakes.join('; ') } : { kind: 'unexplained' };
}

/** Who is to blame for a refused line: the order, its product, a setting, or perhaps a missing right (decision on R2). */
export async function blameItem(step: RoappStep, order: string, product: string, error: PermanentError | ForbiddenError): Promise<Blame> {
  const said = wordsOf(error);
  if (!(await step.client.orderExists(order))) return { kind: 'park', reason: 'order-gone', detail: `order ${order}` };
  if (!(await step.client.productExists(product))) {
    await dropProduct(step, product);
    return { kind: 'gone' };
  }
  const { assignee } = step.settings;
  if (!(await step.client.employees()).some((one) => one.id === assignee)) return { kind: 'park', reason: 'settings-mistake', detail: `employee ${assignee} does not exist` };
  const mayBeRight = error.status === 400 || error.status === 403;
  return mayBeRight ? { kind: 'park', reason: 'perhaps-right-missing', detail: said } : { kind: 'unexplained' };
}

export const dropProduct = ({ ledger, connection }: RoappStep, product: string): Promise<void> => ledger.index.drop(connection, ['sku', 'code', 'name', 'product'], product);

export const wordsOf = (error: PermanentError | ForbiddenError): string => [error.message, error.words].filter(Boolean).join(': ');

export const staleNote = (what: string, id: string): Note => ({ code: 'stale-link', text: `${what} ${id} was gone and was looked up again` });
