/** Shoper as a source of contacts: its calls and its words, for `contact-source.ts`, which makes the steps of the flow out of them. */
import type { CallContext } from '../call.ts';
import type { FieldName } from '../../domain/contact-ports.ts';
import type { ContactSourceDriver } from '../contact-drivers.ts';
import { ownProperties, toCustomers, toSubscribers } from './beside.ts';
import { checkShop } from './check.ts';
import { createShoperClient, subscribers, users } from './client.ts';
import { offeredFields } from './fields.ts';
import { addressPrefix } from './map.ts';
import { addressFields } from './schemas.ts';
import { createSessions, type Sessions } from './session.ts';
import type { ShoperSettings } from './settings.ts';
import { walkOn } from './walk.ts';
import { withdrawAddress } from './withdraw.ts';

/**
 * @param call of the step that the driver is made for
 * @param sessions tokens and facts of this process; one for all steps of a worker, else each step logs in anew
 */
export function createShoperDriver(settings: ShoperSettings, call: CallContext, sessions: Sessions = createSessions()): ContactSourceDriver {
  const client = createShoperClient({ settings, call, sessions });
  const parts = { client, sessions, settings };

  return {
    async list(kind, cursor, wanted) {
      if (kind === 'customer') {
        const { rows, ...rest } = await walkOn(client, users, cursor, ({ user_id: id }) => id);
        return { contacts: await toCustomers(parts, rows, wanted), ...rest };
      }
      const { rows, ...rest } = await walkOn(client, subscribers, cursor, ({ subscriber_id: id }) => id);
      return { contacts: await toSubscribers(parts, rows, wanted), ...rest };
    },

    async read(kind, sourceIds, wanted) {
      if (kind === 'customer') return toCustomers(parts, (await client.readRows(users, sourceIds)).filter((row) => row !== undefined), wanted);
      return toSubscribers(parts, (await client.readRows(subscribers, sourceIds)).filter((row) => row !== undefined), wanted);
    },

    async findByEmail(kind, emails, wanted) {
      if (kind === 'customer') return toCustomers(parts, await client.findRowsByEmail(users, emails), wanted);
      return toSubscribers(parts, await client.findRowsByEmail(subscribers, emails), wanted);
    },

    withdraw: async (email, known) => withdrawAddress(client, settings, email, known),

    check: async () => checkShop({ client, settings, call }),

    async properties(kind): Promise<FieldName[]> {
      const own = ownProperties[kind].map(([name, label]) => ({ name, label }));
      if (kind === 'subscriber') return own;
      const address = addressFields.map((field) => ({ name: `${addressPrefix}${field}`, label: `Default address: ${field.replaceAll('_', ' ')}` }));
      return [...own, ...address, ...offeredFields(await client.listAdditionalFields())];
    },
  };
}
