/** How a bulk operation moves on by the clock, and how its result becomes lines. */
import { execute, parse, type ExecutionResult } from 'graphql';
import { z } from 'zod';
import { guardedResolver } from './access.ts';
import { isRunning } from './bulk-api.ts';
import { localOrNull, localText } from './dates.ts';
import { emit } from './events.ts';
import { gid } from './gid.ts';
import type { BulkOperation } from './model.ts';
import { createRoot } from './root.ts';
import { shopifySchema } from './schema.ts';
import { views } from './views.ts';
import { nowOf, type World } from './world.ts';

/** Moves every operation to where it stands now. Called before each request and every so often. */
export async function advanceBulk(world: World): Promise<void> {
  for (const operation of world.store.bulk.all().filter(isRunning)) {
    if (operation.status === 'CANCELING') finish(world, operation, 'CANCELED');
    else if (world.clock.now() >= operation.createdAt + world.switches.bulkMs) await complete(world, operation);
    else operation.status = 'RUNNING';
  }
}

async function complete(world: World, operation: BulkOperation): Promise<void> {
  operation.status = 'RUNNING';
  const scopes = world.account.scopes;
  const reading = { world, scopes, everything: true, views };
  const result: ExecutionResult = await execute({ schema: shopifySchema(), document: parse(operation.query), rootValue: createRoot({ ...reading, notes: [], origin: '' }), contextValue: reading, fieldResolver: guardedResolver });
  if (!isRunning(operation)) return; // another look at the clock was faster
  const denied = result.errors?.some(({ extensions }) => extensions['code'] === 'ACCESS_DENIED') ?? false;
  if (denied || result.errors) {
    operation.errorCode = denied ? 'ACCESS_DENIED' : 'INTERNAL_SERVER_ERROR';
    return finish(world, operation, 'FAILED');
  }
  const { lines, roots } = linesOf(result.data, operation.groupObjects);
  operation.objectCount = lines.length;
  operation.rootObjectCount = roots;
  operation.result = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  finish(world, operation, 'COMPLETED');
}

function finish(world: World, operation: BulkOperation, status: BulkOperation['status']): void {
  operation.status = status;
  operation.completedAt = nowOf(world);
  const { timeZone } = world.shop;
  emit(world, 'bulk_operations/finish', {
    admin_graphql_api_id: gid('BulkOperation', operation.id),
    completed_at: localOrNull(operation.completedAt, timeZone),
    created_at: localText(operation.createdAt, timeZone),
    error_code: operation.errorCode?.toLowerCase() ?? null,
    status: status.toLowerCase(),
    type: 'query',
  });
}

const record = z.record(z.string(), z.unknown());
const page = z.object({ edges: z.array(z.object({ node: record })) });
type Line = Record<string, unknown>;

/**
 * One object a line; children of a nested connection are lines with `__parentId`.
 * Grouped, they follow their parent; else all parents come first: who takes the nearest line above for the parent is wrong.
 */
export function linesOf(data: unknown, grouped: boolean): { lines: Line[]; roots: number } {
  const lines: Line[] = [];
  const later: Line[] = [];
  let roots = 0;
  const write = (node: Line, parentId: unknown, into: Line[]): void => {
    const plain: Line = {};
    const nested: Line[] = [];
    for (const [name, value] of Object.entries(node)) {
      const found = page.safeParse(value);
      if (found.success) nested.push(...found.data.edges.map((edge) => edge.node));
      else plain[name] = value;
    }
    into.push(parentId === undefined ? plain : { ...plain, __parentId: parentId });
    for (const child of nested) write(child, node['id'], grouped ? into : later);
  };
  for (const value of Object.values(record.parse(data))) {
    const found = page.safeParse(value);
    for (const { node } of found.data?.edges ?? []) {
      roots += 1;
      write(node, undefined, lines);
    }
  }
  return { lines: [...lines, ...later], roots };
}
