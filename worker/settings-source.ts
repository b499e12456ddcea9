/** The settings file as YAML that still knows its lines. */
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { ConfigError, type Mistake } from './mistakes.ts';

export interface SettingsSource {
  /** plain values */
  value: unknown;
  /** line of the value at this path, or of the nearest thing around it */
  lineOf: (path: readonly (string | number)[]) => number | undefined;
}

/** @throws ConfigError for YAML that cannot be read: wrong indentation, a key given twice */
export function readYaml(text: string, name: string): SettingsSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const mistakes = document.errors.map((error): Mistake => ({ path: '', line: error.linePos?.[0].line ?? 1, message: firstLine(error.message) }));
  if (mistakes.length > 0) throw new ConfigError(`${name} cannot be read`, mistakes);
  const value: unknown = document.toJS();
  return { value, lineOf: (path) => lineOf(document, lines, path) };
}

const firstLine = (message: string): string => message.split('\n')[0]?.replace(/ at line \d+.*$/, '') ?? '';

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const offset = keyOffset(document, path.slice(0, length)) ?? nodeOffset(document, path.slice(0, length));
    if (offset !== undefined) return lines.linePos(offset).line;
  }
  return undefined;
}

/** Where the key of a mapping's pair stands: nearer to the mistake than its value when that is a block. */
function keyOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const parent = path.length === 0 ? undefined : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function nodeOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  const [start]: unknown[] = node.range;
  return typeof start === 'number' ? start : undefined;
}
