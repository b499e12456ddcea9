/** Whose accounts these are: a company of the file, or a new one. */
import type { Config, CompanyConfig } from '../../worker/config.ts';
import { freeId, idForm, idWords } from './connection.ts';
import type { Dialogue } from './dialogue.ts';

/** `isThere`: it stands in the file already. */
export async function askCompany(dialogue: Dialogue, { companies }: Pick<Config, 'companies'>): Promise<CompanyConfig & { isThere: boolean }> {
  const existing = await findCompany(dialogue, companies);
  if (existing) {
    if (dialogue.given.answers.has('company.name')) dialogue.note(`--set company.name: company ${existing.id} is there already and is not changed by init; leave it out, or choose another company.id`);
    return { ...existing, isThere: true };
  }
  const name = (await dialogue.answer({ name: 'company.name', ask: 'Name of the company', why: 'Consents, reports and people are kept apart by company.', example: 'Acme Example' })) ?? '';
  const fallback = freeId(slugOf(name), new Set(companies.map(({ id }) => id)));
  const id = (await dialogue.answer({ name: 'company.id', ask: 'Id of the company', why: 'It stays for good.', fallback, mistake: (text) => (idForm.test(text) ? undefined : idWords) })) ?? fallback;
  return { id, name, isThere: false };
}

async function findCompany({ given, asker }: Dialogue, companies: readonly CompanyConfig[]): Promise<CompanyConfig | undefined> {
  const named = given.answers.get('company.id');
  if (named !== undefined) return companies.find(({ id }) => id === named);
  if (given.answers.has('company.name') || companies.length === 0) return undefined;
  const [only, another] = companies;
  if (!asker) return another === undefined ? only : undefined;
  const chosen = await asker.choose('Company', [...companies.map(({ id, name }) => ({ value: id, label: name })), { value: '', label: 'another one' }]);
  return companies.find(({ id }) => id === chosen);
}

const slugOf = (name: string): string => name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'company'; // prettier-ignore
