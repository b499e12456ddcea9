/** `waybill show`: one order's story: outcomes, what came, what went and what was answered, and the acts on it (A16's first form). */
import { z } from 'zod';
import { orderWorkflowId } from '../workflows/messages.ts';
import { parkReasons, skipReasons } from '../domain/reasons.ts';
import type { ExchangeEntry } from '../ledger/ledger.ts';
import { bad, bold, dim, exitCodes, good, say, sayJson, sayTime } from './print.ts';
import type { Session } from './session.ts';
import { getRecord, keyOf, nameOf, parseRecordTarget } from './target.ts';

const reasons: Record<string, { words: string; mend: string }> = { ...skipReasons, ...parkReasons };

export async function show(session: Session, text: string): Promise<number> {
  const record = await getRecord(session, parseRecordTarget(text));
  const { ledger } = session;
  const [outcomes, parked, exchanges, acts] = await Promise.all([
    ledger.outcomes.list(record.integration, { sourceId: record.sourceId, limit: 100 }),
    ledger.parked.find(keyOf(record)),
    ledger.exchanges.list({ integration: record.integration, record: `order:${record.sourceId}`, limit: 500 }),
    ledger.acts.list({ subject: orderWorkflowId(record.integration, record.sourceId), limit: 100 }),
  ]);
  if (session.asJson) {
    sayJson({ record, parked: parked ?? null, outcomes, exchanges, acts });
    return exitCodes.done;
  }
  say(`${bold(nameOf(record))}  ${record.state}${record.targetId === null ? '' : `  in the target: ${record.targetId}`}  (run ${orderWorkflowId(record.integration, record.sourceId)})`);
  if (parked) say(`${bad('parked')} at "${parked.step}" since ${sayTime(parked.since)}: ${reasons[parked.reason]?.words ?? parked.reason}\n  ${parked.words}\n  → ${reasons[parked.reason]?.mend ?? ''}`);
  say(bold('\nOutcomes'));
  for (const outcome of outcomes.toReversed()) say(`  ${sayTime(outcome.at)}  ${[outcome.outcome, outcome.reason, ...detailLines(outcome.detail)].filter(Boolean).join('  ')}`);
  say(bold('\nWhat came and what went'));
  for (const exchange of exchanges.toSorted((a, b) => a.at - b.at)) sayExchange(exchange);
  if (exchanges.length === 0) say(dim('  nothing is kept any more (three days), or nothing was called'));
  if (acts.length > 0) say(bold('\nActs'));
  for (const act of acts.toReversed()) say(`  ${sayTime(act.at)}  ${act.operator}: ${act.verb}${act.reason === null ? '' : ` (${act.reason})`}${act.before === null && act.after === null ? '' : `  ${act.before ?? ''} → ${act.after ?? ''}`}`);
  return exitCodes.done;
}

const notes = z.array(z.object({ code: z.string(), text: z.string() }));

/** Notes of an order that went through, or the words it was skipped or parked with. */
function detailLines(detail: string | null): string[] {
  if (detail === null) return [];
  if (!detail.startsWith('[')) return [detail];
  const parsed = notes.safeParse(JSON.parse(detail));
  return parsed.success ? parsed.data.map(({ code, text }) => `\n      ${code}: ${text}`) : [detail];
}

function sayExchange(exchange: ExchangeEntry & { at: number }): void {
  const result = exchange.result === 'ok' ? good(String(exchange.status)) : bad(`${exchange.status ?? 'no answer'} ${exchange.result}`);
  say(`  ${sayTime(exchange.at)}  ${exchange.connection} ${exchange.endpoint}  ${result}  ${exchange.durationMs} ms`);
  if (exchange.request !== null) say(dim(`    → ${exchange.request}`));
  if (exchange.reply !== null) say(dim(`    ← ${exchange.reply}`));
}
