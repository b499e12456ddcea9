/** What a check found, as a table: both sides, each row with its step to take. */
import type { CheckRow } from '../domain/ports.ts';
import type { CheckResult } from '../workflows/messages.ts';
import { bad, bold, dim, good, say, sayTable } from './print.ts';

const signs: Record<CheckRow['state'], string> = { ok: good('ok'), 'not ok': bad('not ok'), 'cannot be read': dim('look yourself') };

const row = (side: string) => (found: CheckRow) => [side, found.what, signs[found.state], [found.found, ...(found.step === undefined ? [] : [`→ ${found.step}`])].join('\n')];

export function sayCheck(title: string, { source, target }: Pick<CheckResult, 'source' | 'target'>): void {
  say(`\n${bold(title)}`);
  sayTable(['side', 'what', 'state', 'found, and the step to take'], [...source.map(row('source')), ...target.map(row('target'))], [10, 26, 16, Math.max(40, (process.stdout.columns || 130) - 56)]);
}
