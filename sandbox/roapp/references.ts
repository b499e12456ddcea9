/** Ids in a body must name something that is there; what staff deleted or merged may be refused without a word (contract roapp 6 and 12). */
import type { CustomField } from './dictionaries.ts';
import { invalid, Refusal } from './errors.ts';
import type { Contact, Json, Product } from './store.ts';
import type { World } from './world.ts';

/** Deleted or merged by staff, or never there: a 400, which by a switch says nothing. */
function gone(world: World, field: string): Refusal {
  return world.switches.goneReference === 'named' ? invalid(field, 'does not exist') : new Refusal(400, '', { silent: 'json' });
}

export function clientNamed(world: World, field: string, id: number): Contact {
  const contact = world.store.contacts.get(id);
  if (!contact) throw gone(world, field);
  return contact;
}

export function entityNamed(world: World, field: string, id: number): Product {
  const product = world.store.products.get(id);
  if (!product) throw gone(world, field);
  return product;
}

/** A location the employee of the key cannot see is as good as none, but the refusal tells them apart. */
export function checkLocation(world: World, id: number): void {
  const location = world.store.locations.find((candidate) => candidate.id === id);
  if (!location || location.isArchived) throw invalid('branch_id', 'does not exist');
  if (location.isHidden) throw new Refusal(403, 'No access to this location');
}

export function checkEmployee(world: World, field: string, id: number | null | undefined): void {
  if (id !== null && id !== undefined && !world.store.employees.some((employee) => employee.id === id)) throw invalid(field, 'does not exist');
}

export function checkKnown(field: string, known: readonly { id: number }[], ids: readonly number[]): void {
  if (ids.some((id) => !known.some((candidate) => candidate.id === id))) throw invalid(field, 'does not exist');
}

/** Unknown fields and values of another type are refused. */
export function checkCustomFields(fields: readonly CustomField[], values: Record<string, Json> | undefined): void {
  for (const [key, value] of Object.entries(values ?? {})) {
    const field = fields.find(({ id }) => `f${id}` === key);
    if (!field) throw invalid(`custom_fields.${key}`, 'does not exist');
    if (value !== null && typeof value !== valueTypeOf(field)) throw invalid(`custom_fields.${key}`, `must be a ${valueTypeOf(field)}`);
  }
}

/** A required field must be given; an empty text was seen to be accepted. */
export function checkRequiredFields(fields: readonly CustomField[], values: Record<string, Json> | undefined): void {
  for (const { id, required } of fields) {
    if (required && (values?.[`f${id}`] ?? null) === null) throw invalid(`custom_fields.f${id}`, 'is required');
  }
}

function valueTypeOf({ type }: CustomField): 'boolean' | 'number' | 'string' {
  if (type === 0) return 'boolean';
  return type === 6 ? 'number' : 'string';
}
