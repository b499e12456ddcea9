/** What a simulated shop can be told about itself. */
import type { z } from 'zod';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { Country } from './model.ts';
import type { switchesSchema } from './switches.ts';

export type CartumOptions = z.input<typeof switchesSchema> & {
  /** the admin user's login, which is not an e-mail address. Default api_user */
  login?: string;
  /** Default secret */
  password?: string;
  /** IANA zone of all times in replies and filters. Default Europe/Kyiv */
  timeZone?: string;
  /** Default UAH */
  currency?: string;
  /** where seeded people live and their phones belong. Default PL with the currency PLN, else UA */
  country?: Country;
  /** languages of the catalogue, the default one first, out of ua, ru, en, pl. Default ua, ru, en; in Poland pl, en, ua */
  languages?: [string, ...string[]];
  /** chooses the arbitrary order of rows and the forms of numbers. Default 1 */
  varietySeed?: number;
  /** Default: real time, from now on */
  clock?: SandboxClock;
};

/** The login of a sandbox that was given none. */
export const defaultLogin = { login: 'api_user', password: 'secret' } as const;
