/** One row per system: what a connection to it needs, which roles it can take, and its activities. */
import { z } from 'zod';
import { SettingsError } from '../activities/errors.ts';
import { recordingSource, recordingTarget } from '../activities/recorded.ts';
import { identityOf as cartumIdentity, settingsSchema as cartumSettings } from '../activities/cartum/settings.ts';
import { settingsSchema as roappSettings } from '../activities/roapp/settings.ts';
import { identityOf as sareIdentity, settingsSchema as sareSettings } from '../activities/sare/settings.ts';
import { identityOf as shoperIdentity, settingsSchema as shoperSettings } from '../activities/shoper/settings.ts';
import { identityOf as shopifyIdentity, settingsSchema as shopifySettings } from '../activities/shopify/settings.ts';
import { identityOf as woocommerceIdentity, settingsSchema as woocommerceSettings } from '../activities/woocommerce/settings.ts';
import type { ConnectorContext } from '../activities/call.ts';
import type { ContactContext } from '../activities/contact-context.ts';
import { hearingSource, hearingTarget } from '../activities/contact-heard.ts';
import { createContactSource } from '../activities/contact-source.ts';
import { createContactTarget } from '../activities/contact-target.ts';

/** Of orders: `source`, `target`. */
export type Role = 'source' | 'target' | 'contact-source' | 'contact-target';

/** A context whose settings are still as they stand in the ledger, secrets resolved; for order flows and for contact flows. */
export type RawContext = Omit<ConnectorContext<unknown>, 'settings'> & Pick<ContactContext<unknown>, 'contactSettings'> & { settings: () => Promise<{ settings: Record<string, unknown>; version: string }> };

export interface SystemRow {
  roles: readonly Role[];
  /** settings that are secrets: given as references only */
  secrets: readonly string[];
  allowedKeys: readonly string[];
  /** The account's own identity out of the settings as they are written; undefined: they do not tell it (design 4). */
  identityOf: (settings: Record<string, unknown>) => string | undefined;
  /** Defaults of an integration whose orders come from here: each platform has statuses of its own. */
  orderDefaults: { excludeStatuses?: string[]; afterWriteOff?: string[] };
  /** What a setting is when the file does not say it; undefined: it has no default. */
  defaultOf: (setting: string) => unknown;
  /** What is wrong with these settings (secrets resolved); empty when nothing is. */
  check: (settings: unknown) => readonly z.core.$ZodIssue[];
  /** A connector's code is loaded when a connection of it is served: scripts and the gateway never need it. */
  createActivities: (context: RawContext) => Promise<object>;
}

interface SystemInput<Settings> {
  settingsSchema: z.ZodType<Settings>;
  roles: readonly Role[];
  orderDefaults?: SystemRow['orderDefaults'];
  /** for systems whose address is the account's own */
  identityOf?: (settings: { baseUrl: string }) => string;
  /** for systems whose settings tell it otherwise */
  accountOf?: (settings: Record<string, unknown>) => string | undefined;
  createActivities: (context: ConnectorContext<Settings> & ContactContext<Settings>) => Promise<object>;
}

/** Hides a system's own settings type behind its schema, so that all rows look alike. */
function system<Settings>({ settingsSchema, roles, orderDefaults = {}, identityOf, accountOf = byAddress(identityOf), createActivities }: SystemInput<Settings>): SystemRow {
  return {
    roles,
    orderDefaults,
    identityOf: accountOf,
    secrets: keysOf(settingsSchema, isSecret),
    allowedKeys: keysOf(settingsSchema),
    defaultOf: (setting) => {
      const field: unknown = settingsSchema instanceof z.ZodObject ? settingsSchema.shape[setting] : undefined;
      return field instanceof z.ZodType ? field.safeParse(undefined).data : undefined;
    },
    check: (settings) => settingsSchema.safeParse(settings).error?.issues ?? [],
    createActivities: (context) => {
      const settings = async () => {
        const raw = await context.settings();
        return { settings: parseSettings(context.connection, settingsSchema, raw.settings), version: raw.version };
      };
      return createActivities({ ...context, settings });
    },
  };
}

const byAddress =
  (identityOf: SystemInput<unknown>['identityOf']) =>
  (settings: Record<string, unknown>): string | undefined =>
    identityOf && typeof settings['baseUrl'] === 'string' && URL.canParse(settings['baseUrl']) ? identityOf({ baseUrl: settings['baseUrl'] }) : undefined;

function keysOf(schema: z.ZodType, wanted: (field: unknown) => boolean = () => true): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries<unknown>(schema.shape).flatMap(([key, field]) => (wanted(field) ? [key] : []));
}

/** A connector's schema marks its secrets: `z.string().meta({ secret: true })`. */
const isSecret = (field: unknown): boolean => field instanceof z.ZodType && field.meta()?.['secret'] === true;

function parseSettings<Settings>(connection: string, schema: z.ZodType<Settings>, raw: unknown): Settings {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new SettingsError(`connection ${connection}: these settings cannot be used: ${fields}`);
}

export const systems: Readonly<Record<string, SystemRow>> = {
  woocommerce: system({ settingsSchema: woocommerceSettings, roles: ['source'], identityOf: woocommerceIdentity, orderDefaults: { excludeStatuses: ['completed', 'cancelled', 'refunded', 'failed', 'trash'], afterWriteOff: ['completed'] }, createActivities: async (context) => recordingSource((await import('../activities/woocommerce/activities.ts')).createWoocommerceActivities(context), context) }),
  shopify: system({ settingsSchema: shopifySettings, roles: ['source'], identityOf: shopifyIdentity, orderDefaults: { excludeStatuses: ['fulfilled', 'cancelled', 'refunded'] }, createActivities: async (context) => recordingSource((await import('../activities/shopify/activities.ts')).createShopifyActivities(context), context) }),
  cartum: system({ settingsSchema: cartumSettings, roles: ['source'], identityOf: cartumIdentity, orderDefaults: { excludeStatuses: ['3'] }, createActivities: async (context) => recordingSource((await import('../activities/cartum/activities.ts')).createCartumActivities(context), context) }),
  shoper: system({
    settingsSchema: shoperSettings,
    roles: ['contact-source'],
    identityOf: shoperIdentity,
    createActivities: async (context) => {
      const [{ createShoperDriver }, { createShoperClient }, { createSessions }, { ensureShoperWebhooks }, { createInstallationSteps }] = await Promise.all([import('../activities/shoper/driver.ts'), import('../activities/shoper/client.ts'), import('../activities/shoper/session.ts'), import('../activities/shoper/webhooks.ts'), import('../activities/shoper/lifecycle.ts')]);
      const sessions = createSessions();
      const source = createContactSource(context, {
        createDriver: (settings, call) => createShoperDriver(settings, call, sessions),
        ensureWebhooks: async (settings, call, hooks) => ensureShoperWebhooks({ client: createShoperClient({ settings, call, sessions }), ...hooks }),
      });
      return { ...hearingSource(source, context), ...createInstallationSteps(context) };
    },
  }),
  sare: system({
    settingsSchema: sareSettings,
    roles: ['contact-target'],
    accountOf: ({ baseUrl, uid }) => (typeof uid === 'string' || typeof uid === 'number' ? sareIdentity({ uid, ...(typeof baseUrl === 'string' && URL.canParse(baseUrl) ? { baseUrl } : {}) }) : undefined),
    createActivities: async (context) => {
      const { createSareDriver } = await import('../activities/sare/driver.ts');
      return hearingTarget(createContactTarget(context, { createDriver: createSareDriver }), context);
    },
  }),
  roapp: system({ settingsSchema: roappSettings, roles: ['target'], createActivities: async (context) => recordingTarget((await import('../activities/roapp/activities.ts')).createRoappActivities(context), context) }),
};

export const findSystem = (name: string): SystemRow | undefined => (Object.hasOwn(systems, name) ? systems[name] : undefined);
