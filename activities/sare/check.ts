/** `waybill check` for an account: one row each for what an export needs, with the step to take where it is not so. */
import type { CheckRow } from '../../domain/ports.ts';
import { ApiError, ForbiddenError, PermanentError, UnauthorizedError } from '../errors.ts';
import type { SareClient } from './client.ts';
import type { SareSettings } from './settings.ts';

/** That many names are told, the rest counted. */
const mostNames = 30;

/** Reads only. Throws nothing that says something about the account: that becomes a row. */
export async function checkAccount(client: Pick<SareClient, 'groups' | 'props'>, { baseUrl }: Pick<SareSettings, 'baseUrl'>): Promise<CheckRow[]> {
  const listed = await attempt(async () => client.groups());
  if ('error' in listed) return [failedRow('credentials', listed.error), ...['target groups', 'traits'].map((what): CheckRow => ({ what, state: 'cannot be read', found: 'not asked: see credentials' }))];
  const accepted = baseUrl.startsWith('http:') ? 'accepted; the address is plain http, so the key travels in the clear' : 'accepted';
  return [{ what: 'credentials', state: 'ok', found: accepted }, groupsRow(listed.value), await traitsRow(client)];
}

/** S7 */
function groupsRow(groups: readonly { id: string; name: string }[]): CheckRow {
  const what = 'target groups';
  if (groups.length === 0) return { what, state: 'not ok', found: 'the account has no group', step: 'Make the target group in SARE; it is not made by us.' };
  return { what, state: 'ok', found: named(groups.map(({ id, name }) => `${id} ${name}`)) };
}

/** S5 */
async function traitsRow(client: Pick<SareClient, 'props'>): Promise<CheckRow> {
  const what = 'traits';
  const listed = await attempt(async () => client.props());
  if ('error' in listed) return failedRow(what, listed.error);
  return { what, state: 'ok', found: `name, gsm, prop1 to prop9${listed.value.length === 0 ? '; none of the account’s own' : `, ${named(listed.value)}`}` };
}

const named = (names: readonly string[]): string => (names.length > mostNames ? `${names.slice(0, mostNames).join(', ')} and ${names.length - mostNames} more` : names.join(', '));

async function attempt<T>(ask: () => Promise<T>): Promise<{ value: T } | { error: ApiError }> {
  try {
    return { value: await ask() };
  } catch (error) {
    if (error instanceof ApiError) return { error };
    throw error;
  }
}

function failedRow(what: string, error: ApiError): CheckRow {
  return { what, state: 'not ok', found: `${error.endpoint}: ${error.name}${error.status === undefined ? '' : `, status ${error.status}`}${error.code === undefined ? '' : `, code ${error.code}`}`, step: stepAfter(error) };
}

function stepAfter(error: ApiError): string {
  if (error instanceof UnauthorizedError || error instanceof ForbiddenError) return 'Check uid and apiKey: a key of the new REST API (Zaawansowane > API > REST API); keys of the old API do not work.';
  if (error instanceof PermanentError) return 'Check uid and baseUrl: some accounts live on another host.';
  return 'Try again later; if it stays, ask SARE’s support.';
}
