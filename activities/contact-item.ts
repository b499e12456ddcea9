/** One address on its way to the mailing system: what its rows in the shop make of it. */
import { statusToSend } from '../domain/consent.ts';
import { mapTraits, type ConsentState, type SourceContact, type TargetContact } from '../domain/contact.ts';
import type { ExportContactsSettings } from '../domain/settings.ts';
import { populationOf, type ListedAddress } from './contact-context.ts';

/** An address of a page, as it is to be sent. */
export interface Item {
  person: string;
  email: string;
  /** over its rows; kept once the target acknowledged it */
  digest: string;
  listed: ListedAddress;
}

/** Groups of both kinds, traits of both with the customer's winning, one status over all that is known (decision on S: one item per address). */
export function targetContact({ email, listed }: { email: string; listed: Pick<ListedAddress, 'rows'> }, settings: ExportContactsSettings, standing: ConsentState): TargetContact {
  const inOrder = [...listed.rows].toSorted((a, b) => rank(b) - rank(a)); // subscribers first: what comes later wins
  const present = inOrder.flatMap((row) => {
    const population = populationOf(settings, row.kind);
    return population === undefined ? [] : [{ row, population }];
  });
  const traits: Record<string, string> = {};
  for (const { row, population } of present) {
    for (const [trait, value] of Object.entries(mapTraits(population.traits, row.properties))) if (value !== '' || (traits[trait] ?? '') === '') traits[trait] = value;
  }
  return { email, status: statusToSend(standing), groups: [...new Set(present.map(({ population }) => population.group))], traits };
}

const rank = ({ kind }: SourceContact): number => (kind === 'customer' ? 0 : 1);
