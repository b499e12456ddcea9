/** From the settings file to what workflows are told. */
import type { IntegrationRef } from '../domain/ports.ts';
import type { ImportOrdersSettings } from '../domain/settings.ts';
import { Complaint } from './print.ts';
import type { Session } from './session.ts';

interface Configured {
  ref: IntegrationRef;
  settings: ImportOrdersSettings;
}

/** @throws Complaint naming the integrations there are */
export function getConfigured({ config }: Pick<Session, 'config'>, id: string): Configured {
  const integration = config.integrations.find((candidate) => candidate.ref.id === id);
  if (!integration) throw new Complaint(`no integration "${id}" in the settings; there is ${config.integrations.map((candidate) => candidate.ref.id).join(', ') || 'none'}`);
  return integration;
}

export const getIntegration = (session: Pick<Session, 'config'>, id: string): IntegrationRef => getConfigured(session, id).ref;

/** The integration named, or all of them. */
export const integrationsFor = (session: Pick<Session, 'config'>, id: string | undefined): IntegrationRef[] =>
  id === undefined ? session.config.integrations.map((integration) => integration.ref) : [getIntegration(session, id)];
