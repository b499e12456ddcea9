/** Every endpoint of a sandbox refuses once in each of several ways, each time with a person's data in its words. */
import type { Fault, RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';

/** `status` of refusals; garbage has no words but makes replies unreadable. */
export interface Way {
  kind: 'refuse-with-email' | 'garbage';
  status: number;
}

export interface Struck {
  endpoint: string;
  way: Way;
}

/** Method and path with `{id}` for ids, as `Fault.on` has it: `*` would also strike the neighbours `/orders/statuses` and `/orders/custom-fields`. */
export const endpointOf = ({ method, path }: { method: string; path: string }): string => `${method} ${(path.split('?')[0] ?? '').replaceAll(/\/\d+(?=\/|$)/g, '/{id}')}`;

/** The endpoints that were called, each once. */
export const endpointsOf = (sandbox: RunningSandbox): string[] => [...new Set(sandbox.requests().map(endpointOf))];

/** What has not struck yet. */
export function leftOf(sandbox: RunningSandbox, wanted: readonly Struck[]): Struck[] {
  const struck = new Set(sandbox.requests().map((request) => `${endpointOf(request)} ${request.fault} ${request.fault === 'garbage' ? 0 : request.status}`));
  return wanted.filter(({ endpoint, way }) => !struck.has(`${endpoint} ${way.kind} ${way.kind === 'garbage' ? 0 : way.status}`));
}

/** Arms what is left anew. */
export function arm(sandbox: RunningSandbox, left: readonly Struck[], text: string): void {
  sandbox.clearFaults();
  for (const { endpoint, way } of left) {
    const fault: Fault = { on: endpoint, kind: way.kind, ...(way.kind === 'garbage' ? {} : { status: way.status, text }) };
    sandbox.fault(fault);
  }
}
