/** Ordinary people of a seeded shop, made from seed and position whenever they are asked for. */
import { createRandom } from '../kernel/random.ts';
import { emptyAddress } from './addresses.ts';
import type { Address, Customer, Subscriber } from './model.ts';
import { consentFieldId } from './store.ts';
import type { Sources } from './store.ts';
import type { RowSource } from './table.ts';

export interface Crowd {
  seed: number;
  customers: number;
  subscribers: number;
  /** instant of the newest row; the oldest is `days` before */
  now: number;
  days: number;
}

/** As written, and in plain letters. */
const firstNames = [['Piotr', 'piotr'], ['Maria', 'maria'], ['Tomasz', 'tomasz'], ['Agnieszka', 'agnieszka'], ['Michał', 'michal'], ['Łukasz', 'lukasz'], ['Zofia', 'zofia'], ['Żaneta', 'zaneta'], ['Jörg', 'joerg'], ['Joanna', 'joanna'], ['Grażyna', 'grazyna']] as const;
const lastNames = [['Wójcik', 'wojcik'], ['Mazur', 'mazur'], ['Krawczyk', 'krawczyk'], ['Król', 'krol'], ['Stępień', 'stepien'], ['Müller', 'mueller'], ['Sikora', 'sikora'], ['Baran', 'baran'], ['Bąk', 'bak'], ['Wilk', 'wilk'], ['Żak', 'zak'], ['Lis', 'lis'], ['Sowa', 'sowa']] as const;
const places = [['Warszawa', '00-001'], ['Kraków', '30-002'], ['Łódź', '90-003'], ['Wrocław', '50-004'], ['Poznań', '60-005'], ['Gdańsk', '80-006'], ['Rzeszów', '35-007']] as const;
const domains = ['example.com', 'example.org', 'example.test'] as const;
const dayMs = 86_400_000;

/** Ids rise with a gap after every seventeenth row: shops have deleted rows. */
const firstId = 101;
const idAt = (index: number): number => firstId + index + Math.floor(index / 17);
const indexOf = (id: number): number => id - firstId - Math.floor((id - firstId) / 18);
const idsFor = (count: number): number[] => Array.from({ length: count }, (_, index) => idAt(index));

/** Every fifth subscriber is a customer too. */
const sharedEvery = 5;

export function crowdSources(crowd: Crowd): Required<Sources> {
  return { customers: customerSource(crowd), addresses: addressSource(crowd), subscribers: subscriberSource(crowd) };
}

function customerSource(crowd: Crowd): RowSource<Customer> {
  return {
    ids: idsFor(crowd.customers),
    rowOf: (id) => customerAt(crowd, indexOf(id)),
    idsOf: (key) => positionsIn(key, 'c').filter((index) => index < crowd.customers).map(idAt),
  };
}

function subscriberSource(crowd: Crowd): RowSource<Subscriber> {
  const shared = (index: number): boolean => index % sharedEvery === 0 && index < crowd.customers;
  return {
    ids: idsFor(crowd.subscribers),
    rowOf: (id) => subscriberAt(crowd, indexOf(id), shared(indexOf(id))),
    idsOf: (key) => [...positionsIn(key, 'c').filter(shared), ...positionsIn(key, 's')].filter((index) => index < crowd.subscribers).map(idAt),
  };
}

/** Two ids per customer: the default address and a second one. Of ten customers one has none and one has two. */
function addressSource(crowd: Crowd): RowSource<Address> {
  return {
    ids: Array.from({ length: crowd.customers }, (_, index) => addressIds(index)).flat(),
    rowOf: (id) => addressAt(crowd, id),
    idsOf: (key) => (/^\d+$/.test(key) ? [2 * Number(key), 2 * Number(key) + 1] : []),
  };
}

function addressIds(index: number): number[] {
  const first = 2 * idAt(index);
  if (index % 10 === 3) return [];
  return index % 10 === 7 ? [first, first + 1] : [first];
}

/** The position is part of the address: `….c123@`, `….s123@`. */
function positionsIn(key: string, kind: 'c' | 's'): number[] {
  const found = new RegExp(String.raw`\.${kind}(\d+)@`).exec(key)?.[1];
  return found === undefined ? [] : [Number(found)];
}

interface Name {
  firstname: string;
  lastname: string;
  email: string;
}

function nameAt(kind: 'c' | 's', index: number): Name {
  const [firstname, plainFirst] = at(firstNames, index * 5 + Math.floor(index / 11));
  const [lastname, plainLast] = at(lastNames, index * 7 + Math.floor(index / 13));
  return { firstname, lastname, email: `${plainFirst}.${plainLast}.${kind}${index}@${at(domains, index)}` };
}

const randomOf = (seed: number, kind: number, index: number): (() => number) => createRandom(seed * 1_000_003 + index * 4 + kind);
const addedAt = ({ now, days }: Crowd, index: number, count: number): number => Math.floor((now - days * dayMs + ((index + 1) / (count + 1)) * days * dayMs) / 1_000) * 1_000;

function customerAt(crowd: Crowd, index: number): Customer {
  const random = randomOf(crowd.seed, 0, index);
  const { firstname, lastname, email } = nameAt('c', index);
  const isRegistered = random() < 0.85;
  const newsletter = random() < (isRegistered ? 0.55 : 0.2);
  const added = addedAt(crowd, index, crowd.customers);
  return {
    id: idAt(index),
    email: index % 29 === 11 ? `${email.charAt(0).toUpperCase()}${email.slice(1)}` : email,
    firstname,
    lastname,
    discount: random() < 0.1 ? '5.00' : '0.00',
    newsletter,
    active: random() < 0.97,
    isVerified: isRegistered && random() < 0.9,
    isRegistered,
    origin: random() < 0.05 ? 3 : 0,
    groupId: random() < 0.1 ? 3 : null,
    langId: random() < 0.9 ? 1 : 2,
    comment: '',
    fields: isRegistered ? { 1: '1', [consentFieldId]: newsletter ? '1' : '0' } : {},
    tags: random() < 0.05 ? ['vip'] : [],
    addedAt: added,
    visitedAt: isRegistered ? added + dayMs : null,
  };
}

function subscriberAt(crowd: Crowd, index: number, isShared: boolean): Subscriber {
  const random = randomOf(crowd.seed, 1, index);
  const { email } = nameAt(isShared ? 'c' : 's', index);
  return {
    id: idAt(index),
    email: isShared && index % 10 === 0 ? email.toUpperCase() : email,
    active: random() < 0.9,
    langId: random() < 0.9 ? 1 : 2,
    groups: random() < 0.2 ? [1, 2] : [1],
    addedAt: addedAt(crowd, index, crowd.subscribers),
  };
}

function addressAt(crowd: Crowd, id: number): Address {
  const userId = Math.floor(id / 2);
  const index = indexOf(userId);
  const isDefault = id % 2 === 0;
  const { firstname, lastname } = nameAt('c', index);
  const [city, zip] = at(places, isDefault ? index : index + 1);
  const street = `ul. Polna ${(index % 90) + 1}/${isDefault ? 2 : 4}`;
  const digits = String(isDefault ? 660_000_000 + (index % 1_000_000) * 41 : 510_000_000 + (index % 1_000_000) * 17);
  const phone = at([digits, digits, `+48 ${digits.slice(0, 3)} ${digits.slice(3, 6)} ${digits.slice(6)}`, `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}`, ''], Math.floor(randomOf(crowd.seed, 2, id)() * 5));
  return { ...emptyAddress, id, userId, firstname, lastname, name: `${firstname} ${lastname}, ${street}, ${city}`, city, zip, street1: street, isDefault, isShippingDefault: isDefault, phone };
}

/** Goes round a list. */
function at<T>(list: readonly T[], index: number): T {
  const found = list[index % list.length];
  if (found === undefined) throw new Error('an empty list has nothing to choose');
  return found;
}
