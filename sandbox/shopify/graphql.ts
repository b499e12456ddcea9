/** One GraphQL request: checks, cost, admission, execution, and the reply in the vendor's form. */
import { execute, getVariableValues, GraphQLError, Kind, parse, validate, type DocumentNode, type ExecutionResult, type OperationDefinitionNode } from 'graphql';
import { z } from 'zod';
import { guardedResolver } from './access.ts';
import { actualCost, requestedCost, type CostOptions, type FieldCost } from './cost.ts';
import { json, maxCostExceeded, refusal, throttled } from './errors.ts';
import { maxErrors, maxQueryCost } from './limits.ts';
import { argumentListTooLong } from './input-lists.ts';
import { refuseWithoutIdempotency } from './idempotency.ts';
import type { Reading } from './reading.ts';
import { createRoot, type SearchNote } from './root.ts';
import { shopifySchema } from './schema.ts';
import { admits, charge, throttleStatus, type ThrottleStatus } from './throttle.ts';
import { views } from './views.ts';
import { asVendorError, variableErrors } from './validation.ts';
import type { World } from './world.ts';

const bodySchema = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish(), operationName: z.string().nullish() });

interface Asked {
  /** origin of this shop, for addresses in replies */
  origin: string;
  scopes: readonly string[];
  debugCost: boolean;
}

interface Prepared extends CostOptions {
  query: string;
}

/** Always HTTP 200, but for a body that is no request at all. */
export async function answerGraphql(world: World, text: string, asked: Asked): Promise<Response> {
  const body = readBody(text);
  if (body instanceof Response) return body;
  if (world.account.state === 'inactive') return json(200, { errors: [{ message: 'Shop is not active', extensions: { code: 'SHOP_INACTIVE' } }] });
  if (world.switches.internalErrors > 0) {
    world.switches.internalErrors -= 1;
    return refusal(200, 'Internal error. Looks like something went wrong on our end.');
  }
  const prepared = prepare(body);
  if ('errors' in prepared) return json(200, { errors: prepared.errors });
  return run(world, prepared, asked);
}

function readBody(text: string): z.output<typeof bodySchema> | Response {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refusal(400, 'Bad Request');
  }
  const body = bodySchema.safeParse(value);
  return body.success ? body.data : json(400, { errors: { query: 'Required parameter missing or invalid' } });
}

function prepare({ query, variables, operationName }: z.output<typeof bodySchema>): Prepared | { errors: unknown[] } {
  const schema = shopifySchema();
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return { errors: [error instanceof GraphQLError ? { message: `syntax error, ${error.message}`, locations: error.locations ?? [] } : { message: 'syntax error' }] };
  }
  const faults = validate(schema, document);
  if (faults.length > 0) return { errors: faults.map((fault) => asVendorError(fault)) };
  const operation = operationOf(document, operationName ?? undefined);
  if (operation === undefined) return { errors: [{ message: `No operation named "${operationName ?? ''}"`, extensions: { code: 'BAD_REQUEST' } }] };
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], variables ?? {});
  if (coerced.errors) return { errors: variableErrors(operation, coerced.errors, variables ?? {}) };
  return { query, schema, document, operation, variables: coerced.coerced };
}

function operationOf(document: DocumentNode, name: string | undefined): OperationDefinitionNode | undefined {
  const all = document.definitions.flatMap((one) => (one.kind === Kind.OPERATION_DEFINITION ? [one] : []));
  return name === undefined ? (all.length === 1 ? all[0] : undefined) : all.find((one) => one.name?.value === name);
}

async function run(world: World, prepared: Prepared, { origin, scopes, debugCost }: Asked): Promise<Response> {
  const fields: FieldCost[] = [];
  let requested: number;
  try {
    requested = requestedCost(prepared, fields);
    refuseWithoutIdempotency(prepared);
    argumentListTooLong(prepared.variables);
  } catch (error) {
    if (error instanceof GraphQLError) return json(200, { errors: [error] });
    throw error;
  }
  if (requested > maxQueryCost) return json(200, { errors: [maxCostExceeded(requested, maxQueryCost)] });
  if (!admits(world, requested)) return costed(200, { errors: [throttled()] }, { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: throttleStatus(world) });

  const notes: SearchNote[] = [];
  const reading: Reading = { world, scopes, everything: false, views };
  const result = await execute({
    schema: prepared.schema,
    document: prepared.document,
    operationName: prepared.operation.name?.value ?? null,
    variableValues: prepared.variables,
    rootValue: createRoot({ ...reading, notes, origin }),
    contextValue: reading,
    fieldResolver: guardedResolver,
  });
  const actual = actualCost(prepared, result.data, requested);
  const cost = { requestedQueryCost: requested, actualQueryCost: actual, throttleStatus: charge(world, actual), ...(debugCost ? { fields } : {}) };
  return costed(200, bodyOf(result), cost, notes);
}

/** A failed field without data at all is a refusal of the request: `data` is left out. */
function bodyOf({ data, errors }: ExecutionResult): Record<string, unknown> {
  if (errors === undefined) return { data };
  const shown: unknown[] = errors.slice(0, maxErrors).map((error) => internalAs(error));
  if (errors.length > maxErrors) shown.push({ message: 'Too many execution errors, max error limit reached. Results truncated' });
  return { data, errors: shown };
}

/** A mistake of the sandbox is shown on stderr and told as the vendor tells its own. */
function internalAs(error: GraphQLError): unknown {
  if (error.extensions['code'] !== undefined) return error;
  process.stderr.write(`sandbox shopify: ${error.originalError?.stack ?? error.message}\n`);
  return { message: 'Internal error. Looks like something went wrong on our end.', path: error.path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

interface Cost {
  requestedQueryCost: number;
  actualQueryCost: number | null;
  throttleStatus: ThrottleStatus;
  fields?: FieldCost[];
}

/** The bucket's size and rate are written with a fraction, as the vendor does: 4000.0. */
function costed(status: number, body: Record<string, unknown>, cost: Cost, search: SearchNote[] = []): Response {
  const extensions = search.length > 0 ? { cost, search } : { cost };
  return json(status, JSON.stringify({ ...body, extensions }).replace(/"(maximumAvailable|restoreRate)":(\d+)(?=[,}](?!.*"maximumAvailable":))/g, '"$1":$2.0'));
}
