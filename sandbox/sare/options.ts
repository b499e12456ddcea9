/** What a simulated account can be told about itself. */
import type { z } from 'zod';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { switchesSchema } from './switches.ts';

export interface GroupWish {
  id: number;
  name: string;
}

export interface TraitWish {
  name: string;
  type: string;
}

export type SareOptions = z.input<typeof switchesSchema> & {
  /** account number. Default 10234 */
  uid?: string;
  /** Default 00000000-0000-4000-8000-000000000001 */
  key?: string;
  /** what hashes of addresses are salted with; the API never tells it. Default salt-of-10234 */
  salt?: string;
  /** groups of an account that was not seeded. Default 12 Klienci, 13 Subskrybenci, 305 Archiwum */
  groups?: GroupWish[];
  /** custom traits of an account that was not seeded. Default city, country, birthday, language, tags, regular_customer */
  props?: TraitWish[];
  /** how long a webhook waits for its answer, in real time. Default 10 s */
  webhookTimeoutMs?: number;
  /** Default: real time, from now on */
  clock?: SandboxClock;
};

/** The account of a sandbox that was told nothing. */
export const defaultAccount = { uid: '10234', key: '00000000-0000-4000-8000-000000000001', salt: 'salt-of-10234' } as const;

export const defaultGroups: readonly GroupWish[] = [
  { id: 12, name: 'Klienci' },
  { id: 13, name: 'Subskrybenci' },
  { id: 305, name: 'Archiwum' },
];

export const defaultProps: readonly TraitWish[] = ['city', 'country', 'birthday', 'language', 'tags', 'regular_customer'].map((name) => ({ name, type: 'text' }));
