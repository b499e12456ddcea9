/** The ledger without one of its mechanisms: what the control runs show to be needed. */
import { randomUUID } from 'node:crypto';
import type { Hold, Ledger } from '../../ledger/ledger.ts';

const switches: Readonly<Record<string, (ledger: Ledger) => Ledger>> = {
  /** Nobody keeps anybody out: each holder has keys of its own. Its own intents it still finds. */
  keys: (ledger) => ({
    ...ledger,
    keys: { ...ledger.keys, hold: async (keys, holder, work) => ledger.keys.hold(keys.map((key) => `${key}@${holder.name}`), holder, work) }, // prettier-ignore
  }),
  /** Who comes after a lost reply finds no intent, and sends again. */
  intents: (ledger) => ({ ...ledger, keys: { ...ledger.keys, hold: async (keys, holder, work) => ledger.keys.hold(keys, holder, (hold) => work(forgetful(hold))) } }),
  /** Nobody asks who has refused: the ledger answers as if nobody had. */
  'consent-gate': (ledger) => ({
    ...ledger,
    consents: {
      ...ledger.consents,
      standing: async (company, persons, channel) => new Map([...(await ledger.consents.standing(company, persons, channel))].map(([person, state]) => [person, state === 'refused' ? 'granted' : state] as const)),
    },
  }),
  /** An order that stands in the target counts as imported, however much of it is there. */
  'finished-skip': (ledger) => ({
    ...ledger,
    records: {
      ...ledger.records,
      find: async (key) => {
        const record = await ledger.records.find(key);
        return record?.state === 'begun' && record.targetId !== null ? { ...record, state: 'completed' } : record;
      },
    },
  }),
};

/** @throws Error for a mechanism that is not there */
export function switchOff(ledger: Ledger, mechanism: string | undefined): Ledger {
  const without = switches[mechanism ?? ''];
  if (without === undefined) throw new Error(`no such mechanism; there are ${Object.keys(switches).join(', ')}`);
  return without(ledger);
}

const forgetful = (hold: Hold): Hold => ({ ...hold, once: async (effect) => hold.once({ ...effect, name: `${effect.name}#${randomUUID()}` }) });
