/** What a document costs in points of the shop's budget, by the formula that the contract derives (contract shopify 3). Pure. */

/** A connection of this many nodes grows with the logarithm of its size. `node`: one object and its children. */
export const connectionCost = (first: number, node: number): number => 2 + Math.max(1, Math.floor(2 * Math.log(first))) * node;

export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

/** Over the limit: how long until the refused document may pass. Without figures a second. */
export function throttledForMs(requested: number | undefined, status: ThrottleStatus | undefined): number {
  if (requested === undefined || status === undefined || status.restoreRate <= 0) return 1_000;
  return Math.ceil((Math.max(0, requested - status.currentlyAvailable) / status.restoreRate) * 1_000);
}

/** Below this part of the bucket everybody waits until it has filled up to it: the dearest document must find its points. */
const reserve = 0.25;

/** After a granted call: how long nobody should ask; 0 while enough is left. */
export function emptyForMs({ maximumAvailable, currentlyAvailable, restoreRate }: ThrottleStatus): number {
  if (restoreRate <= 0) return 0;
  return Math.ceil((Math.max(0, maximumAvailable * reserve - currentlyAvailable) / restoreRate) * 1_000);
}
