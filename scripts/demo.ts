/** `npm run demo`: a simulated shop and simulated books on this machine; orders arrive through durable workflows, each exactly once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { orderWorkflowId } from '../workflows/messages.ts';
import { connect } from './connect.ts';
import { startProcesses, type DemoProcesses } from './demo/processes.ts';
import { reckon, sayReckoning, type Reckoning } from './demo/truth.ts';
import { bold, dim, exitCodes, good, say } from './print.ts';
import { demoHome, openSession, type Session } from './session.ts';

export interface DemoChoices {
  orders: number;
  seed: number;
  realLimits: boolean;
  /** end by itself and leave nothing behind */
  exit: boolean;
}

const integration = 'shop-to-books';

export async function demo(choices: DemoChoices): Promise<number> {
  const home = choices.exit ? await mkdtemp(join(tmpdir(), 'waybill-demo-')) : demoHome;
  await rm(home, { recursive: true, force: true });
  say(`Starting a simulated WooCommerce shop, a simulated RO App account, Temporal and a worker on this machine …`);
  const processes = await startProcesses({ home, realLimits: choices.realLimits });
  const stopped = untilStopped();
  try {
    await seed(processes, choices);
    const session = await openSession({ home, yes: true });
    try {
      const reckoning = await show(session, processes, choices, stopped);
      if (choices.exit) return reckoning.unexplained === 0 ? exitCodes.done : exitCodes.foundWrong;
      await stopped.promise;
      return exitCodes.done;
    } finally {
      await session.close();
    }
  } finally {
    await processes.stop();
    if (choices.exit) await rm(home, { recursive: true, force: true });
  }
}

function untilStopped(): { promise: Promise<void> } {
  return {
    promise: new Promise((resolve) => {
      process.once('SIGINT', () => resolve());
      process.once('SIGTERM', () => resolve());
    }),
  };
}

const control = async (address: string, path: string, body: unknown): Promise<unknown> => {
  const reply = await fetch(`${address}${path}`, body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) });
  if (!reply.ok) throw new Error(`the simulated system refused ${path}: ${await reply.text()}`);
  return reply.json();
};

/** The shop with all its oddities, the books with three orders typed in by hand; and three orders that the books refuse, to have something to mend. */
async function seed({ controls }: DemoProcesses, { orders, seed: number }: DemoChoices): Promise<void> {
  await control(controls.roapp, '/seed', { seed: number });
  await control(controls.woocommerce, '/seed', { seed: number, orders });
  const typed = z.array(z.unknown()).parse(await control(controls.woocommerce, '/actions/orders-typed-by-hand', {}));
  for (const order of typed) await control(controls.roapp, '/actions/create-order-by-hand', order);
  await control(controls.roapp, '/faults', { on: 'POST /v2/orders', kind: 'refuse', status: 400, text: 'branch_id: this location is closed for stocktaking', after: Math.min(20, Math.ceil(orders / 10)), times: 3 });
}

async function show(session: Session, { controls, uiUrl, startCodecServer }: DemoProcesses, choices: DemoChoices, stopped: { promise: Promise<void> }): Promise<Reckoning> {
  say(choices.realLimits ? dim('The simulated account allows 3 calls per second, as a real one does: this takes a while.') : dim('The simulated account’s limit of 3 calls per second is lifted for the show; --real-limits keeps it.'));
  await Promise.race([connect(session, integration, { lookalikes: 'link', detach: false }), stopped.promise]);
  const reckoning = await reckon(session.ledger, { shop: await control(controls.woocommerce, '/truth', undefined), books: await control(controls.roapp, '/truth', undefined) });
  for (const riddle of reckoning.riddles) say(riddle);
  if (!choices.exit) {
    await startCodecServer();
    await sayWhereToLook(session, uiUrl);
  }
  say(sayReckoning(reckoning));
  return reckoning;
}

async function sayWhereToLook(session: Session, uiUrl: string): Promise<void> {
  const [done] = await session.ledger.outcomes.list(integration, { outcome: 'created', limit: 1 });
  const [waiting] = await session.ledger.parked.list(integration);
  const address = (sourceId: string) => `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(orderWorkflowId(integration, sourceId))}`;
  say(bold('\nLook around'));
  say(`  Temporal UI            ${uiUrl}`);
  if (done) say(`  a finished order       ${address(done.sourceId)}`);
  if (waiting) say(`  a parked order         ${address(waiting.sourceId)}\n  mend it                ${good(`npx waybill --demo retry ${integration}/${waiting.number ?? waiting.sourceId}`)}`);
  say(`  more                   npx waybill --demo status | parked | show ${integration}/<number> | written --since 1h`);
  say(dim('  Ctrl-C stops everything that was started.\n'));
}
