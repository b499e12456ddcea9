/** What the platform's calls about our App Store application lead to (contract 2): an installation's code becomes tokens at once, a removal ends them. */
import type { CallContext, HttpSettings } from '../call.ts';
import { forgetPair, installPair } from './app-tokens.ts';
import type { ShoperSettings } from './settings.ts';

/** A call whose hash was verified. */
export type LifecycleCall = { timestamp: string } & ({ action: 'install'; authCode: string } | { action: 'uninstall' } | { action: 'upgrade' | 'billing_install' | 'billing_subscription' });

export type LifecycleResult = 'installed' | 'removed' | 'nothing to do' | 'older than what is known';

const lastMark = 'lifecycle-at';

/**
 * Safe to repeat. The hash says nothing about when a call was made, so one older than the last is left alone: a removal that is played back must not
 * end an installation that came after it.
 * @throws UnauthorizedError when the code is refused
 */
export async function applyLifecycle(settings: ShoperSettings, call: CallContext, budget: HttpSettings['budget'], told: LifecycleCall): Promise<LifecycleResult> {
  if (told.action !== 'install' && told.action !== 'uninstall') return 'nothing to do';
  const { ledger, connection } = call;
  const subject = `connection:${connection}`;
  const last = await ledger.marks.get(subject, lastMark);
  if (last !== undefined && isBefore(told.timestamp, last)) return 'older than what is known';
  if (told.action === 'install') await installPair(settings, call, budget, told.authCode);
  else {
    await forgetPair(call);
    await ledger.states.pause(subject, 'unauthorised');
  }
  await ledger.marks.set(subject, lastMark, told.timestamp);
  return told.action === 'install' ? 'installed' : 'removed';
}

/** Seconds since 1970 or `YYYY-MM-DD HH:MM:SS`: both sort as they stand, if they are of one length. */
const isBefore = (one: string, other: string): boolean => (one.length === other.length ? one < other : one.length < other.length);
