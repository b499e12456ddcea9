/** Which fault strikes which request. What a strike then does is in `serve.ts`. */
import { createRandom } from './random.ts';
import type { Fault } from './sandbox.ts';

export type StruckFault = Fault & { id: number };

export interface Faults {
  /** Adds a fault; returns its id. Faults are tried in the order of adding, the first that strikes counts. */
  add(fault: Fault): number;
  clear(): void;
  /** Counts the request for every fault that names it, and returns the one that strikes. `path` may carry a query. */
  strike(method: string, path: string): StruckFault | undefined;
}

interface Armed {
  fault: StruckFault;
  matches: (method: string, path: string) => boolean;
  random: () => number;
  seen: number;
  /** Infinity: always */
  left: number;
}

export function createFaults(): Faults {
  let armed: Armed[] = [];
  let lastId = 0;
  return {
    add(fault) {
      lastId += 1;
      armed.push(arm({ ...fault, id: lastId }));
      return lastId;
    },
    clear() {
      armed = [];
    },
    strike(method, path) {
      let struck: Armed | undefined;
      for (const candidate of armed) {
        if (!candidate.matches(method, path)) continue;
        candidate.seen += 1;
        if (struck === undefined && isDue(candidate)) struck = candidate;
      }
      if (!struck) return undefined;
      struck.left -= 1;
      if (struck.left <= 0) armed = armed.filter((other) => other !== struck);
      return struck.fault;
    },
  };
}

function arm(fault: StruckFault): Armed {
  // a hold that waits for three requests has to strike three times
  const times = fault.times ?? (fault.kind === 'hold' ? (fault.until ?? 1) : 1);
  return { fault, matches: createMatcher(fault.on), random: createRandom(fault.seed ?? 1), seen: 0, left: times === 0 ? Infinity : times };
}

function isDue({ fault, seen, random }: Armed): boolean {
  if (seen < (fault.after ?? 1)) return false;
  return fault.rate === undefined || random() < fault.rate;
}

/**
 * Reads `on`, e.g. "POST /v2/orders", "GET /v2/contacts/*", "*": `*` stands for one or more characters, `{id}` for a number.
 * The query counts only if the pattern has one.
 */
export function createMatcher(on: string): (method: string, path: string) => boolean {
  const pattern = new RegExp(`^${on.split('*').map((part) => part.split('{id}').map(escape).join('\\d+')).join('.+')}$`);
  const withQuery = on.includes('?');
  return (method, path) => pattern.test(`${method} ${withQuery ? path : (path.split('?', 1)[0] ?? path)}`);
}

const escape = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
