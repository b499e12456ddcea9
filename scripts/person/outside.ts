/** Which outside systems hold a person as far as we know, by their ids there: Waybill writes nothing of it there, and deletes nothing (N23). */
import type { Held } from './gather.ts';

export interface Outside {
  connection: string;
  system: string;
  what: string;
  /** ids there; none: they are found by their address */
  ids: string[];
}

export async function outsideOf({ places, content, records: keys }: Pick<Held, 'places' | 'content' | 'records'>, targetOf: (key: Held['records'][number]) => Promise<string | null>): Promise<Outside[]> {
  const found = new Map<string, Outside>();
  const add = (connection: string, what: string, id?: string): void => {
    const system = places.connections.find((known) => known.id === connection)?.system ?? '';
    const outside = found.get(`${connection} ${what}`) ?? { connection, system, what, ids: [] };
    if (id !== undefined && !outside.ids.includes(id)) outside.ids.push(id);
    found.set(`${connection} ${what}`, outside);
  };
  for (const key of [...keys, ...content.records.filter(({ kind }) => kind === 'order')]) {
    const ref = places.integrations.find(({ id }) => id === key.integration);
    if (ref === undefined || key.kind !== 'order') continue;
    add(ref.source, 'order', key.sourceId);
    const targetId = await targetOf(key);
    if (targetId !== null) add(ref.target, 'order', targetId);
  }
  for (const { connection, targetId } of content.indexEntries) add(connection, 'contact', targetId);
  for (const { integration, kind, sourceId } of content.contactRows) add(places.integrations.find(({ id }) => id === integration)?.source ?? '', kind, sourceId);
  for (const { integration } of content.contactAddresses) add(places.integrations.find(({ id }) => id === integration)?.target ?? '', 'contact, by the address');
  return [...found.values()].sort((a, b) => (`${a.connection} ${a.what}` < `${b.connection} ${b.what}` ? -1 : 1));
}
