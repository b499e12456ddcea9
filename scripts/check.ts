/** `waybill check`: credentials, currency, rights and settings of both systems of an integration, each with the step to take. */
import { checkWorkflow, type CheckInput, type CheckResult } from '../workflows/messages.ts';
import { mistakesOfTable } from '../domain/order-status.ts';
import type { CheckRow, IntegrationRef } from '../domain/ports.ts';
import type { StatusPair } from '../domain/settings.ts';
import { askSystems } from './ask-systems.ts';
import { runContactCheck, sayContactCheck } from './check-contacts.ts';
import { exportsFor, getConfigured, integrationsFor } from './integration.ts';
import { parseCheckResult } from './answers.ts';
import { sayCheck } from './check-table.ts';
import { exitCodes, sayJson } from './print.ts';
import type { Session } from './session.ts';

export async function check(session: Session, id: string | undefined): Promise<number> {
  const results = [];
  for (const integration of integrationsFor(session, id)) results.push({ integration: integration.id, ...(await runCheck(session, integration)) });
  const contacts = [];
  for (const { ref } of exportsFor(session, id)) contacts.push({ integration: ref.id, ...(await runContactCheck(session, ref)) });
  if (session.asJson) sayJson([...results, ...contacts]);
  else {
    for (const result of results) sayCheck(result.integration, result);
    for (const result of contacts) sayContactCheck(result.integration, result);
  }
  return [...results, ...contacts].every(isAllOk) ? exitCodes.done : exitCodes.foundWrong;
}

export async function runCheck(session: Session, integration: IntegrationRef): Promise<CheckResult> {
  await session.ensureApplied(integration.id);
  const { statuses } = getConfigured(session, integration.id).settings;
  const input: CheckInput = { integration, ...(statuses.length > 0 ? { withStatuses: true } : {}) };
  const result = await askSystems(session.client, { kind: 'check', workflow: checkWorkflow, integration: integration.id, input }, parseCheckResult);
  return result.statuses === undefined ? result : { ...result, target: [...result.target, tableRow(statuses, result.statuses)] };
}

const namesOf = (side: { id: string; name: string }[]): string => side.map(({ id, name }) => `${id} (${name})`).join(', ');

/** Decision on R6, R11. */
function tableRow(table: StatusPair[], { platform, books }: NonNullable<CheckResult['statuses']>): CheckRow {
  const what = 'status table (R6, R11)';
  const mistakes = mistakesOfTable(table, books, platform);
  if (mistakes.length === 0) return { what, state: 'ok', found: `${table.length} rows; what is not in the table is left alone.` };
  return { what, state: 'not ok', found: `${mistakes.join('; ')}.`, step: `Correct \`statuses\`. Platform: ${namesOf(platform)}. Books: ${namesOf(books)}.` };
}

/** *Cannot be read* is no mistake: the operator looks at the place that is named. */
export const isAllOk = ({ source, target }: Pick<CheckResult, 'source' | 'target'>): boolean => [...source, ...target].every((row) => row.state !== 'not ok');
