/** The simulated shop and the simulated account as the demo looks at them: whole, or one person at a time. */
import { z } from 'zod';
import { inPanel, truthOf } from '../control.ts';

/** Addresses of their control surfaces. */
export interface ContactControls {
  shoper: string;
  sare: string;
}

const customer = z.object({ id: z.number(), firstname: z.string(), newsletter: z.boolean(), isVerified: z.boolean(), isRegistered: z.boolean(), consent: z.boolean().nullable() });
const subscriber = z.object({ id: z.number(), active: z.boolean() });
const person = z.object({ /** in lower case */ email: z.string(), customers: z.array(customer), subscribers: z.array(subscriber) });
const status = z.union([z.number(), z.literal('forgotten')]);
const hand = z.enum(['api', 'person', 'panel', 'system', 'seed']);
const contact = z.object({ email: z.string(), status, groups: z.array(z.number()), name: z.string(), history: z.array(z.object({ to: status, by: hand })) });

const shopSchema = z.object({
  people: z.array(person),
  webhooks: z.array(z.object({ url: z.string(), active: z.boolean(), events: z.array(z.string()) })),
  changes: z.array(z.object({ event: z.string(), id: z.number(), by: z.enum(['api', 'people']) })),
});
const mailSchema = z.object({
  contacts: z.array(contact),
  confirmationMails: z.array(z.object({ email: z.string() })),
  incidents: z.array(z.object({ email: z.string(), kind: z.string(), by: hand })),
  webhooks: z.object({ active: z.boolean(), urls: z.record(z.string(), z.array(z.string())) }),
});

export type ShopTruth = z.output<typeof shopSchema>;
export type MailTruth = z.output<typeof mailSchema>;
export type Person = z.output<typeof person>;
export type Contact = z.output<typeof contact>;

export const readShop = async ({ shoper }: ContactControls): Promise<ShopTruth> => shopSchema.parse(await truthOf(shoper));
export const readMail = async ({ sare }: ContactControls): Promise<MailTruth> => mailSchema.parse(await truthOf(sare));

export const findPerson = async ({ shoper }: ContactControls, email: string): Promise<Person> => person.parse(await inPanel(shoper, 'person', { email }));
/** Undefined: the account does not know the address. */
export const findContact = async ({ sare }: ContactControls, email: string): Promise<Contact | undefined> => contact.nullable().parse(await inPanel(sare, 'contact', { email })) ?? undefined;

/** Nobody in such a status gets mail. */
export const isRefusal = (one: Contact['status']): boolean => one === 'forgotten' || [2, 3, 4, 7].includes(one);
