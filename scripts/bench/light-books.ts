/** An account of as many orders as wanted, made up as they are asked for: for the bench `follow` alone. */
import { createServer } from 'node:http';
import { once } from 'node:events';

export interface LightBooks {
  /** origin of the API */
  url: string;
  /** instants, in ms, at which calls came in */
  calls: () => readonly number[];
  /** Goods of the order leave the stock; nothing tells of it. */
  writeOff: (id: number) => void;
  close: () => Promise<void>;
}

/** Of an order when nobody has touched it. */
export const untouched = { status: 101, modifiedAt: '2026-01-05T10:00:00Z' } as const;

export async function startLightBooks(): Promise<LightBooks> {
  const calls: number[] = [];
  const writtenOff = new Set<number>();
  const row = (id: number) => ({ id, number: `B${id}`, created_at: untouched.modifiedAt, modified_at: untouched.modifiedAt, manager_notes: '', custom_fields: {}, total: '20.00', status: { id: untouched.status }, is_deduction_required: !writtenOff.has(id), client: null });

  const answer = (url: URL): unknown => {
    const one = /^\/v2\/orders\/(\d+)(\/items)?$/.exec(url.pathname);
    if (one?.[2] !== undefined) return { data: [] };
    if (one) return row(Number(one[1]));
    if (url.pathname === '/v2/orders') return { data: url.searchParams.getAll('ids').map((id) => row(Number(id))), paging: { page: 1, total_pages: 1 } };
    return { data: [] };
  };
  const server = createServer((request, response) => {
    calls.push(performance.now());
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(new URL(request.url ?? '/', 'http://127.0.0.1'))));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    calls: () => calls,
    writeOff: (id) => void writtenOff.add(id),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
