/** The control surface of a sandbox in another process, as a typed client: for the demo, judges and flow tests. */
import { z } from 'zod';
import { clockSchema, healthSchema, loggedRequestSchema } from './schemas.ts';
import type { Fault, LoggedRequest } from './sandbox.ts';

export interface RemoteClock {
  /** ms since 1970 */
  now(): Promise<number>;
  set(ms: number): Promise<void>;
  advance(ms: number): Promise<void>;
  freeze(): Promise<void>;
  run(): Promise<void>;
}

/** The same as RunningSandbox, every call over HTTP. Each throws an Error with the surface's words when refused. */
export interface RemoteSandbox {
  controlUrl: string;
  clock: RemoteClock;
  /** Name and API origin of the sandbox. */
  health(): Promise<{ name: string; url: string }>;
  reset(): Promise<void>;
  seed(input: unknown): Promise<unknown>;
  action(name: string, input?: unknown): Promise<unknown>;
  /** The state as judges read it; parse it with a schema of your own. */
  truth(): Promise<unknown>;
  fault(fault: Fault): Promise<number>;
  clearFaults(): Promise<void>;
  release(): Promise<void>;
  held(count: number): Promise<void>;
  requests(on?: string): Promise<LoggedRequest[]>;
  clearRequests(): Promise<void>;
  arrived(on: string, count: number): Promise<void>;
}

export function connectSandbox(controlUrl: string): RemoteSandbox {
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(new URL(path, controlUrl), { method, body: body === undefined ? null : JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox ${method} ${path}: ${response.status} ${text}`);
    const value: unknown = JSON.parse(text);
    return value;
  };
  const changeClock = async (change: unknown): Promise<void> => void (await call('POST', '/clock', change));
  return {
    controlUrl,
    clock: {
      now: async () => clockSchema.parse(await call('GET', '/clock')).now,
      set: (ms) => changeClock({ set: ms }),
      advance: (ms) => changeClock({ advance: ms }),
      freeze: () => changeClock({ freeze: true }),
      run: () => changeClock({ run: true }),
    },
    health: async () => healthSchema.parse(await call('GET', '/health')),
    reset: async () => void (await call('POST', '/reset')),
    seed: (input) => call('POST', '/seed', input),
    action: (name, input = {}) => call('POST', `/actions/${encodeURIComponent(name)}`, input),
    truth: () => call('GET', '/truth'),
    fault: async (fault) => z.object({ id: z.number() }).parse(await call('POST', '/faults', fault)).id,
    clearFaults: async () => void (await call('DELETE', '/faults')),
    release: async () => void (await call('POST', '/release')),
    held: async (count) => void (await call('GET', `/held?count=${count}`)),
    requests: async (on) => z.array(loggedRequestSchema).parse(await call('GET', on === undefined ? '/requests' : `/requests?on=${encodeURIComponent(on)}`)),
    clearRequests: async () => void (await call('DELETE', '/requests')),
    arrived: async (on, count) => void (await call('GET', `/arrived?on=${encodeURIComponent(on)}&count=${count}`)),
  };
}
