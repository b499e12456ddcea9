/** What every resource under /webapi/rest is made of. */
import type { Area } from './options.ts';
import { Refusal } from './replies.ts';
import type { Reply } from './replies.ts';
import type { World } from './store.ts';

export interface Call {
  world: World;
  params: URLSearchParams;
  /** parsed JSON; `{}` without a body */
  body: unknown;
}

/** A verb that is missing answers 405. */
export interface Resource {
  /** null: open to every token */
  area: Area | null;
  list?: (call: Call) => Reply;
  get?: (call: Call, id: number) => Reply;
  create?: (call: Call) => Reply;
  update?: (call: Call, id: number) => Reply;
  remove?: (call: Call, id: number) => Reply;
}

/** @throws Refusal 404 */
export function present<T>(row: T | undefined): T {
  if (row === undefined) throw new Refusal(404, 'noResource');
  return row;
}

/** @throws Refusal 409 while somebody else edits the row */
export function requireUnlocked({ store }: World, resource: string, id: number): void {
  if (store.locked.has(`${resource} ${id}`)) throw new Refusal(409, 'locked');
}
