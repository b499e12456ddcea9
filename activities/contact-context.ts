/** What the steps of contact flows share: their settings, the operator's answers, who a person is. */
import { normaliseEmail, type ContactKind, type SourceContact } from '../domain/contact.ts';
import type { ContactAnswers, ContactPopulation, ExportContactsSettings } from '../domain/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ConnectorContext } from './call.ts';
import { SettingsError } from './errors.ts';

/** A connector's context in a contact flow. */
export interface ContactContext<Settings> extends Omit<ConnectorContext<Settings>, 'integrationSettings'> {
  contactSettings: (integration: string) => Promise<{ settings: ExportContactsSettings; version: string }>;
}

/** The keyed digest that stands for a person of a company; undefined: the text is no address. */
export function personOf({ ledger, company }: { ledger: Pick<Ledger, 'crypto'>; company: string }, address: string): { email: string; person: string } | undefined {
  const email = normaliseEmail(address);
  return email === undefined ? undefined : { email, person: ledger.crypto.digest(company, 'email', email) };
}

const answerMarks = { inactiveSubscribers: 'answer-inactive-subscribers', sourceRefusals: 'answer-source-refusals' } as const;

/** @throws SettingsError before the operator has answered: then nothing is exported (decision on S: first start) */
export async function readAnswers(ledger: Pick<Ledger, 'marks'>, integration: string): Promise<ContactAnswers> {
  const answers = await findAnswers(ledger, integration);
  if (answers === undefined) throw new SettingsError(`integration ${integration} is not connected: what inactive subscribers and refusals of the shop mean was not answered yet (waybill connect ${integration})`);
  return answers;
}

export async function findAnswers(ledger: Pick<Ledger, 'marks'>, integration: string): Promise<ContactAnswers | undefined> {
  const subject = `integration:${integration}`;
  const [inactive, refusals] = await Promise.all([ledger.marks.get(subject, answerMarks.inactiveSubscribers), ledger.marks.get(subject, answerMarks.sourceRefusals)]);
  if ((inactive !== 'refused' && inactive !== 'unconfirmed') || (refusals !== 'treat-as-refusal' && refusals !== 'leave')) return undefined;
  return { inactiveSubscribers: inactive, sourceRefusals: refusals };
}

/** An address as it lies on a page: all rows of it that are known, with what a mapping may name. */
export interface ListedAddress {
  email: string;
  rows: SourceContact[];
  /** addresses that the rows had before; those that no row has any more leave the target's groups */
  formerEmails?: string[];
}

/** In the order in which an export walks them. */
export const kinds: readonly ContactKind[] = ['customer', 'subscriber'];

export const populationOf = (settings: ExportContactsSettings, kind: ContactKind): ContactPopulation | undefined => (kind === 'customer' ? settings.customers : settings.subscribers);

/** The properties that the mapping of this population names. */
export const wantedBy = (settings: ExportContactsSettings, kind: ContactKind): { properties: ReadonlySet<string> } => ({ properties: new Set((populationOf(settings, kind)?.traits ?? []).map(({ from }) => from)) });
