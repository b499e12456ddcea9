/** SARE as a target of contact flows: what it is asked and told, one step's view (contract sare 4, 10). */
import type { FieldName } from '../../domain/contact-ports.ts';
import type { CallContext } from '../call.ts';
import type { ContactTargetDriver, LeftAlone, OmittedTrait, RejectedItem, TargetStatus } from '../contact-drivers.ts';
import { PermanentError, UnexpectedReplyError } from '../errors.ts';
import { checkAccount } from './check.ts';
import { createSareClient, type StatusItem } from './client.ts';
import { basicTraits, groupNumber, meaningOf, statusOf, strictest, toItem } from './map.ts';
import type { Rejection, StatusRow } from './schemas.ts';
import type { SareSettings } from './settings.ts';

type Change = Awaited<ReturnType<Parameters<ContactTargetDriver['setStatus']>[0]>>[number];

/** Made per step, with its lane and record. */
export function createSareDriver(settings: SareSettings, call: CallContext): ContactTargetDriver {
  const client = createSareClient(settings, call);
  return {
    batch: settings.batch,
    abortMs: settings.abortMs,
    settleMs: settings.settleMs,

    async upsert(items, guard) {
      let sent: string[] = [];
      let omittedTraits: OmittedTrait[] = [];
      const rejections = await client.addContacts(async () => {
        const mapped = (await items()).map((contact) => toItem(contact, settings));
        sent = mapped.map(({ item }) => item.email);
        omittedTraits = mapped.flatMap(({ omitted }) => omitted);
        return mapped.map(({ item }) => item);
      }, guard);
      return { rejected: rejectedOf(rejections, sent), omittedTraits };
    },

    async setStatus(items, guard) {
      const changes = await items();
      const asked = changes.map(({ email }) => email);
      const known = strictest(await client.statuses(asked, { isUrgent: true }));
      const plan = (now: readonly Change[]): Plan => planChanges(now, new Set(asked), known, settings);
      let last = plan(changes);
      if (last.items.length === 0) return { rejected: [], left: last.left };
      const rejections = await client.overwriteStatuses(async () => {
        last = plan(await items());
        return last.items;
      }, guard);
      return { rejected: rejectedOf(rejections, last.items.map(({ email }) => email)), left: last.left };
    },

    async readStatuses(emails) {
      const asked = new Set(emails);
      // what a webhook told of may be an opt-out: it must not wait for a batch that is under way (N13)
      return [...strictest(await client.statuses(emails, { isUrgent: call.lane === 'live' })).values()].filter(({ email }) => asked.has(email)).map(toStatus);
    },

    async leaveGroups(emails, groups, guard) {
      if (emails.length === 0 || groups.length === 0) return;
      const rejections = await client.removeFromGroups(emails, groups.map(groupNumber), guard);
      if (rejections.length === 0) return;
      const known = strictest(await client.statuses(emails)); // an address that is gone is in no group: nothing is left to do
      if (rejections.length > emails.filter((email) => !known.has(email)).length) throw notTaken(rejections);
    },

    groups: async () => client.groups(),
    traits: async () => traitsOf(await client.props()),
    check: async () => checkAccount(client, settings),
  };
}

const notTaken = (rejections: readonly Rejection[]): PermanentError =>
  new PermanentError({ system: 'sare', endpoint: 'POST /group/remove_emails', sent: 'maybe', words: rejections.map(({ words }) => words).join('; ') });

/** @throws UnexpectedReplyError for a status that nobody documented: made a refusal it would opt people out of the shop, made a consent it would undo theirs */
function toStatus({ email, status }: StatusRow): TargetStatus {
  const meaning = meaningOf(status);
  if (meaning === undefined) throw new UnexpectedReplyError({ system: 'sare', endpoint: 'POST /email/status_by_email_list/{id}', sent: 'no', field: 'response.status' });
  return { email, ...meaning, vendor: status };
}

interface Plan {
  items: StatusItem[];
  left: LeftAlone[];
}

/** Which statuses are to be overwritten: an unknown address would be added, a blocked or forgotten one is the system's own refusal (decision on S). */
function planChanges(changes: readonly Change[], asked: ReadonlySet<string>, known: ReadonlyMap<string, StatusRow>, settings: SareSettings): Plan {
  const plan: Plan = { items: [], left: [] };
  for (const { email, state } of changes) {
    const why = asked.has(email) ? whyLeft(state, known.get(email)) : 'not read';
    if (why === undefined) plan.items.push({ email, status: statusOf(state, settings) });
    else plan.left.push({ email, why });
  }
  return plan;
}

/** A status that nobody documented is no reason to withhold a refusal, but one to withhold a consent. */
function whyLeft(state: Change['state'], row: StatusRow | undefined): LeftAlone['why'] | undefined {
  if (row === undefined) return 'unknown';
  const meaning = meaningOf(row.status);
  if (meaning === undefined) return state === 'refused' ? undefined : 'status not understood';
  if (meaning.cause === 'blocked' || meaning.cause === 'forgotten') return meaning.cause;
  return meaning.state === state ? 'already so' : undefined;
}

/** An address that we did not send tells nothing: the rejection counts as one that names none. */
function rejectedOf(rejections: readonly Rejection[], sent: readonly string[]): RejectedItem[] {
  return rejections.map(({ email, words }) => (email !== undefined && sent.includes(email) ? { email, words } : { words }));
}

const traitsOf = (own: readonly string[]): FieldName[] => [...new Set([...basicTraits, ...own])].map((name) => ({ name, label: name }));
