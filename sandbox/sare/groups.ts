/** Groups and who is in them (contract sare 4). */
import { z } from 'zod';
import { numberAt, readBody, readList } from './call.ts';
import type { Call } from './call.ts';
import { joinGroups, leaveGroups } from './changes.ts';
import { isAddress, partialSuccess, rejection } from './items.ts';
import { limits } from './limits.ts';
import type { Contact, Group } from './model.ts';
import { listed, pageOf } from './paging.ts';
import { ok, refusals } from './replies.ts';
import { statusRow } from './rows.ts';
import { findShown, isBlocked, isShown } from './store.ts';
import type { World } from './store.ts';

const shown = ({ id, name }: Group): { id: number; name: string } => ({ id, name });

function groupAt(call: Call): Group {
  const group = call.world.store.groups.get(numberAt(call, 0));
  if (group === undefined) throw refusals.unknownGroup();
  return group;
}

/** An array on every account: this one is attested. */
export const listGroups = ({ world }: Call): Response => ok([...world.store.groups.values()].map(shown));

export const getGroup = (call: Call): Response => ok(shown(groupAt(call)));

export const listFreeNumbers = ({ world }: Call): Response => ok(freeNumbers(world));

function freeNumbers({ store }: World): number[] {
  return Array.from({ length: limits.groupNumbers }, (_, index) => index + 1).filter((id) => !store.groups.has(id));
}

export function listMembers(call: Call): Response {
  const { world } = call;
  const group = groupAt(call);
  group.listed ??= [...group.members];
  const rows = pageOf(world, group.listed, numberAt(call, 1)).filter((contact) => isShown(world, contact));
  return ok(listed(world, 'data', rows.map((contact) => statusRow(world, contact))));
}

const groupList = z.looseObject({ groups: z.array(z.looseObject({ id: z.number().int().min(1).optional(), name: z.string().min(1) })) });

/** Without a number the first free one is taken. */
export function addGroups(call: Call): Response {
  const { world } = call;
  const errors: Record<string, unknown>[] = [];
  for (const { id = freeNumbers(world)[0] ?? 0, name } of readList('groups', readBody(groupList, call).groups, call)) {
    if (world.store.groups.has(id)) errors.push({ id, why: `Grupa ${id} już istnieje` });
    else addGroup(world, id, name);
  }
  return ok(partialSuccess(world, errors));
}

export function addGroup({ store }: World, id: number, name: string): void {
  store.groups.set(id, { id, name, members: new Set(), listed: undefined });
}

export function renameGroups(call: Call): Response {
  const errors: Record<string, unknown>[] = [];
  for (const { id, name } of readList('groups', readBody(groupList, call).groups, call)) {
    const group = id === undefined ? undefined : call.world.store.groups.get(id);
    if (group === undefined) errors.push({ id: id ?? null, why: `Grupa ${id ?? ''} nie istnieje` });
    else group.name = name;
  }
  return ok(partialSuccess(call.world, errors));
}

export function removeGroup(call: Call): Response {
  dropGroup(call.world, groupAt(call));
  return ok(partialSuccess(call.world, []));
}

/** Its members stay, without it. */
export function dropGroup(world: World, group: Group): void {
  empty(world, group);
  world.store.groups.delete(group.id);
}

export function clearGroup(call: Call): Response {
  empty(call.world, groupAt(call));
  return ok(partialSuccess(call.world, []));
}

function empty(world: World, group: Group): void {
  for (const contact of group.members) leaveGroups(world, contact, [group.id]);
}

/** A blocked contact joins nothing. */
export const addToGroups = (call: Call): Response => changeMembers(call, joinGroups, (contact) => (isBlocked(contact) ? 'Adres zablokowany' : undefined));

export const removeFromGroups = (call: Call): Response => changeMembers(call, leaveGroups, () => undefined);

const membership = z.looseObject({ emails: z.array(z.string()), groups: z.array(z.number().int()) });

function changeMembers(call: Call, change: typeof joinGroups, refusal: (contact: Contact) => string | undefined): Response {
  const { world } = call;
  const { emails, groups } = readBody(membership, call);
  if (groups.length === 0) throw refusals.emptyList('groups');
  if (groups.some((id) => !world.store.groups.has(id))) throw refusals.unknownGroup();
  const errors: Record<string, unknown>[] = [];
  for (const email of readList('emails', emails, call)) {
    const contact = findShown(world, email);
    const why = contact === undefined ? notFound(email) : refusal(contact);
    if (contact !== undefined && why === undefined) change(world, contact, groups);
    else errors.push(rejection(world, email, why ?? ''));
  }
  return ok(partialSuccess(world, errors));
}

const notFound = (email: string): string => (isAddress(email) ? 'Nie znaleziono adresu' : 'Nieprawidłowy adres e-mail');
