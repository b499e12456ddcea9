/** Fakes typed by the ports: what the flows see of systems and ledger, with a note of every call. */
import { ApplicationFailure } from '@temporalio/common';
import { importOrder } from '../../activities/import-order.ts';
import type { ListedActivities, ListedReading } from '../../activities/listed-reading.ts';
import type { SharedActivities } from '../../activities/shared.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { ChangesPage, Followed, IntegrationRef, OrderImport, OrderReading, OrderSource, OrderTarget, Parties } from '../../domain/ports.ts';
import type { Order } from '../../domain/order.ts';

export const integration: IntegrationRef = { id: 'shop-to-books', company: 'acme', source: 'shop', target: 'books' };

export const order: Order = {
  sourceId: '17', number: '1017', status: 'processing', createdAt: '2026-11-01T10:00:00Z', modifiedAt: '2026-11-01T10:00:00Z', currency: 'PLN',
  customer: { firstName: 'Anna', lastName: 'Nowak', email: 'anna@example.test' },
  lineItems: [{ key: '1', quantity: '1', total: { net: '10.00', tax: '2.30' }, product: { name: 'Cable', sku: 'A-1' } }],
  charges: [], total: '12.30', totalTax: '2.30',
};

export const reading: OrderReading = { kind: 'order', order, digest: 'd1' };
const parties: Parties = { customerId: '90210', products: { '1': '7001' }, missing: [], notes: [] };

/** One answer after the other, the last one for ever; an Error is thrown. */
type Script<Answer> = (Answer | Error)[];

export interface Fakes {
  calls: string[];
  source: OrderSource;
  target: OrderTarget & OrderImport;
  shared: SharedActivities & ListedActivities;
}

export interface Scripts {
  readings?: Script<OrderReading>;
  /** off the page; default: the connection's own step has to read */
  listed?: Script<ListedReading>;
  parties?: Script<Parties>;
  created?: Script<Extract<Outcome, { kind: 'created' | 'parked' }>>;
  pages?: Script<Awaited<ReturnType<OrderSource['readPage']>>>;
  index?: Script<Awaited<ReturnType<OrderTarget['readIndexPage']>>>;
  announcements?: Script<Awaited<ReturnType<SharedActivities['announcePage']>>>;
  followed?: Script<Followed>;
  changes?: Script<ChangesPage>;
  links?: Script<Awaited<ReturnType<OrderTarget['rebuildLinks']>>>;
  begun?: Awaited<ReturnType<SharedActivities['beginWalk']>>;
  accountIsRefused?: boolean;
}

export function createFakes(scripts: Scripts = {}): Fakes {
  const calls: string[] = [];
  const play = <Answer>(script: Script<Answer>) => {
    const left = [...script];
    return (call: string): Answer => {
      calls.push(call);
      const answer = left.length > 1 ? left.shift() : left[0];
      if (answer === undefined) throw new Error(`nothing is scripted for ${call}`);
      if (answer instanceof Error) throw answer;
      return answer;
    };
  };
  const read = play(scripts.readings ?? [reading]);
  const readListed = play(scripts.listed ?? [{ kind: 'elsewhere' }]);
  const ensure = play(scripts.parties ?? [parties]);
  const create = play(scripts.created ?? [{ kind: 'created', targetId: '4411', notes: [] }]);
  const page = play(scripts.pages ?? [{ count: 0 }]);
  const index = play(scripts.index ?? [{ count: 0, of: 'people' }]);
  const links = play(scripts.links ?? [{ count: 0, adopted: 0 }]);
  const announce = play(scripts.announcements ?? [{ kind: 'announced', announced: 0, unchanged: 0, skipped: 0 }]);
  const follow = play(scripts.followed ?? [{ kind: 'not followed' }]);
  const changes = play(scripts.changes ?? [{ count: 0, changed: [], unchanged: [], restMs: 0 }]);
  const row = { what: 'credentials', state: scripts.accountIsRefused ? ('not ok' as const) : ('ok' as const), found: '' };
  const parts: Pick<OrderTarget, 'ensureParties' | 'createOrder'> = { ensureParties: async () => ensure('parties'), createOrder: async () => create('create') };
  return {
    calls,
    source: {
      checkSource: async () => [row],
      readPage: async (input) => page(`page ${input.walk}${input.cursor === undefined ? '' : ` from ${input.cursor}`}`),
      summarisePage: async () => [],
      listStatuses: async () => [],
      setStatus: async (input) => (calls.push(`set ${input.status}`), { kind: 'written' }),
      ensureWebhooks: async () => (calls.push('webhooks'), []),
      readOrder: async (input) => read(`read ${input.lane}${input.follow ? ' to follow' : ''}${input.fresh ? ' afresh' : ''}${input.byOperator ? ' for the operator' : ''}${input.page === undefined ? '' : ` from page ${input.page}`}${input.heard === undefined ? '' : ` heard ${input.heard.join()}`}`),
    },
    target: {
      checkTarget: async () => [row],
      readIndexPage: async (input) => index(`index${input.since === undefined ? '' : ' changes'}`),
      listStatuses: async () => [],
      followOrder: async () => follow('follow'),
      findChanges: async (input) => changes(`changes ${input.way}`),
      rebuildLinks: async () => links('links'),
      ...parts,
      importOrder: async (input) => importOrder(parts, input),
      planOrder: async () => ({ writes: [], uses: [], missing: [], notes: [] }),
      findLookalikes: async () => [],
    },
    shared: {
      readListed: async (input) => readListed(`look on page ${input.page}`),
      announcePage: async (input) => announce(`announce ${input.page}${input.mark === undefined ? '' : ` and move ${input.mark}`}`),
      beginWalk: async () => scripts.begun ?? { memory: { incarnation: 'here', epoch: 1 }, isWaiting: false },
      announceChanges: async (input) => void calls.push(`announce ${input.changed.length} changed`),
      announceTarget: async (input) => (calls.push(`announce ${input.targetId}${input.heard === undefined ? '' : ` heard ${input.heard.join()}`}`), 1),
      restartAdopted: async () => void calls.push('restart adopted'),
      park: async (input) => void calls.push(`park ${input.reason} at ${input.step}: ${input.words}`),
      leaveOut: async () => void calls.push('leave out'),
      pauseConnection: async (input) => void calls.push(`pause ${input.connection} ${input.reason}`),
      forgetWebhooks: async (input) => void calls.push(`forget the webhooks of ${input.connection}`),
      finishWalk: async (input) => void calls.push(`finish ${input.walk}`),
    },
  };
}

/** A step's failure as worker/failures.ts sends it. */
export const refusal = (type: string, details: { reason?: string; words?: string } = {}): ApplicationFailure => ApplicationFailure.create({ message: `roapp POST /orders: ${type}`, type, nonRetryable: true, details: [details] });
