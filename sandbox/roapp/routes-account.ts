/** Account and dictionaries (contract roapp 4.1). Locations and employees come in one piece, statuses and types as bare arrays. */
import type { Hono } from 'hono';
import { formatInstant } from './dates.ts';
import type { CustomField } from './dictionaries.ts';
import type { World } from './world.ts';

export function mountAccount(app: Hono, world: World): void {
  app.get('/company', () => {
    const { createdAt, ...company } = world.store.company;
    return Response.json({ ...company, created_at: formatInstant(createdAt) });
  });
  app.get('/company/locations', () => Response.json({ data: visibleLocations(world) }));
  app.get('/company/employees', () =>
    Response.json({ data: world.store.employees.map(({ id, firstName, lastName, email }) => ({ id, first_name: firstName, last_name: lastName, email })) }),
  );
  app.get('/orders/types', () => Response.json(world.store.orderTypes.map(({ id, title }) => ({ id, [world.switches.dictionaryNames]: title }))));
  app.get('/orders/statuses', () => Response.json(world.store.statuses));
  app.get('/orders/custom-fields', () => Response.json(fieldList(world, world.store.orderFields)));
  app.get('/contacts/people/custom-fields', () => Response.json(fieldList(world, world.store.personFields)));
}

/** A location the employee cannot see simply vanishes. */
const visibleLocations = (world: World): unknown[] =>
  world.store.locations
    .filter(({ isHidden }) => !isHidden)
    .map(({ id, name, address, timezone, isArchived, createdAt }) => ({ id, name, address, timezone, is_archived: isArchived, legal_entity_id: null, created_at: formatInstant(createdAt) }));

const fieldList = (world: World, fields: CustomField[]): unknown[] => fields.map(({ id, title, type, required }) => ({ id, [world.switches.dictionaryNames]: title, type, required }));
