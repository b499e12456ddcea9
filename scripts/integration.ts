/** From the settings file to what workflows are told. */
import type { IntegrationRef } from '../domain/ports.ts';
import type { ImportOrdersSettings } from '../domain/settings.ts';
import type { ExportConfig } from '../worker/contact-config.ts';
import { Complaint } from './print.ts';
import type { Session } from './session.ts';

interface Configured {
  ref: IntegrationRef;
  settings: ImportOrdersSettings;
}

/** An integration that brings orders. @throws Complaint naming the integrations there are */
export function getConfigured({ config }: Pick<Session, 'config'>, id: string): Configured {
  const integration = config.integrations.find((candidate) => candidate.ref.id === id);
  if (integration) return integration;
  if (findExport({ config }, id)) throw new Complaint(`${id} brings contacts, not orders: this command is not for it`);
  throw new Complaint(`no integration "${id}" in the settings; there is ${[...config.integrations, ...config.exports].map((candidate) => candidate.ref.id).join(', ') || 'none'}`);
}

/** An integration that brings contacts; undefined: there is none of this id. */
export const findExport = ({ config }: Pick<Session, 'config'>, id: string): ExportConfig | undefined => config.exports.find((candidate) => candidate.ref.id === id);

/** @throws Complaint naming those there are */
export function getExport(session: Pick<Session, 'config'>, id: string): ExportConfig {
  const found = findExport(session, id);
  if (!found) throw new Complaint(`no integration "${id}" that brings contacts; there is ${session.config.exports.map(({ ref }) => ref.id).join(', ') || 'none'}`);
  return found;
}

export const getIntegration = (session: Pick<Session, 'config'>, id: string): IntegrationRef => getConfigured(session, id).ref;

/** The integration named where it brings contacts, or all that do. */
export const exportsFor = ({ config }: Pick<Session, 'config'>, id: string | undefined): ExportConfig[] => config.exports.filter(({ ref }) => id === undefined || ref.id === id);

/** The integration named where it brings orders, or all that do. @throws Complaint when there is none of this id at all */
export const integrationsFor = (session: Pick<Session, 'config'>, id: string | undefined): IntegrationRef[] =>
  id !== undefined && findExport(session, id) ? [] : id === undefined ? session.config.integrations.map((integration) => integration.ref) : [getIntegration(session, id)];
