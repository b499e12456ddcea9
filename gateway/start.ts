/** Starts everything of the gateway process and stops it so that no request is left without an answer. Tests start it in their own process. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Connection } from '@temporalio/client';
import { Counter, Registry } from 'prom-client';
import { createHealthApp, listenOnLoopback } from '../worker/health.ts';
import type { Log } from '../worker/log.ts';
import { createGateway } from './app.ts';
import { createClientOf } from './client-address.ts';
import type { GatewayEnvironment } from './environment.ts';
import { createHold } from './hold.ts';
import { within } from './within.ts';

export interface RunningGateway {
  port: number;
  /** of /livez, /readyz, /metrics */
  healthPort: number;
  /** Takes nothing new, answers what is under way, then closes. */
  stop: () => Promise<void>;
}

/** a request that dawdles longer than this is cut off */
const headersTimeout = 5_000;
const requestTimeout = 30_000;
/** what is under way when the process is to end */
const drainMs = 21_000;
const idleCheckMs = 50;
const askMs = 2_000;

/** Starts without Temporal too, and answers 503 while it is away. @throws when a port is taken */
export async function startGateway({ routes, keys, temporal, host, port, healthPort, proxies }: GatewayEnvironment, log: Log): Promise<RunningGateway> {
  const connection = Connection.lazy(temporal.connection);
  const metrics = new Registry();
  const answers = new Counter({ name: 'waybill_webhooks', help: 'Webhooks by connection (empty: unknown address) and answer', labelNames: ['connection', 'status'], registers: [metrics] });
  const app = createGateway({
    routes,
    hold: createHold({ connection, namespace: temporal.namespace, keys }),
    log,
    clientOf: createClientOf(proxies),
    noteAnswer: (of, status) => answers.inc({ connection: of, status }),
  });
  const answer = getRequestListener(app.fetch);
  const missing = async () => {
    const asked = connection.withDeadline(Date.now() + askMs, async () => connection.workflowService.getSystemInfo({}));
    return within(askMs, asked).then(() => [], () => ['Temporal cannot be reached']); // prettier-ignore
  };
  const health = await listenOnLoopback(createHealthApp({ missing, metrics: () => Promise.resolve(metrics), engineMetricsPort: undefined }), healthPort);
  const server = createServer({ headersTimeout, requestTimeout }, (incoming, outgoing) => void answer(incoming, outgoing));
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    await Promise.all([health.close(), connection.close()]);
    throw error;
  }
  const address = server.address();
  const listening = typeof address === 'object' && address !== null ? address.port : port;
  for (const route of routes) if (route.sender.signedWith !== 'nothing' && route.secrets.length === 0) log.warn('no webhook secret is set: its webhooks are refused', { connection: route.connection });
  log.info('gateway is ready', { port: listening, count: routes.length });
  return {
    port: listening,
    healthPort: health.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      // a line that was answered is kept open for more, which will not come
      const timers = [setInterval(() => server.closeIdleConnections(), idleCheckMs), setTimeout(() => server.closeAllConnections(), drainMs)];
      await closed;
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([health.close(), connection.close()]);
      log.info('gateway has stopped');
    },
  };
}
