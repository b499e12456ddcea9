/** Adds entries to a settings file without touching what stands there: its lines, order and comments stay as they are. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar, isSeq, parse, parseDocument, visit, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { Complaint } from '../print.ts';

export const sections = ['companies', 'connections', 'integrations'] as const;
export type Section = (typeof sections)[number];

/** An entry of a section, and what is said beside it. */
export interface Entry {
  values: Record<string, unknown>;
  /** field → sentence above it */
  whys: Readonly<Record<string, string>>;
  /** lines below the last field */
  closing?: string;
}

export type Additions = Partial<Record<Section, Entry>>;

export const newFile = '# Waybill settings. Secrets are references: { env: NAME } or { file: path }. `waybill check` lists every mistake with its line.\n';

const lists = z.looseObject({ companies: z.array(z.unknown()).nullish(), connections: z.array(z.unknown()).nullish(), integrations: z.array(z.unknown()).nullish() });

/** @throws Complaint when the file is laid out so that nothing can be added without changing what is there */
export function addEntries(text: string, additions: Additions): string {
  let extended = text;
  for (const section of sections) {
    const entry = additions[section];
    if (entry === undefined) continue;
    const before = readLists(extended);
    extended = addEntry(extended, section, entry);
    const after = readLists(extended);
    const others = sections.filter((other) => other !== section);
    const isKept = others.every((other) => isDeepStrictEqual(before[other], after[other])) && isDeepStrictEqual([...(before[section] ?? []), entry.values], after[section]);
    if (!isKept) throw badLayout(section);
  }
  return extended;
}

const badLayout = (section: Section): Complaint => new Complaint(`nothing can be added to ${section} as the settings file is laid out: write it as a list with one entry below the other`);

const readLists = (text: string): z.infer<typeof lists> => lists.safeParse(parse(text) ?? {}).data ?? {};

function addEntry(text: string, section: Section, entry: Entry): string {
  const document = parseDocument(text);
  const root = document.contents;
  const index = isMap(root) ? root.items.findIndex(({ key }) => isScalar(key) && key.value === section) : -1;
  const lines = renderEntry(section, entry).split('\n');
  if (!isMap(root) || index < 0) return `${withLineEnd(text)}\n${lines.join('\n')}`;
  const list = root.items[index]?.value;
  if (isSeq(list) && list.flow === true && list.items.length > 0) throw badLayout(section);
  if (isSeq(list) && list.items.length > 0) return splice(text, endOfSection(text, root, index), `\n${indented(lines.slice(1), columnOf(text, list.range?.[0] ?? 0))}`);
  const key = root.items[index]?.key;
  const keyEnd = (isScalar(key) ? key.range?.[1] : undefined) ?? 0;
  const lineEnd = `${text}\n`.indexOf('\n', keyEnd);
  const head = `${text.slice(0, keyEnd)}${text.slice(keyEnd, lineEnd).replace(/ *(\[ *\]|null|~)/, '')}\n`;
  return splice(`${head}${text.slice(lineEnd + 1)}`, head.length, lines.slice(1).join('\n'));
}

/** A section with this one entry, as it would stand in a new file. */
export function renderEntry(section: Section, { values, whys, closing }: Entry): string {
  const document = new Document({ [section]: [values] });
  const item: unknown = document.getIn([section, 0], true);
  if (!isMap(item)) throw new TypeError('an entry is a map');
  explain(item, whys);
  if (closing !== undefined) item.comment = asComment(closing);
  // short things stand in one line: references of secrets, rows of a mapping
  visit(item, { Map: (_key, node) => { if (node !== item && isShort(node)) node.flow = true; } }); // prettier-ignore
  return document.toString({ lineWidth: 0 });
}

function explain(item: YAMLMap, whys: Entry['whys']): void {
  for (const { key } of item.items) {
    const why = isScalar(key) ? whys[String(key.value)] : undefined;
    if (isScalar(key) && why !== undefined) key.commentBefore = asComment(why);
  }
}

const asComment = (sentence: string): string => sentence.split('\n').map((line) => ` ${line}`).join('\n');

const isShort = (node: unknown): boolean => isMap(node) && node.items.every(({ value }) => isScalar(value));

const withLineEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);

const columnOf = (text: string, offset: number): number => offset - (text.lastIndexOf('\n', offset - 1) + 1);

/** Two columns are what the writer indents by. */
const indented = (lines: string[], column: number): string => lines.map((line) => (line === '' ? '' : `${' '.repeat(column)}${line.slice(2)}`)).join('\n');

/** Before the next section, and before the comments that stand above it. */
function endOfSection(text: string, root: YAMLMap, index: number): number {
  const next = root.items[index + 1]?.key;
  const lines = text.slice(0, isScalar(next) ? next.range?.[0] : undefined).split(/(?<=\n)/);
  while (/^(#.*)?\r?\n?$/.test(lines.at(-1) ?? '-')) lines.pop();
  return lines.join('').length;
}

/** Whole lines; a blank one parts them from what follows. */
function splice(text: string, at: number, added: string): string {
  const rest = text.slice(at);
  return `${withLineEnd(text.slice(0, at))}${added}${rest === '' || rest.startsWith('\n') ? '' : '\n'}${rest}`;
}
