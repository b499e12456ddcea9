/** The executable type system: the subset in schema/, with the vendor's scalars. */
import { buildASTSchema, GraphQLError, GraphQLObjectType, isScalarType, Kind, parse, valueFromASTUntyped, type GraphQLSchema } from 'graphql';
import { accountTypes } from './schema/account.ts';
import { catalogueTypes } from './schema/catalogue.ts';
import { commonTypes } from './schema/common.ts';
import { customersTypes } from './schema/customers.ts';
import { enumsTypes } from './schema/enums.ts';
import { ordersTypes } from './schema/orders.ts';

/** The subset as text, for the conformance test. */
export const schemaText = [commonTypes, accountTypes, ordersTypes, customersTypes, catalogueTypes, enumsTypes].join('\n');

const instant = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** What a scalar refuses as input; the others take what comes. */
const refusals: Record<string, (value: unknown) => string | undefined> = {
  DateTime: (value) => (typeof value === 'string' && instant.test(value) ? undefined : 'DateTime must be an ISO 8601 text'),
  URL: (value) => (typeof value === 'string' ? undefined : 'URL must be a text'),
  UnsignedInt64: (value) => (/^\d+$/.test(String(value)) ? undefined : 'UnsignedInt64 must be a whole number'),
};

let built: GraphQLSchema | undefined;

/** Built once: no state of a shop is in it. */
export function shopifySchema(): GraphQLSchema {
  built ??= build();
  return built;
}

function build(): GraphQLSchema {
  const schema = buildASTSchema(parse(schemaText, { noLocation: true }), { assumeValidSDL: true });
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isScalarType(type) || type.astNode === undefined || type.astNode === null) continue;
    const { name } = type;
    const checked = (value: unknown): unknown => {
      const reason = refusals[name]?.(value);
      if (reason !== undefined) throw new GraphQLError(reason);
      return value;
    };
    type.parseValue = checked;
    type.parseLiteral = (node, variables) => checked(node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : valueFromASTUntyped(node, variables));
  }
  return schema;
}

/** The type of a connection's nodes ("OrderConnection" → "Order"); undefined for other types. */
export function nodeTypeOf(schema: GraphQLSchema, typeName: string): string | undefined {
  if (!typeName.endsWith('Connection')) return undefined;
  const nodes = schema.getType(typeName);
  if (!(nodes instanceof GraphQLObjectType)) return undefined;
  return nodes.getFields()['nodes']?.type.toString().replaceAll(/[[\]!]/g, '');
}
