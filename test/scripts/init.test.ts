/** `waybill init` against the simulated systems, over HTTP: by flags alone, and with a person who answers. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createRoappSandbox, standardApiKey } from '../../sandbox/roapp/sandbox.ts';
import { defaultAccount } from '../../sandbox/sare/options.ts';
import { createSareSandbox } from '../../sandbox/sare/sandbox.ts';
import { defaults } from '../../sandbox/shoper/options.ts';
import { createShoperSandbox } from '../../sandbox/shoper/sandbox.ts';
import { defaultKey } from '../../sandbox/woocommerce/options.ts';
import { createWoocommerceSandbox } from '../../sandbox/woocommerce/sandbox.ts';
import { init, type InitOptions } from '../../scripts/init.ts';
import type { Asker } from '../../scripts/init/asker.ts';
import { Complaint } from '../../scripts/print.ts';
import { parseConfig } from '../../worker/config.ts';

let shoper: RunningSandbox;
let sare: RunningSandbox;
let woocommerce: RunningSandbox;
let roapp: RunningSandbox;
let folder: string;
let configPath: string;
/** everything that was said */
let said: string;

beforeAll(async () => {
  const shop = createShoperSandbox({ rateLimit: false, apiLimit: 1_000, apiBandwidth: 500 });
  shop.seed({});
  [shoper, sare, woocommerce, roapp] = await Promise.all([startSandbox(shop), startSandbox(createSareSandbox({ requestsPerSecond: null })), startSandbox(createWoocommerceSandbox()), startSandbox(createRoappSandbox({ requestsPerSecond: null }))]);
});
afterAll(async () => {
  await Promise.all([shoper, sare, woocommerce, roapp].map(async (sandbox) => sandbox.close()));
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'waybill-init-'));
  configPath = join(folder, 'waybill.yaml');
  said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  for (const sandbox of [shoper, sare, woocommerce, roapp]) sandbox.clearRequests();
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const secrets = { SHOPER_TOKEN: defaults.panel.token, SARE_KEY: defaultAccount.key, CK: defaultKey.key, CS: defaultKey.secret, ROAPP_KEY: standardApiKey };

type Answers = Record<string, string | undefined>;
const pairsOf = (answers: Answers): string[] => Object.entries(answers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));

type Run = Partial<Omit<InitOptions, 'set' | 'secret'>> & { answers?: Answers; places?: Answers };

/** the simulated systems have no limit */
const fast: Answers = { 'source.requestsPerSecond': '100', 'source.share': '1', 'target.perSecond': '100', 'target.share': '1' };

const contactAnswers = (): Answers => ({ 'company.name': 'Acme Example', 'source.baseUrl': shoper.url, 'source.country': 'PL', 'target.baseUrl': sare.url, 'target.uid': defaultAccount.uid, 'customers.group': '12', 'customers.traits.city': 'address.city', 'subscribers.group': '13' });
const contactPlaces: Answers = { 'source.token': 'env:SHOPER_TOKEN', 'target.apiKey': 'env:SARE_KEY' };
const orderAnswers = (): Answers => ({
  'company.name': 'Acme Example', 'source.baseUrl': `${woocommerce.url}/wp-json/wc/v3`, 'source.country': 'PL', 'source.timeZone': 'Europe/Warsaw', 'target.baseUrl': `${roapp.url}/v2`, 'target.country': 'PL', 'target.language': 'pl',
  'target.location': '1201', 'target.orderType': '77', 'target.assignee': '31', 'target.requestsPerSecond': '500',
}); // prettier-ignore
const orderPlaces: Answers = { 'source.consumerKey': 'env:CK', 'source.consumerSecret': 'env:CS', 'target.apiKey': 'env:ROAPP_KEY' };

const runInit = async ({ answers = {}, places = {}, ...options }: Run): Promise<number> => init({ set: pairsOf(answers), secret: pairsOf(places), keeping: 'files', isYes: true, configPath, environs: secrets, asker: undefined, ...options });
const contacts = async ({ answers = {}, places = {}, ...options }: Run = {}): Promise<number> => runInit({ source: 'shoper', target: 'sare', answers: { ...contactAnswers(), ...fast, ...answers }, places: { ...contactPlaces, ...places }, ...options });
const orders = async ({ answers = {}, places = {}, ...options }: Run = {}): Promise<number> => runInit({ source: 'woocommerce', target: 'roapp', answers: { ...orderAnswers(), ...answers }, places: { ...orderPlaces, ...places }, ...options });

async function complaintOf(run: Promise<number>): Promise<{ message: string; exitCode: number }> {
  const error: unknown = await run.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof Complaint)) throw new Error('no complaint', { cause: error });
  return error;
}

const written = (): string => readFileSync(configPath, 'utf8');
const nothingWritten = (): void => expect(readdirSync(folder)).toEqual([]);

function expectNoSecret(text: string): void {
  for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
}

/** Answers by the question’s first line; what is not named gets what stands in the field. */
function personWho(answers: Record<string, string[]>, picks: Record<string, string[]> = {}): Asker & { asked: string[] } {
  const asked: string[] = [];
  const take = (from: Record<string, string[]>, message: string): string | undefined => {
    const question = message.split('\n')[0] ?? '';
    asked.push(question);
    return from[question]?.shift();
  };
  const typed = (message: string, validate: (text: string) => string | undefined, initial = ''): string => {
    for (let answer = take(answers, message) ?? initial; ; answer = take(answers, message) ?? '') {
      const mistake = validate(answer);
      if (mistake === undefined) return answer;
      if (asked.length > 200) throw new Error(`nobody answers ${message}: ${mistake}`);
    }
  };
  return {
    asked,
    text: (message, { initial, validate }) => Promise.resolve(typed(message, validate, initial)),
    secret: (message, { validate }) => Promise.resolve(typed(message, validate)),
    choose: (message, options) => Promise.resolve(take(picks, message) ?? options.find(({ value }) => value === '')?.value ?? options[0]?.value ?? ''),
    confirm: (message) => Promise.resolve(take(picks, message) !== 'no'),
  };
}

describe('by flags', () => {
  test('S1 A20 a shop and a mailing account are joined: both are asked, the file is written and read again without a mistake', async () => {
    expect(await contacts({ answers: { 'subscribers.traits.language': 'language', 'integration.statusesEveryMinutes': '30' } })).toBe(0);
    const config = parseConfig(written(), { environs: secrets });
    expect(config.companies).toEqual([{ id: 'acme-example', name: 'Acme Example' }]);
    expect(config.connections).toEqual([
      { id: 'shop', company: 'acme-example', system: 'shoper', settings: { baseUrl: shoper.url, token: { env: 'SHOPER_TOKEN' }, country: 'PL', requestsPerSecond: 100, share: 1 } },
      { id: 'mailing', company: 'acme-example', system: 'sare', settings: { baseUrl: sare.url, uid: defaultAccount.uid, apiKey: { env: 'SARE_KEY' }, perSecond: 100, share: 1 } },
    ]);
    expect(config.exports).toEqual([
      {
        flow: 'export-contacts',
        ref: { id: 'shop-to-mailing', company: 'acme-example', source: 'shop', target: 'mailing' },
        settings: { statusesEveryMinutes: 30, customers: { group: '12', traits: [{ trait: 'city', from: 'address.city' }] }, subscribers: { group: '13', traits: [{ trait: 'language', from: 'language' }] } },
      },
    ]);
    expect(shoper.requests().length).toBeGreaterThan(0);
    expect(sare.requests().length).toBeGreaterThan(0);
    expect(said).toContain('waybill connect shop-to-mailing');
  });

  test('S1 A20 a shop and books are joined, with settings nobody asks for and the reason of each setting in the file', async () => {
    expect(await orders({ answers: { 'target.id': 'accounts', 'integration.id': 'shop-orders', 'integration.prices': 'without-tax', 'integration.excludeStatuses': '[trash, failed]', 'source.share': '0.5' } })).toBe(0);
    const config = parseConfig(written(), { environs: secrets });
    expect(config.connections.map(({ id, settings }) => [id, settings])).toEqual([
      ['shop', { baseUrl: `${woocommerce.url}/wp-json/wc/v3`, consumerKey: { env: 'CK' }, consumerSecret: { env: 'CS' }, country: 'PL', timeZone: 'Europe/Warsaw', share: 0.5 }],
      ['accounts', { baseUrl: `${roapp.url}/v2`, apiKey: { env: 'ROAPP_KEY' }, country: 'PL', language: 'pl', requestsPerSecond: 500, location: 1201, orderType: 77, assignee: 31 }],
    ]);
    expect(config.integrations[0]?.ref.id).toBe('shop-orders');
    expect(config.integrations[0]?.settings).toMatchObject({ prices: 'without-tax', excludeStatuses: ['trash', 'failed'], backfillMonths: 2 });
    expect(written()).toContain('    # Where orders are created.\n    location: 1201\n');
    expect(written()).toContain('    #   simultaneous: 2\n');
    expect(said).toContain('like the books'); // the shop's currency was compared with theirs
  });

  test('A20 testing reads only', async () => {
    await contacts();
    await orders({ answers: { 'company.name': undefined, 'source.id': 'woo', 'target.id': 'books' } });
    const writes = [shoper, sare, woocommerce, roapp].flatMap((sandbox) => sandbox.requests()).filter(({ method, path }) => method !== 'GET' && !path.includes('/bulk'));
    expect(writes).toEqual([]);
  });

  test('S1 A20 a wrong key is one message that names the side and the step to take; nothing is written', async () => {
    const { message, exitCode } = await complaintOf(contacts({ environs: { ...secrets, SHOPER_TOKEN: 'wrong-token', SARE_KEY: '00000000-0000-4000-8000-00000000ffff' } }));
    expect(exitCode).toBe(1);
    expect(message).toMatch(/Shoper \(source, connection shop\) does not let us in: .*status 401.*Check token/);
    expect(message).toMatch(/SARE \(target, connection mailing\) does not let us in: .*Check uid and apiKey/);
    expect(message).not.toMatch(/wrong-token|00000000-0000/);
    nothingWritten();
  });

  test('S7 without a target group nothing is written, and the message lists the groups there are', async () => {
    const { message, exitCode } = await complaintOf(contacts({ answers: { 'customers.group': undefined, 'subscribers.group': undefined, 'customers.traits.city': undefined } }));
    expect(exitCode).toBe(2);
    expect(message).toContain('12 (Klienci), 13 (Subskrybenci), 305 (Archiwum)');
    nothingWritten();
  });

  test('S7 a group that is not there is refused with those that are', async () => {
    const { message, exitCode } = await complaintOf(contacts({ answers: { 'customers.group': '99' } }));
    expect(exitCode).toBe(2);
    expect(message).toContain('--set customers.group: there is no 99; there is 12 (Klienci), 13 (Subskrybenci), 305 (Archiwum)');
    nothingWritten();
  });

  test('S5 S1 a trait or a property that is not there is refused with those that are, both at once', async () => {
    const { message } = await complaintOf(contacts({ answers: { 'customers.traits.town': 'address.city', 'customers.traits.name': 'forename' } }));
    expect(message).toMatch(/--set customers\.traits\.town: there is no trait town; there is name, .*regular_customer/);
    expect(message).toMatch(/--set customers\.traits\.name: there is no property forename; there is .*firstname/);
    nothingWritten();
  });

  test('A20 what the books have to offer is listed when it was not chosen', async () => {
    const { message } = await complaintOf(orders({ answers: { 'target.location': undefined, 'target.orderType': '1' } }));
    expect(message).toMatch(/--set target\.location=<…> is missing: Location.*1201 \(Main workshop\), 1202 \(Second workshop\)/);
    expect(message).toMatch(/--set target\.orderType: there is no 1; there is .*77/);
    nothingWritten();
  });

  test('A20 all missing and wrong answers are one message that names their flags; no account is asked', async () => {
    const { message, exitCode } = await complaintOf(runInit({ source: 'shoper', target: 'sare', answers: { 'source.country': 'Poland', 'source.colour': 'red', 'target.uid': '1', 'integration.statusesEveryMinutes': '1', 'customer.group': '12' }, places: { 'target.apiKey': 'env:NOT_THERE' } }));
    expect(exitCode).toBe(2);
    for (const part of ['--set company.name=<…> is missing', '--set source.baseUrl=<…> is missing', '--secret source.token=env:NAME', '--set source.country: two capital letters', 'source.colour: Shoper has no such setting; there is id, baseUrl', '--set target.uid: ', 'the environment variable NOT_THERE is not set', '--set integration.statusesEveryMinutes: ', '--set customer.group: nothing is asked under this name']) {
      expect(message).toContain(part);
    }
    expect([...shoper.requests(), ...sare.requests()]).toEqual([]);
    nothingWritten();
  });

  test('A20 a secret in the command line is refused and not repeated', async () => {
    const { message } = await complaintOf(contacts({ answers: { 'source.token': secrets.SHOPER_TOKEN }, places: { 'source.token': undefined } }));
    expect(message).toContain('--set source.token: a secret does not belong in a command line');
    expectNoSecret(message);
    const asPlace = await complaintOf(contacts({ places: { 'source.token': secrets.SHOPER_TOKEN } }));
    expect(asPlace.message).toContain('expected source.token=env:NAME');
    expectNoSecret(asPlace.message);
  });

  test('A20 without --yes and without a terminal it is shown what would be written, and nothing is', async () => {
    const { message, exitCode } = await complaintOf(contacts({ isYes: false }));
    expect([message, exitCode]).toEqual(['nothing was written: --yes writes it', 1]);
    expect(said).toContain('flow: export-contacts');
    nothingWritten();
  });

  test('A20 secrets stand neither in the file nor in what is said', async () => {
    await contacts();
    expectNoSecret(`${said}${written()}`);
  });

  test('A20 systems that cannot be joined are refused with the pairs there are', async () => {
    const { message } = await complaintOf(runInit({ source: 'woocommerce', target: 'sare' }));
    expect(message).toContain('woocommerce roapp, shopify roapp, cartum roapp, shoper sare');
  });

  test('A20 the program itself: exit code 2 and one message without a stack', async () => {
    const root = join(import.meta.dirname, '../..');
    const child = spawn(process.execPath, ['scripts/waybill.mjs', '--config', configPath, 'init', 'shoper', 'sare'], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    const code = await new Promise((resolve) => child.on('exit', resolve));
    expect(code).toBe(2);
    expect(errors).toMatch(/^waybill: nothing was written; these answers are missing or wrong:\n(?: {2}--.*\n)+$/);
  }, 60_000);
});

const existing = `# kept by hand
companies:
  - id: acme # the first
    name: Acme Example

connections:
  - id: books
    company: acme
    system: roapp
    baseUrl: BOOKS
    apiKey: { env: ROAPP_KEY }   # of Ola
    country: PL
    language: pl
    location: 1201
    orderType: 77
    assignee: 31
    requestsPerSecond: 500
    # orders are made by this one
# what is joined
integrations: []
`;

const before = (): string => existing.replace('BOOKS', `${roapp.url}/v2`);

describe('where a settings file is', () => {
  const reuse: Answers = { 'company.name': undefined, 'target.id': 'books', 'target.baseUrl': undefined, 'target.country': undefined, 'target.language': undefined, 'target.location': undefined, 'target.orderType': undefined, 'target.assignee': undefined, 'target.requestsPerSecond': undefined };
  beforeEach(() => writeFileSync(configPath, before()));

  test('A20 it is added to: every line and comment stays, a connection that is there is used as it is', async () => {
    expect(await orders({ answers: reuse, places: { 'target.apiKey': undefined } })).toBe(0);
    const text = written();
    let from = 0;
    for (const line of before().split('\n').filter((one) => one !== '' && one !== 'integrations: []')) {
      const at = text.indexOf(`${line}\n`, from);
      expect(at, line).toBeGreaterThanOrEqual(from);
      from = at + line.length;
    }
    expect(text).toContain('    requestsPerSecond: 500\n    # orders are made by this one\n\n  - id: shop\n');
    const config = parseConfig(text, { environs: secrets });
    expect(config.companies).toHaveLength(1);
    expect(config.connections.map(({ id }) => id)).toEqual(['books', 'shop']);
    expect(config.integrations.map(({ ref }) => ref)).toEqual([{ id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' }]);
  });

  test('A20 what is there is never overwritten: ids are refused, or used without other answers', async () => {
    const other = await complaintOf(orders({ answers: { ...reuse, 'target.country': 'DE' }, places: { 'target.apiKey': undefined } }));
    expect(other.message).toContain('connection books is there already and is not changed by init: leave target.country out');
    const wrongKind = await complaintOf(orders({ answers: { ...reuse, 'source.id': 'books', 'target.id': undefined } }));
    expect(wrongKind.message).toContain('--set source.id: is there already, to roapp of company acme');
    await orders({ answers: reuse, places: { 'target.apiKey': undefined } });
    const twice = await complaintOf(orders({ answers: { ...reuse, 'source.id': 'shop-b', 'integration.id': 'shop-to-books' }, places: { 'target.apiKey': undefined } }));
    expect(twice.message).toContain('this account is connection shop already: use it by --set source.id=shop');
    const sameIntegration = await complaintOf(runInit({ source: 'woocommerce', target: 'roapp', answers: { 'source.id': 'shop', 'target.id': 'books', 'integration.id': 'shop-to-books' } }));
    expect(sameIntegration.message).toContain('--set integration.id: is there already and is not changed');
  });

  test('A20 a file with mistakes is not added to', async () => {
    writeFileSync(configPath, `${before()}nonsense: 1\n`);
    await expect(orders({ answers: reuse })).rejects.toThrow('nonsense: unknown key');
    expect(written()).toBe(`${before()}nonsense: 1\n`);
  });
});

const questions = (): Record<string, string[]> => ({
  'Name of the company': ['Acme Example'], 'Address of the shop': [shoper.url], 'Token API': [defaults.panel.token], 'Country, two letters': ['Poland', 'PL'], 'Address of the account’s host': [sare.url], UID: [defaultAccount.uid], 'API key': [defaultAccount.key],
}); // prettier-ignore
const picks = (): Record<string, string[]> => ({ 'Target group for subscribers': ['13'], 'Another trait to fill for subscribers': ['language', ''], 'Trait language is filled from': ['language'] });

describe('with a person at the terminal', () => {
  test('A20 S1 typed secrets lie in files that only their owner reads, and nowhere else', async () => {
    expect(await runInit({ source: 'shoper', target: 'sare', answers: fast, asker: personWho(questions(), picks()), isYes: false })).toBe(0);
    const files = ['shop.token', 'mailing.apiKey'].map((name) => join(folder, 'secrets', name));
    expect(files.map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
    expect(files.map((file) => readFileSync(file, 'utf8').trim())).toEqual([secrets.SHOPER_TOKEN, secrets.SARE_KEY]);
    expectNoSecret(`${said}${written()}`);
    const config = parseConfig(written(), { environs: {} }); // with the secrets read
    expect(config.connections[0]?.settings['token']).toEqual({ file: files[0] });
    expect(config.exports[0]?.settings).toEqual({ statusesEveryMinutes: 60, subscribers: { group: '13', traits: [{ trait: 'language', from: 'language' }] } });
  });

  test('A20 a wrong key is told at once and asked for again, before anything else is asked', async () => {
    const person = personWho({ ...questions(), 'Address of the shop': [shoper.url, shoper.url], 'Token API': ['wrong-token', defaults.panel.token] }, picks());
    expect(await runInit({ source: 'shoper', target: 'sare', answers: fast, asker: person })).toBe(0);
    const [first, second] = person.asked.flatMap((question, index) => (question === 'Token API' ? [index] : []));
    expect(person.asked.slice(first, second)).toEqual(['Token API', 'How is the account entered?', 'Address of the shop']);
    expect(person.asked.indexOf('Country, two letters')).toBe((second ?? 0) + 1);
    expect(said).toContain('does not let us in');
    expect(said).not.toContain('wrong-token');
  });

  test('A20 with --secrets env typed secrets are only named', async () => {
    expect(await runInit({ source: 'shoper', target: 'sare', answers: fast, asker: personWho(questions(), picks()), keeping: 'env' })).toBe(0);
    expect(existsSync(join(folder, 'secrets'))).toBe(false);
    expect(written()).toContain('token: { env: SHOP_TOKEN }');
    expect(said).toContain('SHOP_TOKEN, MAILING_API_KEY');
    expectNoSecret(`${said}${written()}`);
  });

  test('A20 an answer of no writes nothing, no secret either', async () => {
    const { message } = await complaintOf(runInit({ source: 'shoper', target: 'sare', answers: fast, asker: personWho(questions(), { ...picks(), [`Write this to ${configPath}?`]: ['no'] }), isYes: false }));
    expect(message).toBe('nothing was written');
    nothingWritten();
  });
});
