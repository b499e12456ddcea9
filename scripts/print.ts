/** How scripts speak: tables for people, JSON for programs, one line for mistakes. Colour only where the terminal wants it. */
import Table from 'cli-table3';
import { styleText } from 'node:util';

/** Exit codes, the same for every command; documented in `waybill --help`. */
export const exitCodes = { done: 0, foundWrong: 1, wrongUse: 2, unreachable: 3 } as const;

/** Something the operator is told in one message, without a stack trace. */
export class Complaint extends Error {
  override readonly name = 'Complaint';
  readonly exitCode: number;
  constructor(message: string, exitCode: number = exitCodes.wrongUse) {
    super(message);
    this.exitCode = exitCode;
  }
}

const isColoured = (): boolean => process.stdout.isTTY && process.env['NO_COLOR'] === undefined;
const style = (format: Parameters<typeof styleText>[0], text: string): string => (isColoured() ? styleText(format, text) : text);

export const good = (text: string): string => style('green', text);
export const bad = (text: string): string => style('red', text);
export const dim = (text: string): string => style('dim', text);
export const bold = (text: string): string => style('bold', text);

export const say = (text: string): void => void process.stdout.write(`${text}\n`);
export const sayJson = (value: unknown): void => say(JSON.stringify(value, undefined, 2));

/** A table with aligned columns and no frame, so that it can be piped; long cells wrap at the terminal's width. */
export function sayTable(head: string[], rows: (string | number)[][], widths?: (number | null)[]): void {
  const table = new Table({
    head: head.map(bold),
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 2 },
    chars: Object.fromEntries(['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((part) => [part, ''])),
    ...(widths === undefined ? {} : { colWidths: widths, wordWrap: true }),
  });
  table.push(...rows);
  say(table.toString());
}

/** One CSV row after RFC 4180; a leading = + - @ is defused, since operators open these files in spreadsheets. */
export const csvRow = (cells: (string | number | null)[]): string =>
  cells
    .map((cell) => String(cell ?? ''))
    .map((cell) => (/^[=+\-@\t]/.test(cell) ? `'${cell}` : cell))
    .map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');

/** "2026-11-22 03:04:05" in UTC. */
export const sayTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** A line that is written over while work goes on; on a pipe each change is a line of its own, at most every few seconds. */
export function progressLine(): { show: (text: string) => void; above: (text: string) => void; end: () => void } {
  let last = '';
  let saidAt = 0;
  return {
    show(text) {
      if (text === last) return;
      if (process.stdout.isTTY) process.stdout.write(`\r\u001B[2K${text}`);
      else if (Date.now() - saidAt > 2_000) {
        say(text);
        saidAt = Date.now();
      } else return;
      last = text;
    },
    /** a lasting line; what is written over stands below it */
    above(text) {
      if (!process.stdout.isTTY || last === '') return say(text);
      process.stdout.write(`\r\u001B[2K${text}\n${last}`);
      return undefined;
    },
    end() {
      if (process.stdout.isTTY && last !== '') process.stdout.write('\n');
    },
  };
}
