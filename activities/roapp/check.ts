/** What `waybill check` says of a RO App connection: one row each, all of them even if one fails. Reads only. */
import { isTimeZone } from '../../domain/high-water-mark.ts';
import type { CheckRow } from '../../domain/ports.ts';
import { ApiError } from '../errors.ts';
import { mayCreate, type Capability } from './capability.ts';
import { allPages } from './client.ts';
import { subjectOf, type RoappStep } from './step.ts';

/** The first row is the harmless call by which the workflow tells an account's trouble from a record's (design 5). */
export async function checkTarget(step: RoappStep): Promise<CheckRow[]> {
  const account = await checkAccount(step);
  if (account[0]?.state !== 'ok') return account;
  return [
    ...account,
    await row('location', step, checkLocation),
    await row('order type', step, checkOrderType),
    await row('employee that lines are assigned to', step, checkAssignee),
    ...(await checkMarkerField(step)),
    ...(await checkCreating(step)),
    ...(await checkArticles(step)),
    ...(await checkPlaceholder(step)),
    {
      what: 'right “may add products without deduction” (R2)',
      state: 'cannot be read',
      found: 'The API does not tell employees’ rights.',
      step: 'In RO App, Settings > Employees > Roles: give this right to the key’s employee and to everyone who works with imported orders.',
    },
    { what: 'messages to customers (N15)', state: 'ok', found: 'Contacts are created with notify off on their phone; no comment goes to a customer. Automatic messages by order status are RO App’s own setting.' },
  ];
}

type Judged = Omit<CheckRow, 'what'>;

async function row(what: string, step: RoappStep, judge: (step: RoappStep) => Promise<Judged>): Promise<CheckRow> {
  try {
    return { what, ...(await judge(step)) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { what, state: error.status === 403 ? 'cannot be read' : 'not ok', found: error.message, step: 'Give the key’s employee the right to read this, or try again.' };
  }
}

async function checkAccount(step: RoappStep): Promise<CheckRow[]> {
  const { ledger, connection, source } = step;
  const rows: CheckRow[] = [];
  const credentials = await row('credentials', step, async () => {
    const { currency, timezone } = await step.client.company();
    await ledger.marks.set(subjectOf(connection), 'currency', currency);
    if (isTimeZone(timezone)) await ledger.marks.set(subjectOf(connection), 'timeZone', timezone);
    const shop = await ledger.marks.get(subjectOf(source), 'currency');
    const differs = shop !== undefined && shop !== currency;
    rows.push({
      what: 'currency (R3)',
      state: differs ? 'not ok' : 'ok',
      found: differs ? `books ${currency}, shop ${shop}: no order in ${shop} would be imported` : currency,
      ...(differs ? { step: 'Both must have one currency: change it on one side.' } : {}),
    });
    return { state: 'ok', found: 'The key is accepted.' };
  });
  return [credentials.state === 'ok' ? credentials : { ...credentials, state: 'not ok', step: 'Make a key in RO App, Settings > API, and put it in place of the old one.' }, ...rows];
}

async function checkLocation({ client, settings }: RoappStep): Promise<Judged> {
  const found = (await client.locations()).find((one) => one.id === settings.location);
  if (!found) return { state: 'not ok', found: `Location ${settings.location} does not exist, or the key’s employee cannot see it.`, step: 'Correct `location`, or give the employee access to it.' };
  return found.is_archived ? { state: 'not ok', found: `${found.name} is archived.`, step: 'Choose another `location`.' } : { state: 'ok', found: found.name };
}

async function checkOrderType({ client, settings }: RoappStep): Promise<Judged> {
  const types = await client.orderTypes();
  const found = types.find((one) => one.id === settings.orderType);
  return found ? { state: 'ok', found: found.name } : { state: 'not ok', found: `Order type ${settings.orderType} does not exist; there are ${types.map((one) => `${one.id} (${one.name})`).join(', ')}.`, step: 'Correct `orderType`.' };
}

async function checkAssignee({ client, settings }: RoappStep): Promise<Judged> {
  const exists = (await client.employees()).some((one) => one.id === settings.assignee);
  return exists ? { state: 'ok', found: `Employee ${settings.assignee} exists.` } : { state: 'not ok', found: `Employee ${settings.assignee} does not exist.`, step: 'Correct `assignee`.' };
}

/** Types 1 to 3 are text and choice; the API does not say which is which (contract roapp 4.1). */
const mayBeText = (type: number): boolean => type >= 1 && type <= 3;

async function checkMarkerField(step: RoappStep): Promise<CheckRow[]> {
  const { client, settings } = step;
  const rows = [
    await row('field for our marker', step, async () => {
      if (settings.orderMarkerField === undefined) return { state: 'ok', found: 'None: the marker is the first line of the manager’s notes.' };
      const field = (await client.orderCustomFields()).find((one) => one.key === settings.orderMarkerField);
      if (!field) return { state: 'not ok', found: `Orders have no field ${settings.orderMarkerField}.`, step: 'Create a text field for orders in RO App, and put its number into `orderMarkerField`.' };
      return mayBeText(field.type) ? { state: 'ok', found: field.name } : { state: 'not ok', found: `${field.name} is no text field.`, step: 'Create a text field, and put its number into `orderMarkerField`.' };
    }),
    await row('required fields of orders', step, async () => judgeRequired((await client.orderCustomFields()).filter((one) => one.key !== settings.orderMarkerField))),
    await row('required fields of contacts', step, async () => judgeRequired(await client.peopleCustomFields())),
  ];
  return rows;
}

function judgeRequired(fields: { name: string; required: boolean }[]): Judged {
  const required = fields.filter((field) => field.required).map((field) => field.name);
  return required.length === 0 ? { state: 'ok', found: 'None.' } : { state: 'not ok', found: `RO App will refuse what is created without ${required.join(', ')}.`, step: 'Make these fields optional.' };
}

async function checkCreating(step: RoappStep): Promise<CheckRow[]> {
  const rows: [Capability, string][] = [
    ['productCreate', 'creating products (R14)'],
    ['categoryCreate', 'creating categories (R15)'],
  ];
  const rowsFound: CheckRow[] = [];
  for (const [capability, what] of rows) {
    const value = step.settings[capability];
    if (await mayCreate(step, capability)) rowsFound.push({ what, state: 'cannot be read', found: `On (${value}); whether RO App offers the call shows with the first one. If it refuses, creating goes off by itself.` });
    else if (value === 'off') rowsFound.push({ what, state: 'ok', found: 'Off by setting: missing ones are named and made by hand.' });
    else rowsFound.push({ what, state: 'not ok', found: `RO App does not offer the call (${value}): it is off.`, step: `Set \`${capability}\` to another value, and make missing ones by hand.` });
  }
  const { defaultCategory } = step.settings;
  if (defaultCategory === undefined) return rowsFound;
  const exists = await row('default category', step, async () => {
    const found = (await allPages(step.client.categories, {})).find((one) => one.id === defaultCategory);
    return found ? { state: 'ok', found: found.title } : { state: 'not ok', found: `Category ${defaultCategory} does not exist.`, step: 'Correct `defaultCategory`.' };
  });
  return [...rowsFound, exists];
}

/** R19 */
async function checkPlaceholder(step: RoappStep): Promise<CheckRow[]> {
  const { unspecified } = step.settings;
  if (typeof unspecified !== 'number') return [];
  const judge = async (): Promise<Judged> =>
    (await step.client.clientExists(String(unspecified))) ? { state: 'ok', found: `Contact ${unspecified} exists.` } : { state: 'not ok', found: `Contact ${unspecified} does not exist.`, step: 'Make a contact that stands for unknown customers, and put its number into `unspecified`.' };
  return [await row('placeholder for masked customers (R19)', step, judge)];
}

async function checkArticles(step: RoappStep): Promise<CheckRow[]> {
  const rows: CheckRow[] = [];
  for (const [kind, article] of Object.entries(step.pair.articles)) {
    if (typeof article !== 'string') continue;
    rows.push(
      await row(`article for ${kind} (N14)`, step, async () =>
        (await step.client.productExists(article)) ? { state: 'ok', found: `Product ${article} exists.` } : { state: 'not ok', found: `Product ${article} does not exist.`, step: `Correct \`articles.${kind}\`.` },
      ),
    );
  }
  return rows;
}
