/** A process of its own: says `ready`, waits for a line, opens the ledger, counts and links, and prints what it saw. */
import { once } from 'node:events';
import { openLedger } from '../../../ledger/open.ts';

const [url = '', name = '', rounds = '0'] = process.argv.slice(2);
const secrets = { digestSecret: 'a digest secret for tests only', keys: [{ id: 'k1', key: new Uint8Array(32).fill(7) }] };

process.stdout.write('ready\n');
await once(process.stdin, 'data');
process.stdin.destroy();

const ledger = await openLedger({ url, secrets });
for (let round = 0; round < Number(rounds); round += 1) {
  await ledger.states.noteFailure('shop', 'network');
  await ledger.index.setLink({ connection: 'books', kind: 'product', sourceId: `${name}-${round}`, targetId: String(round) });
  await ledger.records.announce('shop-books', Array.from({ length: 20 }, (_, n) => ({ sourceId: String(n), number: null, digest: `${round}` })));
}
process.stdout.write(`${ledger.incarnation}\n`);
await ledger.close();
