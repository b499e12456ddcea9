/** What a simulated shop can be told about itself. */
import type { z } from 'zod';
import type { SandboxClock } from '../kernel/sandbox.ts';
import type { switchesSchema } from './switches.ts';

/** Parts of the shop that rights are given for. Languages, settings and versions are open to every token. */
export const areas = ['users', 'subscribers', 'additional_fields', 'webhooks'] as const;
export type Area = (typeof areas)[number];

/** A ladder: each step includes those before it. */
export const levels = ['none', 'read', 'create', 'edit', 'delete'] as const;
export type Level = (typeof levels)[number];
export type Rights = Record<Area, Level>;

export interface PanelIntegration {
  clientId: string;
  /** the static Token API */
  token: string;
  rights: Rights;
}

export interface AppStoreApplication {
  clientId: string;
  clientSecret: string;
  /** signs lifecycle and iframe calls, and derives the secrets of declared webhooks */
  appstoreSecret: string;
  applicationCode: string;
  version: string;
  rights: Rights;
}

export type ShoperOptions = z.input<typeof switchesSchema> & {
  /** host in X-Shop-Domain and application-config. Default sklep100001.example.test */
  host?: string;
  /** licence hash: the shop's stable id */
  license?: string;
  admin?: { login: string; password: string };
  panel?: PanelIntegration[];
  app?: Partial<AppStoreApplication>;
  /** where lifecycle calls go unless the action names another address */
  billingUrl?: string;
  /** IANA zone of all times in replies. Default Europe/Warsaw */
  timeZone?: string;
  /** Default: real time, from now on */
  clock?: SandboxClock;
};

export const allRights: Rights = { users: 'delete', subscribers: 'delete', additional_fields: 'delete', webhooks: 'delete' };

/** Who a sandbox lets in that was told nothing; the application's permissions are those of contract shoper 9. */
export const defaults = {
  host: 'sklep100001.example.test',
  license: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
  timeZone: 'Europe/Warsaw',
  admin: { login: 'webapi', password: 'secret-of-the-admin' },
  panel: { clientId: 'panel-1', token: '00000000000000000000000000000000000000aa', rights: allRights },
  app: {
    clientId: 'app-client-1',
    clientSecret: 'app-client-secret',
    appstoreSecret: 'appstore-secret',
    applicationCode: 'waybill-contacts',
    version: '1',
    rights: { users: 'edit', subscribers: 'delete', additional_fields: 'read', webhooks: 'edit' },
  },
} as const satisfies Record<string, unknown>;
