/** `@idempotent(key:)`: optional in the type system, required when it runs for stock calls (contract shopify 7). */
import { Kind, OperationTypeNode, type FieldNode, type OperationDefinitionNode } from 'graphql';
import { badRequest } from './errors.ts';

const keyed = new Set(['inventorySetQuantities', 'inventoryAdjustQuantities']);

interface Call {
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

/** Throws BAD_REQUEST where the directive is missing. */
export function refuseWithoutIdempotency({ operation, variables }: Call): void {
  if (operation.operation !== OperationTypeNode.MUTATION) return;
  for (const node of operation.selectionSet.selections) {
    if (node.kind === Kind.FIELD && keyed.has(node.name.value) && idempotencyKey(node, variables) === undefined) throw badRequest('The @idempotent directive is required for this mutation but was not provided.');
  }
}

/** The key given with a field. */
export function idempotencyKey(node: FieldNode, variables: Record<string, unknown>): string | undefined {
  const directive = node.directives?.find(({ name }) => name.value === 'idempotent');
  const value = directive?.arguments?.find(({ name }) => name.value === 'key')?.value;
  if (value?.kind === Kind.STRING) return value.value;
  const given = value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof given === 'string' ? given : undefined;
}
