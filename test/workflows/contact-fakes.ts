/** Fakes typed by the contact ports, with a note of every call, behind the queues of a shop and a mailing system on a server that skips time. */
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { ContactPage, ContactSource, ContactTarget } from '../../domain/contact-ports.ts';
import type { IntegrationRef } from '../../domain/ports.ts';
import { connectionQueue, workflowQueue } from '../../workflows/messages.ts';
import { timeSkippingServer, workflowBundlePath } from '../setup/temporal-env.ts';

export const integration: IntegrationRef = { id: 'shop-to-mail', company: 'acme', source: 'shop', target: 'mail' };

export interface ContactFakes {
  calls: string[];
  source: ContactSource;
  target: ContactTarget;
}

export interface ContactScripts {
  /** by kind, one after the other; the last one for ever */
  pages?: Partial<Record<'customer' | 'subscriber' | 'unseen', Partial<ContactPage>[]>>;
  changed?: Partial<ContactPage>[];
  statuses?: { refused: string[]; nextCursor?: string }[];
  mustReread?: boolean;
  sent?: ('sent' | 'expired')[];
  /** called as each call is noted: what a test does meanwhile */
  during?: (call: string) => Promise<void>;
}

const answerOf = <T>(script: T[] | undefined, none: T): T => (script === undefined ? none : ((script.length > 1 ? script.shift() : script[0]) ?? none));
const pageOf = (page: Partial<ContactPage>): ContactPage => ({ count: 1, leftOut: 0, refused: [], ...page });

export function createContactFakes({ pages = {}, changed = [], statuses = [], mustReread = false, sent = [], during }: ContactScripts = {}): ContactFakes {
  const calls: string[] = [];
  const note = async (call: string): Promise<void> => {
    calls.push(call);
    await during?.(call);
  };
  return {
    calls,
    source: {
      checkContactSource: async () => ({ rows: [], properties: { customer: [], subscriber: [] } }),
      readContactPage: async ({ kind, cursor = '', isForced = false, isLookOnly = false }) => {
        await note(`read ${kind} ${cursor}${isForced ? ' forced' : ''}${isLookOnly ? ' look' : ''}`.trim());
        return pageOf(answerOf(pages[kind], {}));
      },
      readContacts: async ({ changes, heard = [] }) => {
        await note([`read rows ${changes.map(({ sourceId }) => sourceId).join()}`, ...heard].join(' heard '));
        return pageOf(answerOf(changed, {}));
      },
      readUnseen: async ({ kind, isLookOnly = false }) => {
        await note(`unseen ${kind}${isLookOnly ? ' look' : ''}`);
        return pageOf(answerOf(pages.unseen, {}));
      },
      withdrawContacts: async ({ persons }) => {
        await note(`withdraw ${String(persons)}`);
        return { withdrawn: persons === 'due' ? 0 : persons.length, notWritable: 0, nothingToDo: 0 };
      },
      ensureContactWebhooks: async () => [],
    },
    target: {
      checkContactTarget: async () => ({ rows: [], groups: [], traits: [] }),
      beginContactWalk: async ({ last }) => {
        await note(`begin${last === undefined ? '' : ` after ${last.epoch}`}`);
        return { memory: { incarnation: 'one', epoch: (last?.epoch ?? 0) + 1 }, mustReread };
      },
      endContactReread: async () => note('refusals known'),
      sendContacts: async ({ page }) => {
        await note(`send ${page}`);
        return (answerOf(sent, 'sent') === 'expired' ? { kind: 'expired' as const } : { kind: 'sent' as const, sent: 1, unchanged: 0, parked: 0, refusalsWritten: 0 });
      },
      compareContacts: async () => ({ kind: 'expired' }),
      refuseContacts: async ({ persons }) => {
        await note(`refuse ${String(persons)}`);
        return { written: persons === 'due' ? 0 : persons.length, alreadyRefused: 0, unknown: 0 };
      },
      confirmContacts: async ({ persons }) => {
        await note(`confirm ${persons.join()}`);
        return { written: 0 };
      },
      readContactStatuses: async (input) => {
        await note(`statuses${'addresses' in input ? [` ${input.addresses.join()}`, ...(input.heard ?? [])].join(' heard ') : ''}`);
        return { read: 1, ...answerOf(statuses, { refused: [] }) };
      },
    },
  };
}

export interface FakePair {
  environment: TestWorkflowEnvironment;
  use: (fakes: ContactFakes) => void;
  stop: () => Promise<void>;
}

type Steps = Record<string, (input: never) => Promise<unknown>>;

export async function startFakePair(): Promise<FakePair> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const environment = await timeSkippingServer();
  let current = createContactFakes();
  const names = { source: Object.keys(current.source), target: Object.keys(current.target) };
  const steps = (side: 'source' | 'target'): Steps => Object.fromEntries(names[side].map((name) => [name, async (input: never) => callStep(current[side], name, input)]));
  const { nativeConnection: connection } = environment;
  const workers = await Promise.all([
    Worker.create({ connection, taskQueue: workflowQueue, workflowBundle: { codePath: workflowBundlePath() } }),
    Worker.create({ connection, taskQueue: connectionQueue('shop'), activities: steps('source') }),
    Worker.create({ connection, taskQueue: connectionQueue('mail'), activities: steps('target') }),
  ]);
  const done = workers.map(async (worker) => worker.run());
  return {
    environment,
    use: (fakes) => (current = fakes),
    stop: async () => {
      for (const worker of workers) worker.shutdown();
      await Promise.all(done);
      await environment.teardown();
    },
  };
}

async function callStep(side: object, name: string, input: unknown): Promise<unknown> {
  const step: unknown = Object.entries(side).find(([key]) => key === name)?.[1];
  if (typeof step !== 'function') throw new Error(`no step ${name}`);
  const answer: unknown = await step(input);
  return answer;
}
