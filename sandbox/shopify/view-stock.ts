/** Stock and places as GraphQL shows them. */
import { utcText } from './dates.ts';
import { gid } from './gid.ts';
import type { Level, Location, Variant } from './model.ts';
import { sum } from './money.ts';
import { listed, type Reading } from './reading.ts';
import { levelKey, type Store } from './store.ts';

const levelsOf = (store: Store, itemId: number): Level[] => store.locations.all().flatMap(({ id }) => store.levels.get(levelKey(itemId, id)) ?? []);

/** Available over all places. */
export const stockOf = (store: Store, itemId: number): number => sum(levelsOf(store, itemId).map(({ available }) => available));

export function inventoryItemView(reading: Reading, variant: Variant): Record<string, unknown> {
  const { store } = reading.world;
  const id = variant.inventoryItemId;
  const twins = store.variants.all().filter(({ sku }) => sku !== null && sku === variant.sku);
  return {
    __typename: 'InventoryItem',
    id: gid('InventoryItem', id),
    legacyResourceId: String(id),
    sku: variant.sku,
    tracked: variant.tracked,
    requiresShipping: true,
    duplicateSkuCount: Math.max(0, twins.length - 1),
    inventoryHistoryUrl: null,
    unitCost: null,
    createdAt: utcText(variant.createdAt),
    updatedAt: utcText(variant.updatedAt),
    variant: () => reading.views.variant(reading, variant),
    variants: (args: unknown) => listed(reading, [variant], args, (one) => reading.views.variant(reading, one)),
    inventoryLevel: ({ locationId }: { locationId: string }) => {
      const level = levelsOf(store, id).find((one) => gid('Location', one.locationId) === locationId);
      return level === undefined ? null : levelView(reading, variant, level);
    },
    inventoryLevels: (args: unknown) =>
      listed(
        reading,
        levelsOf(store, id).map((level) => ({ id: level.locationId, level })),
        args,
        ({ level }) => levelView(reading, variant, level),
      ),
  };
}

function levelView(reading: Reading, variant: Variant, level: Level): Record<string, unknown> {
  const location = reading.world.store.locations.get(level.locationId);
  const quantities: Record<string, number> = { available: level.available, committed: level.committed, on_hand: level.available + level.committed, incoming: 0, reserved: 0, damaged: 0, safety_stock: 0, quality_control: 0 };
  const id = `${level.locationId}?inventory_item_id=${level.itemId}`;
  return {
    __typename: 'InventoryLevel',
    id: gid('InventoryLevel', id),
    isActive: true,
    canDeactivate: true,
    deactivationAlert: null,
    createdAt: utcText(variant.createdAt),
    updatedAt: utcText(level.updatedAt),
    item: () => inventoryItemView(reading, variant),
    location: () => (location === undefined ? null : locationView(location)),
    quantities: ({ names }: { names: string[] }) => names.flatMap((name) => (quantities[name] === undefined ? [] : [{ __typename: 'InventoryQuantity', id: gid('InventoryQuantity', `${id}&name=${name}`), name, quantity: quantities[name], updatedAt: utcText(level.updatedAt) }])),
  };
}

export const locationView = ({ id, name, city, isActive }: Location): Record<string, unknown> => ({
  __typename: 'Location',
  id: gid('Location', id),
  legacyResourceId: String(id),
  name,
  isActive,
  hasActiveInventory: true,
  fulfillsOnlineOrders: true,
  shipsInventory: true,
  createdAt: utcText(0),
  updatedAt: utcText(0),
  address: { address1: null, address2: null, city, country: 'Poland', countryCode: 'PL', formatted: [city, 'Poland'], latitude: null, longitude: null, phone: null, province: null, provinceCode: null, zip: null },
});
