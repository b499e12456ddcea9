/** `waybill webhooks`: what each connection is told of, registered where the API allows it and named where it is made by hand. */
import { contactWebhooksWorkflow, webhooksWorkflow, type WebhooksInput, type WebhooksResult } from '../workflows/messages.ts';
import { hookAddress } from '../worker/hooks.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import { recordAct } from './act.ts';
import { parseWebhooks } from './answers.ts';
import { askSystems } from './ask-systems.ts';
import { exportsFor, integrationsFor } from './integration.ts';
import { bad, bold, dim, exitCodes, good, say, sayJson, sayTable } from './print.ts';
import type { Session } from './session.ts';

export async function webhooks(session: Session, id: string | undefined): Promise<number> {
  const results = [];
  for (const ref of integrationsFor(session, id)) results.push(await webhooksOf(session, ref));
  for (const { ref } of exportsFor(session, id)) {
    if (!session.asJson) sayApplication(session, ref.source); // before the shop is asked: an application that is not installed yet may ask nothing
    results.push(await webhooksOf(session, ref, contactWebhooksWorkflow));
  }
  if (session.asJson) sayJson(results);
  else results.forEach(sayWebhooks);
  return results.every(({ rows }) => rows.every(({ state }) => state !== 'missing')) ? exitCodes.done : exitCodes.foundWrong;
}

/** Where the platform tells of the application that a connection logs in with (contract shoper 2). */
function sayApplication({ config, environment: { hooks } }: Session, connection: string): void {
  const settings = config.connections.find(({ id }) => id === connection)?.settings;
  if (hooks === undefined || settings?.['appstoreSecret'] === undefined) return;
  say(`\nBy hand, in the App Store’s panel: the application’s address for installation, upgrade and removal. It is a secret.\n  ${hookAddress(hooks.publicUrl, hooks.secret, connection)}`);
}

/** Registers those of one integration, and says at which address the target's own is to be made by hand. */
export async function webhooksOf(session: Session, ref: IntegrationRef, workflow: string = webhooksWorkflow) {
  await session.ensureApplied(ref.id);
  await recordAct(session, { verb: 'webhooks', subject: `integration:${ref.id}` });
  const input: WebhooksInput = { integration: ref };
  const { rows } = await askSystems<WebhooksResult>(session.client, { kind: 'webhooks', workflow, integration: ref.id, input }, parseWebhooks);
  const { hooks } = session.environment;
  const byHand = hooks === undefined ? undefined : hookAddress(hooks.publicUrl, hooks.secret, ref.target);
  return { integration: ref.id, source: ref.source, target: ref.target, isOfContacts: workflow === contactWebhooksWorkflow, rows, ...(byHand === undefined ? {} : { targetAddress: byHand }) };
}

const signs = { 'by hand': dim('by hand'), there: good('there'), made: good('made'), mended: good('mended'), missing: bad('missing') } as const;

function sayWebhooks({ integration, source, target, isOfContacts, rows, targetAddress }: Awaited<ReturnType<typeof webhooksOf>>): void {
  say(`\n${bold(integration)}`);
  sayTable([`from ${source}`, 'state', 'found'], rows.map(({ topic, state, found }) => [topic, signs[state], found]));
  if (targetAddress === undefined) return say(dim('  No gateway is configured (WAYBILL_HOOKS_URL, WAYBILL_HOOKS_SECRET): changes are found by the sweep.'));
  if (isOfContacts) return say(`  By hand, in ${target} (SARE: Zaawansowane > API, after its support has activated webhooks): unsubscribes and bounces, to this address. It is a secret, since these webhooks are not signed:\n  ${targetAddress}`);
  say(`  By hand, in the panel of ${target} (RO App: Settings > API > Webhooks): address, events Order.Status.Changed and Order.Deleted;`);
  say(`  and put the secret that the panel shows into webhookSecret of the connection. The address is a secret, too:\n  ${targetAddress}`);
  return undefined;
}
