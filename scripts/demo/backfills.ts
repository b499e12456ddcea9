/** Three backfills into one account, watched as one: the WooCommerce shop first, so that its orders arrive at once; the others join while they come in. */
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from '../connect.ts';
import { countRecords, sayCounts, type Counts } from '../counts.ts';
import { isWalking } from '../follow.ts';
import { bold, progressLine, say } from '../print.ts';
import type { Session } from '../session.ts';
import type { Shop } from './shops.ts';

/** @param startRest what the other shops need; called when the first order has arrived */
export async function importAll(session: Session, [first, ...others]: Shop[], startRest: () => Promise<void>): Promise<void> {
  if (first === undefined) return;
  await connect(session, first.integration, { lookalikes: 'link', detach: true });
  const connected = [first];
  const joining = (async () => {
    await untilFirstOrder(session, first);
    await startRest();
    const connectOne = async (shop: Shop): Promise<void> => {
      await connect(session, shop.integration, { lookalikes: 'link', detach: true, quiet: true });
      connected.push(shop);
    };
    await Promise.all(others.map(connectOne));
  })();
  await Promise.all([joining, watch(session, connected, joining)]);
}

async function untilFirstOrder({ ledger, client }: Session, { integration }: Shop): Promise<void> {
  while ((await ledger.outcomes.list(integration, { outcome: 'created', limit: 1 })).length === 0 && (await isWalking({ client }, integration))) await wait(200);
}

/** Until all are connected, and nothing is announced or under way. */
async function watch(session: Session, connected: readonly Shop[], joining: Promise<void>): Promise<void> {
  const line = progressLine();
  let isJoining = true;
  const joined = joining.finally(() => void (isJoining = false));
  joined.catch(() => undefined); // thrown below, and told by whoever waits for the connecting itself
  let isFirstTold = false;
  for (;;) {
    // asked in this order: what a walk announced as its last is counted as under way
    const mayCome = isJoining || (await Promise.all(connected.map(async ({ integration }) => isWalking(session, integration)))).includes(true);
    const counts = await countAll(session, connected);
    line.show(inWords(counts));
    if (!isFirstTold && counts.some(({ imported }) => imported > 0)) {
      line.end();
      say(`The first order stands in the books ${(performance.now() / 1_000).toFixed(1)} seconds after the start.`);
      isFirstTold = true;
    }
    if (!mayCome && counts.every(({ open }) => open === 0)) break;
    await wait(500);
  }
  line.end();
  for (const { name, integration, ...counted } of await countAll(session, connected)) {
    say(`\n${bold(integration)} (${name})`);
    sayCounts(counted);
  }
}

type ShopCounts = Counts & Pick<Shop, 'name' | 'integration'>;

const countAll = async ({ ledger }: Session, shops: readonly Shop[]): Promise<ShopCounts[]> => Promise.all(shops.map(async ({ name, integration }) => ({ name, integration, ...(await countRecords(ledger, integration)) })));

function inWords(counts: ShopCounts[]): string {
  const sum = (of: 'imported' | 'skipped' | 'parked' | 'open'): number => counts.reduce((total, one) => total + one[of], 0);
  const paused = counts.flatMap((one) => (one.paused === undefined ? [] : [`${one.integration} paused: ${one.paused}`]));
  return [`imported ${sum('imported')} (${counts.map(({ name, imported }) => `${name} ${imported}`).join(', ')})`, `skipped ${sum('skipped')}`, `parked ${sum('parked')}`, `under way ${sum('open')}`, ...paused].join('  ');
}
