/** Webhooks that a simulated system sends: real HTTP out of its process, with the vendor's own retries, and faults on the way. */
import { z } from 'zod';
import { createRandom } from './random.ts';
import type { SandboxClock } from './sandbox.ts';

/** One event for one address, signed and worded as the vendor does it. */
export interface Delivery {
  address: string;
  method?: 'POST' | 'PUT' | 'DELETE';
  headers: Record<string, string>;
  body: string;
  /** what it tells, for the log: "order.updated 28" */
  about: string;
}

/** One attempt, as the log shows it; `status` is null when nobody answered in time. */
export interface LoggedAttempt {
  at: number;
  about: string;
  address: string;
  attempt: number;
  status: number | null;
  dropped: boolean;
}

export interface DeliveryOptions {
  clock: SandboxClock;
  /** how long the vendor waits for an answer */
  timeoutMs: number;
  /** after each failed attempt the next follows so much later, by the sandbox's clock; none: the event is lost */
  retryDelaysMs: number[];
  /** default: 200–299 */
  isAccepted?: (status: number) => boolean;
  /** told after every attempt that reached the network or failed on it; dropped ones are not told */
  onAttempt?: (delivery: Delivery, accepted: boolean) => void;
  /** asked before a retry leaves; false forgets it, e.g. because the endpoint was disabled meanwhile. Default: always */
  isStillWanted?: (delivery: Delivery) => boolean;
}

const faultsSchema = z.strictObject({
  /** shares of events that never leave, are sent twice, or are held back until a later one has gone (0–1) */
  drop: z.number().min(0).max(1).default(0),
  double: z.number().min(0).max(1).default(0),
  reorder: z.number().min(0).max(1).default(0),
  seed: z.number().int().default(1),
});

export interface Deliveries {
  /** Returns at once; the request leaves right after. */
  send(delivery: Delivery): void;
  /** Every attempt so far, oldest first. */
  attempts(): LoggedAttempt[];
  /** Resolves when nothing is on its way; events that wait for a retry or a later event do not count. */
  quiet(): Promise<void>;
  /** Actions for the control surface: `webhook-faults`, `webhook-attempts`, `webhook-flush` (sends all that wait). */
  actions: Record<string, (input: unknown) => unknown>;
  /** Forgets everything that waits. */
  reset(): void;
}

interface Waiting {
  delivery: Delivery;
  attempt: number;
  dueAt: number;
}

const checkEveryMs = 100;

export function createDeliveries({ clock, timeoutMs, retryDelaysMs, isAccepted = (status) => status >= 200 && status < 300, onAttempt, isStillWanted = () => true }: DeliveryOptions): Deliveries {
  let faults = faultsSchema.parse({});
  let random = createRandom(1);
  let log: LoggedAttempt[] = [];
  let waiting: Waiting[] = [];
  let heldBack: Delivery[] = [];
  const underWay = new Set<Promise<void>>();

  const attempt = async ({ delivery, attempt: count }: Waiting): Promise<void> => {
    const status = await post(delivery, timeoutMs);
    log.push({ at: clock.now(), about: delivery.about, address: delivery.address, attempt: count, status, dropped: false });
    const accepted = status !== null && isAccepted(status);
    onAttempt?.(delivery, accepted);
    const delay = retryDelaysMs[count - 1];
    if (!accepted && delay !== undefined) waiting.push({ delivery, attempt: count + 1, dueAt: clock.now() + delay });
  };
  const start = (next: Waiting): void => {
    const running = attempt(next).finally(() => underWay.delete(running));
    underWay.add(running);
  };
  const startAll = (deliveries: Delivery[]): void => deliveries.forEach((delivery) => start({ delivery, attempt: 1, dueAt: 0 }));
  const startDue = (now: number): void => {
    const due = waiting.filter(({ dueAt }) => dueAt <= now);
    waiting = waiting.filter(({ dueAt }) => dueAt > now);
    due.filter(({ delivery }) => isStillWanted(delivery)).forEach(start);
  };
  setInterval(() => startDue(clock.now()), checkEveryMs).unref();

  const send = (delivery: Delivery): void => {
    const dropped = random() < faults.drop;
    const copies = random() < faults.double ? [delivery, delivery] : [delivery];
    const isHeldBack = random() < faults.reorder;
    if (dropped) return void log.push({ at: clock.now(), about: delivery.about, address: delivery.address, attempt: 1, status: null, dropped });
    if (isHeldBack) return void heldBack.push(...copies);
    startAll([...copies, ...heldBack.splice(0)]);
  };
  const quiet = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.allSettled(underWay);
  };

  return {
    send,
    attempts: () => [...log],
    quiet,
    actions: {
      'webhook-faults': (input) => {
        faults = faultsSchema.parse(input);
        random = createRandom(faults.seed);
        return faults;
      },
      'webhook-attempts': () => [...log],
      'webhook-flush': async () => {
        startAll(heldBack.splice(0));
        startDue(Infinity);
        await quiet();
      },
    },
    reset: () => {
      log = [];
      waiting = [];
      heldBack = [];
      faults = faultsSchema.parse({});
    },
  };
}

/** The status of the answer; null when none came in time. */
async function post({ address, method = 'POST', headers, body }: Delivery, timeoutMs: number): Promise<number | null> {
  try {
    const response = await fetch(address, { method, headers, body: method === 'DELETE' ? null : body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return null;
  }
}
