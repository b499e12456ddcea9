/** What scripts ask of the systems: answered by steps, since only the worker knows API keys. Nothing here writes outside. */
import { setWorkflowOptions, sleep } from '@temporalio/workflow';
import type { IntegrationRef } from '../domain/ports.ts';
import { ledgerSteps, systemsForQuestions } from './connect.ts';
import type { CheckInput, CheckResult, LookalikesInput, LookalikesResult, PlanInput, PlannedRecord, PlanResult, ReadOneOrderInput, ReadOneOrderResult, WebhooksInput, WebhooksResult } from './messages.ts';
import { parkedBy } from './trouble.ts';
import { pinned } from './release.ts';

// each is over within minutes: it ends in the release that began it (design 3)
const questions: ((input: never) => Promise<unknown>)[] = [checkIntegration, ensureWebhooks, findLookalikes, planImport, readOneOrder];
for (const question of questions) setWorkflowOptions(pinned, question);

/** Credentials, currency, rights and settings of both sides. */
export async function checkIntegration({ integration, withStatuses }: CheckInput): Promise<CheckResult> {
  const { source, target } = systemsForQuestions(integration);
  const targetRows = await target.checkTarget({ integration, lane: 'live' }); // first: the source compares its currency with the target's
  const sourceRows = await source.checkSource({ integration, lane: 'live' });
  // without credentials there is nothing to ask
  if (!withStatuses || [sourceRows, targetRows].some((rows) => rows[0]?.state === 'not ok')) return { target: targetRows, source: sourceRows };
  return { target: targetRows, source: sourceRows, statuses: { platform: await source.listStatuses({ integration, lane: 'live' }), books: await target.listStatuses({ integration, lane: 'live' }) } };
}

/** N12: what an import would write, field by field; writes nothing. */
export async function planImport({ integration, sourceIds, limit }: PlanInput): Promise<PlanResult> {
  const listed = sourceIds === undefined ? await listWindow(integration, limit) : { sourceIds };
  const records: PlannedRecord[] = [];
  for (const sourceId of listed.sourceIds.slice(0, limit)) records.push(await planOne(integration, sourceId, sourceIds !== undefined));
  return { records, ...('total' in listed && listed.total !== undefined ? { total: listed.total } : {}) };
}

async function listWindow(integration: IntegrationRef, limit: number): Promise<{ sourceIds: string[]; total?: number }> {
  const { source } = systemsForQuestions(integration);
  const sourceIds: string[] = [];
  let cursor: string | undefined;
  let total: number | undefined;
  do {
    const page = await source.readPage({ integration, lane: 'live', walk: 'backfill', dryRun: true, limit: limit - sourceIds.length, ...(cursor === undefined ? {} : { cursor }) });
    sourceIds.push(...(page.sourceIds ?? []));
    total ??= page.total;
    cursor = page.nextCursor;
  } while (cursor !== undefined && sourceIds.length < limit);
  return { sourceIds, ...(total === undefined ? {} : { total }) };
}

async function planOne(integration: IntegrationRef, sourceId: string, byOperator: boolean): Promise<PlannedRecord> {
  const { source, target } = systemsForQuestions(integration);
  try {
    const reading = await source.readOrder({ integration, lane: 'live', sourceId, dryRun: true, byOperator });
    if (reading.kind === 'skip') return { sourceId, ...(reading.number === undefined ? {} : { number: reading.number }), plan: { kind: 'skip', reason: reading.reason, ...(reading.detail === undefined ? {} : { detail: reading.detail }) } };
    if (reading.kind === 'park') return { sourceId, plan: { kind: 'park', reason: reading.reason, detail: reading.detail } };
    return { sourceId, number: reading.order.number, plan: { kind: 'create', order: await target.planOrder({ integration, lane: 'live', order: reading.order }) } };
  } catch (error) {
    const { reason, detail } = parkedBy(error);
    return { sourceId, plan: { kind: 'park', reason, detail: detail ?? '' } };
  }
}

/** N16: orders that already stand in the target without our marker. */
export async function findLookalikes({ integration }: LookalikesInput): Promise<LookalikesResult> {
  const { source, target } = systemsForQuestions(integration);
  const result: LookalikesResult = { compared: 0, lookalikes: [] };
  let cursor: string | undefined;
  do {
    const page = await source.readPage({ integration, lane: 'live', walk: 'backfill', ...(cursor === undefined ? {} : { cursor }) });
    if (page.page !== undefined) {
      const summaries = await source.summarisePage({ integration, lane: 'live', page: page.page });
      result.compared += summaries.length;
      result.lookalikes.push(...(await target.findLookalikes({ integration, lane: 'live', summaries })));
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return result;
}

/** One order as the platform has it now, for `edit`: nothing is decided and nothing written. */
export async function readOneOrder({ integration, sourceId }: ReadOneOrderInput): Promise<ReadOneOrderResult> {
  return systemsForQuestions(integration).source.readOrder({ integration, lane: 'live', sourceId, dryRun: true, byOperator: true, fresh: true });
}

/** Who removes several subscriptions in a panel removes them one after the other, and each is told of: one run for all of them. */
const removing = '15 seconds';

/** Registers what the platform is to tell us, or says what is missing. */
export async function ensureWebhooks({ integration, forget }: WebhooksInput): Promise<WebhooksResult> {
  if (forget) {
    await sleep(removing);
    await ledgerSteps('live').forgetWebhooks({ connection: integration.source });
  }
  return { rows: await systemsForQuestions(integration).source.ensureWebhooks({ integration, lane: 'live' }) };
}
