/** `npm run rules`: every rule of the rulebook with the tests that prove it; `--missing` lists those that none proves yet. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';

const root = fileURLToPath(new URL('../', import.meta.url));

const bookSchema = z.strictObject({
  /** families of flows that exist now: only their rules must have a test */
  delivered: z.array(z.string()),
  rules: z.array(z.strictObject({ id: z.string().regex(/^[GRASIKN]\d+$/), since: z.string(), rule: z.string() })),
});
type Rule = z.infer<typeof bookSchema>['rules'][number];

export interface ProvenRule extends Rule {
  delivered: boolean;
  tests: { file: string; title: string }[];
}

/** Titles that begin with rule ids: 'R14 R17 …'. Skipped and planned tests prove nothing. */
export function titlesIn(source: string): { ids: string[]; title: string }[] {
  const literal = /(?:\b(?:test|it|describe)(?:\.(?!skip\b|todo\b)\w+)*|\))\(\s*(['"`])((?:[GRASIKN]\d+[ ,:]+)+(?:\\.|(?!\1)[^\\])*)\1/g;
  return [...source.matchAll(literal)].map((match) => {
    const title = (match[2] ?? '').replaceAll(/\\(.)/g, '$1');
    const ids = /^(?:[GRASIKN]\d+[ ,:]+)+/.exec(title)?.[0] ?? '';
    return { ids: ids.split(/[ ,:]+/).filter((id) => id !== ''), title };
  });
}

/** @throws Error when a test names a rule that the book does not have */
export function proveRules(book: z.infer<typeof bookSchema>, files: { file: string; source: string }[]): ProvenRule[] {
  const proven = new Map(book.rules.map((rule): [string, ProvenRule] => [rule.id, { ...rule, delivered: book.delivered.includes(rule.since), tests: [] }]));
  for (const { file, source } of files) {
    for (const { ids, title } of titlesIn(source)) {
      for (const id of ids) {
        const rule = proven.get(id);
        if (rule === undefined) throw new Error(`${file}: there is no rule ${id} ("${title}")`);
        rule.tests.push({ file, title });
      }
    }
  }
  return [...proven.values()];
}

/** The rules of rules.json with what stands in test/. */
export function readRules(): ProvenRule[] {
  const book = bookSchema.parse(JSON.parse(readFileSync(join(root, 'scripts/rules.json'), 'utf8')));
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'));
  return proveRules(
    book,
    names.toSorted().map((name) => ({ file: `test/${name.replaceAll('\\', '/')}`, source: readFileSync(join(root, 'test', name), 'utf8') })),
  );
}

/** `all` adds the rules of flows that do not exist yet. */
export const missingOf = (rules: readonly ProvenRule[], all: boolean): ProvenRule[] => rules.filter((rule) => rule.tests.length === 0 && (all || rule.delivered));

function print(rules: readonly ProvenRule[]): void {
  for (const { id, rule, tests, delivered, since } of rules) {
    process.stdout.write(`${id.padEnd(4)} ${rule}\n`);
    for (const { file, title } of tests) process.stdout.write(`       ${title}  (${file})\n`);
    if (tests.length === 0 && !delivered) process.stdout.write(`       comes with ${since}\n`);
  }
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const { values } = parseArgs({ options: { missing: { type: 'boolean' }, all: { type: 'boolean' }, json: { type: 'boolean' } } });
  const rules = readRules();
  const shown = values.missing ? missingOf(rules, values.all ?? false) : rules;
  if (values.json) process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  else print(shown);
}
