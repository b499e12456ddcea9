/** README.md says what is there: its links, files, commands, settings, variables and rules are those of the project. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readRules, titlesIn } from '../../scripts/rules.ts';
import { importOrdersSchema } from '../../worker/order-config.ts';
import { systems } from '../../worker/systems.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(`${root}${file}`, 'utf8');
const readme = read('README.md');

/** Fenced blocks line by line, and `code` in the text. */
const fence = /^```\w*\n([\s\S]*?)^```$/gm;
const blockLines = [...readme.matchAll(fence)].flatMap((block) => (block[1] ?? '').split('\n'));
const spans = [...readme.replaceAll(fence, '').matchAll(/`([^`\n]+)`/g)].map((span) => span[1] ?? '');
const code = [...blockLines, ...spans];

/** The first group of each match. */
const groups = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
const missingFrom = (wanted: Iterable<string>, there: Iterable<string>): string[] => [...new Set(wanted)].filter((one) => !new Set(there).has(one));

test('the first screen has the two commands', () => {
  const firstScreen = readme.split('\n').slice(0, 40);
  expect(firstScreen).toContain('npm ci && npm run demo');
  expect(firstScreen).toContain('npm ci && npm test');
});

test('each link leads to a file or a heading', () => {
  const links = groups(readme, /\]\(([^)]+)\)/g);
  const anchors = groups(readme, /^#+ (.+)$/gm).map((title) => `#${title.toLowerCase().replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-')}`);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => (link.startsWith('#') ? !anchors.includes(link) : !existsSync(`${root}${link}`)))).toEqual([]);
});

test('each file and folder that is named exists', () => {
  const notOurs = /^(?:https?:|postgres:|[/~]|shop-to-books\/|wc\/v3$|\.\.\/shared\/)/;
  const madeByTheOperator = /^(?:waybill\.yaml|secrets\/.+|\.waybill\/|ledger\.db)$/;
  const named = spans.filter((span) => /^[\w./-]+$/.test(span) && (span.includes('/') || /\.(?:ts|mjs|md|ya?ml|json)$/.test(span)));
  const files = named.filter((name) => !notOurs.test(name) && !madeByTheOperator.test(name));
  const inAConnector = new Set(readdirSync(`${root}activities/roapp`));
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !existsSync(`${root}${file}`) && !inAConnector.has(file))).toEqual([]);
});

test('the commands are those of the program, no more and no fewer', () => {
  const verbs = groups(read('scripts/waybill.ts'), /program\s*\.command\('([\w-]+)/g);
  const option = String.raw`(?: (?:--(?:home|config|operator) \S+|--(?:demo|json|yes)|-y))*`;
  const inReadme = code.flatMap((line) => groups(line, new RegExp(String.raw`(?:^|npx )waybill${option} ([a-z][a-z-]*)`, 'g')));
  const inTable = groups(readme, /^\| (`waybill [^|]*) \|/gm).flatMap((cell) => groups(cell, /`waybill ([a-z-]+)/g));
  expect(verbs.length).toBeGreaterThan(15);
  expect(missingFrom(inReadme, verbs)).toEqual([]);
  expect(inTable.toSorted()).toEqual(verbs.toSorted());
});

test('each option of a command is one that the program has', () => {
  const program = read('scripts/waybill.ts');
  const options = code.filter((text) => /^(?:npx )?waybill |^--/.test(text)).flatMap((text) => groups(text, /(--[a-z][a-z-]*)/g));
  const ofTemporal = ['--codec-endpoint', '--codec-auth'];
  expect(options.length).toBeGreaterThan(10);
  const ofTools = read('scripts/judge/options.ts') + read('scripts/bench/options.ts');
  expect(options.filter((option) => !program.includes(option) && !ofTemporal.includes(option) && !ofTools.includes(option))).toEqual([]);
});

test('each npm script that is named exists', () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
  expect(missingFrom(groups(readme, /npm run ([\w:]+)/g), Object.keys(scripts))).toEqual([]);
});

test.each(['woocommerce', 'cartum', 'shopify', 'roapp'])('each setting of %s is explained', (system) => {
  expect(systems[system]?.allowedKeys.length).toBeGreaterThan(5);
  expect(missingFrom(systems[system]?.allowedKeys ?? [], spans)).toEqual([]);
});

/** The table row whose first cell names the setting. */
const settingRow = (setting: string): string => readme.split('\n').find((line) => line.startsWith('| ') && line.split(' | ')[0]?.includes(`\`${setting}\``)) ?? '';

test('each setting of an integration is explained, with its default', () => {
  const defaults = Object.entries(importOrdersSchema.parse({})).flatMap(([setting, value]) => (typeof value === 'string' || typeof value === 'number' ? [{ setting, value: `${value}` }] : []));
  expect(defaults.length).toBeGreaterThan(3);
  expect(missingFrom(Object.keys(importOrdersSchema.shape), spans)).toEqual([]);
  expect(defaults.filter(({ setting, value }) => !settingRow(setting).includes(value))).toEqual([]);
});

test('each environment variable is explained, and none that nothing reads', () => {
  const environment = read('worker/environment.ts');
  const known = [...groups(environment, /^ {2}([A-Z][A-Z_]+):/gm), 'WAYBILL_DIGEST_SECRET', 'WAYBILL_KEYS'];
  const readers = [environment, read('scripts/session.ts'), read('scripts/setup/cache.ts'), read('gateway/environment.ts')].join('\n');
  expect(known.length).toBeGreaterThan(10);
  expect(missingFrom(known, spans)).toEqual([]);
  expect(groups(readme, /\b((?:WAYBILL|LEDGER)_[A-Z_]+)/g).filter((name) => !readers.includes(name.replace(/_FILE$/, '')))).toEqual([]);
});

test('the metrics are those of the worker', () => {
  const metrics = groups(read('worker/metrics.ts'), /gauge\('(\w+)'/g);
  expect(spans.filter((span) => /^waybill_\w+$/.test(span)).toSorted()).toEqual(metrics.toSorted());
});

const rowsOf = (text: string) => [...text.matchAll(/^\| ([GRASIKN]\d+) \| .+ \| (.+) \|$/gm)].map((row) => ({ id: row[1] ?? '', tests: groups(row[2] ?? '', /`([^`]+)`/g) }));
const ruleRows = [...rowsOf(readme), ...rowsOf(read('docs/contacts.md'))];

test('the rules are those that are delivered, here or with the contacts', () => {
  const delivered = readRules().filter((rule) => rule.delivered).map(({ id }) => id);
  expect(missingFrom(delivered, ruleRows.map(({ id }) => id))).toEqual([]);
  expect(missingFrom(rowsOf(readme).map(({ id }) => id), delivered)).toEqual([]);
});

const proves = (file: string, id: string): boolean => titlesIn(read(file)).some((title) => title.ids.includes(id));

test('each test file beside a rule proves it', () => {
  const pairs = ruleRows.flatMap(({ id, tests }) => tests.map((file) => ({ id, file })));
  expect(pairs.length).toBeGreaterThan(30);
  expect(pairs.filter(({ id, file }) => !existsSync(`${root}${file}`) || !proves(file, id))).toEqual([]);
});

test('it stays readable: about four hundred lines, and nothing of one machine', () => {
  expect(readme.split('\n').length).toBeLessThanOrEqual(400);
  expect(readme).not.toMatch(/\/(?:root|home|Users)\//);
});
