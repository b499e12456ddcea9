/** What Temporal holds of a namespace, as it lies there and as the codec opens it: histories, descriptions, schedules. */
import type { Client } from '@temporalio/client';
import type { Payload, PayloadCodec } from '@temporalio/common';

/** Texts and bytes out of one stored thing. */
export interface Stored {
  /** names the place for a person who reads the finding */
  where: string;
  clear: (Uint8Array | string)[];
  sealed: Payload[];
}

/** Every run of the namespace with its whole history and description, and every schedule, as the server gives them: nothing is opened. */
export async function everythingStored({ workflowService: service, options: { namespace } }: Client): Promise<Stored[]> {
  const runs = await everyPage(async (nextPageToken) => service.listWorkflowExecutions({ namespace, nextPageToken }), ({ executions }) => executions);
  const schedules = await everyPage(async (nextPageToken) => service.listSchedules({ namespace, nextPageToken }), (page) => page.schedules);
  const stored = [collect('list of runs', runs), collect('list of schedules', schedules)];
  for (const { execution } of runs) {
    const name = execution?.workflowId;
    const request = { namespace, execution: execution ?? {} };
    stored.push(collect(`description of ${name}`, await service.describeWorkflowExecution(request)));
    stored.push(collect(`history of ${name}`, await everyPage(async (nextPageToken) => service.getWorkflowExecutionHistory({ ...request, nextPageToken }), ({ history }) => history?.events)));
  }
  for (const { scheduleId = '' } of schedules) stored.push(collect(`schedule ${scheduleId}`, await service.describeSchedule({ namespace, scheduleId: scheduleId ?? '' })));
  return stored;
}

async function everyPage<Page extends { nextPageToken?: Uint8Array | null }, Row>(read: (token: Uint8Array) => Promise<Page>, rowsOf: (page: Page) => Row[] | null | undefined): Promise<Row[]> {
  const rows: Row[] = [];
  let token: Uint8Array = new Uint8Array();
  do {
    const page = await read(token);
    rows.push(...(rowsOf(page) ?? []));
    token = page.nextPageToken ?? new Uint8Array();
  } while (token.length > 0);
  return rows;
}

function collect(where: string, message: unknown): Stored {
  const stored: Stored = { where, clear: [], sealed: [] };
  walk(message, stored);
  return stored;
}

function walk(value: unknown, into: Stored): void {
  if (typeof value === 'string' || value instanceof Uint8Array) into.clear.push(value);
  else if (Array.isArray(value)) for (const one of value) walk(one, into);
  else if (isObject(value)) {
    if (isSealed(value)) into.sealed.push({ metadata: value.metadata, data: value.data });
    for (const [name, one] of Object.entries(value)) {
      into.clear.push(name);
      walk(one, into);
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function isSealed(value: Record<string, unknown>): value is { metadata: Record<string, Uint8Array>; data: Uint8Array } {
  const { metadata, data } = value;
  return isObject(metadata) && metadata['encoding'] instanceof Uint8Array && Buffer.from(metadata['encoding']).toString() === 'binary/encrypted' && data instanceof Uint8Array;
}

/** What the codec makes of the sealed payloads: JSON bytes. */
export async function opened({ sealed }: Stored, codec: PayloadCodec): Promise<Uint8Array[]> {
  return (await codec.decode(sealed)).map(({ data }) => data ?? new Uint8Array());
}
