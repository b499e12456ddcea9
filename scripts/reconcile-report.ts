/** A reconciliation as a table and as CSV (N6). */
import { explanations, unexplainedCodes } from '../domain/reconcile.ts';
import { total, unexplainedIn, type Sums } from '../domain/reconciliation.ts';
import { add } from '../domain/money.ts';
import { wordsOfReason } from './counts.ts';
import { bad, bold, csvRow, dim, good, say, sayTable } from './print.ts';
import type { Finding, Summary } from './reconcile-result.ts';

const listed = 100;

export function sayReconciliation(integration: string, summary: Summary, findings: Finding[]): void {
  const unexplained = unexplainedIn(summary);
  say(`${bold(integration)}  orders created from ${summary.from} until ${summary.until}`);
  say(`source ${summary.source}  imported ${summary.imported}  skipped ${total(summary.skipped)}  parked ${total(summary.parked)}  under way ${summary.underWay}  ${(unexplained === 0 ? good : bad)(`unexplained ${unexplained}`)}`);
  say(dim(`${summary.inTarget} orders of ours were made in the target since then\n`));
  sayTable(['', 'reason', 'orders', ''], countRows(summary));
  say('');
  sayTable(['currency', 'source', 'skipped', 'parked', 'under way', 'in the target', 'explained', 'unexplained'], Object.entries(summary.sums).map(([currency, sums]) => sumRow(currency, sums)));
  for (const [currency, { explained }] of Object.entries(summary.sums)) for (const [reason, amount] of Object.entries(explained)) say(dim(`  ${currency} ${amount}: ${reason}`));
  if (findings.length === 0) return;
  say(`\n${bad('Unexplained')}`);
  sayTable(['order', 'target', 'source', 'in the target', 'why', 'found'], findings.slice(0, listed).map((one) => [one.number || one.sourceId, one.targetId ?? '', one.source ?? '', one.target ?? '', one.code, `${unexplainedCodes[one.code]} ${one.words}`]), [null, null, null, null, null, 70]);
  if (findings.length > listed) say(dim(`${findings.length - listed} more: --csv or --json shows all`));
}

type Row = [kind: string, reason: string, count: number, words: string];

const rowsOf = (kind: string, counts: Record<string, number>, words: (reason: string) => string): Row[] => Object.entries(counts).map(([reason, count]) => [kind, reason, count, words(reason)]);

const wordsIn = (list: Record<string, string>) => (code: string): string => list[code] ?? '';

const countRows = (summary: Summary): Row[] => [
  ['imported', '', summary.imported, ''],
  ...rowsOf('  of these differ', summary.explained, wordsIn(explanations)),
  ...rowsOf('skipped', summary.skipped, wordsOfReason),
  ...rowsOf('parked', summary.parked, wordsOfReason),
  ['under way', '', summary.underWay, ''],
  ...rowsOf('unexplained', { ...summary.unexplained, ...summary.strays }, wordsIn(unexplainedCodes)),
];

const sumRow = (currency: string, sums: Sums): string[] => [currency, sums.source, sums.skipped, sums.parked, sums.underWay, sums.target, add(...Object.values(sums.explained)), sums.unexplained];

/** One row a count, a sum or an unexplained order. */
export function sayReconciliationCsv(summary: Summary, findings: Finding[]): void {
  say(csvRow(['row', 'reason', 'orders', 'order', 'target order', 'currency', 'source', 'target', 'words']));
  say(csvRow(['source', '', summary.source, '', '', '', '', '', `${summary.from} until ${summary.until}`]));
  for (const [kind, reason, count, words] of countRows(summary)) say(csvRow([kind.trim(), reason, count, '', '', '', '', '', words]));
  for (const [currency, sums] of Object.entries(summary.sums)) {
    say(csvRow(['sum', '', '', '', '', currency, sums.source, sums.target, '']));
    const parts = { skipped: sums.skipped, parked: sums.parked, 'under way': sums.underWay, unexplained: sums.unexplained, ...sums.explained };
    for (const [reason, amount] of Object.entries(parts)) say(csvRow(['sum of', reason, '', '', '', currency, amount, '', '']));
  }
  for (const one of findings) say(csvRow(['order', one.code, 1, one.number || one.sourceId, one.targetId ?? '', one.currency ?? '', one.source ?? '', one.target ?? '', one.words]));
}
