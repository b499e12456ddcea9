/** What every outside call is made on behalf of: one object a step, given to the connector's client. */
import type { BudgetRule, Ledger, SendGuard } from '../ledger/ledger.ts';
import type { ImportOrdersSettings } from '../domain/settings.ts';
import type { IntegrationRef, Lane } from '../domain/ports.ts';

export interface CallContext {
  ledger: Ledger;
  connection: string;
  company: string;
  /** null for checks that belong to no integration */
  integration: IntegrationRef | null;
  lane: Lane;
  /** record for the exchange log: "order:17", or "" */
  record: string;
  /** workflow run for the exchange log */
  run: string;
  /** stable name of workflow id and step, without the attempt: holder of keys */
  holder: string;
  /** beats the activity's heart; throws when the activity is cancelled */
  heartbeat: () => void;
  /** this step makes no outside call: one that is wanted throws OfflineError */
  isOffline?: true;
  /** aborted when the activity is cancelled or the worker shuts down */
  signal: AbortSignal;
}

/**
 * What the worker gives each connector's activities. Settings are those valid now: read at every step, so that `apply` needs no restart.
 */
export interface ConnectorContext<Settings> {
  connection: string;
  company: string;
  ledger: Ledger;
  /** the connection's settings of this moment with its secrets resolved, and the version that acts */
  settings: () => Promise<{ settings: Settings; version: string }>;
  integrationSettings: (integration: string) => Promise<{ settings: ImportOrdersSettings; version: string }>;
  /** where this connection's webhooks come in and the secret they are to be signed with; absent: no gateway is configured */
  hooks?: () => Promise<{ address: string; secret: string } | undefined>;
  /** the context of the step that runs now (Temporal's activity context, or a test's) */
  call: (input: { integration: IntegrationRef | null; lane: Lane; record: string; step: string }) => CallContext;
}

/** A row of a system's table of refusals: what a reply means. The first that fits counts. */
export interface Refusal {
  status: number | readonly number[];
  /** the vendor's code must equal this too */
  code?: string | readonly string[];
  /** only when the body is (not) JSON */
  json?: boolean;
  means: 'rate limited' | 'unauthorized' | 'forbidden' | 'retryable' | 'perhaps the record' | 'permanent' | 'absent';
  /** rate limited without Retry-After: how long */
  waitMs?: number;
}

/** What a body says its reply means. `sent`: may the call have taken effect; default: no for refusals, maybe for trouble. */
export interface BodyVerdict {
  means: Refusal['means'];
  code?: string;
  /** the vendor's words */
  words?: string;
  waitMs?: number;
  sent?: 'no' | 'maybe';
}

/** What `authorize` adds. `body`: fields laid over the JSON object that the client gives as `body`. */
export interface Authorization {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  body?: Record<string, string>;
}

export interface HttpSettings {
  system: string;
  baseUrl: string;
  /** adds credentials to a request: headers, query parameters and (for APIs that take them there) fields of the JSON body, none of which reaches a log */
  authorize: (request: { method: string; url: URL }) => Authorization;
  refusals: readonly Refusal[];
  /** the vendor's code and words in an error body, where it has them */
  explain: (body: unknown) => { code?: string; words?: string };
  /**
   * Systems that say in the body what a reply means, whatever the HTTP status (refusals inside a 200, cost replies): asked for every JSON reply below
   * 400 before its schema is. Undefined: the reply is what the schema says. A reply that is not JSON is never shown to it.
   */
  judgeBody?: (reply: { status: number; body: unknown; headers: Record<string, string> }) => BodyVerdict | undefined;
  budget?: BudgetRule;
  /** simultaneous calls of the account */
  simultaneous?: number;
  /** whole call, from send to the last byte; default 10 s */
  timeoutMs?: number;
  /** largest reply; default 10 MB */
  maxBytes?: number;
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | readonly (string | number)[] | undefined>;
  body?: unknown;
  /** Instead of `body`, where what may be sent can change during the wait for the budget: asked for after the intent, right before the request. */
  bodyWhenSent?: () => Promise<unknown>;
  headers?: Record<string, string>;
  /** e.g. "/orders/{id}/items": what logs and errors name; default the path with digits replaced by {id} */
  endpoint?: string;
  /** points of the account's budget that the call costs; default 1 */
  cost?: number;
  /** the request counts as a read in the log of exchanges although its method writes (GraphQL queries, RPC) */
  isRead?: boolean;
  /** a body that is no JSON, sent as it is with this content type */
  rawBody?: { contentType: string; text: string };
  /** values in the body that must not be stored in the log of exchanges, as they stand there (a client secret in a form) */
  secrets?: readonly string[];
  /** a create under the ledger's protocol: the budget is waited for first, then `guard.intend()`, then the request */
  guard?: SendGuard;
  /** may take the simultaneous place that is kept for opt-outs */
  isUrgent?: boolean;
  /** target object that a write creates or changes, for *written*; read off the reply if absent */
  objectId?: string;
}
