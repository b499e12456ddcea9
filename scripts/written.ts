/** `waybill written --since …`: every outside record created or changed, with its id and address. */
import { csvRow, Complaint, exitCodes, say, sayJson, sayTable, sayTime } from './print.ts';
import type { Session } from './session.ts';

export interface WrittenOptions {
  since: string;
  csv: boolean;
  integration?: string;
}

export async function written(session: Session, { since, csv, integration }: WrittenOptions): Promise<number> {
  const from = await readSince(session, since);
  const exchanges = await session.ledger.exchanges.list({ ...(integration === undefined ? {} : { integration }), writesOnly: true, since: from, limit: 1_000_000 });
  const rows = exchanges
    .filter((exchange) => exchange.result === 'ok')
    .toSorted((a, b) => a.at - b.at)
    .map((exchange) => ({ at: sayTime(exchange.at), integration: exchange.integration, record: exchange.record, connection: exchange.connection, call: exchange.endpoint, id: exchange.objectId, address: addressOf(session, exchange) }));
  if (session.asJson) sayJson(rows);
  else if (csv) [csvRow(['at', 'integration', 'record', 'connection', 'call', 'id', 'address']), ...rows.map((row) => csvRow(Object.values(row)))].forEach(say);
  else {
    sayTable(['at', 'record', 'call', 'id', 'address'], rows.map((row) => [row.at, row.record, row.call, row.id ?? '', row.address]));
    say(`${rows.length} written.`);
  }
  return exitCodes.done;
}

/** "2h", "3d", an ISO instant or a date */
async function readSince(session: Session, text: string): Promise<number> {
  const span = /^(\d+)([mhd])$/.exec(text);
  if (span) return (await session.ledger.clock.now()) - Number(span[1]) * ({ m: 60_000, h: 3_600_000, d: 86_400_000 }[span[2] ?? 'm'] ?? 0);
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new Complaint(`--since ${text}: expected a span such as 2h or 3d, or a date such as 2026-11-20`);
  return at;
}

/** Where the object answers in the system's API. */
function addressOf({ config }: Session, exchange: { connection: string; endpoint: string; objectId: string | null }): string {
  const base = config.connections.find((connection) => connection.id === exchange.connection)?.settings['baseUrl'];
  const [, path = ''] = exchange.endpoint.split(' ');
  const address = `${typeof base === 'string' ? base : ''}${path}`;
  if (exchange.objectId === null) return address;
  return address.includes('{id}') ? address.replace(/\{id\}(?=[^{]*$)/, exchange.objectId) : `${address}/${exchange.objectId}`;
}
