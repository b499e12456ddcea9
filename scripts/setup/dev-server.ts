/** Temporal's development server and its time-skipping test server as children of ours, on free ports unless told otherwise. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../workflows/messages.ts';
import { startChild } from './child.ts';
import { freePorts } from './ports.ts';
import { findTemporalCli, findTestServer } from './temporal-binaries.ts';
import type { ChildServer } from './child.ts';
import type { FoundProgram } from './temporal-binaries.ts';

export interface DevServerOptions {
  /** where its database is kept; without it everything is forgotten when it ends */
  folder?: string;
  port?: number;
  uiPort?: number;
  /** address of the codec server, for clear text in the UI */
  codecEndpoint?: string;
  /** without the UI */
  headless?: boolean;
  /** not reached by Ctrl-C in our terminal, so that the caller can end it after its worker */
  ownGroup?: boolean;
  /** the program, where the caller has found it already */
  program?: string;
}

export interface DevServer extends ChildServer {
  /** e.g. 127.0.0.1:7233 */
  address: string;
  /** e.g. http://127.0.0.1:8233; "" when headless */
  uiUrl: string;
}

export interface TestServer extends ChildServer {
  address: string;
}

const ip = '127.0.0.1';
/** Between the moment a free port is found and used, somebody else may take it. */
const attempts = 3;
/** GOGC: a tenth of the server's work would be collecting garbage of a memory that is small anyway. */
const collectAtPercent = '250';

/**
 * Starts the development server and waits until it serves. The same folder and ports may be used again after `stop` or `kill`.
 * @throws MissingProgramError when there is no program to start
 */
export async function startDevServer(options: DevServerOptions = {}): Promise<DevServer> {
  const program = options.program ?? binaryOf(await findTemporalCli());
  if (options.folder !== undefined) await mkdir(options.folder, { recursive: true });
  const chosen = options.port !== undefined && (options.uiPort !== undefined || options.headless === true);
  return repeatedly(chosen ? 1 : attempts, async () => {
    const [free = 0, freeForUi = 0] = await freePorts(2);
    const port = options.port ?? free;
    const uiPort = options.uiPort ?? freeForUi;
    const address = `${ip}:${port}`;
    const child = await startChild(program, devServerArguments({ ...options, port, uiPort }), {
      serves: () => answers(address, 'default'),
      announces: 'Temporal Server:',
      env: { GOGC: collectAtPercent, ...process.env },
      ...(options.ownGroup === undefined ? {} : { ownGroup: options.ownGroup }),
    });
    return { ...child, address, uiUrl: options.headless === true ? '' : `http://${ip}:${uiPort}` };
  });
}

/** What the server is always told: write-ahead log, short timers that fire at once, exact priorities, no step lost on its way to a worker that stops, our search attributes. */
export function devServerArguments(options: DevServerOptions & { port: number; uiPort: number }): string[] {
  const onFile = options.folder === undefined ? [] : ['--db-filename', join(options.folder, 'temporal.db')];
  const ui = options.headless === true ? ['--headless'] : ['--ui-port', String(options.uiPort)];
  const codec = options.codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', options.codecEndpoint];
  const dynamic = ['history.timerProcessorMaxTimeShift="1ms"', 'matching.numTaskqueueReadPartitions=1', 'matching.numTaskqueueWritePartitions=1', 'frontend.enableCancelWorkerPollsOnShutdown=true'];
  return [
    'server',
    'start-dev',
    '--ip',
    ip,
    '--port',
    String(options.port),
    '--log-level',
    'error',
    ...ui,
    ...onFile,
    ...codec,
    '--sqlite-pragma',
    'journal_mode=WAL',
    ...dynamic.flatMap((value) => ['--dynamic-config-value', value]),
    ...Object.values(searchAttributes).flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/** Starts the server whose clock jumps to the next timer. No schedules, no lists, no versioning there. */
export async function startTestServer(options: { port?: number; program?: string } = {}): Promise<TestServer> {
  const program = options.program ?? binaryOf(await findTestServer());
  return repeatedly(options.port === undefined ? attempts : 1, async () => {
    const [free = 0] = await freePorts(1);
    const port = options.port ?? free;
    const address = `${ip}:${port}`;
    const child = await startChild(program, [String(port), '--enable-time-skipping'], { serves: () => answers(address) });
    return { ...child, address };
  });
}

/** Nothing to start with: `message` says in one line what to do. */
export class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}

function binaryOf(found: FoundProgram): string {
  if (found.kind === 'binary') return found.path;
  throw new MissingProgramError(found.kind === 'missing' ? found.message : `A server runs at ${found.address} (TEMPORAL_ADDRESS): none is started beside it.`);
}

/** Serving means more than listening: the namespace exists and is readable. */
async function answers(address: string, namespace?: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ address, connectTimeout: '1 second' });
    const service = connection.workflowService;
    await connection.withDeadline(Date.now() + 1_000, async () => {
      await service.getSystemInfo({});
      if (namespace !== undefined) await service.describeNamespace({ namespace });
    });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

async function repeatedly<T>(times: number, start: () => Promise<T>): Promise<T> {
  for (let left = times - 1; ; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (left <= 0) throw error;
    }
  }
}
