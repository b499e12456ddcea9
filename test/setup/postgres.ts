/** A real PostgreSQL for this run: started on a free port in a temporary folder, stopped at the end. Without one its tests are left out, but fail in CI. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** address of the run's PostgreSQL server with its `postgres` database; empty when there is none */
    postgresUrl: string;
  }
}

interface Server {
  url: string;
  users: number;
  stop: () => Promise<void>;
}

const startsWithinMs = 30_000;

/** One server for all projects of a run: vitest calls this once each, in one process. */
let running: Promise<Server | undefined> | undefined;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  running ??= start();
  const server = await running;
  project.provide('postgresUrl', server?.url ?? '');
  if (server !== undefined) server.users += 1;
  return async () => {
    if (server === undefined) return;
    server.users -= 1;
    if (server.users > 0) return;
    running = undefined;
    await server.stop();
  };
}

async function start(): Promise<Server | undefined> {
  const programs = findPrograms();
  if (programs === undefined) {
    const message = 'PostgreSQL is not installed: the ledger is tested on SQLite only.';
    if (process.env['CI'] === 'true') throw new Error(message);
    console.warn(message);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'waybill-postgres-'));
  const [data, sockets] = [join(folder, 'data'), join(folder, 'sockets')];
  for (const path of [folder, data, sockets]) ownedByServer(path);
  execAsServer(join(programs, 'initdb'), ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'], folder);

  const port = await findFreePort();
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: sockets, max_connections: '200', shared_buffers: '64MB', fsync: 'off', full_page_writes: 'off' };
  const server = spawnAsServer(join(programs, 'postgres'), ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])], folder);
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const stop = async () => {
    server.kill('SIGINT'); // a fast stop: open connections are cut
    await Promise.race([ended, delay(5_000, undefined, { ref: false })]);
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  try {
    await answers(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, users: 0, stop };
}

/** The folder that holds both `initdb` and `postgres`: the newest installed, else one on the path. */
function findPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter)];
  return places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
}

const isRoot = () => process.getuid?.() === 0;

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (!isRoot()) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      continue; // no such user here
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is no unprivileged user to run it as');
}

function ownedByServer(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  const user = unprivileged();
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

function execAsServer(program: string, options: string[], folder: string): void {
  execFileSync(program, options, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: { PATH: process.env['PATH'] ?? '', HOME: folder }, ...unprivileged() });
}

function spawnAsServer(program: string, options: string[], folder: string): ChildProcess {
  return spawn(program, options, { cwd: folder, stdio: 'ignore', env: { PATH: process.env['PATH'] ?? '', HOME: folder }, ...unprivileged() });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}

async function answers(url: string, server: ChildProcess): Promise<void> {
  const giveUpAt = performance.now() + startsWithinMs;
  for (;;) {
    const client = new Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL stopped with exit code ${server.exitCode}`, { cause: error });
      if (performance.now() > giveUpAt) throw new Error('PostgreSQL did not start in time', { cause: error });
      await delay(30);
    }
  }
}
