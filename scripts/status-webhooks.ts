/** Which webhooks an integration lives on: when each was heard last, and what the sweep found without it (N22). */
import type { IntegrationRef } from '../domain/ports.ts';
import { readHeard, type HeardTopic } from '../ledger/heard.ts';
import { dim, say, sayTable } from './print.ts';
import type { Session } from './session.ts';

/** Of both connections; one that has no webhooks adds nothing. */
export async function webhookTopicsOf({ config, ledger }: Pick<Session, 'config' | 'ledger'>, { id, source, target }: IntegrationRef): Promise<HeardTopic[]> {
  const system = (connection: string): string => config.connections.find((one) => one.id === connection)?.system ?? '';
  return (await Promise.all([source, target].map(async (connection) => readHeard(ledger, { connection, system: system(connection), integration: id })))).flat();
}

/** Nothing is said where no gateway is configured and none was ever heard. */
export function sayWebhookTopics({ environment }: Pick<Session, 'environment'>, topics: readonly HeardTopic[]): void {
  const isHeard = topics.some(({ heardAt }) => heardAt !== null);
  if (environment.hooks === undefined && !isHeard) return say(dim('  no gateway is configured: changes are found by the sweep'));
  sayTable(['  webhook', 'of', 'heard last', 'the sweep found since'], topics.map(({ topic, connection, heardAt, foundBySweepSince }) => [`  ${topic}`, connection, heardAt ?? 'not yet', foundBySweepSince ?? '-']));
  say(dim('  -: a sweep cannot know that it was this webhook that kept silent'));
  return undefined;
}
