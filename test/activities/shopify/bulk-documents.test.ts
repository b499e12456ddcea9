/** The documents of bulk operations against the vendor's type system and the simulated shop's costs; the query in bulk against the rules for one. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, getNamedType, parse, TypeInfo, validate, visit, visitWithTypeInfo, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { everyBulkDocument, ordersInBulk, startOperation } from '../../../activities/shopify/bulk-documents.ts';
import { neededScopes, orderById } from '../../../activities/shopify/documents.ts';
import type { RunningSandbox } from '../../../sandbox/kernel/sandbox.ts';
import { startSandbox } from '../../../sandbox/kernel/start.ts';
import { createShopifySandbox } from '../../../sandbox/shopify/sandbox.ts';

const specs = join(import.meta.dirname, '../../../../shared/specs');
const sdlFile = join(specs, 'shopify-admin.2026-07.graphql');
const accessFile = join(specs, 'shopify-admin.2026-07.access.json');
const areHere = existsSync(sdlFile) && existsSync(accessFile);
if (!areHere) console.warn('skipped: the type system of Shopify (shopify-admin.2026-07.graphql) is not at hand');

const inBulk = { name: 'Backfill_1', text: ordersInBulk('Backfill_1', "created_at:>='2026-09-22T12:00:00Z' AND created_at:<'2026-11-22T12:00:01Z'") };
const everyText = [...everyBulkDocument, inBulk];

describe.skipIf(!areHere)('the documents', () => {
  let schema: GraphQLSchema;
  let access: Record<string, string[]>;
  beforeAll(() => {
    schema = buildSchema(readFileSync(sdlFile, 'utf8'), { assumeValidSDL: true });
    access = z.object({ access: z.record(z.string(), z.array(z.string())) }).parse(JSON.parse(readFileSync(accessFile, 'utf8'))).access;
  });

  test.each(everyText)('$name is valid, under its own name', ({ name, text }) => {
    expect(validate(schema, parse(text)).map(({ message }) => message)).toEqual([]);
    expect(parse(text).definitions[0]).toMatchObject({ kind: 'OperationDefinition', name: { value: name } });
    expect(validate(schema, parse(text.replace('{ ', '{ notThere '))).join()).toContain('notThere');
  });

  test.each(everyText)('$name uses nothing deprecated and needs no scope that is not asked for', ({ text }) => {
    const asked: readonly string[] = neededScopes;
    const wrong: string[] = [];
    const types = new TypeInfo(schema);
    visit(parse(text), visitWithTypeInfo(types, {
      Field: () => {
        const [parent, field] = [types.getParentType(), types.getFieldDef()];
        if (!parent || !field) return;
        if (field.deprecationReason) wrong.push(field.name);
        for (const what of [`${parent.name}.${field.name}`, getNamedType(field.type).name]) if (access[what] && !access[what].some((scope) => asked.includes(scope))) wrong.push(what);
      },
    }));
    expect(wrong).toEqual([]);
  });
});

const fieldsOf = (text: string) => new Set(text.match(/[A-Za-z]+/g));

test('R19 the query in bulk has no personal field, and what a page reads else', () => {
  expect(inBulk.text).not.toMatch(/customer|Address|email|phone/i);
  const ofPages = ['OrderById', 'order', 'ID', 'fragment', 'on', 'OrderParts', 'Order', 'LineParts', 'LineItem', 'first', 'nodes', 'pageInfo', 'hasNextPage', 'endCursor'];
  expect([...fieldsOf(orderById.text)].filter((word) => !fieldsOf(inBulk.text).has(word) && !ofPages.includes(word))).toEqual([]);
});

describe('over HTTP', () => {
  let shop: RunningSandbox;
  beforeAll(async () => void (shop = await startSandbox(createShopifySandbox({ rateLimit: 'none' }))));
  afterAll(async () => shop.close());

  const replySchema = z.object({ data: z.record(z.string(), z.unknown()), extensions: z.object({ cost: z.object({ requestedQueryCost: z.number() }) }) });
  async function ask(query: string, operationName: string, variables: object) {
    const reply = await fetch(`${shop.url}/admin/api/2026-07/graphql.json`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-shopify-access-token': 'shpat_sandbox' }, body: JSON.stringify({ query, variables, operationName }) });
    return replySchema.parse(await reply.json());
  }

  test.each(everyBulkDocument)('$name costs what we reserve for it', async ({ name, text, cost }) => {
    const ids = Object.fromEntries([...text.matchAll(/\$(id\d*): ID!/g)].map(([, id]) => [id, 'gid://shopify/Order/1']));
    const { extensions } = await ask(text, name, { q: "created_at:>='2026-01-01T00:00:00Z'", query: inBulk.text, ...ids });
    expect(extensions.cost.requestedQueryCost).toBe(cost);
  });

  test('the query may run in bulk', async () => {
    const { data } = await ask(startOperation.text, startOperation.name, { query: inBulk.text });
    expect(data['bulkOperationRunQuery']).toMatchObject({ refusals: [], bulkOperation: { id: expect.stringContaining('BulkOperation') } });
  });
});
