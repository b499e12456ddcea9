/** Starts one sandbox: its API on one port, its control surface on another, both on loopback only. */
import { createAdaptorServer } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { createClock } from './clock.ts';
import { createControl } from './control.ts';
import { createFaults } from './faults.ts';
import { createRequestLog } from './request-log.ts';
import type { Fault, RunningSandbox, SandboxClock, SandboxDefinition, StartOptions } from './sandbox.ts';
import { createApiServer } from './serve.ts';
import { createWaits } from './waits.ts';

/** Serves the API and the control surface over HTTP on 127.0.0.1, on free ports unless told. */
export async function startSandbox(definition: SandboxDefinition, options: StartOptions = {}): Promise<RunningSandbox> {
  const clock = clockOf(definition, options.clock);
  const faults = createFaults();
  const waits = createWaits();
  const log = createRequestLog();
  const api = createApiServer({ definition, clock, faults, waits, log });
  const url = await listen(api, options.port ?? 0);

  const sandbox = {
    name: definition.name,
    url,
    clock,
    definition,
    fault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    release: () => waits.release(),
    held: (count: number) => waits.held(count),
    requests: (on?: string) => log.list(on),
    clearRequests: () => log.clear(),
    arrived: (on: string, count: number) => log.arrived(on, count),
    reset() {
      faults.clear();
      waits.vanish();
      log.clear();
      definition.reset();
    },
  };
  const surface = createControl(sandbox);
  const control = createAdaptorServer({ fetch: (request) => surface.fetch(request) });
  const controlUrl = await listen(control, options.controlPort ?? 0);
  return {
    ...sandbox,
    controlUrl,
    async close() {
      waits.vanish();
      await Promise.all([stop(api), stop(control)]);
    },
  };
}

/** A sandbox that stamps its records brings its clock along; two clocks for one system would be a mistake of the caller. */
function clockOf(definition: SandboxDefinition, given: SandboxClock | undefined): SandboxClock {
  if (given && definition.clock && given !== definition.clock) throw new Error(`sandbox ${definition.name} already has a clock: give it where the sandbox is created`);
  return given ?? definition.clock ?? createClock();
}

type AnyServer = ReturnType<typeof createAdaptorServer>;

async function listen(server: AnyServer, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return `http://127.0.0.1:${portOf(server.address())}`;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a sandbox listens on a TCP port');
  return address.port;
}

async function stop(server: AnyServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
