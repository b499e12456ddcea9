/** Lists handed in may hold at most 250 items (contract shopify 3). */
import { GraphQLError } from 'graphql';
import { maxInputList } from './limits.ts';

/** Throws MAX_INPUT_SIZE_EXCEEDED for the first list that is too long, at any depth of the variables. */
export function argumentListTooLong(value: unknown, path: string[] = []): void {
  if (Array.isArray(value)) {
    if (value.length > maxInputList) throw new GraphQLError(`The input array size of ${value.length} is greater than the maximum allowed of ${maxInputList}.`, { path, extensions: { code: 'MAX_INPUT_SIZE_EXCEEDED' } });
    value.forEach((one, index) => argumentListTooLong(one, [...path, String(index)]));
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, one] of Object.entries(value)) argumentListTooLong(one, [...path, name]);
}
