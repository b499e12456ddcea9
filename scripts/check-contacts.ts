/** `waybill check` for contacts: both systems, the mapping against what they report, the groups there are. */
import { checkContactsWorkflow, type CheckContactsResult, type CheckInput } from '../workflows/messages.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import { parseContactCheck } from './answers.ts';
import { askSystems } from './ask-systems.ts';
import { sayCheck } from './check-table.ts';
import { say, sayTable } from './print.ts';
import type { Session } from './session.ts';

export async function runContactCheck(session: Session, integration: IntegrationRef): Promise<CheckContactsResult> {
  await session.ensureApplied(integration.id);
  const input: CheckInput = { integration };
  return askSystems(session.client, { kind: 'check', workflow: checkContactsWorkflow, integration: integration.id, input }, parseContactCheck);
}

export function sayContactCheck(title: string, result: CheckContactsResult): void {
  sayCheck(`${title}: check`, result);
  if (result.groups.length > 0) say(`\ngroups: ${result.groups.map(({ id, name }) => `${id} (${name})`).join(', ')}`);
  const rows = [
    ...result.properties.customer.map(({ name, label }) => ['customers, from', name, label]),
    ...result.properties.subscriber.map(({ name, label }) => ['subscribers, from', name, label]),
    ...result.traits.map(({ name, label }) => ['trait', name, label]),
  ];
  if (rows.length > 0) sayTable(['for a mapping row', 'name', 'label'], rows);
}
