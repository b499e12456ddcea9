/** Every document we send to Shopify, against the vendor's type system and its table of access scopes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, Kind, parse, specifiedRules, TypeInfo, validate, visit, visitWithTypeInfo, type GraphQLSchema } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { everyOperation, mostAliases, neededScopes, orderById, orderPersons, ordersByChange, type Operation } from '../../activities/shopify/documents.ts';

const specs = join(import.meta.dirname, '../../../shared/specs');
const sdlFile = join(specs, 'shopify-admin.2026-07.graphql');
const accessFile = join(specs, 'shopify-admin.2026-07.access.json');
const areHere = existsSync(sdlFile) && existsSync(accessFile);
if (!areHere) console.warn('skipped: the type system of Shopify (shopify-admin.2026-07.graphql) is not at hand');

describe.skipIf(!areHere)('the documents', () => {
  let schema: GraphQLSchema;
  let access: Record<string, string[]>;
  beforeAll(() => {
    schema = buildSchema(readFileSync(sdlFile, 'utf8'), { assumeValidSDL: true });
    access = z.object({ access: z.record(z.string(), z.array(z.string())) }).parse(JSON.parse(readFileSync(accessFile, 'utf8'))).access;
  });

  test('names are those of the operations', () => {
    expect(everyOperation.length).toBeGreaterThan(10);
    for (const { name, text } of everyOperation) expect(parse(text).definitions[0]).toMatchObject({ kind: 'OperationDefinition', name: { value: name } });
  });

  test.each(everyOperation)('$name is valid', ({ text }) => {
    expect(validate(schema, parse(text), specifiedRules).map(({ message }) => message)).toEqual([]);
  });

  test.each(everyOperation)('$name uses nothing deprecated', ({ text }) => {
    const deprecated: string[] = [];
    eachField(text, (name, { deprecationReason }) => void (deprecationReason && deprecated.push(name)));
    expect(deprecated).toEqual([]);
  });

  test.each(everyOperation)('$name needs no scope that is not asked for', ({ text }) => {
    const asked: readonly string[] = neededScopes;
    const missing: string[] = [];
    eachField(text, (name, { returns }) => {
      for (const what of [name, returns]) if (access[what] && !access[what].some((scope) => asked.includes(scope))) missing.push(`${what}: ${access[what].join(' or ')}`);
    });
    expect(missing).toEqual([]);
  });

  test('each of the scopes asked for is needed', () => {
    const used = new Set(everyOperation.flatMap(({ text }) => {
      const found: string[] = [];
      eachField(text, (name, { returns }) => found.push(...(access[name] ?? []), ...(access[returns] ?? [])));
      return found;
    }));
    expect(neededScopes.filter((scope) => !used.has(scope))).toEqual([]);
  });

  test('a field that does not exist would be found', () => {
    const wrong = orderById.text.replace('taxesIncluded', 'taxesIncludedToo');
    expect(validate(schema, parse(wrong)).map(({ message }) => message).join()).toContain('taxesIncludedToo');
  });

  test('nested connections are never read without pageInfo (contract 5)', () => {
    const bare = everyOperation.flatMap((operation) => connectionsWithoutPageInfo(operation));
    expect(bare).toEqual([]);
  });

  function eachField(text: string, seen: (name: string, about: { returns: string; deprecationReason: string | null | undefined }) => void): void {
    const types = new TypeInfo(schema);
    visit(parse(text), visitWithTypeInfo(types, {
      Field: () => {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (parent && field) seen(`${parent.name}.${field.name}`, { returns: getNamedType(field.type).name, deprecationReason: field.deprecationReason });
      },
    }));
  }

  function connectionsWithoutPageInfo({ name, text }: Operation): string[] {
    const types = new TypeInfo(schema);
    const bare: string[] = [];
    visit(parse(text), visitWithTypeInfo(types, {
      Field: ({ selectionSet, name: field }) => {
        const returns = types.getType();
        const isConnection = returns !== null && returns !== undefined && getNamedType(returns).name.endsWith('Connection');
        if (isConnection && !selectionSet?.selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === 'pageInfo')) bare.push(`${name}: ${field.value}`);
      },
    }));
    return bare;
  }
});

describe('what they cost', () => {
  test.each(everyOperation)('$name stays under what a single query may cost', ({ cost }) => {
    expect(cost).toBeGreaterThan(0);
    expect(cost).toBeLessThan(1_000);
  });

  test('R19 personal fields stand in a document of their own', () => {
    expect(orderPersons(mostAliases).text).toContain('customer {');
    for (const { text } of [ordersByChange, orderById]) expect(text).not.toMatch(/customer|Address|email|phone/i);
  });
});
