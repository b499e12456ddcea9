/** All migrations in their order. A released one is never changed: another one is added. */
import type { Migration } from 'kysely';
import * as recordsAndBodies from './0001-records-and-bodies.ts';
import * as keysAndBudgets from './0002-keys-and-budgets.ts';
import * as follows from './0003-follows.ts';
import * as contacts from './0004-contacts.ts';

export const migrations: Record<string, Migration> = {
  '0001-records-and-bodies': recordsAndBodies,
  '0002-keys-and-budgets': keysAndBudgets,
  '0003-follows': follows,
  '0004-contacts': contacts,
};
