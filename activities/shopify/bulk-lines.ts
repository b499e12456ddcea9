/** Lines of a bulk operation's result become orders again, as a page would list them (contract shopify 5, 12). Pure. */
import { shippingLinesInOrder } from './documents.ts';
import { resultLineSchema, type ResultLine } from './bulk-schemas.ts';
import { listedOrderSchema, orderSchema, type ListedOrder } from './schemas.ts';

/** The result is not what was asked for: nothing of it is to be trusted. Names no content. */
export class GarbledResultError extends Error {
  override readonly name = 'GarbledResultError';
}

/** What one page is made of at most. */
export interface PageLimits {
  orders: number;
  /** characters */
  size: number;
}

export interface Gathered {
  order: ListedOrder;
  /** not as the contract has it: to be read by the list, whose form of it is the one that is compared */
  isOdd: boolean;
}

export interface Collector {
  /** False: the page is full, and the line begins the next one. @throws GarbledResultError */
  take: (line: string) => boolean;
  finish: () => Gathered[];
  /** lines taken */
  count: () => number;
}

interface Open {
  order: ResultLine['object'];
  lines: unknown[];
  shipping: unknown[];
}

/** Children follow their parent directly, since the result was asked for grouped. */
export function collectOrders(most: PageLimits): Collector {
  const open: Open[] = [];
  let [count, size] = [0, 0];
  return {
    take(text) {
      const { parent, object } = parseLine(text);
      if (parent === undefined) {
        if (open.length > 0 && (open.length >= most.orders || size >= most.size)) return false;
        open.push({ order: object, lines: [], shipping: [] });
      } else addChild(open.at(-1), parent, object);
      count += 1;
      size += text.length;
      return true;
    },
    finish: () => open.map(closed),
    count: () => count,
  };
}

function parseLine(text: string): ResultLine {
  try {
    const line = resultLineSchema.safeParse(JSON.parse(text));
    if (line.success) return line.data;
  } catch {
    // said below
  }
  throw new GarbledResultError('a line is no object');
}

/** The kind stands in the id; a shipping line may have none. */
function addChild(last: Open | undefined, parent: string, child: ResultLine['object']): void {
  if (last === undefined || last.order.id !== parent) throw new GarbledResultError('a line does not follow its parent');
  const kind = child.id === null ? 'ShippingLine' : /^gid:\/\/shopify\/(\w+)\//.exec(child.id ?? '')?.[1];
  if (kind === 'LineItem') last.lines.push(child);
  else if (kind === 'ShippingLine') last.shipping.push(child);
  else throw new GarbledResultError('a line of an unknown kind');
}

/** Shipping lines end where a page's end, so that both ways say the same of an order that has more. */
function closed({ order, lines, shipping }: Open): Gathered {
  const whole = {
    ...order,
    shippingLines: { nodes: shipping.slice(0, shippingLinesInOrder), pageInfo: { hasNextPage: shipping.length > shippingLinesInOrder } },
    lineItems: { nodes: lines, pageInfo: { hasNextPage: false } },
  };
  const read = orderSchema.safeParse(whole);
  if (read.success) return { order: read.data, isOdd: false };
  const listed = listedOrderSchema.safeParse(whole);
  if (!listed.success) throw new GarbledResultError('an order without its names');
  return { order: listed.data, isOdd: true };
}
