/** Which Python index this machine uses, as pip itself would be told: environment first, then pip's files. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface PipSettings {
  /** addresses of simple indexes, the main one first; empty when pip's own default is in force */
  indexes: string[];
  /** file with certificates to trust */
  cert?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export async function readPipSettings(env: Environment = process.env): Promise<PipSettings> {
  const files = new Map<string, string>();
  for (const path of settingsFiles(env)) {
    for (const [key, value] of parse(await readFile(path, 'utf8').catch(() => ''))) files.set(key, value);
  }
  const of = (variable: string, key: string) => env[variable] || files.get(key) || '';
  const indexes = `${of('PIP_INDEX_URL', 'index-url')} ${of('PIP_EXTRA_INDEX_URL', 'extra-index-url')}`.split(/\s+/).filter((url) => URL.canParse(url));
  const cert = of('PIP_CERT', 'cert') || env['SSL_CERT_FILE'];
  // a main index that is not named is pip's default: then only pip itself knows all of them
  const known = of('PIP_INDEX_URL', 'index-url') !== '' && !/^(1|true|yes|on)$/i.test(of('PIP_NO_INDEX', 'no-index'));
  return { indexes: known ? indexes : [], ...(cert ? { cert } : {}) };
}

/** In pip's order: later ones win. `PIP_CONFIG_FILE` comes last; the null device in it means *no files*. */
function settingsFiles(env: Environment): string[] {
  const named = env['PIP_CONFIG_FILE'];
  if (named === '/dev/null') return [];
  const home = homedir();
  const settings = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const own = process.platform === 'darwin' ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : [];
  return ['/etc/pip.conf', join(home, '.pip', 'pip.conf'), ...own, join(settings, 'pip', 'pip.conf'), ...(named ? [named] : [])];
}

/** The keys of [global] and [download]; a value may go on in indented lines. */
function parse(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = '';
  let key = '';
  for (const line of text.split(/\r?\n/)) {
    const heading = /^\[(.+)\]\s*$/.exec(line);
    const setting = /^([A-Za-z][\w-]*)\s*[=:]\s*(.*)$/.exec(line);
    if (/^\s*[#;]/.test(line)) continue;
    if (heading?.[1] !== undefined) {
      section = heading[1];
    } else if (section !== 'global' && section !== 'download') {
      continue;
    } else if (setting?.[1] !== undefined && setting[2] !== undefined) {
      key = setting[1].replaceAll('_', '-');
      values.set(key, setting[2].trim());
    } else if (/^\s+\S/.test(line) && key !== '') {
      values.set(key, `${values.get(key) ?? ''} ${line.trim()}`.trim());
    }
  }
  return values;
}
