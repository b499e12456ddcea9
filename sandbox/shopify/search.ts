/** The `query:` argument: field:value terms with AND, OR, NOT and parentheses, and the traps of unquoted dates and unknown fields (contract shopify 4). */

export interface Warning {
  field: string;
  message: string;
  code: 'invalid_field' | 'invalid_value';
}

export interface Term {
  field: string;
  comparator: '' | '<' | '<=' | '>' | '>=';
  value: string;
  quoted: boolean;
}

/** Whether a row fits one term; undefined: the value means nothing for this field. */
export type Filter<Row> = (row: Row, term: Term) => boolean | undefined;

export interface Search<Row> {
  fits: (row: Row) => boolean;
  warnings: Warning[];
}

type Token = { kind: 'word'; text: string } | { kind: 'term'; term: Term } | { kind: '(' | ')' | 'and' | 'or' | 'not' };

type Node = { all: Node[] } | { some: Node[] } | { not: Node } | { term: Term } | { word: string };

/**
 * Reads a query. Unknown fields are left out of the filter with a warning, as the vendor does.
 * A bare word looks into `text`. An unquoted value ends at a colon: what follows is read as another, unknown field.
 */
export function readSearch<Row>(query: string | null | undefined, filters: Record<string, Filter<Row>>, text: (row: Row) => string): Search<Row> {
  const warnings: Warning[] = [];
  const tree = parseQuery(tokensOf(query ?? ''));
  const known = (node: Node): Node | undefined => dropUnknown(node, (term) => Object.hasOwn(filters, term.field), warnings);
  const kept = known(tree);
  const matches = (node: Node, row: Row): boolean => {
    if ('all' in node) return node.all.every((one) => matches(one, row));
    if ('some' in node) return node.some.some((one) => matches(one, row));
    if ('not' in node) return !matches(node.not, row);
    if ('word' in node) return text(row).toLowerCase().includes(node.word.toLowerCase());
    return filters[node.term.field]?.(row, node.term) ?? false;
  };
  return { fits: (row) => kept === undefined || matches(kept, row), warnings };
}

function dropUnknown(node: Node, isKnown: (term: Term) => boolean, warnings: Warning[]): Node | undefined {
  const keep = (nodes: Node[]): Node[] => nodes.flatMap((one) => dropUnknown(one, isKnown, warnings) ?? []);
  if ('all' in node) return { all: keep(node.all) };
  if ('some' in node) {
    const some = keep(node.some);
    return some.length === 0 ? undefined : { some };
  }
  if ('not' in node) {
    const inner = dropUnknown(node.not, isKnown, warnings);
    return inner === undefined ? undefined : { not: inner };
  }
  if ('word' in node || isKnown(node.term)) return node;
  warnings.push({ field: node.term.field, message: 'Invalid search field for this query.', code: 'invalid_field' });
  return undefined;
}

const termPattern = /(-)?([\w.-]+):([<>]=?)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s()'":]*))/y;
const wordPattern = /(-)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^\s()]+))/y;

function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const rest = query.slice(at);
    const space = /^\s+/.exec(rest)?.[0];
    if (space) {
      at += space.length;
      continue;
    }
    const [bracket] = /^[()]/.exec(rest) ?? [];
    if (bracket === '(' || bracket === ')') {
      tokens.push({ kind: bracket });
      at += 1;
      continue;
    }
    const [operator] = /^(?:AND|OR|NOT)(?=[\s(]|$)/.exec(rest) ?? [];
    if (operator) {
      tokens.push({ kind: operator === 'AND' ? 'and' : operator === 'OR' ? 'or' : 'not' });
      at += operator.length;
      continue;
    }
    at = readTerm(query, at, tokens);
  }
  return tokens;
}

function readTerm(query: string, at: number, tokens: Token[]): number {
  termPattern.lastIndex = at;
  const term = termPattern.exec(query);
  if (term) {
    const [whole, minus, field = '', comparator = '', single, double, bare] = term;
    if (minus) tokens.push({ kind: 'not' });
    let end = at + whole.length;
    const value = single ?? double ?? bare ?? '';
    tokens.push({ kind: 'term', term: { field: field.toLowerCase(), comparator: comparatorOf(comparator), value: value.replaceAll(/\\(.)/g, '$1'), quoted: bare === undefined } });
    // the colons of a timestamp without quotes
    const tail = bare === undefined ? undefined : /^(?::[^\s()]*)+/.exec(query.slice(end))?.[0];
    if (tail) {
      tokens.pop();
      tokens.push({ kind: 'term', term: { field: value, comparator: '', value: tail.slice(1), quoted: false } });
      end += tail.length;
    }
    return end;
  }
  wordPattern.lastIndex = at;
  const [whole = ' ', minus, single, double, bare] = wordPattern.exec(query) ?? [];
  if (minus) tokens.push({ kind: 'not' });
  tokens.push({ kind: 'word', text: single ?? double ?? bare ?? '' });
  return at + whole.length;
}

function comparatorOf(text: string): Term['comparator'] {
  return text === '<' || text === '<=' || text === '>' || text === '>=' ? text : '';
}

/** OR binds weaker than AND; terms beside each other are joined by AND. */
function parseQuery(tokens: Token[]): Node {
  let at = 0;
  const either = (): Node => {
    const some = [both()];
    while (tokens[at]?.kind === 'or') {
      at += 1;
      some.push(both());
    }
    const [only] = some;
    return some.length === 1 && only ? only : { some };
  };
  const both = (): Node => {
    const all: Node[] = [];
    for (;;) {
      const token = tokens[at];
      if (token === undefined || token.kind === 'or' || token.kind === ')') return { all };
      at += 1;
      if (token.kind !== 'and') all.push(one(token));
    }
  };
  const one = (token: Token): Node => {
    if (token.kind === 'term') return { term: token.term };
    if (token.kind === 'word') return { word: token.text };
    if (token.kind === 'not') {
      const next = tokens[at];
      if (next === undefined) return { all: [] };
      at += 1;
      return { not: one(next) };
    }
    const inner = either();
    if (tokens[at]?.kind === ')') at += 1;
    return inner;
  };
  const tree = either();
  return at >= tokens.length ? tree : { all: [tree] };
}
