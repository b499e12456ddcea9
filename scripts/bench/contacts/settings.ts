/** The settings and the environment of the contacts benches' worker and scripts. */
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultAccount } from '../../../sandbox/sare/options.ts';
import { defaults } from '../../../sandbox/shoper/options.ts';

export const integration = 'shop-to-mail';

/** Documented of the shop, our default of the account, and our part of each (contract shoper 3, sare 3, N13). */
export const realLimits = { shop: { perSecond: 2, share: 0.8 }, mail: { perSecond: 5, share: 0.8 } } as const;

export interface Addresses {
  shop: string;
  mail: string;
  temporal: string;
  workflowBundle: string;
}

/** Writes both files; returns the environment that workers are started with. */
export async function writeHome(home: string, addresses: Addresses, withRealLimits: boolean): Promise<Record<string, string>> {
  const environment = {
    WAYBILL_HOME: home,
    WAYBILL_CONFIG: join(home, 'waybill.yaml'),
    LEDGER_URL: `file:${join(home, 'ledger.db')}`,
    WAYBILL_LOG_LEVEL: 'error',
    WAYBILL_WORKFLOW_BUNDLE: addresses.workflowBundle,
    WAYBILL_DIGEST_SECRET: randomBytes(32).toString('hex'),
    WAYBILL_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    TEMPORAL_ADDRESS: addresses.temporal,
    TEMPORAL_NAMESPACE: 'default',
    // keys of the simulated systems: they open nothing
    BENCH_SHOP_TOKEN: defaults.panel.token,
    BENCH_MAIL_KEY: defaultAccount.key,
  };
  await writeFile(environment.WAYBILL_CONFIG, settingsFile(addresses, withRealLimits));
  await writeFile(join(home, 'waybill.env'), Object.entries(environment).map(([name, value]) => `${name}="${value}"\n`).join(''), { mode: 0o600 });
  return environment;
}

const limit = (name: string, perSecond: number, share: number): string => `    ${name}: ${perSecond}\n    share: ${share}\n`;

/** With real limits the shop's rate is what its replies say. */
const settingsFile = ({ shop, mail }: Addresses, isReal: boolean): string => `# Written by the bench.
companies:
  - { id: measured, name: Measured company }
connections:
  - id: shop
    company: measured
    system: shoper
    baseUrl: ${shop}
    token: { env: BENCH_SHOP_TOKEN }
    country: PL
    consentField: 7
${isReal ? `    share: ${realLimits.shop.share}\n` : limit('requestsPerSecond', 100, 1)}  - id: mail
    company: measured
    system: sare
    baseUrl: ${mail}
    uid: ${defaultAccount.uid}
    apiKey: { env: BENCH_MAIL_KEY }
${isReal ? limit('perSecond', realLimits.mail.perSecond, realLimits.mail.share) : limit('perSecond', 100, 1)}integrations:
  - id: ${integration}
    flow: export-contacts
    source: shop
    target: mail
    customers:
      group: 12
      traits:
        - { trait: name, from: firstname }
        - { trait: prop1, from: lastname }
        - { trait: city, from: address.city }
    subscribers:
      group: 13
      traits:
        - { trait: language, from: language }
    statusesEveryMinutes: 1440
`;
