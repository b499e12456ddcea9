/** Source text without what only looks like code: comments, the text of strings, templates and regular expressions become blanks. */

/** Line breaks and lengths stay, so that positions keep their meaning. Expressions inside templates stay code. */
export function codeOf(source: string): string {
  const known = codes.get(source);
  if (known !== undefined) return known;
  const out: string[] = [];
  blankCode(source, 0, out, '');
  const code = out.join('');
  codes.set(source, code);
  return code;
}

/** Each file is asked about by several rules. */
const codes = new Map<string, string>();

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');

/** Copies code from `at` until the closing text, which is left to the caller; returns where it stopped. */
function blankCode(source: string, at: number, out: string[], closing: '' | '}'): number {
  let depth = 0;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (closing !== '' && depth === 0 && char === closing) return at;
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    const taken = skipped(source, at, out);
    if (taken > at) {
      at = taken;
    } else if (char === '`') {
      at = blankTemplate(source, at, out);
    } else {
      out.push(char);
      at += 1;
    }
  }
  return at;
}

const literals = [
  /\/\/[^\n]*/y, // comment to the end of the line
  /\/\*[\s\S]*?\*\//y,
  /'(?:\\.|[^'\\\n])*'/y,
  /"(?:\\.|[^"\\\n])*"/y,
];
const regularExpression = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;

function skipped(source: string, at: number, out: string[]): number {
  if (!'/\'"'.includes(source[at] ?? '')) return at;
  const mayBeRegular = /(?:^|[([{,;=:!&|?>\n]|\breturn)\s*$/.test(source.slice(Math.max(0, at - 12), at));
  for (const pattern of mayBeRegular ? [...literals, regularExpression] : literals) {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found === undefined) continue;
    const quoted = found.startsWith("'") || found.startsWith('"');
    out.push(quoted ? `${found[0] ?? ''}${blank(found.slice(1, -1))}${found[0] ?? ''}` : blank(found));
    return at + found.length;
  }
  return at;
}

function blankTemplate(source: string, at: number, out: string[]): number {
  out.push('`');
  at += 1;
  while (at < source.length && source[at] !== '`') {
    if (source.startsWith('${', at)) {
      out.push('${');
      at = blankCode(source, at + 2, out, '}');
      out.push('}');
      at += 1;
    } else {
      const taken = source[at] === '\\' ? 2 : 1;
      out.push(blank(source.slice(at, at + taken)));
      at += taken;
    }
  }
  out.push('`');
  return at + 1;
}
