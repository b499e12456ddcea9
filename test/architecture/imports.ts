/** What a file imports, and which of it its folder may (style-examples 3.2). */
import { posix } from 'node:path';
import { codeOf } from './source.ts';

export interface Import {
  /** as written */
  from: string;
  typeOnly: boolean;
}

/** `import { type A }` counts as a value: with verbatimModuleSyntax the module is still loaded. */
export function importsOf(source: string): Import[] {
  const code = codeOf(source);
  const at = (match: RegExpExecArray): string => {
    const start = match.index + match[0].length;
    const quote = code[start - 1] ?? "'";
    return source.slice(start, code.indexOf(quote, start));
  };
  const statements = [...code.matchAll(/(?:^|[;}\n])\s*(?:import|export)\s+(?<type>type\s+)?(?:[\w*{}\s,$]+?\s+from\s*)?['"]/g)];
  const calls = [...code.matchAll(/(?<type>\btypeof\s+)?\b(?:import|require)\s*\(\s*['"`]/g)];
  return [...statements, ...calls].map((match) => ({ from: at(match), typeOnly: match.groups?.['type'] !== undefined }));
}

interface FolderRule {
  /** project paths that values may come from: "folder/" or "folder/file" */
  values: readonly string[];
  types?: readonly string[];
  packages: readonly string[];
}

const clientPackages = ['@temporalio/client', '@temporalio/common', 'zod'];
const messages = 'workflows/messages';

/** The own folder is always allowed, Node's own modules everywhere but in domain/ and workflows/. */
export const folderRules: Readonly<Record<string, FolderRule>> = {
  domain: { values: [], packages: [] },
  workflows: { values: ['domain/'], types: ['activities/'], packages: ['@temporalio/workflow', '@temporalio/common'] }, // of the second, error classes that the first does not export
  activities: { values: ['ledger/', 'domain/'], packages: ['zod', 'undici', '@temporalio/activity', 'entities', 'libphonenumber-js', 'decimal.js', 'temporal-polyfill'] },
  ledger: { values: ['domain/'], packages: ['kysely', 'pg', 'libsql'] },
  worker: {
    // the queues' names live in messages; the rest of workflows/ is known by path only
    values: ['activities/', 'ledger/', 'domain/', messages],
    types: ['workflows/'],
    packages: ['@temporalio/*', 'zod', 'yaml', 'hono', '@hono/node-server', 'pino', 'prom-client', 'protobufjs', 'undici'],
  },
  gateway: {
    // of the worker's, what both processes must agree on: addresses, keys and codec, settings, how Temporal is told
    values: [messages, 'domain/', ...['hooks', 'hook-keys', 'codec', 'temporal-client', 'config', 'environment', 'secrets', 'mistakes', 'health', 'log'].map((name) => `worker/${name}`)],
    types: ['workflows/'],
    packages: [...clientPackages, 'hono', '@hono/node-server', 'pino', 'prom-client'],
  },
  scripts: {
    values: [messages, 'domain/', 'worker/', 'ledger/', 'gateway/main'], // the program starts every process
    types: ['workflows/', 'activities/'],
    packages: [...clientPackages, '@temporalio/worker', 'undici', 'yaml', 'commander', '@clack/prompts', 'cli-table3', 'pino', 'tsx', 'hono', '@hono/node-server'],
  },
  console: { values: ['ledger/', messages, 'domain/'], types: ['workflows/'], packages: [...clientPackages, 'hono', '@hono/node-server'] },
  sandbox: { values: [], packages: ['zod', 'hono', '@hono/node-server', 'temporal-polyfill', 'decimal.js', 'graphql', 'graphql-http', 'soap'] },
};

/** The demo, the judge, the benches and the recorder of histories drive the simulated systems; nothing else of ours does. */
const driversOfSandboxes = /^scripts\/(?:demo|judge|bench|record-histories|setup)/;

/** One sentence for each import of this file that its folder may not have. */
export function forbiddenImports(file: string, source: string): string[] {
  const folder = file.split('/')[0] ?? '';
  const rule = folderRules[folder];
  if (rule === undefined) return [];
  return importsOf(source).flatMap((one) => {
    const problem = one.from.startsWith('.') ? wrongPath(file, folder, rule, one) : wrongPackage(folder, rule, one.from);
    return problem === undefined ? [] : [`${file}: ${problem}`];
  });
}

function wrongPath(file: string, folder: string, rule: FolderRule, { from, typeOnly }: Import): string | undefined {
  const target = posix.join(posix.dirname(file), from);
  if (!/\.(?:ts|cjs|json)$/.test(from)) return `${from} lacks its extension`;
  const [targetFolder, targetSystem] = target.split('/');
  if (targetFolder === folder) {
    const system = file.split('/').length > 2 ? file.split('/')[1] : undefined;
    const crosses = folder === 'activities' && target.split('/').length > 2 && targetSystem !== system;
    return crosses ? `a connector is known to the worker alone: ${target}` : undefined;
  }
  if (targetFolder === 'sandbox' && driversOfSandboxes.test(file)) return undefined;
  const allowed = typeOnly ? [...rule.values, ...(rule.types ?? [])] : rule.values;
  if (allowed.some((place) => (place.endsWith('/') ? target.startsWith(place) : target === `${place}.ts`))) return undefined;
  return `${folder}/ may not import ${typeOnly ? 'types' : 'values'} from ${target}`;
}

function wrongPackage(folder: string, rule: FolderRule, from: string): string | undefined {
  if (from.startsWith('node:')) return folder === 'domain' || folder === 'workflows' ? `${folder}/ may not import ${from}` : undefined;
  const name = packageOf(from);
  const allowed = rule.packages.some((one) => (one.endsWith('/*') ? name.startsWith(one.slice(0, -1)) : name === one));
  return allowed ? undefined : `${folder}/ may not import the package ${name}`;
}

/** "@scope/name/sub" belongs to the package "@scope/name". */
export const packageOf = (from: string): string => from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/');
