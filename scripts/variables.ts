/** The environment that a command works with, and what its global options say. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Complaint } from './print.ts';

export interface GlobalOptions {
  json?: boolean;
  yes?: boolean;
  /** folder with waybill.env, as the demo leaves one */
  home?: string;
  demo?: boolean;
  config?: string;
  operator?: string;
}

/** Where the demo keeps its files, for `--demo`. */
export const demoHome = join('.waybill', 'demo');

/** The process's own environment, under what the named home and the options say. */
export const variablesOf = (options: Pick<GlobalOptions, 'home' | 'demo' | 'config'>): Record<string, string | undefined> => ({
  ...process.env,
  ...readHome(options.demo ? demoHome : options.home),
  ...(options.config === undefined ? {} : { WAYBILL_CONFIG: options.config }),
});

/** NAME="value" lines, as the demo writes them. */
function readHome(home: string | undefined): Record<string, string> {
  if (home === undefined) return {};
  const lines = [...readEnvironmentFile(home).matchAll(/^([A-Z][A-Z0-9_]*)="(.*)"$/gm)];
  return Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
}

function readEnvironmentFile(home: string): string {
  const file = join(home, 'waybill.env');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Complaint(`${file} is not there${home === demoHome ? ': is the demo running? (npm run demo)' : ''}`);
  }
}
