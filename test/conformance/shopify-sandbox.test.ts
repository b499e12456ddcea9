/** The simulated shop's type system, scopes and webhook bodies against the vendor's own, where they lie beside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { buildSchema, getNamedType, isCompositeType, isEnumType, isInputObjectType, isInterfaceType, isListType, isNonNullType, isObjectType, isUnionType, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { accessTable } from '../../sandbox/shopify/access-table.ts';
import { schemaText, shopifySchema } from '../../sandbox/shopify/schema.ts';
import { openReceiver, openShop, row, type TestShop } from '../sandbox/shopify-shop.ts';

const folder = new URL('../../../shared/specs/', import.meta.url);
const files = { types: new URL('shopify-admin.2026-07.graphql', folder), access: new URL('shopify-admin.2026-07.access.json', folder), samples: new URL('shopify-webhooks.2026-07.samples.json', folder) };
const haveSpecs = Object.values(files).every((file) => existsSync(file));
if (!haveSpecs) process.stderr.write('shopify conformance skipped: ../shared/specs is not there\n');

const readJson = (file: URL): unknown => JSON.parse(readFileSync(file, 'utf8'));

type Named = { name: string; type: { toString(): string }; defaultValue?: unknown };

const isFields = (type: GraphQLNamedType) => isObjectType(type) || isInterfaceType(type);

/** What of the subset the whole does not have in the same form. */
function strangers(subset: GraphQLSchema, whole: GraphQLSchema): string[] {
  return Object.values(subset.getTypeMap()).filter(({ name }) => !name.startsWith('__')).flatMap((type) => {
    const theirs = whole.getType(type.name);
    return theirs === undefined || theirs.constructor !== type.constructor ? [type.name] : memberStrangers(type, theirs);
  });
}

function memberStrangers(ours: GraphQLNamedType, theirs: GraphQLNamedType): string[] {
  if (isEnumType(ours) && isEnumType(theirs)) return ours.getValues().filter(({ name }) => theirs.getValue(name) === undefined).map(({ name }) => `${ours.name}.${name}`);
  if (isUnionType(ours) && isUnionType(theirs)) return ours.getTypes().filter(({ name }) => !theirs.getTypes().some((one) => one.name === name)).map(({ name }) => `${ours.name} | ${name}`);
  if (isInputObjectType(ours) && isInputObjectType(theirs)) return [...Object.values(ours.getFields()).flatMap((field) => differs(ours.name, field, theirs.getFields()[field.name])), ...(ours.isOneOf === theirs.isOneOf ? [] : [`${ours.name} @oneOf`])];
  if (!isFields(ours) || !isFields(theirs)) return [];
  return Object.values(ours.getFields()).flatMap((field) => {
    const other = theirs.getFields()[field.name];
    return [...differs(ours.name, field, other), ...field.args.flatMap((arg) => differs(`${ours.name}.${field.name}`, arg, other?.args.find(({ name }) => name === arg.name)))];
  });
}

function differs(owner: string, ours: Named, theirs: Named | undefined): string[] {
  const same = theirs !== undefined && String(ours.type) === String(theirs.type) && JSON.stringify(ours.defaultValue) === JSON.stringify(theirs.defaultValue);
  return same ? [] : [`${owner}.${ours.name}`];
}

/** Required arguments of a field that the subset left out would change what is asked. */
function missingArguments(subset: GraphQLSchema, whole: GraphQLSchema): string[] {
  return Object.values(subset.getTypeMap()).flatMap((type) => {
    const theirs = whole.getType(type.name);
    if (!isObjectType(type) || !isObjectType(theirs)) return [];
    return Object.values(type.getFields()).flatMap((field) => (theirs.getFields()[field.name]?.args ?? []).filter((arg) => !field.args.some(({ name }) => name === arg.name)).map((arg) => `${type.name}.${field.name}(${arg.name})`));
  });
}

describe.skipIf(!haveSpecs)('against the vendor', () => {
  const whole = haveSpecs ? buildSchema(readFileSync(files.types, 'utf8'), { assumeValidSDL: true }) : buildSchema('type Query { nothing: Int }');

  test('every type, field, argument and value of the subset is the vendor\'s', () => {
    const subset = buildSchema(schemaText);
    expect(Object.keys(subset.getTypeMap()).length).toBeGreaterThan(200);
    expect(strangers(subset, whole)).toEqual([]);
    expect(missingArguments(subset, whole)).toEqual([]);
  });

  test('a stranger would be seen', () => {
    expect(strangers(buildSchema(schemaText.replace('  currentQuantity: Int!', '  currentQuantity: Int\n  colour: String')), whole)).toEqual(['LineItem.currentQuantity', 'LineItem.colour']);
  });

  test('the scopes are the vendor\'s, and none that concerns the subset is left out', () => {
    const { access } = z.object({ access: z.record(z.string(), z.array(z.string())) }).parse(readJson(files.access));
    const subset = buildSchema(schemaText);
    const concerned = Object.entries(access).filter(([name]) => {
      const [typeName = '', field] = name.split('.');
      const type = subset.getType(typeName);
      return type !== undefined && (field === undefined || (isObjectType(type) && field in type.getFields()));
    });
    expect(accessTable).toEqual(Object.fromEntries(concerned.map(([name, scopes]) => [name, [...new Set(scopes)]])));
  });
});

let shop: TestShop | undefined;
afterEach(async () => {
  await shop?.close();
  shop = undefined;
});

const fillings: Record<string, string> = { 'metafield.key': '"a"', 'inventoryLevel.locationId': '"gid://shopify/Location/71000000001"', 'quantities.names': '["available", "on_hand", "committed"]' };

/** Selects every field to this depth, with the arguments it cannot do without. */
function everything(type: GraphQLNamedType, depth: number): string {
  if (isUnionType(type) || isInterfaceType(type)) return `__typename ${shopifySchema().getPossibleTypes(type).map((one) => `... on ${one.name} { ${isUnionType(type) ? Object.values(one.getFields()).filter((field) => !isCompositeType(getNamedType(field.type))).map((field) => `${field.name}${one.name}: ${field.name}`).join(' ') : '__typename'} }`).join(' ')}`;
  if (!isObjectType(type)) return '';
  const chosen = Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (isCompositeType(inner) && depth === 0) return [];
    const needed = field.args.filter((arg) => isNonNullType(arg.type) && arg.defaultValue === undefined).map((arg) => `${arg.name}: ${fillings[`${field.name}.${arg.name}`] ?? '"gid://shopify/Nothing/1"'}`);
    const paged = inner.name.endsWith('Connection') ? ['first: 2'] : [];
    const list = [...needed, ...paged];
    const nested = isCompositeType(inner) ? everything(inner, inner.name.endsWith('Connection') || inner.name.endsWith('Edge') || inner.name === 'MoneyBag' || isListType(field.type) ? depth : depth - 1) : undefined;
    if (nested === '') return [];
    return [`${field.name}${list.length > 0 ? `(${list.join(', ')})` : ''}${nested === undefined ? '' : ` { ${nested} }`}`];
  });
  return chosen.join(' ');
}

const scopes = ['read_orders', 'read_all_orders', 'read_products', 'read_customers', 'write_customers', 'read_inventory', 'read_locations'];

test.each(['anna-plus48', 'refund-partial', 'refund-full', 'fulfilled', 'order-discount', 'free-shipping', 'tip-and-fee', 'custom-item', 'deleted-product', 'pos-nobody'])('every field of an order of the kind %s is answered', async (name) => {
  shop = await openShop({ scopes });
  const { special } = shop.shop.seed({ orders: 60 });
  const order = shopifySchema().getType('Order');
  if (!isObjectType(order)) throw new Error('no Order');
  // field by field: all at once would cost more than a query may
  for (const field of Object.values(order.getFields())) {
    const inner = getNamedType(field.type);
    const one = `${field.name}${inner.name.endsWith('Connection') ? '(first: 2)' : field.name === 'metafield' ? '(key: "a")' : ''}`;
    const query = `query($id: ID!) { order(id: $id) { ${one}${isCompositeType(inner) ? ` { ${everything(inner, 1)} }` : ''} } }`;
    const answer = await shop.ask(query, { id: `gid://shopify/Order/${special[name]}` });
    expect(answer.body.errors, query).toBeUndefined();
  }
});

test.each(['shop', 'products', 'productVariants', 'customers', 'collections', 'locations', 'currentAppInstallation', 'publicApiVersions', 'webhookSubscriptions', 'bulkOperations'])('every field of %s is answered', async (root) => {
  shop = await openShop({ scopes });
  shop.shop.seed({ orders: 20 });
  await shop.ask('mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: "https://hooks.example.test/a" }) { userErrors { message } } }');
  await shop.ask('mutation { bulkOperationRunQuery(query: "{ orders { edges { node { id } } } }") { userErrors { message } } }');
  const field = shopifySchema().getQueryType()?.getFields()[root];
  if (!field) throw new Error(`no ${root}`);
  const type = getNamedType(field.type);
  const isPage = type.name.endsWith('Connection');
  const answer = await shop.ask(`{ ${root}${isPage ? '(first: 2)' : ''} { ${everything(type, 1)} } }`);
  expect(answer.body.errors).toBeUndefined();
  expect(answer.body.data).toBeTruthy();
});

/** Keys at every level of a sample that the body does not have; a list is read by its first item. */
function missingKeys(sample: unknown, body: unknown, path = ''): string[] {
  if (Array.isArray(sample)) return sample.length > 0 && Array.isArray(body) && body.length > 0 ? missingKeys(sample[0], body[0], `${path}[]`) : [];
  const theirs = row.safeParse(sample).data;
  const ours = row.safeParse(body).data;
  if (theirs === undefined || ours === undefined) return [];
  return Object.entries(theirs).flatMap(([name, value]) => (name in ours ? missingKeys(value, ours[name], `${path}.${name}`) : [`${path}.${name}`]));
}

const idOf = (made: Record<string, unknown>) => z.number().parse(made['id']);

describe.skipIf(!haveSpecs)('webhook bodies have the keys of the samples', () => {
  const { topics } = haveSpecs ? z.object({ topics: z.record(z.string(), z.looseObject({ response: z.unknown() })) }).parse(readJson(files.samples)) : { topics: {} };

  test('of every topic that the shop sends', async () => {
    shop = await openShop({ httpWebhooks: true });
    const receiver = await openReceiver();
    const told = ['orders/create', 'orders/updated', 'orders/cancelled', 'orders/paid', 'orders/fulfilled', 'orders/partially_fulfilled', 'orders/edited', 'orders/delete', 'refunds/create', 'fulfillments/create', 'customers/create', 'customers/update', 'customers/delete', 'customers_email_marketing_consent/update', 'customers_marketing_consent/update', 'customer.tags_added', 'customer.tags_removed', 'products/create', 'products/update', 'products/delete', 'bulk_operations/finish', 'customers/data_request', 'customers/redact', 'shop/redact'];
    const create = 'mutation($topic: WebhookSubscriptionTopic!, $uri: String!) { webhookSubscriptionCreate(topic: $topic, webhookSubscription: { uri: $uri }) { userErrors { message } } }';
    for (const topic of told.slice(0, -3)) expect((await shop.ask(create, { topic: topic.replaceAll(/[/.]/g, '_').toUpperCase(), uri: receiver.url })).list('webhookSubscriptionCreate', 'userErrors')).toEqual([]);
    const product = shop.act('create-product', { title: 'Rzecz', options: ['Kolor'], variants: [{ sku: 'A', price: '10', values: ['Czarny'] }] });
    const [variantId] = z.array(z.number()).parse(product['variantIds']);
    shop.act('edit-product', { id: product['id'], title: 'Inna' });
    const person = { firstName: 'Ewa', lastName: 'Lis', email: 'ewa@example.com', phone: '+48600100200' };
    const customer = idOf(shop.act('create-customer', { ...person, addresses: [{ address1: 'ul. Polna 1', city: 'Łódź', countryCode: 'PL' }] }));
    const address = { firstName: 'Ewa', lastName: 'Lis', address1: 'ul. Polna 1', city: 'Łódź', zip: '90-001', countryCode: 'PL', phone: '600100200' };
    const order = () => shop?.act('create-order', { customerId: customer, billing: address, lines: [{ variantId, quantity: 3 }, { title: 'Inny', quantity: 1, price: '5' }], shippingLine: { price: '15', carrier: 'dpd' } }) ?? {};
    const first = order();
    const [line] = z.array(z.number()).parse(first['lineIds']);
    shop.act('fulfill', { id: first['id'], lines: [{ lineId: line, quantity: 1 }], company: 'DPD', number: '1' });
    shop.act('edit-order', { id: first['id'], quantities: [{ lineId: line, quantity: 2 }], add: [{ title: 'Nowy', price: '1' }] });
    shop.act('refund', { id: first['id'], lines: [{ lineId: line, quantity: 1 }] });
    const second = order();
    shop.act('fulfill', { id: second['id'] });
    const third = order();
    shop.act('cancel', { id: third['id'] });
    shop.act('delete-order', { id: third['id'] });
    shop.act('set-consent', { id: customer, state: 'SUBSCRIBED' });
    shop.act('set-consent', { id: customer, channel: 'sms', state: 'UNSUBSCRIBED' });
    shop.act('edit-customer', { id: customer, tags: ['vip'] });
    shop.act('edit-customer', { id: customer, tags: [] });
    shop.act('set-privacy-address', { uri: receiver.url });
    shop.act('privacy-request', { kind: 'customers/data_request', customerId: customer });
    shop.act('privacy-request', { kind: 'customers/redact', customerId: customer });
    shop.act('privacy-request', { kind: 'shop/redact' });
    shop.act('delete-customer', { id: customer });
    shop.act('delete-product', { id: product['id'] });
    await shop.ask('mutation { bulkOperationRunQuery(query: "{ orders { edges { node { id } } } }") { userErrors { message } } }');
    shop.sandbox.clock.advance(5_000);
    await shop.ask('{ shop { id } }');
    await shop.shop.quiet();
    await receiver.close();

    for (const topic of told) {
      const bodies = receiver.received.filter(({ headers }) => headers['x-shopify-topic'] === topic);
      expect(bodies.length, topic).toBeGreaterThan(0);
      const missing = bodies.map(({ json }) => missingKeys(topics[topic]?.response, json)).toSorted((a, b) => a.length - b.length)[0];
      expect(missing, topic).toEqual([]);
    }
  });
});
