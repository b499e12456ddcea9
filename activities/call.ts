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

export interface HttpSettings {
  system: string;
  baseUrl: string;
  /** adds credentials to a request: headers and query parameters that never reach a log */
  authorize: (request: { method: string; url: URL }) => { headers?: Record<string, string>; query?: Record<string, string> };
  refusals: readonly Refusal[];
  /** the vendor's code and words in an error body, where it has them */
  explain: (body: unknown) => { code?: string; words?: string };
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
  headers?: Record<string, string>;
  /** e.g. "/orders/{id}/items": what logs and errors name; default the path with digits replaced by {id} */
  endpoint?: string;
  /** a create under the ledger's protocol: the budget is waited for first, then `guard.intend()`, then the request */
  guard?: SendGuard;
  /** target object that a write creates or changes, for *written*; read off the reply if absent */
  objectId?: string;
}
