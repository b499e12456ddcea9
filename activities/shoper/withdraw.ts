/** Carrying a refusal to the shop (S10, contract 4.6). Writes are absolute and only made where a row still says yes, so a repeat does nothing. */
import type { Withdrawal } from '../contact-drivers.ts';
import { PermanentError } from '../errors.ts';
import { users, type ShoperClient } from './client.ts';
import { consentBoxes } from './map.ts';
import type { ShoperSubscriber, ShoperUser } from './schemas.ts';
import type { ShoperSettings } from './settings.ts';

type Known = readonly { kind: 'customer' | 'subscriber'; sourceId: string }[];
type Settings = Pick<ShoperSettings, 'consentField' | 'unsubscribe'>;

/** Every row of this address, found by the ids that are known and by the address itself. A known row with another address by now is not this person's. */
export async function withdrawAddress(client: ShoperClient, settings: Settings, email: string, known: Known): Promise<Withdrawal[]> {
  const idsOf = (kind: Known[number]['kind']): string[] => known.filter((one) => one.kind === kind).map(({ sourceId }) => sourceId);
  const found = await client.findByEmail(email, { users: idsOf('customer'), subscribers: idsOf('subscriber') });
  const done: Withdrawal[] = [];
  for (const row of found.subscribers) done.push(await withdrawSubscriber(client, settings, row));
  for (const user of found.users) done.push(await withdrawCustomer(client, settings, user));
  return done;
}

async function withdrawSubscriber(client: ShoperClient, { unsubscribe }: Settings, { subscriber_id: id, active }: ShoperSubscriber): Promise<Withdrawal> {
  const row = { kind: 'subscriber', sourceId: id } as const;
  if (!active) return { ...row, result: 'already withdrawn' };
  const wasThere = unsubscribe === 'delete' ? await client.deleteSubscriber(id) : await client.deactivateSubscriber(id);
  return { ...row, result: wasThere ? 'withdrawn' : 'already withdrawn' };
}

/** No write of the newsletter box is documented: it is tried, and the row read again tells what became of it. */
async function withdrawCustomer(client: ShoperClient, settings: Settings, user: ShoperUser): Promise<Withdrawal> {
  const { user_id: id } = user;
  const row = { kind: 'customer', sourceId: id } as const;
  const boxes = consentBoxes(user, settings);
  if (!isAnySet(boxes)) return { ...row, result: 'already withdrawn' };
  if (boxes.consentField && settings.consentField !== undefined) await tryToUpdate(client, id, { additional_fields: { [settings.consentField]: '0' } });
  if (boxes.newsletter) await tryToUpdate(client, id, { newsletter: false });
  const [after] = await client.readRows(users, [id]);
  if (after === undefined) return { ...row, result: 'already withdrawn' };
  return { ...row, result: isAnySet(consentBoxes(after, settings)) ? 'not writable' : 'withdrawn' };
}

/** A refusal of the field itself is an answer, too: the row stays as it is. */
async function tryToUpdate(client: ShoperClient, id: string, body: Parameters<ShoperClient['updateUser']>[1]): Promise<void> {
  try {
    await client.updateUser(id, body);
  } catch (error) {
    if (!(error instanceof PermanentError)) throw error;
  }
}

const isAnySet = (boxes: { newsletter: boolean; consentField?: boolean }): boolean => Object.values(boxes).includes(true);
