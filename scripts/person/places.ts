/** Which integrations and connections are a company's: those of the settings file, and those the ledger has settings of (N17). */
import { z } from 'zod';
import type { IntegrationRef } from '../../domain/ports.ts';
import { connectionSubject, integrationSubject } from '../../worker/settings-versions.ts';
import type { Session } from '../session.ts';

export interface Places {
  integrations: IntegrationRef[];
  connections: { id: string; system: string }[];
}

const integrationBody = z.object({ company: z.string(), source: z.string(), target: z.string() });
const connectionBody = z.object({ company: z.string(), system: z.string() });

export async function placesOf({ config, ledger }: Pick<Session, 'config' | 'ledger'>, company: string): Promise<Places> {
  const integrations = new Map<string, IntegrationRef>();
  for (const { subject, body } of await ledger.settings.listCurrent(integrationSubject(''))) {
    const read = integrationBody.safeParse(JSON.parse(body)).data;
    const id = subject.slice(integrationSubject('').length);
    if (read?.company === company) integrations.set(id, { id, company, source: read.source, target: read.target });
  }
  for (const { ref } of [...config.integrations, ...config.exports]) if (ref.company === company) integrations.set(ref.id, ref);
  const connections = new Map<string, string>();
  for (const { subject, body } of await ledger.settings.listCurrent(connectionSubject(''))) {
    const read = connectionBody.safeParse(JSON.parse(body)).data;
    if (read?.company === company) connections.set(subject.slice(connectionSubject('').length), read.system);
  }
  for (const { id, company: whose, system } of config.connections) if (whose === company) connections.set(id, system);
  return { integrations: [...integrations.values()], connections: [...connections].map(([id, system]) => ({ id, system })) };
}
