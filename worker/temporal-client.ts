/** How scripts and the worker reach Temporal: one encrypted client, and the search attributes that both sides use. */
import { Client, Connection, isGrpcServiceError, type ConnectionOptions } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import type { IntegrationRef } from '../domain/ports.ts';
import { announced, orderWorkflow, orderWorkflowId, priorities, searchAttributes, workflowQueue, type Announcement, type OrderInput } from '../workflows/messages.ts';
import { createDataConverter } from './codec.ts';
import type { Environment } from './environment.ts';

export interface TemporalClient {
  client: Client;
  connection: Connection;
  close: () => Promise<void>;
}

/** @throws when Temporal does not answer within the connect timeout (10 s) */
export async function connectClient(environment: Pick<Environment, 'temporal' | 'secrets'>): Promise<TemporalClient> {
  return clientOn(await Connection.connect(withSoonRetry(environment)), environment);
}

/** Connects at the first call, so that what needs the ledger alone works while Temporal is away. */
export const lazyClient = (environment: Pick<Environment, 'temporal' | 'secrets'>): TemporalClient => clientOn(Connection.lazy(withSoonRetry(environment)), environment);

/** Left to itself the channel waits longer from try to try, up to two minutes, and shares that wait with every new connection to the address. */
const withSoonRetry = ({ temporal }: Pick<Environment, 'temporal'>): ConnectionOptions => ({
  ...temporal.connection,
  channelArgs: { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 2_000 },
});

function clientOn(connection: Connection, { temporal, secrets }: Pick<Environment, 'temporal' | 'secrets'>): TemporalClient {
  const client = new Client({ connection, namespace: temporal.namespace, dataConverter: createDataConverter(secrets) });
  return { client, connection, close: async () => connection.close() };
}

/** IndexedValueType KEYWORD of the engine's API. */
const keyword = 2;
const alreadyExists = 6;
const invalidArgument = 3;
const unavailable = 14;
const deadlineExceeded = 4;
/** A new attribute is refused for about two seconds. */
const patienceMs = 15_000;
const pollMs = 200;

/** Registers Waybill's search attributes where they are missing, and returns once they may be used. Safe to repeat, also by several at once. */
export async function registerSearchAttributes({ client, connection }: Pick<TemporalClient, 'client' | 'connection'>): Promise<void> {
  const namespace = client.options.namespace;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(searchAttributes).filter((name) => !Object.hasOwn(customAttributes ?? {}, name));
  if (missing.length === 0) return;
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])) });
  } catch (error) {
    if (grpcCode(error) !== alreadyExists) throw error;
  }
  await untilUsable(client);
}

async function untilUsable(client: Client): Promise<void> {
  const query = Object.values(searchAttributes).map((name) => `${name} = "none"`).join(' OR '); // prettier-ignore
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await client.workflow.count(query);
      return;
    } catch (error) {
      if (performance.now() > deadline || !isRefusedQuery(error)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function isRefusedQuery(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return grpcCode(cause) === invalidArgument;
}

/** The server did not answer: it is away, or just starting. */
export function isUnreachable(error: unknown): boolean {
  const code = grpcCode(error instanceof Error && error.cause !== undefined ? error.cause : error);
  return code === unavailable || code === deadlineExceeded;
}

const grpcCode = (error: unknown): number | undefined => (isGrpcServiceError(error) ? error.code : undefined);

const integrationKey = defineSearchAttributeKey(searchAttributes.integration, 'KEYWORD');
const stateKey = defineSearchAttributeKey(searchAttributes.state, 'KEYWORD');

export interface AnnounceInput extends Announcement {
  integration: IntegrationRef;
  sourceId: string;
}

/** Tells an order's one run of it, starting it if none is open (promise 1). */
export const announceOrder =
  (client: Client) =>
  async ({ integration, sourceId, ...announcement }: AnnounceInput): Promise<void> => {
    await client.workflow.signalWithStart<(input: OrderInput) => Promise<unknown>, [Announcement]>(orderWorkflow, {
      workflowId: orderWorkflowId(integration.id, sourceId),
      taskQueue: workflowQueue,
      args: [{ integration, sourceId }],
      signal: announced,
      signalArgs: [announcement],
      workflowTaskTimeout: '5 seconds',
      priority: { priorityKey: announcement.lane === 'live' ? priorities.live : priorities.walk },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: integrationKey, value: integration.id },
        { key: stateKey, value: 'importing' },
      ]),
    });
  };
