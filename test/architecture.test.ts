/** The import rules, the shape of connectors and what must not stand in the tree, made executable (style-examples 3.2). */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { folderRules, forbiddenImports, importsOf, packageOf } from './architecture/imports.ts';
import { forbiddenInTests, forbiddenTypes, forbiddenWords, leaks } from './architecture/words.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const left = new Set(['node_modules', 'dist', '.git', '.waybill', 'coverage']);

const files = list('');
const sources = files.filter((file) => file.endsWith('.ts')).map((file) => ({ file, source: read(file) }));
const shipped = sources.filter(({ file }) => folderRules[file.split('/')[0] ?? ''] !== undefined);

describe('the tree', () => {
  test('each folder imports only what its row of the table allows', () => {
    expect(shipped.flatMap(({ file, source }) => forbiddenImports(file, source))).toEqual([]);
    expect(shipped.length).toBeGreaterThan(20);
  });

  test('each relative import names a file that exists', () => {
    const broken = sources.flatMap(({ file, source }) =>
      importsOf(source)
        .filter(({ from }) => from.startsWith('.') && !existsSync(`${root}${posix.join(posix.dirname(file), from)}`))
        .map(({ from }) => `${file}: ${from}`),
    );
    expect(broken).toEqual([]);
  });

  test('each package in use is declared; what ships uses no package of development', () => {
    const { dependencies, devDependencies } = z.object({ dependencies: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
    const undeclared = sources.flatMap(({ file, source }) => {
      const known = file.startsWith('test/') || !file.includes('/') ? { ...dependencies, ...devDependencies } : dependencies;
      return importsOf(source)
        .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:') && known[packageOf(from)] === undefined)
        .map(({ from }) => `${file}: ${from}`);
    });
    expect(undeclared).toEqual([]);
    expect(Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  test('each connector has the same six files: steps of order flows in activities.ts, calls and mapping of contact flows in driver.ts', () => {
    const five = ['README.md', 'client.ts', 'map.ts', 'schemas.ts', 'settings.ts'];
    const systems = new Set(files.filter((file) => /^activities\/[^/]+\//.test(file)).map((file) => file.split('/')[1]));
    const missing = [...systems].flatMap((system) => five.filter((name) => !files.includes(`activities/${system}/${name}`)).map((name) => `activities/${system}/${name}`));
    expect(missing).toEqual([]);
    expect([...systems].filter((system) => !files.includes(`activities/${system}/activities.ts`) && !files.includes(`activities/${system}/driver.ts`))).toEqual([]);
  });

  test('no test is focused or replaces a module of ours', () => {
    expect(sources.filter(({ file }) => file.startsWith('test/')).flatMap(({ file, source }) => forbiddenInTests(file, source))).toEqual([]);
  });

  test('nothing is typed any', () => {
    expect(sources.flatMap(({ file, source }) => forbiddenTypes(file, source))).toEqual([]);
  });

  test('no file names a registry host or a path of one machine', () => {
    expect(files.filter((file) => !/\.(?:png|ico|gz|db|bin)$/.test(file)).flatMap((file) => forbiddenWords(file, read(file)))).toEqual([]);
  });

  test('N9 no secret and no person is handed to a log or put into an error', () => {
    expect(shipped.filter(({ file }) => !file.startsWith('sandbox/')).flatMap(({ file, source }) => leaks(file, source))).toEqual([]);
  });
});

describe('the rules themselves refuse', () => {
  test.each([
    ['domain/order.ts', "import { z } from 'zod';", 'domain/ may not import the package zod'],
    ['domain/order.ts', "import type { Ledger } from '../ledger/ledger.ts';", 'domain/ may not import types from ledger/ledger.ts'],
    ['domain/order.ts', "import { readFileSync } from 'node:fs';", 'domain/ may not import node:fs'],
    ['workflows/order.ts', "import { createHttp } from '../activities/http.ts';", 'workflows/ may not import values from activities/http.ts'],
    ['workflows/order.ts', "import { type Http } from '../activities/http.ts';", 'workflows/ may not import values from activities/http.ts'],
    ['activities/roapp/map.ts', "import type { Order } from '../woocommerce/schemas.ts';", 'a connector is known to the worker alone'],
    ['activities/http.ts', "export * from './roapp/client.ts';", 'a connector is known to the worker alone'],
    ['activities/roapp/client.ts', "import { order } from '../../sandbox/roapp/schemas.ts';", 'activities/ may not import values from sandbox'],
    ['sandbox/roapp/routes.ts', "import { orderSchema } from '../../activities/roapp/schemas.ts';", 'sandbox/ may not import values from activities'],
    ['sandbox/roapp/routes.ts', "import type { Order } from '../../domain/order.ts';", 'sandbox/ may not import types from domain'],
    ['scripts/status.ts', "const http = await import('../activities/http.ts');", 'scripts/ may not import values from activities/http.ts'],
    ['scripts/status.ts', "import { x } from '../sandbox/kernel/start.ts';", 'scripts/ may not import values from sandbox'],
    ['gateway/app.ts', "import { openLedger } from '../ledger/open.ts';", 'gateway/ may not import values from ledger'],
    ['ledger/keys.ts', "import {\n  a,\n  b,\n} from '../worker/config.ts';", 'ledger/ may not import values from worker'],
    ['ledger/keys.ts', "import { a } from './ledger';", './ledger lacks its extension'],
  ])('%s: %s', (file, source, finding) => {
    expect(forbiddenImports(file, source).join()).toContain(finding);
  });

  test.each([
    ['workflows/order.ts', "import type { Http } from '../activities/http.ts';"],
    ['activities/roapp/map.ts', "import { toE164 } from '../phone.ts';"],
    ['scripts/demo.ts', "import { startSandbox } from '../sandbox/kernel/start.ts';"],
    ['domain/order.ts', "// import { z } from 'zod';\nconst text = `import { z } from 'zod';`;"],
  ])('but not %s: %s', (file, source) => {
    expect(forbiddenImports(file, source)).toEqual([]);
  });

  test('a focused test, a mock and any', () => {
    expect(forbiddenInTests('a.test.ts', 'test.only(`x`, f)')).toHaveLength(1);
    expect(forbiddenInTests('a.test.ts', "vi.mock('./a.ts')")).toHaveLength(1);
    expect(forbiddenTypes('a.ts', 'const a: any = 1')).toHaveLength(1);
    expect(forbiddenTypes('a.ts', "const a = 'any'; // any\nPromise.any([b]); const r = /any/; `any ${b}`")).toEqual([]);
  });

  test('a machine path and a registry', () => {
    expect(forbiddenWords('a.md', `see ${['', 'home', 'somebody', 'notes'].join('/')}`)).toHaveLength(1);
    expect(forbiddenWords('lock', ['"resolved"', '"https://example.com/a.tgz"'].join(': '))).toHaveLength(1);
    expect(forbiddenWords('.npmrc', ['registry', 'https://example.com'].join('='))).toHaveLength(1);
    expect(forbiddenWords('a.md', 'https://example.com/work/one')).toEqual([]);
  });

  test.each([
    ['log.info({ apiKey })', 1],
    ['logger.warn(`refused ${settings.apiKey}`)', 1],
    ['throw new Error(`no customer ${order.email}`)', 1],
    ['log.error({ what: error.words })', 1],
    ['log.error(words)', 0],
    ["log.info({ connection }, 'the token is missing')", 0],
    ['throw new Error(`refused`, { cause: token })', 0],
  ])('a secret or a person in a log or an error: %s', (source, count) => {
    expect(leaks('a.ts', source)).toHaveLength(count);
  });
});

function list(folder: string): string[] {
  return readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (left.has(entry.name)) return [];
    return entry.isDirectory() ? list(path) : entry.isFile() ? [path] : [];
  });
}

function read(file: string): string {
  return readFileSync(`${root}${file}`, 'utf8');
}
