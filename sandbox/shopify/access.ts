/** Who may read which field: access scopes, and personal data by plan or approval (contract shopify 2, 6, 9). */
import { defaultFieldResolver, getNamedType, type GraphQLError, type GraphQLFieldResolver, type GraphQLResolveInfo } from 'graphql';
import { accessTable } from './access-table.ts';
import { approvalMissing, personalOnlyFrom, protectedField, protectedObject, scopeMissing } from './errors.ts';
import { plans } from './limits.ts';
import type { Reading } from './reading.ts';
import { nodeTypeOf, shopifySchema } from './schema.ts';
import type { World } from './world.ts';

/** Mutations that the vendor's table leaves out, as tags belong to what they stand on. */
const tagScopes: Record<string, string> = { Order: 'write_orders', Customer: 'write_customers', Product: 'write_products' };
export const tagScope = (type: string): string | undefined => tagScopes[type];

/** Personal fields, refused one by one (level 2: name, address, e-mail, phone). */
const personalFields: Record<string, readonly string[]> = {
  Order: ['email', 'phone'],
  Customer: ['firstName', 'lastName', 'displayName', 'email', 'phone', 'defaultEmailAddress', 'defaultPhoneNumber', 'validEmailAddress'],
  MailingAddress: ['firstName', 'lastName', 'name', 'address1', 'address2', 'zip', 'latitude', 'longitude', 'phone', 'formatted'],
};
/** Objects, refused as a whole. */
const personalObjects = new Set(['Customer', 'MailingAddress']);

/** Undefined: personal data are given out. Otherwise the sentence that says why not. */
export function personalDataRefusal({ shop, account, switches }: World): string | undefined {
  if (account.app === 'admin-custom') return plans[shop.plan].personalData ? undefined : personalOnlyFrom;
  if (account.app === 'public') return switches.protectedDataApproved ? undefined : approvalMissing;
  return undefined;
}

/** What stands at a field: its own entry, else its type's; a connection stands for its nodes. */
function scopesFor(parent: string, field: string, type: string): readonly string[] | undefined {
  return accessTable[`${parent}.${field}`] ?? accessTable[type] ?? accessTable[nodeTypeOf(shopifySchema(), type) ?? ''];
}

/** For a record found by its gid, whose type no field promised. */
export function refusalOfType(reading: Reading, field: string, type: string): GraphQLError | undefined {
  const scopes = accessTable[type];
  if (scopes && !scopes.some((scope) => reading.scopes.includes(scope))) return scopeMissing(field, scopes);
  return personalRefusal(reading.world, 'QueryRoot', field, type);
}

function personalRefusal(world: World, parent: string, field: string, type: string): GraphQLError | undefined {
  const why = personalDataRefusal(world);
  if (why === undefined) return undefined;
  const object = nodeTypeOf(shopifySchema(), type) ?? type;
  if (world.switches.refusedData === 'objects' && personalObjects.has(object)) return protectedObject(object, why);
  return personalFields[parent]?.includes(field) ? protectedField(field, why) : undefined;
}

/** Checks every field of every object before it is read; a refusal is one error at that path. */
export const guardedResolver: GraphQLFieldResolver<unknown, Reading> = (source, args, reading, info) => {
  const refused = refusalOf(reading, info);
  if (refused) throw refused;
  return defaultFieldResolver(source, args, reading, info);
};

function refusalOf(reading: Reading, info: GraphQLResolveInfo): GraphQLError | undefined {
  const type = getNamedType(info.returnType).name;
  const parent = info.parentType.name;
  const scopes = scopesFor(parent, info.fieldName, type);
  const isPayload = parent.endsWith('Payload') || info.fieldName === 'userErrors';
  if (scopes && !isPayload && !scopes.some((scope) => reading.scopes.includes(scope))) return scopeMissing(info.fieldName, scopes);
  // a caller that may not read addresses has none: nothing to refuse
  return personalRefusal(reading.world, parent, info.fieldName, type);
}
