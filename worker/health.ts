/** Health and metrics of a worker, on loopback: `/livez` (the process runs), `/readyz` (it can work), `/metrics`. */
import { serve, type ServerType } from '@hono/node-server';
import { Hono } from 'hono';
import type { Registry } from 'prom-client';
import { request } from 'undici';
import { LedgerFullError } from '../ledger/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';

export interface HealthOptions {
  /** words for what is missing; empty when the worker can work */
  missing: () => Promise<string[]>;
  /** asked for at the first request */
  metrics: () => Promise<Registry>;
  /** where the engine offers its own metrics, joined to ours */
  engineMetricsPort: number | undefined;
}

export function createHealthApp({ missing, metrics, engineMetricsPort }: HealthOptions): Hono {
  const app = new Hono();
  app.get('/livez', (context) => context.text('ok'));
  app.get('/readyz', async (context) => {
    const words = await missing();
    return words.length === 0 ? context.text('ready') : context.text(words.join('\n'), 503);
  });
  app.get('/metrics', async (context) => {
    const engine = engineMetricsPort === undefined ? '' : await engineMetrics(engineMetricsPort);
    const registry = await metrics();
    return context.text(`${await registry.metrics()}${engine}`, 200, { 'content-type': registry.contentType });
  });
  return app;
}

/** The engine not answering hides none of our own counts. */
async function engineMetrics(port: number): Promise<string> {
  try {
    const { body } = await request(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(2_000) });
    return await body.text();
  } catch {
    return '';
  }
}

/** What a worker cannot do at its ledger, found out by writing a word there: reading goes on while its disk is full. Empty: nothing. */
export async function ledgerTrouble({ marks, clock }: Pick<Ledger, 'marks' | 'clock'>): Promise<string[]> {
  try {
    await marks.set('worker', 'asked-if-ready', new Date(await clock.now()).toISOString());
    return [];
  } catch (error) {
    return [error instanceof LedgerFullError ? error.message : 'the ledger cannot be reached'];
  }
}

export interface Listening {
  port: number;
  close: () => Promise<void>;
}

/** Loopback only. @throws when the port is taken */
export async function listenOnLoopback(app: Hono, port: number): Promise<Listening> {
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, hostname: '127.0.0.1', port }, () => resolve(starting));
    starting.once('error', reject);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
