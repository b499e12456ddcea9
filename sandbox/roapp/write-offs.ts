/** Goods leave the stock ledger, and come back to it: done by staff, never over the API (contract roapp 4.3). */
import { parseDecimal, quantityDigits } from './decimals.ts';
import { touch } from './order-writes.ts';
import type { Item, Order } from './store.ts';
import { costAsNumber, entityOf, quantityAsNumber } from './totals.ts';
import { nowOf, type World } from './world.ts';

const warehouse = { id: 13, cell: 11 };

/** Services have no stock. Without a quantity everything that still waits. */
export function writeOff(world: World, order: Order, item: Item, by: number, quantity?: string): void {
  if (entityOf(world.store, item.entityId)?.type !== 'product') return;
  if (item.writeOffs.length > 0 && !item.isPartlyWrittenOff) return;
  const waiting = quantityAsNumber(item.quantity - writtenOff(item));
  const taken = quantity === undefined ? waiting : quantityAsNumber(parseDecimal(quantity, quantityDigits));
  if (taken > waiting) throw new Error(`only ${waiting} of item ${item.id} still wait for write-off`);
  item.writeOffs = [
    ...item.writeOffs,
    {
      cost: costAsNumber(item.cost),
      cellId: warehouse.cell,
      goodId: item.entityId,
      quantity: taken,
      sernum_id: null,
      sernum_code: null,
      warehouseId: warehouse.id,
      repairOrderProductId: item.id,
    },
  ];
  item.isPartlyWrittenOff = taken < waiting;
  note(world, order, item, taken, by, 'written off');
}

export function revertWriteOff(world: World, order: Order, item: Item, by: number): void {
  const back = quantityAsNumber(writtenOff(item));
  const wasWrittenOff = item.writeOffs.length > 0;
  item.writeOffs = [];
  item.isPartlyWrittenOff = false;
  if (wasWrittenOff) note(world, order, item, back, by, 'reverted');
  else moveModifiedAt(world, order);
}

/** In thousandths, as lines count: numbers of the reply would add up unevenly. */
const writtenOff = (item: Item): bigint => item.writeOffs.reduce((sum, { quantity }) => sum + BigInt(Math.round(quantity * 10 ** quantityDigits)), 0n);

function note(world: World, order: Order, item: Item, quantity: number, by: number, what: 'written off' | 'reverted'): void {
  order.writeOffActs.push({ itemId: item.id, quantity, at: nowOf(world), by, what });
  moveModifiedAt(world, order);
}

function moveModifiedAt(world: World, order: Order): void {
  if (world.switches.writeOffMovesModifiedAt) touch(world, order);
}
