/**
 * The settings file `waybill.yaml` (design 6): companies, connections, integrations. Every mistake is listed together, with its line and what is
 * allowed; unknown keys are mistakes; secrets are references only.
 */
import { z } from 'zod';
import type { IntegrationRef } from '../domain/ports.ts';
import type { ImportOrdersSettings } from '../domain/settings.ts';
import { exportContactsKeys, exportContactsSchema, type ExportConfig } from './contact-config.ts';
import { ConfigError, pathText, wordsOfIssue, type Mistake } from './mistakes.ts';
import { importOrdersSchema } from './order-config.ts';
import { readText, resolveSecrets, secretReference, type Environs } from './secrets.ts';
import { readYaml, type SettingsSource } from './settings-source.ts';
import { findSystem, systems, type Role } from './systems.ts';

export interface CompanyConfig {
  id: string;
  name: string;
}

export interface ConnectionConfig {
  id: string;
  company: string;
  system: string;
  /** as written in the file: secrets are references */
  settings: Record<string, unknown>;
}

export interface IntegrationConfig {
  flow: 'import-orders';
  ref: IntegrationRef;
  settings: ImportOrdersSettings;
}

export interface Config {
  companies: CompanyConfig[];
  connections: ConnectionConfig[];
  /** those that bring orders into books */
  integrations: IntegrationConfig[];
  /** those that bring contacts into mailing systems */
  exports: ExportConfig[];
}

export interface ConfigOptions {
  /** where secrets are looked up; absent: references are checked for their form only (scripts that know no API keys) */
  environs?: Environs;
  /** name of the file in messages */
  name?: string;
}

/** Reads and checks the file. @throws ConfigError with all mistakes */
export function readConfig(path: string, options: ConfigOptions = {}): Config {
  const text = readText(path);
  if (text === undefined) throw new ConfigError(path, [{ path: '', message: 'the settings file cannot be read; see waybill.example.yaml' }]);
  return parseConfig(text, { name: path, ...options });
}

/** @throws ConfigError with all mistakes */
export function parseConfig(text: string, { environs, name = 'waybill.yaml' }: ConfigOptions = {}): Config {
  const source = readYaml(text, name);
  const report = reporter(source);
  report.parse(fileSchema, source.value ?? {}, [], Object.keys(fileSchema.shape));
  const config: Config = { companies: [], connections: [], integrations: [], exports: [] };
  for (const [index, entry] of listIn(source.value, 'companies').entries()) addCompany(config, report, entry, ['companies', index]);
  for (const [index, entry] of listIn(source.value, 'connections').entries()) addConnection(config, report, entry, ['connections', index], environs);
  for (const [index, entry] of listIn(source.value, 'integrations').entries()) addIntegration(config, report, entry, ['integrations', index]);
  if (report.mistakes.length > 0) throw new ConfigError(`${name} has mistakes`, report.mistakes.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return config;
}

/** The entries that are there, so that one mistake at the top hides none below. */
function listIn(file: unknown, name: string): unknown[] {
  const lists = z.looseObject({ [name]: z.array(z.unknown()) }).safeParse(file);
  return lists.data?.[name] ?? [];
}

type Path = readonly (string | number)[];

const id = z.string().regex(/^[a-z0-9-]{1,40}$/, 'an id is 1 to 40 of a-z, 0-9 and -');
const fileSchema = z.strictObject({ companies: z.array(z.unknown()).min(1), connections: z.array(z.unknown()).default([]), integrations: z.array(z.unknown()).default([]) });
const companySchema = z.strictObject({ id, name: z.string().trim().min(1) });
const connectionSchema = z.looseObject({ id, company: z.string(), system: z.enum(Object.keys(systems)) });
const integrationSchema = z.strictObject({ id, flow: z.literal('import-orders', 'expected import-orders or export-contacts'), source: z.string(), target: z.string(), ...importOrdersSchema.shape });

interface Report {
  mistakes: Mistake[];
  add: (path: Path, message: string) => void;
  addIssues: (issues: readonly z.core.$ZodIssue[], at: Path, allowed: readonly string[]) => void;
  parse: <T>(schema: z.ZodType<T>, value: unknown, at: Path, allowed: readonly string[]) => T | undefined;
}

function reporter(source: SettingsSource): Report {
  const mistakes: Mistake[] = [];
  const add = (path: Path, message: string) => {
    const line = source.lineOf(path);
    mistakes.push({ path: pathText(path), message, ...(line === undefined ? {} : { line }) });
  };
  const addIssues: Report['addIssues'] = (issues, at, allowed) => {
    for (const issue of issues) {
      const path = [...at, ...issue.path.filter((part) => typeof part !== 'symbol')];
      const { keys, message } = wordsOfIssue(issue, issue.path.length === 0 ? allowed : []);
      if (keys.length === 0) add(path, message);
      for (const key of keys) add([...path, key], message);
    }
  };
  const parse: Report['parse'] = (schema, value, at, allowed) => {
    const parsed = schema.safeParse(value);
    if (!parsed.success) addIssues(parsed.error.issues, at, allowed);
    return parsed.data;
  };
  return { mistakes, add, addIssues, parse };
}

function addCompany(config: Config, report: Report, entry: unknown, at: Path): void {
  const company = report.parse(companySchema, entry, at, Object.keys(companySchema.shape));
  if (!company) return;
  if (config.companies.some((other) => other.id === company.id)) report.add([...at, 'id'], 'this id is given twice');
  config.companies.push(company);
}

function addConnection(config: Config, report: Report, entry: unknown, at: Path, environs: Environs | undefined): void {
  const parsed = report.parse(connectionSchema, entry, at, []);
  if (!parsed) return;
  const { id: connection, company, system, ...settings } = parsed;
  if (config.connections.some((other) => other.id === connection)) report.add([...at, 'id'], 'this id is given twice');
  if (!config.companies.some((known) => known.id === company)) report.add([...at, 'company'], `no such company; allowed: ${listOf(config.companies)}`);
  config.connections.push({ id: connection, company, system, settings });
  checkSettings(report, system, settings, at, environs);
}

/** The system's own schema; secrets that are not there yet are left out of its judgement. */
function checkSettings(report: Report, system: string, settings: Record<string, unknown>, at: Path, environs: Environs | undefined): void {
  const row = findSystem(system);
  if (!row) return;
  const misplaced = row.secrets.filter((field) => settings[field] !== undefined && !secretReference.safeParse(settings[field]).success);
  for (const field of misplaced) report.add([...at, field], 'a secret is given as { env: NAME } or { file: path }, never as text');
  const resolved = resolveSecrets(settings, row.secrets, environs ?? {});
  if (environs) for (const { field, place } of resolved.missing) report.add([...at, field], `${place} is not set`);
  const unknown = new Set([...misplaced, ...resolved.missing.map(({ field }) => field)]);
  const issues = row.check(resolved.settings).filter((issue) => !unknown.has(String(issue.path[0])));
  report.addIssues(issues, at, ['id', 'company', 'system', ...row.allowedKeys]);
}

function addIntegration(config: Config, report: Report, entry: unknown, at: Path): void {
  const flow = z.looseObject({ flow: z.string() }).safeParse(entry).data?.flow;
  if (flow === 'export-contacts') return addExport(config, report, entry, at);
  const parsed = report.parse(integrationSchema, withDefaults(config, entry), at, Object.keys(integrationSchema.shape));
  if (!parsed) return undefined;
  const { id: integration, flow: ours, source, target, ...settings } = parsed;
  const ref = pairOf(config, report, { id: integration, source, target }, { source: 'source', target: 'target' }, at);
  if (ref) config.integrations.push({ flow: ours, ref, settings });
  return undefined;
}

const exportSchema = z.looseObject({ id, flow: z.literal('export-contacts'), source: z.string(), target: z.string() });

function addExport(config: Config, report: Report, entry: unknown, at: Path): void {
  const pair = report.parse(exportSchema, entry, at, []);
  if (!pair) return;
  const { id: integration, flow, source, target, ...given } = pair;
  const settings = report.parse(exportContactsSchema, given, at, ['id', 'flow', 'source', 'target', ...exportContactsKeys]);
  const ref = pairOf(config, report, { id: integration, source, target }, { source: 'contact-source', target: 'contact-target' }, at);
  if (ref && settings) config.exports.push({ flow, ref, settings });
}

/** Both sides of an integration, when they fit. */
function pairOf(config: Config, report: Report, { id: integration, source, target }: { id: string; source: string; target: string }, roles: Record<'source' | 'target', Role>, at: Path): IntegrationRef | undefined {
  if ([...config.integrations, ...config.exports].some((other) => other.ref.id === integration)) report.add([...at, 'id'], 'this id is given twice');
  const from = findSide(config, report, source, { field: 'source', role: roles.source }, at);
  const to = findSide(config, report, target, { field: 'target', role: roles.target }, at);
  if (!from || !to) return undefined;
  if (from.company !== to.company) report.add([...at, 'target'], `source and target belong to different companies (${from.company}, ${to.company})`);
  return { id: integration, company: from.company, source, target };
}

/** What is not said is as the platform of the source side has it. */
function withDefaults(config: Config, entry: unknown): unknown {
  const named = z.looseObject({ source: z.string() }).safeParse(entry);
  if (!named.success) return entry;
  const system = config.connections.find((connection) => connection.id === named.data.source)?.system;
  return { ...findSystem(system ?? '')?.orderDefaults, ...named.data };
}

function findSide(config: Config, report: Report, connection: string, { field, role }: { field: 'source' | 'target'; role: Role }, at: Path): ConnectionConfig | undefined {
  const fits = config.connections.filter(({ system }) => findSystem(system)?.roles.includes(role));
  const found = config.connections.find((known) => known.id === connection);
  if (found && fits.includes(found)) return found;
  report.add([...at, field], `${found ? `${found.system} cannot be a ${wordsOfRole[role]}` : 'no such connection'}; allowed: ${listOf(fits)}`);
  return undefined;
}

const wordsOfRole: Record<Role, string> = { source: 'source', target: 'target', 'contact-source': 'source of contacts', 'contact-target': 'target of contacts' };

const listOf = (things: { id: string }[]): string => things.map((thing) => thing.id).join(', ') || 'none yet';
