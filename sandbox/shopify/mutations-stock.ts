/** Stock over the API: compare-and-set and deltas, each under an idempotency key (contract shopify 4, 7). */
import type { GraphQLResolveInfo } from 'graphql';
import { z } from 'zod';
import { utcText } from './dates.ts';
import { invalidArguments } from './errors.ts';
import { emit, inOneEvent } from './events.ts';
import { gid, numberOf } from './gid.ts';
import { idempotencyKey } from './idempotency.ts';
import type { Level, Variant } from './model.ts';
import { levelPayload } from './payload-product.ts';
import type { Reading } from './reading.ts';
import { levelKey } from './store.ts';
import { inventoryItemView, locationView } from './view-stock.ts';
import { nowOf, type World } from './world.ts';

const reasons = 'correction cycle_count_available damaged movement_canceled movement_created movement_received movement_updated other promotion quality_control received reservation_created reservation_deleted reservation_updated restock safety_stock shrinkage'.split(' ');
const most = 1_000_000_000;

const place = { inventoryItemId: z.string(), locationId: z.string(), changeFromQuantity: z.number().nullish() };
const setSchema = z.object({ name: z.string(), reason: z.string(), referenceDocumentUri: z.string().nullish(), quantities: z.array(z.object({ ...place, quantity: z.number() })) });
const adjustSchema = z.object({ name: z.string(), reason: z.string(), referenceDocumentUri: z.string().nullish(), changes: z.array(z.object({ ...place, delta: z.number() })) });

interface Change {
  inventoryItemId: string;
  locationId: string;
  /** undefined: left out, which is refused */
  expected: number | null | undefined;
  target: (now: number) => number;
}
interface Wish {
  kind: 'set' | 'adjust';
  list: 'quantities' | 'changes';
  name: string;
  reason: string;
  document: string | null;
  changes: Change[];
}
interface Fault {
  field: string[] | null;
  message: string;
  code: string;
}

export function stockMutations(reading: Reading) {
  const run = (wish: Wish, input: unknown, info: GraphQLResolveInfo): unknown => once(reading.world, wish.kind, input, info, () => change(reading, wish));
  return {
    inventorySetQuantities: ({ input }: { input: unknown }, _context: unknown, info: GraphQLResolveInfo) => {
      const { name, reason, referenceDocumentUri, quantities } = setSchema.parse(input);
      const changes = quantities.map(({ quantity, changeFromQuantity, ...rest }) => ({ ...rest, expected: changeFromQuantity, target: () => quantity }));
      refuseMissing(changes, 'InventoryQuantityInput');
      return run({ kind: 'set', list: 'quantities', name, reason, document: referenceDocumentUri ?? null, changes }, input, info);
    },
    inventoryAdjustQuantities: ({ input }: { input: unknown }, _context: unknown, info: GraphQLResolveInfo) => {
      const { name, reason, referenceDocumentUri, changes: given } = adjustSchema.parse(input);
      const changes = given.map(({ delta, changeFromQuantity, ...rest }) => ({ ...rest, expected: changeFromQuantity, target: (now: number) => now + delta }));
      refuseMissing(changes, 'InventoryChangeInput');
      return run({ kind: 'adjust', list: 'changes', name, reason, document: referenceDocumentUri ?? null, changes }, input, info);
    },
  };
}

function refuseMissing(changes: readonly Change[], input: string): void {
  if (changes.some(({ expected }) => expected === undefined)) throw invalidArguments(`${input} must include the following argument: changeFromQuantity.`);
}

/** The same key with the same input: the first reply again. With another input it is refused. */
function once(world: World, kind: string, input: unknown, info: GraphQLResolveInfo, run: () => unknown): unknown {
  const [node] = info.fieldNodes;
  const key = node === undefined ? undefined : idempotencyKey(node, info.variableValues);
  const known = world.store.idempotent.get(`${kind}/${key}`);
  const request = JSON.stringify(input);
  if (known && known.request !== request) return { inventoryAdjustmentGroup: null, userErrors: [{ field: null, message: 'The idempotency key was already used with different parameters.', code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' }] };
  if (known) return known.reply;
  const reply = run();
  world.store.idempotent.set(`${kind}/${key}`, { request, reply });
  return reply;
}

interface Checked {
  index: number;
  variant: Variant;
  level: Level;
  before: number;
  after: number;
}

const refused = (...userErrors: Fault[]) => ({ inventoryAdjustmentGroup: null, userErrors });

/** All changes, or none. */
function change(reading: Reading, wish: Wish): unknown {
  const { world } = reading;
  if (!reasons.includes(wish.reason)) return refused({ field: ['input', 'reason'], message: 'The specified reason is invalid.', code: 'INVALID_REASON' });
  if (wish.name !== 'available' && wish.name !== 'on_hand') return refused({ field: ['input', 'name'], message: 'The specified quantity name is invalid.', code: wish.kind === 'set' ? 'INVALID_NAME' : 'INVALID_QUANTITY_NAME' });
  const pairs = wish.changes.map(({ inventoryItemId, locationId }) => `${inventoryItemId} ${locationId}`);
  const doubled = pairs.findIndex((pair, index) => pairs.indexOf(pair) !== index);
  if (doubled >= 0) return refused({ field: at(wish, doubled, 'locationId'), message: 'The combination of inventoryItemId and locationId must be unique.', code: 'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR' });
  const checked = wish.changes.map((one, index) => check(world, wish, one, index));
  const faults = checked.flatMap((one) => ('code' in one ? [one] : []));
  if (faults.length > 0) return refused(...faults);
  return write(reading, wish, checked.flatMap((one) => ('code' in one ? [] : [one])));
}

const at = ({ list }: Wish, index: number, name: string): string[] => ['input', list, String(index), name];

function check({ store }: World, wish: Wish, { inventoryItemId, locationId, expected, target }: Change, index: number): Checked | Fault {
  const variant = store.variants.all().find((one) => one.inventoryItemId === numberOf('InventoryItem', inventoryItemId));
  if (variant === undefined) return { field: at(wish, index, 'inventoryItemId'), message: 'The specified inventory item could not be found.', code: 'INVALID_INVENTORY_ITEM' };
  const location = store.locations.get(numberOf('Location', locationId) ?? 0);
  if (location === undefined) return { field: at(wish, index, 'locationId'), message: 'The specified location could not be found.', code: 'INVALID_LOCATION' };
  const level = store.levels.get(levelKey(variant.inventoryItemId, location.id));
  if (level === undefined) return { field: at(wish, index, 'locationId'), message: 'The specified inventory item is not stocked at the location.', code: 'ITEM_NOT_STOCKED_AT_LOCATION' };
  const before = wish.name === 'available' ? level.available : level.available + level.committed;
  const after = target(before);
  if (expected !== null && expected !== undefined && expected !== before) return { field: at(wish, index, 'changeFromQuantity'), message: 'The changeFromQuantity value does not match the persisted quantity value.', code: 'CHANGE_FROM_QUANTITY_STALE' };
  if (wish.name === 'on_hand' && after < 0) return { field: at(wish, index, 'quantity'), message: "The quantity can't be negative.", code: wish.kind === 'set' ? 'INVALID_QUANTITY_NEGATIVE' : 'INVALID_QUANTITY_TOO_LOW' };
  if (after > most) return { field: at(wish, index, 'quantity'), message: "The quantity can't be higher than 1,000,000,000.", code: 'INVALID_QUANTITY_TOO_HIGH' };
  if (after < -most) return { field: at(wish, index, 'quantity'), message: "The quantity can't be lower than -1,000,000,000.", code: 'INVALID_QUANTITY_TOO_LOW' };
  return { index, variant, level, before, after };
}

function write(reading: Reading, wish: Wish, checked: Checked[]): unknown {
  const { world } = reading;
  const now = nowOf(world);
  inOneEvent(world, () => {
    for (const { level, before, after } of checked) {
      level.available += after - before;
      level.updatedAt = now;
      emit(world, 'inventory_levels/update', levelPayload(world, level));
    }
  });
  const changes = checked.map(({ variant, level, before, after }) => {
    const location = world.store.locations.get(level.locationId);
    return { name: wish.name, delta: after - before, quantityAfterChange: null, item: () => inventoryItemView(reading, variant), location: () => (location === undefined ? null : locationView(location)) };
  });
  return {
    inventoryAdjustmentGroup: { __typename: 'InventoryAdjustmentGroup', id: gid('InventoryAdjustmentGroup', world.store.next('other')), reason: wish.reason, referenceDocumentUri: wish.document, createdAt: utcText(now), app: null, changes: () => changes },
    userErrors: [],
  };
}
