/** Settings as they lie in the ledger: canonical JSON bodies, one a subject, secrets as references; and their reading at every step. */
import { z } from 'zod';
import { SettingsError } from '../activities/errors.ts';
import type { IntegrationRef } from '../domain/ports.ts';
import type { ExportContactsSettings, ImportOrdersSettings } from '../domain/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { CompanyConfig, Config, ConnectionConfig, IntegrationConfig } from './config.ts';
import { exportContactsSchema, type ExportConfig } from './contact-config.ts';
import { importOrdersSchema } from './order-config.ts';
import { resolveSecrets, type Environs } from './secrets.ts';
import { findSystem } from './systems.ts';

export const companySubject = (id: string): string => `company:${id}`;
export const connectionSubject = (id: string): string => `connection:${id}`;
export const integrationSubject = (id: string): string => `integration:${id}`;

export interface SettingsBody {
  subject: string;
  body: string;
}

/** What `apply` gives to the ledger: one body a company, connection and integration. Equal settings have equal bodies. */
export function settingsBodies(config: Config): SettingsBody[] {
  return [
    ...config.companies.map(({ id, name }) => ({ subject: companySubject(id), body: canonicalJson({ name }) })),
    ...config.connections.map(({ id, company, system, settings }) => ({ subject: connectionSubject(id), body: canonicalJson({ company, system, settings }) })),
    ...[...config.integrations, ...config.exports].map(({ flow, ref, settings }) => ({
      subject: integrationSubject(ref.id),
      body: canonicalJson({ flow, company: ref.company, source: ref.source, target: ref.target, settings }),
    })),
  ];
}

/** JSON with sorted keys, so that moving a line changes no version. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

const companyBody = z.object({ name: z.string() });
const connectionBody = z.object({ company: z.string(), system: z.string(), settings: z.record(z.string(), z.unknown()) });
const integrationBody = z.object({ flow: z.literal('import-orders'), company: z.string(), source: z.string(), target: z.string(), settings: importOrdersSchema });

/** @throws SettingsError when the body was written by another release and no longer fits */
export const parseCompany = (id: string, body: string): CompanyConfig => ({ id, ...parseBody(companyBody, companySubject(id), body) });
export const parseConnection = (id: string, body: string): ConnectionConfig => ({ id, ...parseBody(connectionBody, connectionSubject(id), body) });
export function parseIntegration(id: string, body: string): IntegrationConfig {
  const { flow, settings, ...pair } = parseBody(integrationBody, integrationSubject(id), body);
  return { flow, ref: { id, ...pair }, settings };
}

const exportBody = z.object({ flow: z.literal('export-contacts'), company: z.string(), source: z.string(), target: z.string(), settings: exportContactsSchema });

export function parseExport(id: string, body: string): ExportConfig {
  const { flow, settings, ...pair } = parseBody(exportBody, integrationSubject(id), body);
  return { flow, ref: { id, ...pair }, settings };
}

function parseBody<T>(schema: z.ZodType<T>, subject: string, body: string): T {
  const parsed = schema.safeParse(JSON.parse(body));
  if (parsed.success) return parsed.data;
  throw new SettingsError(`${subject}: these settings cannot be used: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
}

export interface Versioned<T> {
  settings: T;
  version: string;
}

export interface SettingsReader {
  /** The connection as applied last, secrets resolved. @throws SettingsError when it is unknown or a secret is not there */
  connection: (id: string) => Promise<Versioned<Record<string, unknown>> & { company: string; system: string }>;
  integration: (id: string) => Promise<Versioned<ImportOrdersSettings> & { ref: IntegrationRef }>;
  /** of the flow *export contacts* */
  contactIntegration: (id: string) => Promise<Versioned<ExportContactsSettings> & { ref: IntegrationRef }>;
}

/** Long enough to spare the ledger, short enough that `apply` is felt at once. */
export const settingsCachedMs = 1_000;

/** Reads the current version at each step, so that `apply` needs no restart. */
export function createSettingsReader(ledger: Pick<Ledger, 'settings'>, environs: Environs): SettingsReader {
  const current = cached(async (subject: string) => {
    const found = await ledger.settings.current(subject);
    if (!found) throw new SettingsError(`${subject} is not known here: waybill apply`);
    return found;
  });
  const [asConnection, asIntegration, asExport] = [remembering(parseConnection), remembering(parseIntegration), remembering(parseExport)];
  return {
    connection: async (id) => {
      const { version, body } = await current(connectionSubject(id));
      const { company, system, settings } = asConnection(id, body);
      const resolved = resolveSecrets(settings, findSystem(system)?.secrets ?? [], environs);
      const missing = resolved.missing.map(({ place }) => place).join(', ');
      if (missing !== '') throw new SettingsError(`connection ${id}: a secret is not there: ${missing}`);
      return { company, system, version, settings: resolved.settings };
    },
    integration: async (id) => {
      const { version, body } = await current(integrationSubject(id));
      const { ref, settings } = asIntegration(id, body);
      return { ref, version, settings };
    },
    contactIntegration: async (id) => {
      const { version, body } = await current(integrationSubject(id));
      const { ref, settings } = asExport(id, body);
      return { ref, version, settings };
    },
  };
}

/** A body is read by its schema once, not at every step. */
function remembering<T>(parse: (id: string, body: string) => T): (id: string, body: string) => T {
  const latest = new Map<string, { body: string; value: T }>();
  return (id, body) => {
    const known = latest.get(id);
    if (known?.body === body) return known.value;
    const value = parse(id, body);
    latest.set(id, { body, value });
    return value;
  };
}

function cached<T>(read: (subject: string) => Promise<T>): (subject: string) => Promise<T> {
  const known = new Map<string, { until: number; value: T }>();
  return async (subject) => {
    const hit = known.get(subject);
    if (hit && performance.now() < hit.until) return hit.value;
    const value = await read(subject);
    known.set(subject, { value, until: performance.now() + settingsCachedMs });
    return value;
  };
}
