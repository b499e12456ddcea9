/** The account's order statuses, remembered in the ledger: staff change them rarely (contract roapp 4.1). */
import { z } from 'zod';
import type { StatusName } from '../../domain/ports.ts';
import { subjectOf, type RoappStep } from './step.ts';

const fresh = 1;
const closedSuccessfully = 6;
const droppedOff = 7;
const freshForMs = 60 * 60_000;
const markName = 'order-statuses';

export interface KnownStatus {
  id: string;
  name: string;
  /** Closed: entered only with everything written off and paid (contract roapp 4.3) */
  isClosed: boolean;
  isDroppedOff: boolean;
  /** nobody has begun with the order */
  isNew: boolean;
}

const known = z.array(z.object({ id: z.string(), name: z.string(), isClosed: z.boolean(), isDroppedOff: z.boolean(), isNew: z.boolean() }));
const remembered = z.object({ at: z.number(), statuses: known });

export async function readStatuses(step: RoappStep): Promise<KnownStatus[]> {
  const statuses = (await step.client.statuses()).map(({ id, name, group }) => ({ id: String(id), name, isClosed: group?.type === closedSuccessfully, isDroppedOff: group?.type === droppedOff, isNew: group?.type === fresh }));
  await step.ledger.marks.set(subjectOf(step.connection), markName, JSON.stringify({ at: await step.ledger.clock.now(), statuses }));
  return statuses;
}

/** Costs a call once an hour, or when the status is new to us. */
export async function statusOf(step: RoappStep, id: string): Promise<KnownStatus> {
  const mark = await step.ledger.marks.get(subjectOf(step.connection), markName);
  // what another build wrote in another form is read anew
  const memory = mark === undefined ? undefined : remembered.safeParse(JSON.parse(mark)).data;
  const isFresh = memory !== undefined && (await step.ledger.clock.now()) - memory.at < freshForMs;
  const hit = isFresh ? memory.statuses.find((status) => status.id === id) : undefined;
  if (hit) return hit;
  const found = (await readStatuses(step)).find((status) => status.id === id);
  return found ?? { id, name: id, isClosed: false, isDroppedOff: false, isNew: false };
}

export const statusName = ({ id, name, isClosed }: KnownStatus): StatusName => ({ id, name, ...(isClosed ? { isClosed } : {}) });
