/**
 * A platform tells that our application was put into a shop or taken out of it (S1, contract shoper 2).
 * Put in: its code becomes tokens at once, and the connection may go on. Taken out: the tokens are forgotten, and the connection is paused.
 */
import { setCurrentDetails, setWorkflowOptions } from '@temporalio/workflow';
import type { InstallationResult } from '../domain/installation.ts';
import { installationOf } from './connect.ts';
import type { InstallationInput } from './messages.ts';
import { pinned } from './release.ts';

const words: Record<InstallationResult, string> = {
  installed: 'The application was installed: its tokens are kept, and the connection may work.',
  removed: 'The application was taken out of the shop: its tokens are forgotten, and the connection is paused until it is installed again.',
  'older than what is known': 'A later call about this application is known already: nothing was done.',
};

setWorkflowOptions(pinned, applyInstallation);
export async function applyInstallation({ connection, told }: InstallationInput): Promise<{ result: InstallationResult }> {
  const result = await installationOf(connection).applyInstallation({ told });
  setCurrentDetails(words[result]);
  return { result };
}
