/** A simulated Shoper shop and a simulated SARE account, with everything of ours between them; nothing else is simulated. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { connectContacts } from '../../scripts/connect-contacts.ts';
import { getExport } from '../../scripts/integration.ts';
import { openSession, type Session } from '../../scripts/session.ts';
import { freePorts } from '../../scripts/setup/ports.ts';
import type { RunningSandbox } from '../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../sandbox/kernel/start.ts';
import { createSareSandbox, type SareSandbox } from '../../sandbox/sare/sandbox.ts';
import { defaults } from '../../sandbox/shoper/options.ts';
import { createShoperSandbox, type ShoperSandbox } from '../../sandbox/shoper/sandbox.ts';
import { readGatewayEnvironment } from '../../gateway/environment.ts';
import { startGateway } from '../../gateway/start.ts';
import { openLedger } from '../../ledger/open.ts';
import { hookAddress } from '../../worker/hooks.ts';
import { gatewayKeys } from '../../worker/hook-keys.ts';
import { readEnvironment } from '../../worker/environment.ts';
import { createLog } from '../../worker/log.ts';
import { startWorker, type RunningWorker } from '../../worker/start.ts';
import { freshNamespace, temporalAddress, workflowBundlePath } from '../setup/temporal-env.ts';
import { said } from './said.ts';

export const contactsId = 'shop-to-mail';

export interface ContactsWorld {
  home: string;
  shoper: ShoperSandbox;
  sare: SareSandbox;
  shop: RunningSandbox;
  mail: RunningSandbox;
  session: Session;
  addWorker: () => Promise<RunningWorker>;
  stopWorkers: () => Promise<void>;
  /** address of the webhooks of a connection; only with a gateway */
  hookAddress: (connection: string) => string;
  changeSettings: (from: string, to: string) => Promise<void>;
  connect: (answers?: { inactiveSubscribers?: 'refused' | 'unconfirmed'; sourceRefusals?: 'treat-as-refusal' | 'leave' }, id?: string) => Promise<number>;
  close: () => Promise<void>;
}

export interface ContactsWorldOptions {
  withGateway?: boolean;
  /** the shop's rights come from an App Store application, which is not installed yet */
  withApplication?: boolean;
  /** more integrations and connections, as text */
  more?: { companies?: string; connections?: string; integrations?: string };
  variables?: Record<string, string>;
  callTimes?: { abortMs: number; settleMs: number };
}

export async function startContactsWorld({ withGateway = false, withApplication = false, more = {}, variables: chosen = {}, callTimes = { abortMs: 5_000, settleMs: 1_000 } }: ContactsWorldOptions = {}): Promise<ContactsWorld> {
  const [gatewayPort = 0] = withGateway ? await freePorts(1) : [];
  const home = await mkdtemp(join(tmpdir(), 'waybill-contacts-'));
  const shoper = createShoperSandbox({ rateLimit: false, apiLimit: 400, apiBandwidth: 200 });
  const sare = createSareSandbox({ requestsPerSecond: Infinity });
  const [shop, mail] = [await startSandbox(shoper), await startSandbox(sare)];
  const file = join(home, 'waybill.yaml');
  await writeFile(file, settingsFile({ shop: shop.url, mail: mail.url, login: withApplication ? applicationLogin : panelLogin, callTimes, more }));
  const variables = {
    WAYBILL_HOME: home, WAYBILL_CONFIG: file, LEDGER_URL: `file:${join(home, 'ledger.db')}`, TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: await freshNamespace(), WAYBILL_HEALTH_PORT: '0',
    SHOP_TOKEN: defaults.panel.token, APP_SECRET: defaults.app.clientSecret, APPSTORE_SECRET: defaults.app.appstoreSecret, SARE_KEY: '00000000-0000-4000-8000-000000000001',
    ...(withGateway ? { WAYBILL_HOOKS_URL: `http://127.0.0.1:${gatewayPort}`, WAYBILL_HOOKS_SECRET: 'h'.repeat(32) } : {}),
    ...chosen,
  };
  await writeFile(join(home, 'waybill.env'), Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`).join(''));
  const session = await openSession({ home, yes: true, json: true, operator: 'tester' });
  for (const { ref } of session.config.exports) await session.ensureApplied(ref.id);
  const running: (() => Promise<void>)[] = [];
  const addWorker = async (): Promise<RunningWorker> => {
    const environment = readEnvironment({ ...process.env, ...variables }, () => undefined);
    const own = await openLedger({ url: environment.ledgerUrl, secrets: environment.secrets });
    const worker = await startWorker({ environment, ledger: own, log: createLog('error'), workflowBundle: { codePath: workflowBundlePath() } });
    running.push(async () => worker.stop().then(async () => own.close()));
    return worker;
  };
  const stopWorkers = async (): Promise<void> => {
    for (const stop of running.splice(0)) await stop();
  };
  await addWorker();
  const gateway = withGateway
    ? await startGateway(readGatewayEnvironment({ WAYBILL_CONFIG: file, TEMPORAL_ADDRESS: temporalAddress(), TEMPORAL_NAMESPACE: variables.TEMPORAL_NAMESPACE, WAYBILL_HOOKS_SECRET: 'h'.repeat(32), WAYBILL_GATEWAY_KEYS: gatewayKeys(session.environment.secrets.keys, session.config.connections.map(({ id }) => id)), WAYBILL_GATEWAY_PORT: String(gatewayPort), WAYBILL_GATEWAY_HEALTH_PORT: '0', APPSTORE_SECRET: defaults.app.appstoreSecret }), createLog('error'))
    : undefined;
  return {
    home, shoper, sare, shop, mail, session, addWorker, stopWorkers,
    hookAddress: (connection) => hookAddress(`http://127.0.0.1:${gatewayPort}`, 'h'.repeat(32), connection),
    changeSettings: async (from, to) => {
      const text = await readFile(file, 'utf8');
      if (!text.includes(from)) throw new Error(`the settings do not say ${from}`);
      await writeFile(file, text.replace(from, to));
    },
    connect: async ({ inactiveSubscribers = 'unconfirmed', sourceRefusals = 'treat-as-refusal' } = {}, id = contactsId) => said(async () => connectContacts(session, getExport(session, id), { detach: false, quiet: true, inactiveSubscribers, sourceRefusals })).then(({ exitCode }) => exitCode),
    close: async () => {
      await gateway?.stop();
      await stopWorkers();
      await session.close();
      await Promise.all([shop.close(), mail.close()]);
      await rm(home, { recursive: true, force: true });
    },
  };
}

const panelLogin = 'token: { env: SHOP_TOKEN }';
const applicationLogin = `clientId: ${defaults.app.clientId}
    clientSecret: { env: APP_SECRET }
    appstoreSecret: { env: APPSTORE_SECRET }`;

const settingsFile = ({ shop, mail, login, callTimes, more }: { shop: string; mail: string; login: string; callTimes: { abortMs: number; settleMs: number }; more: NonNullable<ContactsWorldOptions['more']> }): string => `companies:
  - { id: acme, name: Acme Example }
${more.companies ?? ''}connections:
  - id: shop
    company: acme
    system: shoper
    baseUrl: ${shop}
    ${login}
    country: PL
    consentField: 7
    requestsPerSecond: 100
    share: 1
  - id: mail
    company: acme
    system: sare
    baseUrl: ${mail}
    uid: 10234
    apiKey: { env: SARE_KEY }
    perSecond: 100
    share: 1
    abortMs: ${callTimes.abortMs}
    settleMs: ${callTimes.settleMs}
${more.connections ?? ''}integrations:
  - id: ${contactsId}
    flow: export-contacts
    source: shop
    target: mail
    customers:
      group: 12
      traits:
        - { trait: name, from: firstname }
        - { trait: prop1, from: lastname, clear: true }
        - { trait: city, from: address.city }
    subscribers:
      group: 13
      traits:
        - { trait: language, from: language }
    statusesEveryMinutes: 1440 # tests start a look themselves
${more.integrations ?? ''}`;

/** Asked again and again until it holds; the test's own time limit ends a wait in vain. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(50);
}

const rowSchema = z.record(z.string(), z.unknown());
/** One of the simulated shop's or account's own actions, as a person there would do it. */
export async function act(sandbox: ShoperSandbox | SareSandbox, name: string, input: object): Promise<Record<string, unknown>> {
  const action = sandbox.actions[name];
  if (action === undefined) throw new Error(`no action ${name}`);
  return rowSchema.parse((await action(input)) ?? {});
}
