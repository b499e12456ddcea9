/** The judge's own home: settings file and environment of a pair of simulated systems, with their limits raised. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keysOfShops, type Front } from './fronts/front.ts';

export const integration = 'shop-to-books';
export const markerField = 'f5501';

/** ms; small, so that many lost replies fit into a short run. RO App's real ones default to 10 s each. */
export const times = { abortMs: 2_000, settleMs: 3_000 };

export interface Addresses {
  /** APIs of the simulated systems */
  shop: string;
  books: string;
  ledgerUrl: string;
  temporal: string;
  workflowBundle: string;
}

/** Writes both files; returns the environment that workers are started with. */
export async function writeHome(home: string, front: Pick<Front, 'connection' | 'statuses'>, addresses: Addresses): Promise<Record<string, string>> {
  const environment = {
    WAYBILL_HOME: home,
    WAYBILL_CONFIG: join(home, 'waybill.yaml'),
    LEDGER_URL: addresses.ledgerUrl,
    WAYBILL_LOG_LEVEL: 'error',
    WAYBILL_WORKFLOW_BUNDLE: addresses.workflowBundle,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_NAMESPACE: 'default',
    // keys of the simulated systems: they open nothing
    ...keysOfShops,
    JUDGE_API_KEY: 'roapp-key',
  };
  await writeFile(environment.WAYBILL_CONFIG, settingsFile(front, addresses));
  await writeFile(join(home, 'waybill.env'), Object.entries(environment).map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
  return environment;
}

const settingsFile = ({ connection, statuses }: Pick<Front, 'connection' | 'statuses'>, { shop, books }: Addresses): string => `# Written by the judge.
companies:
  - { id: judged, name: Judged company }
connections:
  - id: shop
    company: judged
${connection(shop)}
  - id: books
    company: judged
    system: roapp
    baseUrl: ${books}/v2
    apiKey: { env: JUDGE_API_KEY }
    country: PL
    language: en
    location: 1201
    orderType: 77
    assignee: 31
    orderMarkerField: ${markerField}
    unspecified: per-order
    requestsPerSecond: 1000
    abortMs: ${times.abortMs}
    settleMs: ${times.settleMs}
integrations:
  - id: ${integration}
    flow: import-orders
    source: shop
    target: books
${statuses.length === 0 ? '' : `    statuses:\n${statuses.map(({ platform, books: status }) => `      - { platform: ${platform}, books: ${status} }\n`).join('')}`}`;
