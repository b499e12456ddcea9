/** Customers whom the platform masks (R19): never looked up by what is masked, never a key; one placeholder stands for them, or one contact an order. */
import type { Order } from '../../domain/order.ts';
import { SettingsError } from '../errors.ts';
import { allPages } from './client.ts';
import { createdOrFound } from './created.ts';
import type { Chosen } from './identity.ts';
import { itemLinkId } from './items.ts';
import { markerOf } from './map.ts';
import { createdSince } from './sent.ts';
import { holderOf, timesOf, type RoappStep } from './step.ts';

/** @throws SettingsError when the settings name nobody */
export async function ensureUnspecified(step: RoappStep, order: Order): Promise<Chosen> {
  const { unspecified } = step.settings;
  if (unspecified === undefined) throw new SettingsError('the platform masks who the customer is: name a placeholder contact (unspecified), or per-order');
  return { id: unspecified === 'per-order' ? await contactOf(step, order) : String(unspecified), notes: [] };
}

/** The contact carries the order's marker in its notes, so that after a lost reply it is found by it and by nothing personal. */
async function contactOf(step: RoappStep, order: Order): Promise<string> {
  const { ledger, connection, company } = step;
  const marker = markerOf(step.call.integration?.id ?? '', order.sourceId);
  const sourceId = itemLinkId(marker, 'customer');
  const key = `person:${company}:${connection}:order:${marker}`;
  const known = async (): Promise<string | undefined> => (await ledger.index.findLinks(connection, 'item', [sourceId]))[0]?.targetId;
  return (
    (await known()) ??
    ledger.keys.hold([key], holderOf(step), async (hold) => {
      const meanwhile = await known();
      if (meanwhile !== undefined) return meanwhile;
      const find = async (): Promise<string | undefined> => {
        const people = await allPages(step.client.people, { created_at: await createdSince(step, [key], 'person'), sort: 'id' });
        const ours = people.find(({ notes }) => notes.trim() === marker);
        return ours && String(ours.id);
      };
      const done = await hold.once<string>({
        name: 'person',
        marker,
        ...timesOf(step),
        find,
        send: async (guard) => createdOrFound(await step.client.createPerson({ first_name: step.texts.unspecified, notes: marker }, guard), find, 'POST /contacts/people'),
        record: (id, write) => write.setLink({ connection, kind: 'item', sourceId, targetId: id }),
      });
      if (done.kind === 'unknown') throw new Error('a person can be looked up: unknown does not happen');
      return done.result;
    })
  );
}
