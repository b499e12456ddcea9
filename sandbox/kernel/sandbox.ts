/**
 * What a simulated system is to the rest: an API that behaves as its contract page says, and a control surface beside it (never inside it).
 * `startSandbox` (start.ts) serves the API on one port and the control surface on another, over real HTTP.
 */

export interface SandboxClock {
  /** ms since 1970 */
  now(): number;
  set(ms: number): void;
  advance(ms: number): void;
  /** the clock runs with real time from its set instant unless frozen */
  freeze(): void;
  run(): void;
}

/** When a request came in, for systems whose own log tells it beside the instant of storing. */
export interface Arrival {
  /** counts the requests of this server from 1 */
  number: number;
  /** ms since 1970, before any fault delayed it */
  at: number;
}

/** One simulated system. Its state lives in this object, in its own process in demo and judges. */
export interface SandboxDefinition {
  name: string;
  /** The clock the system stamps its records by, if it has one; the control surface moves it. Without it `startSandbox` makes one. */
  clock?: SandboxClock;
  /** The vendor's API. Receives the request as a client sent it. */
  handle(request: Request, arrival?: Arrival): Response | Promise<Response>;
  /** Empties the state. */
  reset(): void;
  /** Fills the state from a seed: what `input` means is the system's own. Returns a summary. */
  seed(input: unknown): unknown;
  /** The state as judges read it: plain JSON. */
  truth(): unknown;
  /** What people or other programs do in the vendor's own panel: write off, merge, delete, edit … by name. */
  actions: Record<string, (input: unknown) => unknown>;
  /** An error reply in the vendor's envelope, for faults. `text` is the vendor's message. */
  refuse(status: number, text: string): Response;
}

export type FaultKind =
  | 'refuse' // vendor's envelope with `status`; nothing stored
  | 'throttle' // 429; nothing stored
  | 'slow-before-storing' // waits `delayMs`, then handles, even if the caller has gone
  | 'slow-after-storing' // handles, then waits `delayMs` before answering
  | 'lost-reply' // handles, then the connection breaks
  | 'hold' // waits until `release` is called, or until `until` requests are held; then handles
  | 'half-page' // handles, answers half of the body and breaks
  | 'garbage' // 200 with HTML; nothing stored
  | 'refuse-with-email'; // like refuse, with a person's e-mail in the text

export interface Fault {
  /** "POST /v2/orders", "GET /v2/contacts/*"; `*` stands for one or more characters */
  on: string;
  kind: FaultKind;
  /** how often it strikes; default 1; 0 = always */
  times?: number;
  /** strikes only the n-th and later matching request; default 1 */
  after?: number;
  /** strikes at random with this rate (0–1), from a seeded generator */
  rate?: number;
  seed?: number;
  delayMs?: number;
  status?: number;
  text?: string;
  headers?: Record<string, string>;
  /** hold: released by itself when this many are held */
  until?: number;
}

export interface LoggedRequest {
  at: number;
  method: string;
  /** path with query, as sent */
  path: string;
  headers: Record<string, string>;
  body: string;
  status: number | null;
  fault: FaultKind | null;
  /** as in Arrival */
  number?: number;
  /** when the system began to handle it, i.e. stored what it stores; absent when it never did */
  handledAt?: number;
}

export interface RunningSandbox {
  name: string;
  /** e.g. http://127.0.0.1:4311 — the API's origin */
  url: string;
  controlUrl: string;
  clock: SandboxClock;
  definition: SandboxDefinition;
  /** Adds a fault; returns its id. */
  fault(fault: Fault): number;
  clearFaults(): void;
  /** Lets held requests go on. */
  release(): void;
  /** Resolves when this many requests are held. */
  held(count: number): Promise<void>;
  /** Requests seen since the last clear, oldest first; `on` as in Fault. */
  requests(on?: string): LoggedRequest[];
  clearRequests(): void;
  /** Resolves when this many matching requests have arrived since the last clear. */
  arrived(on: string, count: number): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

export interface StartOptions {
  port?: number;
  controlPort?: number;
  clock?: SandboxClock;
}
