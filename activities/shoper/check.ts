/** `waybill check` for a shop: one row each for what contacts need, with the step to take where it is not so. */
import type { CheckRow } from '../../domain/ports.ts';
import type { CallContext } from '../call.ts';
import { ApiError, ForbiddenError, PermanentError, UnauthorizedError } from '../errors.ts';
import { readPair } from './app-tokens.ts';
import type { ShoperClient } from './client.ts';
import { checkbox, labelOf } from './fields.ts';
import type { AdditionalField } from './schemas.ts';
import type { ShoperSettings } from './settings.ts';

export interface CheckInput {
  client: ShoperClient;
  settings: ShoperSettings;
  call: CallContext;
}

const credentials = 'credentials';

/** Reads only. Throws nothing that says something about the shop: that becomes a row. The first row is the credentials'. */
export async function checkShop({ client, settings, call }: CheckInput): Promise<CheckRow[]> {
  const version = await attempt(async () => client.getVersion());
  if ('error' in version && !(version.error instanceof ForbiddenError)) return [failedRow(credentials, version.error, settings)];
  const fields = await attempt(async () => client.listAdditionalFields());
  return [
    await credentialsRow(settings, call),
    versionRow('value' in version ? version.value : ''),
    await readRow(client, 'users', settings),
    await readRow(client, 'subscribers', settings),
    'error' in fields ? failedRow(rightOf('additional-fields'), fields.error, settings) : { what: rightOf('additional-fields'), state: 'ok', found: `${fields.value.length} can be read` },
    await readRow(client, 'webhooks', settings),
    writesRow(settings),
    consentRow(settings.consentField, 'value' in fields ? fields.value : undefined),
    await confirmationRow(client),
  ];
}

const rightOf = (area: string): string => `right ${area}: read`;

const ways = { token: 'token of an integration', login: 'log-in of an administrator', app: 'application' } as const;

/** An application whose renewal is refused works on for a while only (contract 2). */
async function credentialsRow(settings: ShoperSettings, call: CallContext): Promise<CheckRow> {
  const way = settings.token !== undefined ? ways.token : settings.login !== undefined ? ways.login : ways.app;
  const plain = settings.baseUrl.startsWith('http:') ? '; the address is plain http, so credentials travel in the clear' : '';
  const pair = settings.clientId === undefined ? undefined : await readPair(call);
  if (pair?.refusedAt !== undefined) {
    return { what: credentials, state: 'not ok', found: `the shop refuses to renew the application’s tokens; they end at ${new Date(pair.expiresAt).toISOString()}`, step: 'Install the application in the shop again, and give the new authCode.' };
  }
  return { what: credentials, state: 'ok', found: `accepted (${way})${plain}` };
}

const versionRow = (version: string): CheckRow => ({ what: 'version of the shop', ...(version === '' ? { state: 'cannot be read', found: 'The shop does not tell its version.' } : { state: 'ok', found: version }) });

async function readRow(client: ShoperClient, area: string, settings: ShoperSettings): Promise<CheckRow> {
  const counted = await attempt(async () => client.countRows(area));
  if ('error' in counted) return failedRow(rightOf(area), counted.error, settings);
  return { what: rightOf(area), state: 'ok', found: `${counted.value} can be read` };
}

/** The API does not tell rights; they show when a write is refused, and the refusal names the right. */
const writesRow = ({ unsubscribe }: ShoperSettings): CheckRow => ({
  what: 'rights to write',
  state: 'cannot be read',
  found: `The API does not tell them. Opt-outs need users: edit and subscribers: ${unsubscribe === 'delete' ? 'delete' : 'edit'}; webhooks need webhooks: create and edit.`,
});

/** Contract 4.6: how a customer's opt-out can be written. */
function consentRow(consentField: string | undefined, fields: readonly AdditionalField[] | undefined): CheckRow {
  const what = 'newsletter consent of customers';
  if (consentField === undefined) {
    return { what, state: 'cannot be read', found: 'It is the newsletter box. The API documents no way to untick it: it is tried for each opt-out, and where the shop leaves it as it is, the opt-out is kept here and reported as not writable.' };
  }
  if (fields === undefined) return { what, state: 'cannot be read', found: `Additional field ${consentField} by the settings; additional fields cannot be read.` };
  const field = fields.find(({ field_id: id }) => id === consentField);
  if (field === undefined) return { what, state: 'not ok', found: `the shop has no additional field ${consentField}`, step: `Set consentField to one of its checkboxes: ${checkboxes(fields)}.` };
  if (field.type !== checkbox) return { what, state: 'not ok', found: `additional field ${consentField} (${labelOf(field)}) is no checkbox`, step: `Set consentField to one of its checkboxes: ${checkboxes(fields)}.` };
  if (!field.active) return { what, state: 'not ok', found: `additional field ${consentField} (${labelOf(field)}) is switched off`, step: 'Switch it on in the shop, or leave consentField out.' };
  return { what, state: 'ok', found: `additional field ${consentField} (${labelOf(field)}), beside the newsletter box` };
}

const checkboxes = (fields: readonly AdditionalField[]): string => fields.filter(({ type }) => type === checkbox).map((field) => `${field.field_id} (${labelOf(field)})`).join(', ') || 'there is none';

/** Contract 10, row 10. */
async function confirmationRow(client: ShoperClient): Promise<CheckRow> {
  const what = 'confirmation of registrations';
  const config = await attempt(async () => client.getConfig());
  if ('error' in config) return { what, state: 'cannot be read', found: 'The shop’s settings cannot be read. Customers whose address is not confirmed are exported as unconfirmed.' };
  return { what, state: 'ok', found: config.value.confirmsRegistration ? 'used: customers who have not followed the link are exported as unconfirmed' : 'not used: a ticked newsletter counts as confirmed' };
}

async function attempt<T>(ask: () => Promise<T>): Promise<{ value: T } | { error: ApiError }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

function failedRow(what: string, error: ApiError, settings: ShoperSettings): CheckRow {
  return { what, state: 'not ok', found: `${error.endpoint}: ${error.name}${error.status === undefined ? '' : `, status ${error.status}`}${error.code === undefined ? '' : `, ${error.code}`}`, step: stepAfter(what, error, settings) };
}

/** Why a log-in was refused (contract 2). */
const stepsOfCodes: Readonly<Record<string, string>> = {
  auth_ip_not_allowed: 'Allow this machine’s address for the administrator in the shop’s panel.',
  auth_webapi_access_denied: 'Give the administrator’s group access to the WebAPI (panel, administrators’ groups).',
  not_installed: 'Install the application in the shop, and give the authCode that it sent.',
};

function stepAfter(what: string, error: ApiError, { token, login }: ShoperSettings): string {
  if (error instanceof UnauthorizedError) {
    if (error.code !== undefined && Object.hasOwn(stepsOfCodes, error.code)) return stepsOfCodes[error.code] ?? '';
    if (token !== undefined) return 'Check token: the Token API of the integration in the shop’s panel.';
    return login !== undefined ? 'Check login and password, and that the administrator’s group has WebAPI access.' : 'Install the application in the shop again, and give the new authCode.';
  }
  if (error instanceof ForbiddenError) return `Give the integration, group or application the ${what} in the shop’s panel, and check that the plan has it.`;
  if (error instanceof PermanentError) return 'Check baseUrl, and that the shop’s plan includes the WebAPI.';
  return 'Try again later; if it stays, ask the vendor’s support.';
}
