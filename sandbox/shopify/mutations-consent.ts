/** Marketing consent over the API, with the refusals that were recorded (contract shopify 4). */
import { GraphQLError } from 'graphql';
import { z } from 'zod';
import { setEmailConsent, setSmsConsent } from './customer-writes.ts';
import { inOneEvent } from './events.ts';
import { numberOf } from './gid.ts';
import type { Consent } from './model.ts';
import type { Reading } from './reading.ts';
import { customerView } from './view-customer.ts';
import { nowOf, type World } from './world.ts';

export const consentSchema = z.object({
  marketingState: z.enum(['NOT_SUBSCRIBED', 'SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING', 'INVALID', 'REDACTED']),
  marketingOptInLevel: z.enum(['SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', 'UNKNOWN']).nullish(),
  consentUpdatedAt: z.string().nullish(),
});
type Input = z.output<typeof consentSchema>;

const emailInput = z.object({ customerId: z.string(), emailMarketingConsent: consentSchema });
const smsInput = z.object({ customerId: z.string(), smsMarketingConsent: consentSchema });
const written = ['SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING'];

interface Fault {
  field: string[] | null;
  message: string;
  code: string | null;
}

/** Throws a top-level error for a state that nobody may write. */
export function consentFault(world: World, { marketingState, marketingOptInLevel, consentUpdatedAt }: Input, field: string): Fault | undefined {
  if (!written.includes(marketingState)) throw new GraphQLError(`Cannot specify ${marketingState} as a marketing state input`, { extensions: { code: 'INVALID' } });
  const path = ['input', field];
  if (!marketingOptInLevel) return { field: [...path, 'marketingOptInLevel'], message: 'Marketing opt in level must exist', code: 'MISSING_ARGUMENT' };
  if (marketingState === 'PENDING' && marketingOptInLevel !== 'CONFIRMED_OPT_IN') return { field: [...path, 'marketingOptInLevel'], message: 'Marketing opt in level must be confirmed opt-in for pending consent state', code: 'INVALID' };
  if (consentUpdatedAt && Date.parse(consentUpdatedAt) > world.clock.now()) return { field: [...path, 'consentUpdatedAt'], message: 'Consent updated at must not be in the future', code: 'INVALID' };
  return undefined;
}

export const consentOf = (world: World, { marketingState, marketingOptInLevel, consentUpdatedAt }: Input): Consent => ({ state: marketingState, level: marketingOptInLevel ?? null, at: consentUpdatedAt ? Date.parse(consentUpdatedAt) : nowOf(world) });

const refused = (fault: Fault) => ({ customer: null, userErrors: [fault] });

export function consentMutations(reading: Reading) {
  const { world } = reading;
  return {
    customerEmailMarketingConsentUpdate: ({ input }: { input: unknown }) => {
      const { customerId, emailMarketingConsent } = emailInput.parse(input);
      const fault = consentFault(world, emailMarketingConsent, 'emailMarketingConsent');
      const customer = world.store.customers.get(numberOf('Customer', customerId) ?? 0);
      if (customer === undefined) return refused({ field: ['input', 'customerId'], message: 'Customer not found', code: 'INVALID' });
      if (fault) return refused(fault);
      inOneEvent(world, () => setEmailConsent(world, customer, consentOf(world, emailMarketingConsent)));
      return { customer: customerView(reading, customer), userErrors: [] };
    },
    customerSmsMarketingConsentUpdate: ({ input }: { input: unknown }) => {
      const { customerId, smsMarketingConsent } = smsInput.parse(input);
      const fault = consentFault(world, smsMarketingConsent, 'smsMarketingConsent');
      const customer = world.store.customers.get(numberOf('Customer', customerId) ?? 0);
      if (customer === undefined) return refused({ field: null, message: 'Customer not found', code: null });
      if (fault) return refused(fault);
      if (customer.phone === null) return refused({ field: ['input', 'smsMarketingConsent'], message: 'A phone number is required to set the SMS consent state.', code: 'INVALID' });
      inOneEvent(world, () => setSmsConsent(world, customer, consentOf(world, smsMarketingConsent)));
      return { customer: customerView(reading, customer), userErrors: [] };
    },
  };
}
