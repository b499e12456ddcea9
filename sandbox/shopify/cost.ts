/** What a query is reckoned to cost before and after it ran: the formula derived in contract shopify 3, with its corrections in 12. */
import { getArgumentValues, GraphQLObjectType, isAbstractType, isCompositeType, isListType, isNonNullType, Kind, OperationTypeNode } from 'graphql';
import type { DocumentNode, FieldNode, GraphQLField, GraphQLNamedType, GraphQLOutputType, GraphQLSchema, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { z } from 'zod';
import { checkPageSize } from './connection.ts';
import { nodeTypeOf } from './schema.ts';

/** One field's share, for the reply's debug list. */
export interface FieldCost {
  path: string[];
  definedCost: number;
  requestedTotalCost: number;
  requestedChildrenCost: number | null;
}

export interface CostOptions {
  schema: GraphQLSchema;
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Record<string, unknown>;
}

const freeTypes = new Set(['PageInfo', 'MoneyBag', 'MoneyV2', 'CustomerEmailMarketingConsentState', 'CustomerSmsMarketingConsentState']);
const freeFields = new Set(['Customer.defaultAddress', 'Shop.billingAddress', 'Shop.shopAddress']);
const mutationCost = 10;
const rootCountCost = 10;

interface Selected {
  name: string;
  key: string;
  nodes: FieldNode[];
  field: GraphQLField<unknown, unknown>;
}

const sizeArgs = z.object({ first: z.number().nullish(), last: z.number().nullish() });

/** `connection(first: N) = 2 + scale(N) * node`. */
export const scale = (count: number): number => Math.max(1, Math.floor(2 * Math.log(count)));

const namedType = (type: GraphQLOutputType): GraphQLNamedType => (isNonNullType(type) || isListType(type) ? namedType(type.ofType) : type);

const setsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] => nodes.flatMap((node) => node.selectionSet ?? []);

/** Reads a document's selections; both reckonings go over the same. */
function createWalk({ schema, document, variables }: CostOptions) {
  const fragments = new Map(document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));
  const isSkipped = (node: FieldNode): boolean =>
    (node.directives ?? []).some(({ name, arguments: given }) => {
      const value = given?.[0]?.value;
      const on = value?.kind === Kind.BOOLEAN ? value.value : value?.kind === Kind.VARIABLE ? variables[value.name.value] === true : undefined;
      return (name.value === 'skip' && on === true) || (name.value === 'include' && on === false);
    });

  /** The fields that an object of this type answers, equal response names together. */
  function fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Selected[] {
    const selected = new Map<string, Selected>();
    const add = (set: SelectionSetNode): void => {
      for (const node of set.selections) {
        if (node.kind === Kind.FIELD) addField(node);
        else {
          const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
          const condition = fragment?.typeCondition?.name.value;
          if (fragment && (condition === undefined || applies(type, condition))) add(fragment.selectionSet);
        }
      }
    };
    const addField = (node: FieldNode): void => {
      const field = type.getFields()[node.name.value];
      if (field === undefined || isSkipped(node)) return; // __typename
      const key = node.alias?.value ?? node.name.value;
      const known = selected.get(key);
      if (known) known.nodes.push(node);
      else selected.set(key, { name: node.name.value, key, nodes: [node], field });
    };
    sets.forEach(add);
    return [...selected.values()];
  }

  function applies(type: GraphQLObjectType, condition: string): boolean {
    if (type.name === condition) return true;
    const wanted = schema.getType(condition);
    return isAbstractType(wanted) && schema.isSubType(wanted, type);
  }

  const possible = (type: GraphQLNamedType): readonly GraphQLObjectType[] => (type instanceof GraphQLObjectType ? [type] : isAbstractType(type) ? schema.getPossibleTypes(type) : []);
  return { fieldsOf, possible };
}

/**
 * The requested cost. Throws BAD_REQUEST for a page size that is missing or too large: the vendor says so before it runs anything.
 * `fields` receives each field's share.
 */
export function requestedCost(options: CostOptions, fields: FieldCost[] = []): number {
  const { schema, operation, variables } = options;
  const walk = createWalk(options);
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();
  if (!root) return 0;

  const children = (type: GraphQLNamedType, nodes: readonly FieldNode[], path: string[]): number =>
    Math.max(0, ...walk.possible(type).map((object) => total(walk.fieldsOf(object, setsOf(nodes)).map((one) => cost(object, one, path)))));

  function cost(parent: GraphQLObjectType, selected: Selected, above: string[]): number {
    const path = [...above, selected.key];
    const type = namedType(selected.field.type);
    const whole = wholeCost(parent, selected, type, path);
    if (isCompositeType(type)) fields.push({ path, definedCost: ownCost(parent, selected, type), requestedTotalCost: whole, requestedChildrenCost: whole - ownCost(parent, selected, type) });
    return whole;
  }

  function wholeCost(parent: GraphQLObjectType, selected: Selected, type: GraphQLNamedType, path: string[]): number {
    if (parent === root && isMutation) return mutationCost + payloadCost(type, selected.nodes, path);
    if (nodeTypeOf(schema, type.name) !== undefined) return connectionCost(type, selected, path);
    return ownCost(parent, selected, type) + (isCompositeType(type) ? children(type, selected.nodes, path) : 0);
  }

  function connectionCost(type: GraphQLNamedType, selected: Selected, path: string[]): number {
    const size = sizeOf(selected, variables);
    const node = total(
      walk.possible(type).flatMap((object) =>
        walk.fieldsOf(object, setsOf(selected.nodes)).map((one) => {
          if (one.name === 'nodes') return 1 + children(namedType(one.field.type), one.nodes, [...path, one.key]);
          return one.name === 'edges' ? edgeCost(one, path) : 0;
        }),
      ),
    );
    return 2 + scale(size) * node;
  }

  const edgeCost = (edges: Selected, path: string[]): number =>
    total(walk.possible(namedType(edges.field.type)).flatMap((edge) => walk.fieldsOf(edge, setsOf(edges.nodes)).map((one) => (one.name === 'node' ? 1 + children(namedType(one.field.type), one.nodes, [...path, edges.key, one.key]) : 0))));

  /** A mutation's own object is in its ten points; its children are not. */
  const payloadCost = (type: GraphQLNamedType, nodes: readonly FieldNode[], path: string[]): number =>
    total(walk.possible(type).flatMap((object) => walk.fieldsOf(object, setsOf(nodes)).map((one) => (isErrorList(one.name) ? 0 : children(namedType(one.field.type), one.nodes, [...path, one.key])))));

  return total(walk.fieldsOf(root, [operation.selectionSet]).map((one) => cost(root, one, [])));
}

const isErrorList = (name: string): boolean => name.endsWith('serErrors');

function ownCost(parent: GraphQLObjectType, { name }: Selected, type: GraphQLNamedType): number {
  if (!isCompositeType(type) || freeTypes.has(type.name) || freeFields.has(`${parent.name}.${name}`)) return 0;
  if (parent.name === 'QueryRoot' && type.name === 'Count') return rootCountCost;
  return 1;
}

function sizeOf(selected: Selected, variables: Record<string, unknown>): number {
  const [node] = selected.nodes;
  if (!node) return 1;
  const args = sizeArgs.parse(getArgumentValues(selected.field, node, variables));
  checkPageSize(args);
  return Math.max(1, args.first ?? args.last ?? 1);
}

const total = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

const record = z.record(z.string(), z.unknown());

/**
 * The actual cost: the same formula over what came back. An empty connection is 2, nothing is 0; never more than requested.
 * The vendor's own numbers differ (contract shopify 3): compare them as inequalities only.
 */
export function actualCost(options: CostOptions, data: unknown, requested: number): number {
  const { schema, operation } = options;
  const walk = createWalk(options);
  const isMutation = operation.operation === OperationTypeNode.MUTATION;
  const root = isMutation ? schema.getMutationType() : schema.getQueryType();

  const inside = (type: GraphQLNamedType, nodes: readonly FieldNode[], value: unknown): number => {
    const row = record.safeParse(value).data;
    if (row === undefined) return 0;
    return Math.max(0, ...walk.possible(type).map((object) => total(walk.fieldsOf(object, setsOf(nodes)).map((one) => cost(object, one, row[one.key])))));
  };
  const cost = (parent: GraphQLObjectType, selected: Selected, value: unknown): number => {
    const type = namedType(selected.field.type);
    if (value === null || value === undefined || !isCompositeType(type)) return 0;
    if (parent === root && isMutation) return mutationCost;
    if (nodeTypeOf(schema, type.name) !== undefined) return connection(type, selected, value);
    const own = ownCost(parent, selected, type);
    if (Array.isArray(value)) return own + Math.max(0, ...value.map((one) => inside(type, selected.nodes, one)));
    return own + inside(type, selected.nodes, value);
  };
  const connection = (type: GraphQLNamedType, selected: Selected, value: unknown): number => {
    const row = record.parse(value);
    return (
      2 +
      total(
        walk.possible(type).flatMap((object) =>
          walk.fieldsOf(object, setsOf(selected.nodes)).map((one) => {
            const list = row[one.key];
            if (!Array.isArray(list) || list.length === 0) return 0;
            const each = list.map((entry) => 1 + inside(namedType(one.field.type), one.nodes, entry));
            return (scale(list.length) * total(each)) / list.length;
          }),
        ),
      )
    );
  };
  const found = root ? total(walk.fieldsOf(root, [operation.selectionSet]).map((one) => cost(root, one, record.safeParse(data).data?.[one.key]))) : 0;
  return Math.min(requested, Math.ceil(found));
}
