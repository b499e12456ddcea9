/** The forms of answers: v2 lists, and the varying replies to writes (contract roapp 4). */
import type { PageAsked } from './query.ts';
import type { World } from './world.ts';

/** Only the rows of the asked page are rendered. */
export function listReply<T>(rows: readonly T[], { page, limit }: PageAsked, render: (row: T) => unknown): Response {
  const data = rows.slice((page - 1) * limit, page * limit).map(render);
  return Response.json({ data, paging: { page, limit, total_pages: Math.ceil(rows.length / limit), count: rows.length } });
}

/** `{"id":1}`, `{"data":{"id":1}}`, the whole object, sometimes nothing at all. */
export function writeReply(world: World, id: number, whole: () => unknown, options: { status?: number; alwaysId?: boolean } = {}): Response {
  const status = options.status ?? 200;
  const form = world.variety.pick(options.alwaysId ? (['id', 'data', 'whole'] as const) : (['id', 'data', 'whole', 'empty', 'no content'] as const));
  switch (form) {
    case 'id':
      return Response.json({ id }, { status });
    case 'data':
      return Response.json({ data: { id } }, { status });
    case 'whole':
      return Response.json(whole(), { status });
    case 'empty':
      return emptyReply();
    case 'no content':
      return new Response(null, { status: 204 });
    default:
      return form satisfies never;
  }
}

/** For calls that give nothing back: 200 or 204, both empty. */
export const doneReply = (world: World): Response => (world.variety.pick([true, false]) ? emptyReply() : new Response(null, { status: 204 }));

const emptyReply = (): Response => new Response('', { status: 200, headers: { 'content-type': 'application/json' } });

/** `GET` of one order: the object, or the object in `data`. */
export const oneReply = (world: World, whole: unknown): Response => Response.json(world.variety.pick([true, false]) ? whole : { data: whole });
