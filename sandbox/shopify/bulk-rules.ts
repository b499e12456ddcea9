/** Which queries may run in bulk (contract shopify 5). */
import { getNamedType, GraphQLError, isCompositeType, Kind, OperationTypeNode, parse, TypeInfo, validate, visit, visitWithTypeInfo, type DocumentNode, type FieldNode } from 'graphql';
import { bulkConnections } from './limits.ts';
import { nodeTypeOf, shopifySchema } from './schema.ts';

const maxDepth = 2;

/** What is wrong with the query, in a sentence; undefined: it may run. */
export function bulkFault(query: string): string | undefined {
  const schema = shopifySchema();
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return `Invalid bulk query: ${error instanceof GraphQLError ? error.message : 'syntax error'}`;
  }
  const [fault] = validate(schema, document);
  if (fault) return `Invalid bulk query: ${fault.message}`;
  return shapeFault(document);
}

function shapeFault(document: DocumentNode): string | undefined {
  const info = new TypeInfo(shopifySchema());
  const faults: string[] = [];
  let connections = 0;
  let depth = 0;
  visit(
    document,
    visitWithTypeInfo(info, {
      OperationDefinition: (node) => void (node.operation === OperationTypeNode.QUERY || faults.push('Only queries can run in bulk.')),
      Field: {
        enter(node) {
          const parent = info.getParentType()?.name ?? '';
          const type = info.getType();
          const name = type === null || type === undefined ? '' : getNamedType(type).name;
          if (parent === 'QueryRoot' && (node.name.value === 'node' || node.name.value === 'nodes')) faults.push('Bulk queries cannot contain a top level `node` field.');
          if (nodeTypeOf(shopifySchema(), parent) !== undefined && node.name.value === 'nodes') faults.push('Bulk queries cannot use `nodes`: select `edges { node { ... } }` instead.');
          if (!isConnection(name)) return;
          connections += 1;
          depth += 1;
          if (depth > maxDepth) faults.push(`Bulk queries cannot contain connections with a nesting depth greater than ${maxDepth}.`);
        },
        leave(node) {
          const type = info.getType();
          if (type !== null && type !== undefined && isConnection(getNamedType(type).name)) depth -= 1;
          if (info.getParentType()?.name.endsWith('Edge') && node.name.value === 'node' && hasConnection(node) && !selects(node, 'id')) faults.push('The parent `node` field for a nested connection must select the `id` field without an alias.');
        },
      },
    }),
  );
  if (connections === 0) faults.push('Bulk queries must contain at least one connection.');
  if (connections > bulkConnections) faults.push(`Bulk queries cannot contain more than ${bulkConnections} connections.`);
  return faults[0];
}

const isConnection = (type: string): boolean => isCompositeType(shopifySchema().getType(type)) && nodeTypeOf(shopifySchema(), type) !== undefined;

const selects = (node: FieldNode, name: string): boolean => (node.selectionSet?.selections ?? []).some((one) => one.kind === Kind.FIELD && one.name.value === name && one.alias === undefined);
const hasConnection = (node: FieldNode): boolean => (node.selectionSet?.selections ?? []).some((one) => one.kind === Kind.FIELD && selects(one, 'edges'));
