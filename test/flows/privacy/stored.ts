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

/** Every run of the namespace with its whole history and description, and every schedule. The client needs no codec. */
export async function everythingStored(client: Client): Promise<Stored[]> {
  const { workflowService: service } = client;
  const { namespace } = client.options;
  const stored: Stored[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const execution = { workflowId, runId };
    stored.push(collect(`description of ${workflowId}`, await service.describeWorkflowExecution({ namespace, execution })));
    let nextPageToken: Uint8Array | undefined;
    do {
      const page = await service.getWorkflowExecutionHistory({ namespace, execution, ...(nextPageToken ? { nextPageToken } : {}) });
      stored.push(collect(`history of ${workflowId}`, page.history));
      nextPageToken = page.nextPageToken?.length ? page.nextPageToken : undefined;
    } while (nextPageToken !== undefined);
  }
  for await (const { scheduleId } of client.schedule.list()) stored.push(collect(`schedule ${scheduleId}`, await service.describeSchedule({ namespace, scheduleId })));
  return stored;
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
