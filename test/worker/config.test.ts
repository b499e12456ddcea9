/** The settings file: what it may say, and that all mistakes are listed together with their lines. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig, readConfig } from '../../worker/config.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { ConfigError } from '../../worker/mistakes.ts';
import { createSettingsReader, parseConnection, parseIntegration, settingsBodies } from '../../worker/settings-versions.ts';
import { openTestLedger } from '../setup/ledger.ts';

const example = readFileSync(new URL('../../waybill.example.yaml', import.meta.url), 'utf8');
const secrets = { SHOP_CONSUMER_KEY: 'ck_1234567890', SHOP_CONSUMER_SECRET: 'cs_1234567890', BOOKS_API_KEY: 'books-1234567890' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const quiet = () => undefined;

function mistakesOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n').slice(1).map((line) => line.trim()); // prettier-ignore
    throw error;
  }
  return [];
}

describe('the settings file', () => {
  test('the example is right and its defaults are those of the design', () => {
    const config = parseConfig(example, { environs: secrets });
    expect(config.connections.map(({ id, system, company }) => [id, system, company])).toEqual([
      ['shop', 'woocommerce', 'acme'],
      ['books', 'roapp', 'acme'],
    ]);
    const bare = example.replace(/ {4}identifyProductsBy[\s\S]*$/, '');
    expect(parseConfig(bare).integrations).toEqual(config.integrations);
    expect(config.integrations[0]).toEqual({
      flow: 'import-orders',
      ref: { id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' },
      settings: {
        identifyProductsBy: 'sku',
        prices: 'with-tax',
        articles: {},
        backfillMonths: 2,
        excludeStatuses: ['completed', 'cancelled', 'refunded', 'failed', 'trash'],
        codeOf: 'variant',
        everyMinutes: 5,
        statuses: [],
        afterWriteOff: ['completed'],
      },
    });
  });

  test('all mistakes are listed at once, each with its line, its path and what is allowed', () => {
    const text = example
      .replace('id: acme', 'id: Acme!')
      .replace('language: pl', 'language: de\n    colour: red')
      .replace('system: woocommerce', 'system: woocomerce')
      .replace('prices: with-tax', 'prices: gross\n    articles: { shiping: 7 }')
      .concat('extra: 1\n');
    const mistakes = mistakesOf(() => parseConfig(text));
    expect(mistakes).toEqual([
      'line 3: companies[0].id: an id is 1 to 40 of a-z, 0-9 and -',
      'line 9: connections[0].system: expected one of "woocommerce"|"shopify"|"cartum"|"shoper"|"sare"|"roapp"',
      'line 19: connections[1].company: no such company; allowed: none yet',
      'line 25: connections[1].language: expected one of "pl"|"it"|"fr"|"en"',
      expect.stringMatching(/^line 26: connections\[1\]\.colour: unknown key; allowed: id, company, system, .*unitOfMeasure/),
      expect.stringMatching(/^line 46: integrations\[0\]\.prices: expected one of "with-tax"\|"without-tax"/),
      'line 47: integrations[0].articles.shiping: unknown key; allowed: shipping, fee, discount',
      'line 84: extra: unknown key; allowed: companies, connections, integrations',
    ]);
  });

  test('ids are given once, and integrations join known connections in their roles, of one company', () => {
    const text = `
companies: [{ id: acme, name: Acme Example }, { id: beta, name: Beta Example }, { id: beta, name: Again }]
connections:
  - { id: shop, company: acme, system: woocommerce, baseUrl: "https://shop.example/wp-json/wc/v3", consumerKey: { env: K }, consumerSecret: { env: S }, country: PL, timeZone: Europe/Warsaw }
  - { id: books, company: beta, system: roapp, apiKey: { env: B }, country: PL, language: pl, location: 1, orderType: 2, assignee: 3 }
  - { id: books, company: acme, system: roapp, apiKey: { env: B }, country: PL, language: pl, location: 1, orderType: 2, assignee: 3 }
integrations:
  - { id: one, flow: import-orders, source: shop, target: books }
  - { id: two, flow: import-orders, source: books, target: nowhere }
  - { id: one, flow: export-orders, source: shop, target: books }
`;
    expect(mistakesOf(() => parseConfig(text))).toEqual([
      'line 2: companies[2].id: this id is given twice',
      'line 6: connections[2].id: this id is given twice',
      'line 8: integrations[0].target: source and target belong to different companies (acme, beta)',
      'line 9: integrations[1].source: roapp cannot be a source; allowed: shop',
      'line 9: integrations[1].target: no such connection; allowed: books, books',
      'line 10: integrations[2].flow: expected import-orders or export-contacts',
    ]);
  });

  test('YAML that cannot be read is told by its line', () => {
    expect(mistakesOf(() => parseConfig('companies:\n  - id: a\n    id: b\n'))).toEqual(['line 3: Map keys must be unique']);
    expect(mistakesOf(() => readConfig(join(folder, 'none.yaml')))).toEqual([expect.stringContaining('cannot be read')]);
  });
});

describe('secrets', () => {
  test('are references only; a secret in clear text is a mistake that does not repeat it', () => {
    const mistakes = mistakesOf(() => parseConfig(example.replace('{ env: BOOKS_API_KEY }', 'live-key-in-clear')));
    expect(mistakes).toEqual(['line 22: connections[1].apiKey: a secret is given as { env: NAME } or { file: path }, never as text']);
  });

  test('that are not there are listed where they are needed, and not asked for by scripts that know none', () => {
    expect(mistakesOf(() => parseConfig(example, { environs: { SHOP_CONSUMER_KEY: 'ck_1' } }))).toEqual([
      'line 13: connections[0].consumerSecret: the environment variable SHOP_CONSUMER_SECRET is not set',
      'line 22: connections[1].apiKey: the environment variable BOOKS_API_KEY is not set',
    ]);
    expect(mistakesOf(() => parseConfig(example))).toEqual([]);
  });

  test('may lie in a file', () => {
    const file = join(folder, 'key');
    writeFileSync(file, ' books-1234567890\n');
    const text = example.replace('{ env: BOOKS_API_KEY }', `{ file: ${file} }`);
    expect(mistakesOf(() => parseConfig(text, { environs: { ...secrets, BOOKS_API_KEY: '' } }))).toEqual([]);
    rmSync(file);
    expect(mistakesOf(() => parseConfig(text, { environs: secrets }))).toEqual([`line 22: connections[1].apiKey: the file ${file} is not set`]);
  });
});

describe('versions in the ledger', () => {
  test('bodies hold references, never secrets, do not depend on the order of lines, and are read back as they were', () => {
    const config = parseConfig(example, { environs: secrets });
    const bodies = settingsBodies(config);
    expect(JSON.stringify(bodies)).not.toMatch(/1234567890/);
    expect(settingsBodies(parseConfig(example.replace(/( {4}country: PL\n)( {4}timeZone: .*\n)/, '$2$1'), { environs: secrets }))).toEqual(bodies);
    const bodyOf = (subject: string) => bodies.find((entry) => entry.subject === subject)?.body ?? '';
    expect(parseIntegration('shop-to-books', bodyOf('integration:shop-to-books'))).toEqual(config.integrations[0]);
    expect(parseConnection('books', bodyOf('connection:books'))).toEqual(config.connections[1]);
  });

  test('a step sees what was applied last, secrets in their places, and says which version it was', async () => {
    const { ledger, close } = await openTestLedger();
    try {
      const apply = async (text: string) => Promise.all(settingsBodies(parseConfig(text)).map(async ({ subject, body }) => ledger.settings.apply(subject, body)));
      await apply(example);
      const first = await createSettingsReader(ledger, secrets).connection('books');
      expect(first).toMatchObject({ company: 'acme', system: 'roapp', settings: { apiKey: secrets.BOOKS_API_KEY, location: 1201 } });
      await apply(example.replace('location: 1201', 'location: 1202'));
      const second = await createSettingsReader(ledger, secrets).connection('books');
      expect(second.settings['location']).toBe(1202);
      expect(second.version).not.toBe(first.version);
      await expect(createSettingsReader(ledger, {}).connection('books')).rejects.toThrow('BOOKS_API_KEY');
      await expect(createSettingsReader(ledger, secrets).connection('unknown')).rejects.toMatchObject({ name: 'SettingsError' });
      expect(await createSettingsReader(ledger, secrets).integration('shop-to-books')).toMatchObject({ settings: { backfillMonths: 2 }, ref: { company: 'acme' } });
    } finally {
      await close();
    }
  });
});

describe('the environment', () => {
  const key = Buffer.alloc(32, 1).toString('base64');
  const given = { WAYBILL_DIGEST_SECRET: 'd'.repeat(32), WAYBILL_KEYS: `new:${key},old:${key}` };

  test('has defaults for a development machine, and takes what it is given', () => {
    const environment = readEnvironment({ ...given, LEDGER_URL: 'postgres://db.example/ledger', TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'shops' });
    expect(environment).toMatchObject({ ledgerUrl: 'postgres://db.example/ledger', configPath: 'waybill.yaml', temporal: { namespace: 'shops', connection: { address: 'temporal.example:7233' } } });
    expect(environment.secrets.keys.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(readEnvironment(given)).toMatchObject({ ledgerUrl: 'file:.waybill/ledger.db', temporal: { namespace: 'default', connection: { address: '127.0.0.1:7233' } } });
  });

  test('all its mistakes are listed together and repeat no value', () => {
    const wrong = { WAYBILL_KEYS: 'a:c2hvcnQ=,b', LEDGER_URL: 'mysql://user:pass-word@db', WAYBILL_HEALTH_PORT: 'many', WAYBILL_LOG_LEVEL: 'loud', WAYBILL_BUILD_ID: '7' };
    const mistakes = mistakesOf(() => readEnvironment(wrong));
    for (const name of ['WAYBILL_KEYS: entry 1', 'WAYBILL_KEYS: entry 2', 'LEDGER_URL', 'WAYBILL_HEALTH_PORT', 'WAYBILL_LOG_LEVEL', 'WAYBILL_DEPLOYMENT', 'WAYBILL_DIGEST_SECRET']) {
      expect(mistakes).toContainEqual(expect.stringContaining(name));
    }
    expect(mistakes.join()).not.toMatch(/pass-word|c2hvcnQ/);
  });

  test('secrets may lie in files', () => {
    writeFileSync(join(folder, 'digest'), `${'f'.repeat(40)}\n`);
    const { WAYBILL_KEYS } = given;
    expect(readEnvironment({ WAYBILL_KEYS, WAYBILL_DIGEST_SECRET_FILE: join(folder, 'digest') }).secrets.digestSecret).toBe('f'.repeat(40));
    expect(mistakesOf(() => readEnvironment({ WAYBILL_KEYS, WAYBILL_DIGEST_SECRET_FILE: join(folder, 'none') }))).toContainEqual(expect.stringContaining('WAYBILL_DIGEST_SECRET_FILE'));
    expect(mistakesOf(() => readEnvironment({ ...given, WAYBILL_DIGEST_SECRET_FILE: join(folder, 'digest') }))).toContainEqual(expect.stringContaining('given twice'));
  });

  test('the ledger’s address and the operator’s token may lie in files too, and are checked alike', () => {
    const [ledger, token] = [join(folder, 'ledger-url'), join(folder, 'token')];
    writeFileSync(ledger, 'postgres://db.example/ledger\n');
    writeFileSync(token, 't'.repeat(16));
    expect(readEnvironment({ ...given, LEDGER_URL_FILE: ledger, WAYBILL_CODEC_TOKEN_FILE: token })).toMatchObject({ ledgerUrl: 'postgres://db.example/ledger', codecToken: 't'.repeat(16) });
    writeFileSync(ledger, 'mysql://db.example/ledger');
    expect(mistakesOf(() => readEnvironment({ ...given, LEDGER_URL_FILE: ledger }))).toEqual([expect.stringContaining('LEDGER_URL')]);
  });

  test('workflows bundled ahead are named by their file, which must be there', () => {
    const bundle = join(folder, 'bundle.js');
    expect(mistakesOf(() => readEnvironment({ ...given, WAYBILL_WORKFLOW_BUNDLE: bundle }))).toEqual([expect.stringContaining('WAYBILL_WORKFLOW_BUNDLE')]);
    writeFileSync(bundle, '');
    expect(readEnvironment({ ...given, WAYBILL_WORKFLOW_BUNDLE: bundle }).workflowBundle).toBe(bundle);
    expect(readEnvironment(given).workflowBundle).toBeUndefined();
  });

  test('a development machine makes its secrets once, readable by its owner only, and says so; production asks for them', () => {
    const said: string[] = [];
    const home = join(folder, 'home');
    const first = readEnvironment({ WAYBILL_HOME: home }, (line) => void said.push(line));
    expect(said).toEqual([expect.stringContaining(join(home, 'secrets.json'))]);
    expect(said.join()).not.toContain(first.secrets.digestSecret);
    expect(statSync(join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
    const second = readEnvironment({ WAYBILL_HOME: home }, (line) => void said.push(line));
    expect(second.secrets).toEqual(first.secrets);
    expect(said).toHaveLength(1);
    writeFileSync(join(home, 'secrets.json'), '{}');
    expect(mistakesOf(() => readEnvironment({ WAYBILL_HOME: home }, quiet))).toEqual([expect.stringContaining('cannot be used')]);
    expect(mistakesOf(() => readEnvironment({ NODE_ENV: 'production', WAYBILL_HOME: home }, quiet))).toHaveLength(2);
  });
});
