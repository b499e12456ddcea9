/** The codec server process: start and stop, nothing else. */
import { once } from 'node:events';
import { createCodec } from './codec.ts';
import { createCodecServer } from './codec-server.ts';
import { readEnvironment } from './environment.ts';
import { listenOnLoopback } from './health.ts';
import { createLog } from './log.ts';
import { ConfigError } from './mistakes.ts';

/** Runs until SIGTERM or SIGINT. @throws ConfigError, in production also when no operator's token is given */
export async function main(): Promise<void> {
  const environment = readEnvironment();
  if (environment.codecToken === undefined && environment.environs['NODE_ENV'] === 'production') {
    throw new ConfigError('The environment has mistakes', [{ path: 'WAYBILL_CODEC_TOKEN', message: 'is needed in production: whoever reaches the codec server reads everything' }]);
  }
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort(signal));
  const app = createCodecServer({ codec: createCodec(environment.secrets), origins: environment.codecOrigins, token: environment.codecToken });
  const server = await listenOnLoopback(app, environment.codecPort);
  createLog(environment.logLevel).info('codec server is ready', { port: server.port });
  if (!stopping.signal.aborted) await once(stopping.signal, 'abort');
  await server.close();
}
