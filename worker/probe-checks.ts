/** What a system is asked by `probe.ts`: its connector's own check, and lists of what settings can name. Reads only. */
import { z } from 'zod';
import type { CallContext } from '../activities/call.ts';
import type { ContactSourceDriver, ContactTargetDriver } from '../activities/contact-drivers.ts';
import { ApiError, SettingsError } from '../activities/errors.ts';
import type { ContactKind } from '../domain/contact.ts';
import type { FieldName, GroupName } from '../domain/contact-ports.ts';
import type { CheckRow, StepInput } from '../domain/ports.ts';
import { findSystem, type RawContext } from './systems.ts';

export type Side = 'source' | 'target';

/** A thing of the account that a setting can name. */
export interface Choice {
  value: string;
  label: string;
}

/** What the account answered. Lists are absent where the system has none, or they could not be read. */
export interface Answered {
  rows: CheckRow[];
  /** of mailing systems */
  groups?: GroupName[];
  traits?: FieldName[];
  /** of shops that contacts come from */
  properties?: Record<ContactKind, FieldName[]>;
  /** setting → what there is for it */
  choices: Record<string, Choice[]>;
}

export interface Asked {
  system: string;
  side: Side;
  settings: Record<string, unknown>;
  call: CallContext;
  context: RawContext;
  step: StepInput;
}

/** @throws SettingsError */
export async function askSystem(asked: Asked): Promise<Answered> {
  if (asked.system === 'shoper') return askShoper(asked);
  if (asked.system === 'sare') return askSare(asked);
  const rows = await check(asked);
  return { rows, choices: asked.system === 'roapp' && isAccepted(rows) ? await roappChoices(asked) : {} };
}

/** The row that says whether the account lets us in. */
export const credentialsOf = (rows: readonly CheckRow[]): CheckRow => rows.find(({ what }) => what === 'credentials') ?? { what: 'credentials', state: 'not ok', found: 'the account answered nothing' };

const isAccepted = (rows: readonly CheckRow[]): boolean => credentialsOf(rows).state === 'ok';

async function askShoper({ settings, call }: Asked): Promise<Answered> {
  const [{ createShoperDriver }, { settingsSchema }] = await Promise.all([import('../activities/shoper/driver.ts'), import('../activities/shoper/settings.ts')]);
  const driver: ContactSourceDriver = createShoperDriver(parse(settingsSchema, settings), call);
  const rows = await driver.check();
  if (!isAccepted(rows)) return { rows, choices: {} };
  const properties = await readable(async () => ({ customer: await driver.properties('customer'), subscriber: await driver.properties('subscriber') }));
  return { rows, choices: {}, ...(properties === undefined ? {} : { properties }) };
}

async function askSare({ settings, call }: Asked): Promise<Answered> {
  const [{ createSareDriver }, { settingsSchema }] = await Promise.all([import('../activities/sare/driver.ts'), import('../activities/sare/settings.ts')]);
  const driver: ContactTargetDriver = createSareDriver(parse(settingsSchema, settings), call);
  const rows = await driver.check();
  if (!isAccepted(rows)) return { rows, choices: {} };
  const groups = await readable(async () => driver.groups());
  const traits = await readable(async () => driver.traits());
  return { rows, choices: {}, ...(groups === undefined ? {} : { groups }), ...(traits === undefined ? {} : { traits }) };
}

/** Types 1 to 3 are text and choice (contract roapp 4.1). */
const mostTextual = 3;

async function roappChoices({ settings, call }: Asked): Promise<Answered['choices']> {
  const [{ createRoappClient }, { settingsSchema }] = await Promise.all([import('../activities/roapp/client.ts'), import('../activities/roapp/settings.ts')]);
  const client = createRoappClient(parse(settingsSchema, settings), call);
  const lists: Record<string, () => Promise<Choice[]>> = {
    location: async () => (await client.locations()).flatMap(({ id, name, is_archived: isArchived }) => (isArchived ? [] : [{ value: String(id), label: name }])),
    orderType: async () => (await client.orderTypes()).map(({ id, name }) => ({ value: String(id), label: name })),
    assignee: async () => (await client.employees()).map(({ id }) => ({ value: String(id), label: `employee ${id}` })),
    orderMarkerField: async () => (await client.orderCustomFields()).flatMap(({ key, name, type }) => (type <= mostTextual ? [{ value: key, label: name }] : [])),
  };
  const choices: Answered['choices'] = {};
  for (const [setting, list] of Object.entries(lists)) {
    const read = await readable(list);
    if (read !== undefined) choices[setting] = read;
  }
  return choices;
}

const answered = z.array(z.object({ what: z.string(), state: z.enum(['ok', 'not ok', 'cannot be read']), found: z.string(), step: z.string().optional() }).transform(({ step, ...row }): CheckRow => ({ ...row, ...(step === undefined ? {} : { step }) })));

/** The step behind `waybill check`, of any system that orders come from or go to. */
async function check({ system, side, context, step }: Asked): Promise<CheckRow[]> {
  const row = findSystem(system);
  if (!row) throw new SettingsError(`system ${system} is not known`);
  const steps = new Map(Object.entries(await row.createActivities(context)));
  const checking: unknown = steps.get(side === 'source' ? 'checkSource' : 'checkTarget');
  if (!isStep(checking)) throw new SettingsError(`${system} cannot be the ${side} of orders`);
  return answered.parse(await checking(step));
}

const isStep = (value: unknown): value is (input: StepInput) => Promise<unknown> => typeof value === 'function';

function parse<Settings>(schema: z.ZodType<Settings>, settings: Record<string, unknown>): Settings {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new SettingsError(`these settings cannot be used: ${parsed.error.issues.map(({ path }) => path.join('.')).join(', ')}`);
}

/** Undefined: the account does not let us read it. */
async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}
