/** Which webhooks told of contacts, and what only a sweep found: noted by the steps that read, once they have read (N22). */
import type { ContactSource, ContactTarget } from '../domain/contact-ports.ts';
import { noteHeard, noteUntold } from '../ledger/heard.ts';
import type { ConnectorContext } from './call.ts';

type Place = Pick<ConnectorContext<unknown>, 'ledger' | 'connection'>;

/** The source's steps. What a sweep finds are addresses whose rows changed; parked ones, which it tries again every night, are among them. */
export function hearingSource<Source extends ContactSource>(source: Source, { ledger, connection }: Place): Source {
  return {
    ...source,
    async readContactPage(input) {
      const found = await source.readContactPage(input);
      if (input.by !== 'sweep' || input.dryRun || found.page === undefined) return found;
      await noteUntold(ledger, input.integration.id, input.kind, (await ledger.pages.entries(found.page))?.entries.length ?? 0);
      return found;
    },
    async readContacts(input) {
      const found = await source.readContacts(input);
      await noteHeard(ledger, { connection, integration: input.integration.id }, input.heard);
      return found;
    },
  };
}

/** The target's steps. What a sweep finds are refusals that the ledger did not know. */
export function hearingTarget<Target extends ContactTarget>(target: Target, { ledger, connection }: Place): Target {
  return {
    ...target,
    async readContactStatuses(input) {
      const found = await target.readContactStatuses(input);
      if ('addresses' in input) await noteHeard(ledger, { connection, integration: input.integration.id }, input.heard);
      else if ('by' in input && input.by === 'sweep') await noteUntold(ledger, input.integration.id, 'refusal', found.refused.length);
      return found;
    },
  };
}
