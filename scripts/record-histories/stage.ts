/** Everything a small run needs, in this process: Temporal's development server, simulated systems, a worker, an operator's session. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { z } from 'zod';
import { openLedger } from '../../ledger/open.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createRoappSandbox } from '../../sandbox/roapp/sandbox.ts';
import { createSareSandbox } from '../../sandbox/sare/sandbox.ts';
import { createShoperSandbox } from '../../sandbox/shoper/sandbox.ts';
import { createWoocommerceSandbox } from '../../sandbox/woocommerce/sandbox.ts';
import { createCodec } from '../../worker/codec.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { createLog } from '../../worker/log.ts';
import { startWorker } from '../../worker/start.ts';
import { openSession, type Session } from '../session.ts';
import { startDevServer } from '../setup/dev-server.ts';

export interface Stage {
  session: Session;
  codec: PayloadCodec;
  seedShop: (orders: number) => void;
  /** An order of a new guest; returns its id. */
  place: (more?: object) => string;
  /** What people do in the shop's own panel. */
  inShop: (action: string, input: unknown) => unknown;
  /** ids of an order's lines in the shop */
  linesOf: (order: string) => number[];
  /** The books refuse the next new orders, each with the guest's data in the words. */
  refuse: (status: number, times: number) => void;
  /** A shop with contacts and a mailing account beside it. */
  contacts: {
    seed: () => void;
    inShop: (action: string, input: unknown) => unknown;
    inMail: (action: string, input: unknown) => unknown;
  };
  untilClosed: (workflowId: string) => Promise<void>;
  /** @throws when it does not come true in half a minute */
  until: (what: string, isSo: () => Promise<boolean>) => Promise<void>;
  stop: () => Promise<void>;
}

export interface StageOptions {
  /** `id:base64`, as WAYBILL_KEYS has it */
  keyFile: string;
  integration: string;
}

const patienceMs = 30_000;
const pollMs = 100;

export async function startStage({ keyFile, integration }: StageOptions): Promise<Stage> {
  const home = await mkdtemp(join(tmpdir(), 'waybill-histories-'));
  const [temporal, shop, books, shoper, mail] = await Promise.all([startDevServer({ headless: true }), startSandbox(createWoocommerceSandbox()), startSandbox(createRoappSandbox({ requestsPerSecond: Infinity })), startSandbox(createShoperSandbox({ rateLimit: false, apiLimit: 400, apiBandwidth: 200 })), startSandbox(createSareSandbox({ requestsPerSecond: Infinity }))]);
  books.definition.seed({ seed: 7 });
  await writeFile(join(home, 'waybill.yaml'), settingsFile(integration, { shop: shop.url, books: books.url, shoper: shoper.url, mail: mail.url }));
  const variables = {
    WAYBILL_HOME: home, WAYBILL_CONFIG: join(home, 'waybill.yaml'), WAYBILL_HEALTH_PORT: '0', WAYBILL_KEYS_FILE: keyFile, WAYBILL_DIGEST_SECRET: 'the digest secret of recorded histories',
    LEDGER_URL: `file:${join(home, 'ledger.db')}`, TEMPORAL_ADDRESS: temporal.address, KEY: `ck_${'1'.padStart(40, '0')}`, SECRET: `cs_${'2'.padStart(40, '0')}`, API_KEY: 'roapp-key', SHOPER_TOKEN: '00000000000000000000000000000000000000aa', SARE_KEY: '00000000-0000-4000-8000-000000000001',
  }; // prettier-ignore
  await writeFile(join(home, 'waybill.env'), Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`).join(''));
  const environment = readEnvironment(variables);
  const session = await openSession({ home, yes: true, json: true, operator: 'recorder' });
  await session.ensureApplied(integration);
  await session.ensureApplied(contactsIntegration);
  const ledger = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
  const worker = await startWorker({ environment, ledger, log: createLog('error') });
  const place = placing((order) => shop.definition.actions['create-order']?.(order));
  return {
    session,
    codec: createCodec(environment.secrets),
    seedShop: (orders) => void shop.definition.seed({ seed: 7, orders }),
    place,
    inShop: (action, input) => shop.definition.actions[action]?.(input),
    linesOf: (order) => shopTruth.parse(shop.definition.truth()).orders.find(({ id }) => String(id) === order)?.lines.map(({ id }) => id) ?? [],
    refuse: (status, times) => void books.fault({ on: 'POST /v2/orders', kind: 'refuse-with-email', status, times }),
    contacts: {
      seed: () => void [shoper.definition.seed({ seed: 7, customers: 60, subscribers: 20, specials: false }), mail.definition.seed({ seed: 7, contacts: 0 })],
      inShop: (action, input) => shoper.definition.actions[action]?.(input),
      inMail: (action, input) => mail.definition.actions[action]?.(input),
    },
    until,
    untilClosed: async (workflowId) => until(workflowId, async () => isClosed(session, workflowId)),
    stop: async () => {
      await worker.stop();
      await ledger.close();
      await session.close();
      await Promise.all([shop.close(), books.close(), shoper.close(), mail.close(), temporal.stop()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

const shopTruth = z.object({ orders: z.array(z.object({ id: z.number(), lines: z.array(z.object({ id: z.number() })) })) });

/** Not yet there is not closed. */
async function isClosed({ client }: Session, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name !== 'RUNNING';
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return false;
  }
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${what}: nothing after ${patienceMs} ms`);
    await wait(pollMs);
  }
}

function placing(create: (order: object) => unknown): Stage['place'] {
  let placed = 0;
  return (more = {}) => {
    placed += 1;
    const billing = { first_name: 'Jan', last_name: 'Nagrany', email: `jan.nagrany${placed}@example.test`, phone: `51234567${placed}`, country: 'PL' };
    return String(z.object({ id: z.number() }).parse(create({ billing, line_items: [{ name: 'Lamp', quantity: 1, total: '25.00', product_id: 0 }], ...more })).id);
  };
}

export const contactsIntegration = 'shop-to-mail';

const settingsFile = (integration: string, { shop, books, shoper, mail }: Record<'shop' | 'books' | 'shoper' | 'mail', string>): string => `companies:
  - { id: acme, name: Acme Example }
connections:
  - { id: shop, company: acme, system: woocommerce, baseUrl: ${shop}/wp-json/wc/v3, consumerKey: { env: KEY }, consumerSecret: { env: SECRET }, country: PL, timeZone: Europe/Warsaw, requestsPerSecond: 100, simultaneous: 8 }
  - { id: books, company: acme, system: roapp, baseUrl: ${books}/v2, apiKey: { env: API_KEY }, country: PL, language: en, location: 1201, orderType: 77, assignee: 31, orderMarkerField: f5501, requestsPerSecond: 1000, abortMs: 1000, settleMs: 300 }
  - { id: shoper, company: acme, system: shoper, baseUrl: ${shoper}, token: { env: SHOPER_TOKEN }, country: PL, requestsPerSecond: 100 }
  - { id: mail, company: acme, system: sare, baseUrl: ${mail}, uid: 10234, apiKey: { env: SARE_KEY }, perSecond: 100 }
integrations:
  - { id: ${contactsIntegration}, flow: export-contacts, source: shoper, target: mail, customers: { group: 12, traits: [{ trait: name, from: firstname }] }, subscribers: { group: 13 } }
  - { id: ${integration}, flow: import-orders, source: shop, target: books, identifyProductsBy: sku, statuses: [{ platform: processing, books: 101 }, { platform: on-hold, books: 102 }] }
`;
