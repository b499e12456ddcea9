/** A private PostgreSQL for one run of the judge: made in the judge's own folder, killed and started again like everything else. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { openDatabase } from '../../ledger/open.ts';
import { startChild, type ChildServer } from '../setup/child.ts';

export interface PostgresPlace {
  url: string;
  /** Starts it, also after a kill. */
  start: () => Promise<ChildServer>;
}

/** @throws Error where PostgreSQL is not installed */
export function createPostgres(home: string, port: number): PostgresPlace {
  const programs = findPrograms();
  const user = unprivileged();
  const folder = join(home, 'postgres');
  const [data, sockets] = [join(folder, 'data'), join(folder, 'sockets')];
  for (const path of [folder, data, sockets]) owned(path, user);
  if (user !== undefined) chmodSync(home, 0o711); // its user passes through to its own folder
  const environment = { PATH: process.env['PATH'] ?? '', HOME: folder };
  execFileSync(join(programs, 'initdb'), ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--encoding', 'UTF8', '--no-locale', '--no-sync'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], env: environment, ...user });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  // all safety on: what it acknowledged must survive its death
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: sockets, max_connections: '100', shared_buffers: '64MB' };
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  return { url, start: () => startChild(join(programs, 'postgres'), args, { serves: () => serves(url), env: environment, cwd: folder, ...(user === undefined ? {} : { user }) }) };
}

async function serves(url: string): Promise<boolean> {
  const { db, clock } = await openDatabase({ url });
  try {
    await clock.now();
    return true;
  } catch {
    return false;
  } finally {
    await db.destroy();
  }
}

/** The folder that holds both programs: the newest installed, else one on the path. */
function findPrograms(): string {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const places = [...versions.map((version) => join(debian, version, 'bin')), ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = places.find((place) => existsSync(join(place, 'initdb')) && existsSync(join(place, 'postgres')));
  if (found === undefined) throw new Error('PostgreSQL is not installed: use --ledger sqlite');
  return found;
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
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

function owned(path: string, user: { uid: number; gid: number } | undefined): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
