/** What the platform's calls about our App Store application lead to (contract 2): an installation's code becomes tokens at once, a removal ends them. */
import type { Installation, InstallationResult, InstallationSteps } from '../../domain/installation.ts';
import type { CallContext, ConnectorContext } from '../call.ts';
import { forgetPair, installPair } from './app-tokens.ts';
import { announcedBucket, budgetOf } from './client.ts';
import type { ShoperSettings } from './settings.ts';

const lastMark = 'lifecycle-at';

/**
 * Safe to repeat. The hash says nothing about when a call was made, so one older than the last is left alone: a removal that is played back must not
 * end an installation that came after it.
 * @throws UnauthorizedError when the code is refused
 */
export async function applyLifecycle(settings: ShoperSettings, call: CallContext, told: Installation): Promise<InstallationResult> {
  const { ledger, connection } = call;
  const subject = `connection:${connection}`;
  const last = await ledger.marks.get(subject, lastMark);
  if (last !== undefined && isBefore(told.at, last)) return 'older than what is known';
  if (told.change === 'installed') {
    const { state, reason } = await ledger.states.get(subject);
    if (state === 'paused' && reason === 'unauthorised') await ledger.states.resume(subject); // what the shop ended, it has granted anew
    await installPair(settings, call, budgetOf(settings, call, await announcedBucket(call)), told.code);
  } else {
    await forgetPair(call);
    await ledger.states.pause(subject, 'unauthorised');
  }
  await ledger.marks.set(subject, lastMark, told.at);
  return told.change;
}

/** The step that a platform's call leads to. */
export const createInstallationSteps = (context: Pick<ConnectorContext<ShoperSettings>, 'settings' | 'call'>): InstallationSteps => ({
  applyInstallation: async ({ told }) => {
    const { settings } = await context.settings();
    return applyLifecycle(settings, context.call({ integration: null, lane: 'live', record: '', step: 'installation' }), told);
  },
});

/** Seconds since 1970 or `YYYY-MM-DD HH:MM:SS`: both sort as they stand, if they are of one length. */
const isBefore = (one: string, other: string): boolean => (one.length === other.length ? one < other : one.length < other.length);
