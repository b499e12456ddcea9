/** People whom an operator has erased, as a look at the source meets them again (N23). */
import type { ContactRow } from '../ledger/contact-ledger.ts';
import { erasedAmong } from '../ledger/erased.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { keyOf, rowOf, type Located } from './contact-row.ts';

interface Place {
  ledger: Pick<Ledger, 'contacts' | 'marks'>;
  company: string;
  /** id */
  integration: string;
}

/**
 * Rows of people who were erased stay out, also those that nothing here led to; who has given their address to the shop since is somebody again, and
 * their refusals are carried like everybody’s (N23). What stays out is noted as erased.
 */
export async function withoutErased({ ledger, company, integration }: Place, located: readonly Located[], { before, at }: { before: ReadonlyMap<string, ContactRow>; at: number }): Promise<Located[]> {
  const known = located.filter(({ contact }) => before.get(keyOf(contact))?.state !== 'erased');
  const erased = await erasedAmong(ledger, company, known.map(({ person }) => person));
  if (erased.size === 0) return known;
  const isOld = ({ contact, person }: Located): boolean => {
    const [erasedAt, row] = [erased.get(person), before.get(keyOf(contact))];
    if (erasedAt === undefined || row?.person === person) return false;
    // another's row that took the address: when is not told, but not before it was seen without it
    return row === undefined ? (contact.createdAt ?? '') <= erasedAt : row.seenAt <= Date.parse(erasedAt);
  };
  const old = known.filter(isOld);
  await ledger.contacts.putRows(old.map(({ contact, person }) => ({ ...rowOf(integration, contact, { email: '', person, at }), state: 'erased' as const })));
  const taken = known.filter((one) => !old.includes(one));
  await ledger.contacts.renewAddresses(integration, taken.map(({ person }) => person).filter((person) => erased.has(person)));
  return taken;
}
