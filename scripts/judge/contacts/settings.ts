/** The contacts judge's own home: settings file and environment of a simulated shop and mailing account, with their limits raised. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaults } from '../../../sandbox/shoper/options.ts';
import { defaultAccount } from '../../../sandbox/sare/options.ts';
import { times } from '../settings.ts';

export const integration = 'shop-to-mail';
export const company = 'judged';
export const groups = { customer: 12, subscriber: 13 } as const;

/** Small, so that a short run has many batches. */
const batch = 25;

export interface Addresses {
  /** APIs of the simulated systems */
  shop: string;
  mail: string;
  ledgerUrl: string;
  temporal: string;
  workflowBundle: string;
}

/** Writes both files; returns the environment that workers are started with. */
export async function writeHome(home: string, addresses: Addresses): Promise<Record<string, string>> {
  const environment = {
    WAYBILL_HOME: home,
    WAYBILL_CONFIG: join(home, 'waybill.yaml'),
    LEDGER_URL: addresses.ledgerUrl,
    WAYBILL_LOG_LEVEL: 'error',
    WAYBILL_WORKFLOW_BUNDLE: addresses.workflowBundle,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_NAMESPACE: 'default',
    // keys of the simulated systems: they open nothing
    JUDGE_SHOP_TOKEN: defaults.panel.token,
    JUDGE_MAIL_KEY: defaultAccount.key,
  };
  await writeFile(environment.WAYBILL_CONFIG, settingsFile(addresses));
  await writeFile(join(home, 'waybill.env'), Object.entries(environment).map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
  return environment;
}

const settingsFile = ({ shop, mail }: Addresses): string => `# Written by the judge.
companies:
  - { id: ${company}, name: Judged company }
connections:
  - id: shop
    company: ${company}
    system: shoper
    baseUrl: ${shop}
    token: { env: JUDGE_SHOP_TOKEN }
    country: PL
    consentField: 7
    requestsPerSecond: 100
    share: 1
  - id: mail
    company: ${company}
    system: sare
    baseUrl: ${mail}
    uid: ${defaultAccount.uid}
    apiKey: { env: JUDGE_MAIL_KEY }
    perSecond: 100
    share: 1
    batch: ${batch}
    abortMs: ${times.abortMs}
    settleMs: ${times.settleMs}
integrations:
  - id: ${integration}
    flow: export-contacts
    source: shop
    target: mail
    customers:
      group: ${groups.customer}
      traits:
        - { trait: name, from: firstname }
        - { trait: prop1, from: lastname }
        - { trait: city, from: address.city }
    subscribers:
      group: ${groups.subscriber}
      traits:
        - { trait: language, from: language }
    statusesEveryMinutes: 1440 # the judge starts looks itself
`;
