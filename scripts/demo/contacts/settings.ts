/** What the demo of contacts writes down before anything starts: a Shoper shop and a SARE account, both on this machine. */
import { ip } from '../settings.ts';

export const integration = 'shop-to-mail';

/** Keys of the simulated systems: they open nothing. */
export const credentials = { DEMO_SHOPER_TOKEN: '00000000000000000000000000000000000000aa', DEMO_SARE_KEY: '00000000-0000-4000-8000-000000000001' } as const;

/** Groups of the simulated account. */
export const groups = { customers: 12, subscribers: 13, archive: 305 } as const;

/** The additional field of the simulated shop that is a consent. */
const consentField = 7;

export interface ContactLimits {
  /** calls a second that the shop takes, and calls in its bucket */
  perSecond: number;
  bucket: number;
}

/** A shop of 2,500 people is then read in half a minute; a real one takes 2 a second, with 10 in its bucket. */
export const shownLimits: ContactLimits = { perSecond: 5, bucket: 60 };

export function settingsText({ shoper, sare }: { shoper: number; sare: number }, { realLimits, exit }: { realLimits: boolean; exit: boolean }): string {
  return `# Written by the demo: a simulated Shoper shop and a simulated SARE account on this machine.
companies:
  - { id: demo, name: Demo company }
connections:
  - id: shop
    company: demo
    system: shoper
    baseUrl: http://${ip}:${shoper}
    token: { env: DEMO_SHOPER_TOKEN }
    country: PL
    consentField: ${consentField}
  - id: mail
    company: demo
    system: sare
    baseUrl: http://${ip}:${sare}
    uid: 10234
    apiKey: { env: DEMO_SARE_KEY }
${realLimits ? '' : '    # the simulated account’s limit of 10 calls per second is lifted for the show\n    perSecond: 100\n    share: 1\n'}integrations:
  - id: ${integration}
    flow: export-contacts
    source: shop
    target: mail
    customers:
      group: ${groups.customers}
      traits:
        - { trait: name, from: firstname }
        - { trait: prop1, from: lastname, clear: true }
        - { trait: city, from: address.city }
    subscribers:
      group: ${groups.subscribers}
      traits:
        - { trait: language, from: language }
    statusesEveryMinutes: ${exit ? 1_440 : 15}
`;
}
