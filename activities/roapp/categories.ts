/** Categories by path, parents first, each level under a key of its own (R15, N1). */
import { setTimeout as wait } from 'node:timers/promises';
import type { CategoryPath } from '../../domain/product.ts';
import { BusyKeyError } from '../../ledger/errors.ts';
import type { IndexEntry } from '../../ledger/ledger.ts';
import { isUnknownCall, mayCreate, rememberRefusal } from './capability.ts';
import { allPages } from './client.ts';
import { createdOrFound } from './created.ts';
import { toNewCategory } from './map.ts';
import type { RoappCategory } from './schemas.ts';
import { byId, digestOf, holderOf, timesOf, type RoappStep } from './step.ts';

/** A level is its name under its parent's id: a path is followed down from the root. */
export const categoryEntry = (step: RoappStep, category: RoappCategory): IndexEntry => ({
  connection: step.connection,
  kind: 'category',
  digest: levelDigest(step, category.parent_id === null ? undefined : String(category.parent_id), category.title),
  targetId: String(category.id),
});

const levelDigest = (step: RoappStep, parent: string | undefined, title: string): string => digestOf(step, 'category', `${parent ?? ''}/${title.trim()}`);

export type CategoryFound = { kind: 'found'; id: string } | { kind: 'missing'; level: string };

/**
 * The id of the path's last category; missing levels are created where that is possible. Known categories cost no call.
 * Safe to repeat: keys and intents. A level that somebody else is just making is waited for in place: failing the step would throw away what it
 * has looked up.
 * @param whileWaiting keeps what the caller holds
 * @throws BusyKeyError after a minute
 */
export async function ensureCategory(step: RoappStep, path: CategoryPath, whileWaiting: () => Promise<unknown> = async () => undefined): Promise<CategoryFound> {
  let parent: string | undefined;
  let isParentNew = false;
  for (const title of path) {
    const found: Level | undefined = await onceFree(step, whileWaiting, async () => (await findInIndex(step, parent, title)) ?? ensureLevel(step, parent, title, isParentNew));
    if (!found) return { kind: 'missing', level: title };
    ({ id: parent, isNew: isParentNew } = found);
  }
  return parent === undefined ? { kind: 'missing', level: '' } : { kind: 'found', id: parent };
}

const longestWaitMs = 60_000;

/** Nobody who holds a level waits for a key that its caller holds: two never wait for each other. */
async function onceFree<T>({ call }: RoappStep, whileWaiting: () => Promise<unknown>, work: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + longestWaitMs; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof BusyKeyError) || performance.now() > until) throw error;
      call.heartbeat();
      await whileWaiting();
      await wait(error.retryAfterMs, undefined, { signal: call.signal });
    }
  }
}

/** What would be found and created, nothing written (N12). */
export async function planCategory(step: RoappStep, path: CategoryPath): Promise<{ id: string | undefined; missing: CategoryPath }> {
  let parent: string | undefined;
  for (const [depth, title] of path.entries()) {
    const found = (await findInIndex(step, parent, title))?.id ?? (await lookUpLevel(step, parent, title));
    if (found === undefined) return { id: parent, missing: path.slice(depth) };
    parent = found;
  }
  return { id: parent, missing: [] };
}

interface Level {
  id: string;
  /** just created by us: nothing can lie beneath it yet */
  isNew: boolean;
}

async function findInIndex(step: RoappStep, parent: string | undefined, title: string): Promise<Level | undefined> {
  const [known] = (await step.ledger.index.find(step.connection, 'category', levelDigest(step, parent, title))).map((entry) => entry.targetId).sort(byId);
  return known === undefined ? undefined : { id: known, isNew: false };
}

/** There is no filter by title: all pages are read and compared by us; the lowest id of several counts. */
async function lookUpLevel(step: RoappStep, parent: string | undefined, title: string): Promise<string | undefined> {
  const digest = levelDigest(step, parent, title);
  const all = (await allPages(step.client.categories, {})).map((category) => categoryEntry(step, category));
  return all.filter((entry) => entry.digest === digest).map((entry) => entry.targetId).sort(byId)[0];
}

const createCategory = 'POST /catalog/products/categories';

async function ensureLevel(step: RoappStep, parent: string | undefined, title: string, isParentNew: boolean): Promise<Level | undefined> {
  const digest = levelDigest(step, parent, title);
  const key = `category:${step.company}:${step.connection}:${digest}`;
  return step.ledger.keys.hold([key], holderOf(step), async (hold) => {
    const meanwhile = await findInIndex(step, parent, title);
    if (meanwhile) return meanwhile;
    const put = (id: string): IndexEntry => ({ connection: step.connection, kind: 'category', digest, targetId: id });
    let isLookedUp = isParentNew;
    const find = async (): Promise<Level | undefined> => {
      isLookedUp = true;
      const id = await lookUpLevel(step, parent, title);
      return id === undefined ? undefined : { id, isNew: false };
    };
    try {
      const done = await hold.once<Level | undefined>({
        name: 'category',
        ...timesOf(step),
        find,
        send: async (guard) => {
          const found = isLookedUp ? undefined : await find();
          if (found || !(await mayCreate(step, 'categoryCreate'))) return found;
          const id = await step.client.createCategory(toNewCategory(title.trim(), parent), guard);
          return createdOrFound(id === undefined ? undefined : { id, isNew: true }, find, createCategory);
        },
        record: async (level, write) => (level ? write.putIndex([put(level.id)]) : undefined),
      });
      return done.kind === 'unknown' ? undefined : done.result;
    } catch (error) {
      if (!isUnknownCall(error, createCategory)) throw error;
      await rememberRefusal(step, 'categoryCreate');
      return undefined;
    }
  });
}
