/** What people do while the export runs, one thing each: in the shop, in mails, through an operator. What each means is in demand.ts. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { ContactChange } from '../../../domain/contact-ports.ts';
import { addressesTold, optOutsScheduleId, syncOptOutsWorkflow, syncOptOutsWorkflowId, workflowQueue, type SyncOptOutsInput } from '../../../workflows/messages.ts';
import { recordOptOut } from '../../consent.ts';
import { tellChanges } from '../../contact-runs.ts';
import { getExport } from '../../integration.ts';
import type { Session } from '../../session.ts';
import type { TruePerson } from './people.ts';
import { integration } from './settings.ts';
import type { ContactsStage } from './stage.ts';

/** Those that are a person's refusal, and where it came from. */
export const refusing = {
  untick: 'shop',
  'clear the consent field': 'shop',
  'deactivate the subscriber': 'shop',
  'delete the subscriber': 'shop',
  unsubscribe: 'elsewhere',
  complain: 'elsewhere',
  block: 'elsewhere',
  'opt-out by an operator': 'elsewhere',
  'untick and unsubscribe': 'shop',
} as const;
export const others = ['tick', 'edit', 'delete the account', 'new customer', 'new subscriber', 'subscribe a customer'] as const;
export type ActKind = keyof typeof refusing | (typeof others)[number];
export const isRefusing = (kind: ActKind): kind is keyof typeof refusing => kind in refusing;

/** A person of the shop as the act found them; a new one as they came. */
export interface Act {
  kind: ActKind;
  email: string;
  /** told as a webhook would; else it is left to the next sweep */
  isTold: boolean;
}

/** The person has what the act is about. All rows were read by the export before: what is not ticked when first seen is no refusal when it is unticked. */
export function isPossible(kind: ActKind, { customers, subscribers }: TruePerson): boolean {
  const [customer] = customers;
  const isActive = subscribers.some(({ active }) => active);
  switch (kind) {
    case 'untick':
    case 'untick and unsubscribe':
      return customer?.newsletter === true;
    case 'clear the consent field':
      return customer?.consent === true;
    case 'deactivate the subscriber':
    case 'delete the subscriber':
      return isActive;
    case 'tick':
      return customer?.isRegistered === true && !customer.newsletter && customer.consent !== true && subscribers.length === 0;
    case 'edit':
      return customer !== undefined;
    case 'delete the account':
      return customer?.isRegistered === true && subscribers.length === 0;
    case 'subscribe a customer':
      return customer?.isRegistered === true && subscribers.length === 0;
    default:
      return true;
  }
}

interface Playing {
  stage: Pick<ContactsStage, 'shop' | 'mail'>;
  session: Session;
}

const created = z.object({ id: z.number() });
const changed = (kind: ContactChange['kind'], id: number | undefined): ContactChange => ({ kind, sourceId: String(id), event: 'changed' });

/** Done at once; told, if it is, by a run that is awaited nowhere. A signal that a killed server did not take is sent again, as webhooks are. */
export async function play({ stage, session }: Playing, { kind, email, isTold }: Act, person: TruePerson): Promise<void> {
  const { shop, mail } = stage;
  const [customer] = person.customers;
  const [subscriber] = person.subscribers;
  const inShop = async (name: string, input: object): Promise<number> => created.parse(await shop.action(name, { ...input, tell: false })).id;
  const tell = async (changes: ContactChange[]): Promise<void> => (isTold ? insist(async () => tellChanges(session, getExport(session, integration).ref, changes)) : undefined);
  const inMail = async (name: string): Promise<void> => {
    await mail.action(name, { email, webhook: false });
    if (isTold) await insist(async () => tellAddress(session, email));
  };
  switch (kind) {
    case 'untick':
      await inShop('set-newsletter', { id: customer?.id, newsletter: false });
      return tell([changed('customer', customer?.id)]);
    case 'tick':
      await inShop('set-newsletter', { id: customer?.id, newsletter: true });
      return tell([changed('customer', customer?.id)]);
    case 'clear the consent field':
      await inShop('set-consent-field', { id: customer?.id, value: '0' });
      return tell([changed('customer', customer?.id)]);
    case 'edit':
      await inShop('edit-customer', { id: customer?.id, firstname: 'Zmieniona', lastname: `Osoba ${customer?.id ?? ''}` });
      return tell([changed('customer', customer?.id)]);
    case 'delete the account':
      await inShop('delete-customer', { id: customer?.id });
      return tell([{ kind: 'customer', sourceId: String(customer?.id), event: 'deleted' }]);
    case 'deactivate the subscriber':
      await inShop('set-subscriber', { id: subscriber?.id, active: false });
      return tell([changed('subscriber', subscriber?.id)]);
    case 'delete the subscriber':
      await inShop('delete-subscriber', { id: subscriber?.id });
      return tell([{ kind: 'subscriber', sourceId: String(subscriber?.id), event: 'deleted' }]);
    case 'new customer':
      return tell([changed('customer', await inShop('create-customer', { email, firstname: 'Nowa', lastname: 'Osoba', newsletter: true, isVerified: true, isRegistered: true }))]);
    case 'new subscriber':
    case 'subscribe a customer':
      return tell([changed('subscriber', await inShop('subscribe', { email, active: true }))]);
    case 'unsubscribe':
    case 'complain':
    case 'block':
      return inMail(kind);
    case 'untick and unsubscribe':
      await inShop('set-newsletter', { id: customer?.id, newsletter: false });
      await inMail('unsubscribe');
      return tell([changed('customer', customer?.id)]);
    case 'opt-out by an operator':
      return insist(async () => void (await recordOptOut(session, integration, email, { because: 'asked the judge' })));
    default:
      return kind satisfies never;
  }
}

/** As the gateway does for a webhook of the account. */
async function tellAddress({ client, config }: Session, address: string): Promise<void> {
  const { ref } = getExport({ config }, integration);
  const input: SyncOptOutsInput = { integration: ref };
  await client.workflow.signalWithStart<(input: SyncOptOutsInput) => Promise<unknown>, [{ addresses: string[] }]>(syncOptOutsWorkflow, { taskQueue: workflowQueue, workflowId: syncOptOutsWorkflowId(ref.id), args: [input], signal: addressesTold, signalArgs: [{ addresses: [address] }] });
}

/** Looks at the statuses of all known addresses, once; resolves with its end. */
export async function sweepStatuses({ client, config }: Session): Promise<void> {
  const { ref } = getExport({ config }, integration);
  await client.workflow.execute<(input: SyncOptOutsInput) => Promise<unknown>>(syncOptOutsWorkflow, { taskQueue: workflowQueue, workflowId: optOutsScheduleId(ref.id), args: [{ integration: ref, sweep: true }] });
}

const insistMs = 60_000;

async function insist(work: () => Promise<void>): Promise<void> {
  for (const until = performance.now() + insistMs; ; ) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > until) throw error;
      await wait(250);
    }
  }
}
