/** What a command is about: `<integration>[/<order number>]`. */
import type { OrderRecord, RecordKey } from '../ledger/ledger.ts';
import { Complaint, exitCodes } from './print.ts';
import type { Session } from './session.ts';

export interface Target {
  integration: string;
  /** the shop's number or id, as typed */
  number?: string;
}

/** @throws Complaint for another form */
export function parseTarget(text: string): Target {
  const match = /^([a-z0-9][a-z0-9-]*)(?:\/(.+))?$/.exec(text);
  if (match?.[1] === undefined) throw new Complaint(`"${text}": expected <integration> or <integration>/<order number>, e.g. shop-to-books/1045`);
  return { integration: match[1], ...(match[2] === undefined ? {} : { number: match[2] }) };
}

export function parseRecordTarget(text: string): Required<Target> {
  const { integration, number } = parseTarget(text);
  if (number === undefined) throw new Complaint(`"${text}": expected <integration>/<order number>, e.g. ${integration}/1045`);
  return { integration, number };
}

/** The record an operator means: by the shop's number, else by the platform's id. */
export async function findRecord({ ledger }: Pick<Session, 'ledger'>, target: Required<Target>): Promise<OrderRecord | undefined> {
  const records = await ledger.records.findByNumber(target.integration, target.number);
  if (records.length > 1) throw new Complaint(`${records.length} orders have the number ${target.number}; use the platform’s id: ${records.map((record) => record.sourceId).join(', ')}`);
  return records[0];
}

/** @throws Complaint when the ledger does not know it */
export async function getRecord(session: Pick<Session, 'ledger'>, target: Required<Target>): Promise<OrderRecord> {
  const record = await findRecord(session, target);
  if (!record) throw new Complaint(`${target.integration}/${target.number} is not known here; waybill import ${target.integration}/${target.number} brings it in`, exitCodes.foundWrong);
  return record;
}

export const keyOf = ({ integration, sourceId }: Pick<OrderRecord, 'integration' | 'sourceId'>): RecordKey => ({ integration, kind: 'order', sourceId });
export const nameOf = (record: Pick<OrderRecord, 'integration' | 'number' | 'sourceId'>): string => `${record.integration}/${record.number ?? record.sourceId}`;
