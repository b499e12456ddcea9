/** `npm run demo`: three simulated shops and one simulated RO App account on this machine; orders arrive through durable workflows, each exactly once, and are followed. */
import { z } from 'zod';
import { gatewayKeys } from '../worker/hook-keys.ts';
import { orderWorkflowId } from '../workflows/messages.ts';
import { actsOf } from './demo/acts.ts';
import { importAll } from './demo/backfills.ts';
import { control, inPanel, truthOf, type Controls } from './demo/control.ts';
import { choosePorts, controlOf, prepareProcesses, type DemoProcesses } from './demo/processes.ts';
import { runDemo } from './demo/run.ts';
import { credentials, demoEnvironment, ip, senderSecrets, settingsText, writeSettings } from './demo/settings.ts';
import { shopsOf, type Shop } from './demo/shops.ts';
import { playAll } from './demo/stage.ts';
import { reckon, sayReckoning, sumOf, type Reckoning } from './demo/truth.ts';
import { bad, bold, dim, exitCodes, good, say, sayTable } from './print.ts';
import type { Session } from './session.ts';

export interface DemoChoices {
  /** of all three shops together */
  orders: number;
  seed: number;
  realLimits: boolean;
  /** end by itself and leave nothing behind */
  exit: boolean;
}

interface Demo {
  choices: DemoChoices;
  session: Session;
  processes: DemoProcesses;
  controls: Controls;
  shops: Shop[];
  uiUrl: string;
}

const opening = 'Starting simulated shops (WooCommerce, Cartum, Shopify), one simulated RO App account, Temporal, a worker and a gateway on this machine …';

export async function demo(choices: DemoChoices): Promise<number> {
  return runDemo(opening, choices.exit, async (home) => {
    const { ports, others } = await choosePorts(8);
    const [woocommerce = 0, cartum = 0, shopify = 0, roapp = 0, c1 = 0, c2 = 0, c3 = 0, c4 = 0] = others;
    const places = { woocommerce: { system: 'woocommerce', api: woocommerce, control: c1 }, cartum: { system: 'cartum', api: cartum, control: c2 }, shopify: { system: 'shopify', api: shopify, control: c3 }, roapp: { system: 'roapp', api: roapp, control: c4 } };
    const controls = { woocommerce: controlOf(places.woocommerce), cartum: controlOf(places.cartum), shopify: controlOf(places.shopify), roapp: controlOf(places.roapp) };
    const environment = demoEnvironment(home, ports, credentials);
    await writeSettings(home, environment, settingsText({ woocommerce, cartum, shopify, roapp }, choices));
    const limits = choices.realLimits ? [] : ['--roapp-limit', 'none', '--shopify-limit', 'none'];
    const processes = prepareProcesses({ home, environment, ports, first: [places.woocommerce, places.roapp], rest: [places.cartum, places.shopify], limits, secrets: senderSecrets });
    const shops = shopsOf(controls);
    // the other shops' come into force when they are connected: the worker need not load them before the first order
    return { integrations: shops.slice(0, 1).map(({ integration }) => integration), processes, tell: async (session) => tell({ choices, session, processes, controls, shops, uiUrl: `http://${ip}:${ports.ui}` }) };
  });
}

async function tell(all: Demo): Promise<number> {
  const { choices, session, processes, controls, shops } = all;
  await seedFirst(controls, choices);
  say(dim(choices.realLimits ? 'The simulated account allows 3 calls per second, as a real one does: this takes a while.' : 'The simulated account’s limit of 3 calls per second is lifted for the show; --real-limits keeps it.'));
  await importAll(session, shops, async () => startRest(all));
  say(bold('\nAnd then'));
  const failed = await playAll(actsOf({ session, controls, shops, patienceMs: choices.realLimits ? 900_000 : 60_000, seed: choices.seed }));
  const reckonings = await reckonAll(session, controls, shops);
  if (!choices.exit) {
    await processes.startCodecServer();
    await sayWhereToLook(all);
  }
  sayReckonings(shops, reckonings);
  const sum = sumOf(reckonings);
  for (const riddle of sum.riddles) say(riddle);
  if (failed.length > 0) say(bad(`Not as it should be: ${failed.join(', ')}`));
  say(sayReckoning(sum));
  return sum.unexplained === 0 && failed.length === 0 ? exitCodes.done : exitCodes.foundWrong;
}

const shareOf = ({ orders }: DemoChoices, at: number): number => Math.floor(orders / 3) + (at < orders % 3 ? 1 : 0);

/** The first shop with all its oddities, the books with three orders typed in by hand; and three orders that the books refuse, to have something to mend. */
async function seedFirst(controls: Controls, choices: DemoChoices): Promise<void> {
  const orders = shareOf(choices, 0);
  await control(controls.roapp, '/seed', { seed: choices.seed });
  await control(controls.woocommerce, '/seed', { seed: choices.seed, orders });
  const typed = z.array(z.unknown()).parse(await inPanel(controls.woocommerce, 'orders-typed-by-hand'));
  for (const order of typed) await inPanel(controls.roapp, 'create-order-by-hand', order);
  await control(controls.roapp, '/faults', { on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'branch_id: this location is closed for stocktaking', after: Math.min(20, Math.ceil(orders / 10)), times: 3 });
}

async function startRest({ choices, session, processes, controls }: Demo): Promise<void> {
  await processes.startRest(gatewayKeys(session.environment.secrets.keys, session.config.connections.map(({ id }) => id)));
  await control(controls.cartum, '/seed', { seed: choices.seed, orders: shareOf(choices, 1) });
  await control(controls.shopify, '/seed', { seed: choices.seed, orders: shareOf(choices, 2) });
}

async function reckonAll({ ledger }: Session, controls: Controls, shops: Shop[]): Promise<Reckoning[]> {
  const books = await truthOf(controls.roapp);
  return Promise.all(shops.map(async (shop) => reckon(ledger, { shop: await truthOf(shop.control), books }, shop.integration)));
}

function sayReckonings(shops: Shop[], reckonings: Reckoning[]): void {
  say(bold('\nCounted from what the simulated systems hold'));
  sayTable(['platform', 'source', 'imported', 'skipped', 'parked', 'unexplained'], reckonings.map(({ source, imported, skipped, parked, unexplained }, at) => [shops[at]?.name ?? '', source, imported, skipped, parked, unexplained]));
}

async function sayWhereToLook({ session, uiUrl, shops, controls }: Demo): Promise<void> {
  const integration = shops[0]?.integration ?? '';
  const [done] = await session.ledger.outcomes.list(integration, { outcome: 'created', limit: 1 });
  const [waiting] = await session.ledger.parked.list(integration);
  const address = (sourceId: string) => `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(orderWorkflowId(integration, sourceId))}`;
  say(bold('\nLook around'));
  say(`  Temporal UI            ${uiUrl}`);
  if (done) say(`  a finished order       ${address(done.sourceId)}`);
  if (waiting) say(`  a parked order         ${address(waiting.sourceId)}\n  mend it                ${good(`npx waybill --demo retry ${integration}/${waiting.number ?? waiting.sourceId}`)}`);
  say(`  more                   npx waybill --demo status | parked | show ${integration}/<number> | written --since 1h`);
  say(`  cancel an order        curl ${controls.woocommerce}/actions/set-status -d '{"id": ${done?.sourceId ?? '<id>'}, "status": "cancelled"}'`);
  say(dim('  Webhooks go on arriving. Ctrl-C stops everything that was started.\n'));
}
