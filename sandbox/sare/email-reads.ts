/** Reads of contacts, statuses and trait definitions (contract sare 4, 4.2). */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { numberAt, readBody, readList } from './call.ts';
import type { Call } from './call.ts';
import { isAddress } from './items.ts';
import type { Contact } from './model.ts';
import { listed, pageOf } from './paging.ts';
import { ok, refusals } from './replies.ts';
import { contactRow, statusIn, statusRow } from './rows.ts';
import { findShown, isShown } from './store.ts';
import type { World } from './store.ts';

export function getByEmail({ world, params: [email = ''] }: Call): Response {
  if (!isAddress(email)) throw refusals.malformedAddress();
  const contact = findShown(world, email);
  if (contact === undefined) throw refusals.unknownAddress();
  return ok(contactRow(world, contact));
}

export const getByHash = (call: Call): Response => ok(contactRow(call.world, hashed(call)));

export const getStatusByHash = (call: Call): Response => ok({ status: statusIn(call.world, hashed(call)) });

function hashed({ world, params: [hash = ''] }: Call): Contact {
  const contact = byHash(world).get(hash.toLowerCase());
  if (contact === undefined || !isShown(world, contact)) throw refusals.unknownAddress();
  return contact;
}

function byHash({ store, salt }: World): Map<string, Contact> {
  store.byHash ??= new Map([...store.contacts.values()].map((contact) => [createHash('md5').update(salt + contact.key).digest('hex'), contact]));
  return store.byHash;
}

const lookups = z.looseObject({ emails: z.array(z.looseObject({ email: z.string() })) });

/** Those of the asked who are known, each once, in the order of asking; a malformed address is known to nobody. */
function asked(call: Call): readonly Contact[] {
  const { world } = call;
  const { emails } = readBody(lookups, call);
  const found = new Set<Contact>();
  for (const { email } of readList('emails', emails, call)) {
    const contact = findShown(world, email);
    if (contact !== undefined) found.add(contact);
  }
  return pageOf(world, [...found], numberAt(call, 0));
}

export function getByList(call: Call): Response {
  return ok(listed(call.world, 'data', asked(call).map((contact) => contactRow(call.world, contact))));
}

export function getStatusesByList(call: Call): Response {
  return ok(listed(call.world, 'data', asked(call).map((contact) => statusRow(call.world, contact))));
}

/** Custom traits only: the nine basic ones have no definition. */
export function getTraits({ world }: Call): Response {
  return ok(listed(world, 'array', [...world.store.traits].map(([name, type]) => ({ name, type }))));
}
