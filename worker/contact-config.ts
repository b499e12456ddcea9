/** Settings of the flow *export contacts*, as the file has them (S5, S6, S7). */
import { z } from 'zod';
import type { IntegrationRef } from '../domain/ports.ts';
import type { ContactPopulation, ExportContactsSettings } from '../domain/settings.ts';

/** An integration of this flow. */
export interface ExportConfig {
  flow: 'export-contacts';
  ref: IntegrationRef;
  settings: ExportContactsSettings;
}

const traitRow = z.strictObject(
  { trait: z.string().trim().min(1), from: z.string().trim().min(1), clear: z.boolean().optional() },
  { error: ({ code }) => (code === 'unrecognized_keys' ? 'unknown key; allowed: trait, from, clear' : undefined) },
);

const population = z
  .strictObject(
    {
      group: z.union([z.string().min(1), z.number().int()], 'expected the id of a group that exists in the mailing system (S7); waybill check lists them').transform(String),
      traits: z.array(traitRow).default([]),
    },
    { error: ({ code }) => (code === 'unrecognized_keys' ? 'unknown key; allowed: group, traits' : undefined) },
  )
  .transform(({ group, traits }, context): ContactPopulation => {
    const twice = traits.find(({ trait }, index) => traits.findIndex((other) => other.trait === trait) !== index);
    if (twice !== undefined) context.addIssue({ code: 'custom', path: ['traits'], message: `trait ${twice.trait} is filled by two rows` });
    return { group, traits: traits.map(({ trait, from, clear }) => ({ trait, from, ...(clear === undefined ? {} : { clear }) })) };
  });

const shape = {
  /** each with its own mapping and group (S6); one of both at least */
  customers: population.optional(),
  subscribers: population.optional(),
  /** how often the mailing system's statuses of all known addresses are read (S10) */
  statusesEveryMinutes: z.number().int().min(5).max(1_440).default(60),
};

export const exportContactsKeys = Object.keys(shape);

export const exportContactsSchema = z
  .strictObject(shape)
  .transform(({ customers, subscribers, statusesEveryMinutes }, context): ExportContactsSettings => {
    if (customers === undefined && subscribers === undefined) context.addIssue({ code: 'custom', path: ['customers'], message: 'a population is missing: customers, subscribers or both, each with the target group (S7)' });
    return { statusesEveryMinutes, ...(customers === undefined ? {} : { customers }), ...(subscribers === undefined ? {} : { subscribers }) };
  });
