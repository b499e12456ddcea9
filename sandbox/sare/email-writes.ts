/** `email/add`, `email/edit`, `email/delete` (contract sare 4.1, 4.4, 7): items are done one after the other, and each stands for itself. */
import { z } from 'zod';
import { handOf, readBody, readList } from './call.ts';
import type { Call } from './call.ts';
import { addContact, deleteContact, fillIn, joinGroups, moveTo, sendConfirmation, setStatus, touch } from './changes.ts';
import { partialSuccess, readItem, rejection, requireAddresses } from './items.ts';
import type { Item } from './items.ts';
import { statusIds } from './model.ts';
import type { Contact } from './model.ts';
import { ok } from './replies.ts';
import { findContact } from './store.ts';
import type { World } from './store.ts';
import { noteWrite } from './write-log.ts';
import type { FlagName, Write, WrittenItem } from './write-log.ts';

const flag = z.boolean().optional();
const flagShape = { only_add_to_groups: flag, update_on_duplicate: flag, update_status_on_duplicate: flag, send_confirmation: flag };
const batch = z.looseObject({ ...flagShape, emails: z.array(z.unknown()) });
type Flags = Partial<Record<FlagName, boolean | undefined>>;

/** The upsert. Whatever flag is left out is false, which moves a known contact out of its groups. */
export function addEmails(call: Call): Response {
  const { emails, ...flags } = readBody(batch, call);
  return writeAll(call, 'email/add', flags, readList('emails', emails, call), (item, known) => {
    const contact = known === undefined ? create(call, item) : update(call, item, known, flags);
    if (flags.send_confirmation) sendConfirmation(call.world, contact, handOf(call));
    return contact;
  });
}

function create(call: Call, { email, status = statusIds.notConfirmed, groups = [], data }: Item): Contact {
  return addContact(call.world, { ...data, email, status, groups }, handOf(call));
}

/** The default status holds for a known contact as well, once its status may be overwritten. */
function update(call: Call, { status = statusIds.notConfirmed, groups = [], data }: Item, contact: Contact, flags: Flags): Contact {
  const { world } = call;
  touch(world, contact);
  if (flags.only_add_to_groups) joinGroups(world, contact, groups);
  else moveTo(world, contact, groups, handOf(call));
  if (flags.update_on_duplicate) fillIn(contact, data, mayClear(world));
  if (flags.update_status_on_duplicate) setStatus(world, contact, status, handOf(call));
  return contact;
}

const mayClear = ({ switches }: World): boolean => switches.emptyTrait === 'clears';

/** Only of known contacts, and only what an item names; groups that it names replace the present ones. */
export function editEmails(call: Call): Response {
  const { emails, ...flags } = readBody(batch, call);
  return writeAll(call, 'email/edit', flags, readList('emails', emails, call), ({ status, groups, data }, contact) => {
    if (contact === undefined) return undefined;
    const { world } = call;
    touch(world, contact);
    fillIn(contact, data, mayClear(world));
    if (groups !== undefined) moveTo(world, contact, groups, handOf(call));
    if (status !== undefined) setStatus(world, contact, status, handOf(call));
    return contact;
  });
}

/** Does what an item asks for; undefined: nobody is known by that address. */
type WriteOne = (item: Item, known: Contact | undefined) => Contact | undefined;

function writeAll(call: Call, name: Write['call'], flags: Flags, emails: readonly unknown[], write: WriteOne): Response {
  const { world, arrival } = call;
  const sentItems = emails.map(sentIn);
  requireAddresses(world, sentItems.map(({ address }) => address));
  const items: WrittenItem[] = [];
  const errors: Record<string, unknown>[] = [];
  for (const { raw, address: _, ...sent } of sentItems) {
    const statusBefore = findContact(world, sent.email)?.status ?? null;
    const item = readItem(world, raw);
    const contact = 'why' in item ? undefined : write(item, item.known);
    const why = 'why' in item ? item.why : 'Nie znaleziono adresu';
    if (contact === undefined) errors.push(rejection(world, sent.email, why));
    const outcome = contact === undefined ? 'rejected' : statusBefore === null ? 'created' : 'known';
    items.push({ ...sent, outcome, why: contact === undefined ? why : null, statusBefore, statusAfter: contact?.status ?? statusBefore });
  }
  noteWrite(world.store.writes, { request: arrival.number, call: name, arrivedAt: arrival.at, storedAt: world.clock.now(), flags: sentFlags(flags), items });
  return ok(partialSuccess(world, errors));
}

const anyItem = z.looseObject({ email: z.unknown(), gsm: z.unknown(), status: z.unknown(), groups: z.unknown() }).partial();

interface Sent extends Pick<WrittenItem, 'email' | 'status' | 'groups'> {
  raw: unknown;
  /** empty where there is a number only */
  address: string;
}

/** As it came, however wrong. */
function sentIn(raw: unknown): Sent {
  const { email, gsm, status = null, groups = null } = anyItem.safeParse(raw).data ?? {};
  const address = textOf(email);
  return { raw, address, email: address === '' ? textOf(gsm) : address, status, groups };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const sentFlags = (flags: Flags): Write['flags'] => ({
  only_add_to_groups: flags.only_add_to_groups ?? null,
  update_on_duplicate: flags.update_on_duplicate ?? null,
  update_status_on_duplicate: flags.update_status_on_duplicate ?? null,
  send_confirmation: flags.send_confirmation ?? null,
});

/** Destroys records with what they knew of a refusal. A forgotten one cannot be destroyed again. */
export function deleteEmails(call: Call): Response {
  const { world } = call;
  const { emails } = readBody(z.looseObject({ emails: z.array(z.string()) }), call);
  requireAddresses(world, emails);
  const errors: Record<string, unknown>[] = [];
  for (const email of readList('emails', emails, call)) {
    const contact = findContact(world, email);
    if (contact === undefined || contact.status === 'forgotten') errors.push(rejection(world, email, 'Nie znaleziono adresu'));
    else deleteContact(world, contact, handOf(call));
  }
  return ok(partialSuccess(world, errors));
}
