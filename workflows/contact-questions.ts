/** Questions of scripts about a pair of a shop and a mailing system, answered by the worker, which alone knows API keys. */
import { continueAsNew, setCurrentDetails, setWorkflowOptions, workflowInfo } from '@temporalio/workflow';
import type { Comparison } from '../domain/contact-ports.ts';
import type { WebhookRow } from '../domain/ports.ts';
import { contactSystemsForQuestions, contactSystemsOf } from './connect.ts';
import type { CheckContactsResult, CheckInput, CompareContactsInput, WebhooksInput, WebhooksResult } from './messages.ts';
import { pinned } from './release.ts';

setWorkflowOptions(pinned, checkContacts);
export async function checkContacts({ integration }: CheckInput): Promise<CheckContactsResult> {
  const { source, target } = contactSystemsForQuestions(integration);
  const step = { integration, lane: 'live' } as const;
  const [from, to] = await Promise.all([source.checkContactSource(step), target.checkContactTarget(step)]);
  return { source: from.rows, target: to.rows, properties: from.properties, groups: to.groups, traits: to.traits };
}

const nothing: Comparison = { addresses: 0, knownThere: 0, refusedHereConfirmedThere: { count: 0, some: [] }, unknownHereConfirmedThere: { count: 0, some: [] }, refusedThere: 0, inactiveSubscribers: 0 };
const pagesPerRun = 100;

/** Both sides compared before the first start; reads only. An address of both populations is counted in each. */
setWorkflowOptions(pinned, compareContacts);
export async function compareContacts(input: CompareContactsInput): Promise<Comparison> {
  const { integration, kinds } = input;
  const { source, target } = contactSystemsOf(integration, 'bulk');
  const step = { integration, lane: 'bulk' } as const;
  let found = input.progress?.found ?? nothing;
  let kind = input.progress?.kind ?? kinds[0];
  let cursor = input.progress?.cursor;
  let read = input.progress?.read ?? 0;
  for (let pages = 0; kind !== undefined; pages += 1) {
    setCurrentDetails(`${read} rows read, ${found.addresses} addresses compared`);
    if (pages >= pagesPerRun || workflowInfo().continueAsNewSuggested) await continueAsNew<typeof compareContacts>({ ...input, progress: { kind, read, found, ...(cursor === undefined ? {} : { cursor }) } });
    const page = await source.readContactPage({ ...step, kind, dryRun: true, ...(cursor === undefined ? {} : { cursor }) });
    read += page.count;
    const compared = page.page === undefined ? undefined : await target.compareContacts({ ...step, kind, page: page.page });
    if (compared !== undefined && 'kind' in compared) continue; // expired: the page is read again
    if (compared !== undefined) found = sumOf(found, compared);
    cursor = page.nextCursor;
    if (cursor === undefined) kind = kinds[kinds.indexOf(kind) + 1];
  }
  return found;
}

const shown = 20;
const join = (a: Comparison['refusedHereConfirmedThere'], b: Comparison['refusedHereConfirmedThere']) => ({ count: a.count + b.count, some: [...a.some, ...b.some].slice(0, shown) });

const sumOf = (a: Comparison, b: Comparison): Comparison => ({
  addresses: a.addresses + b.addresses,
  knownThere: a.knownThere + b.knownThere,
  refusedHereConfirmedThere: join(a.refusedHereConfirmedThere, b.refusedHereConfirmedThere),
  unknownHereConfirmedThere: join(a.unknownHereConfirmedThere, b.unknownHereConfirmedThere),
  refusedThere: a.refusedThere + b.refusedThere,
  inactiveSubscribers: a.inactiveSubscribers + b.inactiveSubscribers,
});

setWorkflowOptions(pinned, ensureContactWebhooks);
export async function ensureContactWebhooks({ integration }: WebhooksInput): Promise<WebhooksResult> {
  const { source } = contactSystemsForQuestions(integration);
  const rows: WebhookRow[] = await source.ensureContactWebhooks({ integration, lane: 'live' });
  return { rows };
}
