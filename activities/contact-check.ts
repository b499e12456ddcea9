/** Rows of `check` about what the settings name in the mailing system: target groups and traits must be there (S5, S7). */
import type { ExportContactsSettings } from '../domain/settings.ts';
import { kinds, populationOf } from './contact-context.ts';

/** @param listed the groups in words, for whoever has to choose one */
export function settingsRows(settings: ExportContactsSettings, groups: readonly string[], traits: readonly string[], listed: readonly string[]) {
  const used = kinds.flatMap((kind) => populationOf(settings, kind) ?? []);
  const missing = [...new Set(used.map(({ group }) => group).filter((group) => !groups.includes(group)))];
  const unknown = [...new Set(used.flatMap((population) => population.traits.map(({ trait }) => trait)).filter((trait) => !traits.includes(trait)))];
  return [
    missing.length === 0
      ? ({ what: 'target group', state: 'ok', found: [...new Set(used.map(({ group }) => group))].join(', ') } as const)
      : ({ what: 'target group', state: 'not ok', found: `no such group: ${missing.join(', ')}; there are ${listed.join(', ') || 'none'}`, step: 'Make the group in the mailing system, or name one that exists (S7).' } as const),
    unknown.length === 0
      ? ({ what: 'mapping, mailing side', state: 'ok', found: 'every trait that a row names is there' } as const)
      : ({ what: 'mapping, mailing side', state: 'not ok', found: `no such trait: ${unknown.join(', ')}`, step: 'Name one of the traits that check lists.' } as const),
  ];
}
