/** Statuses and contacts of SARE in canonical words, and back; pure (contract 4.1, 4.3). */
import type { TargetContact } from '../../domain/contact.ts';
import type { OmittedTrait, TargetStatus } from '../contact-drivers.ts';
import { SettingsError } from '../errors.ts';
import type { StatusRow } from './schemas.ts';
import type { SareSettings } from './settings.ts';

export const confirmed = 8;
const unconfirmed = 6;

type Meaning = Pick<TargetStatus, 'state' | 'cause'>;

const meanings = new Map<string, Meaning>([
  ['2', { state: 'refused' }],
  ['3', { state: 'refused' }],
  ['4', { state: 'refused' }],
  ['5', { state: 'unconfirmed' }],
  ['6', { state: 'unconfirmed' }],
  ['7', { state: 'refused', cause: 'blocked' }],
  ['8', { state: 'granted' }],
]);

/** No number is known for it: "zapomniany RODO". */
const forgottenWords = /forg[eo]t|zapomni|rodo|gdpr/i;

/** Undefined: a status that nobody documented. Neither a consent nor a refusal may be made of it. */
export const meaningOf = (status: string): Meaning | undefined => meanings.get(status) ?? (forgottenWords.test(status) ? { state: 'refused', cause: 'forgotten' } : undefined);

/** Of several rows of one address the one that permits least (decision on S: the refusal wins). */
export function strictest(rows: readonly StatusRow[]): Map<string, StatusRow> {
  const byAddress = new Map<string, StatusRow>();
  for (const row of rows) {
    const before = byAddress.get(row.email);
    if (before === undefined || strictness(row) > strictness(before)) byAddress.set(row.email, row);
  }
  return byAddress;
}

function strictness({ status }: StatusRow): number {
  const meaning = meaningOf(status);
  if (meaning === undefined) return 2;
  if (meaning.state !== 'refused') return meaning.state === 'granted' ? 0 : 1;
  return meaning.cause === undefined ? 3 : 4;
}

/** An item of `POST /email/add`; its flags are the client's. */
export interface ContactItem {
  email: string;
  status: number;
  groups: number[];
  name?: string;
  gsm?: string;
  prop?: Record<string, string>;
  prop_cust?: Record<string, string>;
}

/** @throws SettingsError when a group is no number */
export function toItem({ email, status, groups, traits }: TargetContact, settings: Pick<SareSettings, 'optOutStatus'>): { item: ContactItem; omitted: OmittedTrait[] } {
  const item: ContactItem = { email, status: statusOf(status, settings), groups: groups.map(groupNumber) };
  const omitted: OmittedTrait[] = [];
  const named: [string, string][] = [];
  const basic: [string, string][] = [];
  for (const [trait, value] of Object.entries(traits)) {
    if (trait === 'name') item.name = value;
    else if (trait === 'gsm' && /^\+\d{8,}$/.test(value)) item.gsm = value;
    else if (trait === 'gsm') omitted.push({ email, trait, why: value === '' ? 'SARE takes no empty phone number' : 'SARE takes phone numbers with + and country code only' });
    else if (/^prop[1-9]$/.test(trait)) basic.push([trait, value]);
    else named.push([trait, value]);
  }
  if (basic.length > 0) item.prop = Object.fromEntries(basic);
  if (named.length > 0) item.prop_cust = Object.fromEntries(named);
  return { item, omitted };
}

export function statusOf(state: TargetContact['status'], { optOutStatus }: Pick<SareSettings, 'optOutStatus'>): number {
  if (state === 'refused') return optOutStatus;
  return state === 'granted' ? confirmed : unconfirmed;
}

/** @throws SettingsError */
export function groupNumber(id: string): number {
  if (!/^\d{1,9}$/.test(id)) throw new SettingsError('a target group of SARE is a number');
  return Number(id);
}

/** Traits that every account has (contract 4.1). */
export const basicTraits = ['name', 'gsm', ...Array.from({ length: 9 }, (_, at) => `prop${at + 1}`)];
