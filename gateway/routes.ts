/** Which addresses there are: one per connection whose system sends webhooks, with all that is needed to verify and hand over what comes in there. */
import type { IntegrationRef } from '../domain/ports.ts';
import type { ConnectionConfig, IntegrationConfig } from '../worker/config.ts';
import { hookSigningSecret, hooksSecrets, hookToken } from '../worker/hooks.ts';
import type { Mistake } from '../worker/mistakes.ts';
import { placeOf, readSecret, secretReference, type Environs } from '../worker/secrets.ts';
import type { Hint } from './delivery.ts';
import { findSender, type Sender } from './senders.ts';

export interface Route {
  connection: string;
  sender: Sender;
  /** any of them is right: more than one while the hooks secret is replaced */
  tokens: readonly string[];
  /** empty: the sender's secret is not known, so nothing signed can be believed */
  secrets: readonly string[];
  /** of an application that the sender calls about; empty: there is none */
  applicationSecrets: readonly string[];
  /** the account that a call about an application names; undefined: none does */
  account: string | undefined;
  /** that read orders or contacts from this connection */
  asSource: readonly IntegrationRef[];
  /** that bring them into it */
  asTarget: readonly IntegrationRef[];
}

export interface RoutesInput {
  config: { connections: readonly ConnectionConfig[]; integrations: readonly Pick<IntegrationConfig, 'ref'>[]; exports?: readonly { ref: IntegrationRef }[] };
  /** current first */
  hooksSecrets: readonly string[];
  environs: Environs;
}

/** Secrets that the settings name and that are not there are added to the mistakes. */
export function createRoutes({ config, hooksSecrets: own, environs }: RoutesInput, mistakes: Mistake[]): Route[] {
  return config.connections.flatMap((connection) => {
    const sender = findSender(connection.system, connection.settings);
    if (sender === undefined) return [];
    const refs = [...config.integrations, ...(config.exports ?? [])].map(({ ref }) => ref);
    return {
      connection: connection.id,
      sender,
      tokens: own.map((secret) => hookToken(secret, connection.id)),
      secrets: sender.signedWith === 'hooks secret' ? own.map((secret) => hookSigningSecret(secret, connection.id)) : secretsIn(connection, typeof sender.signedWith === 'string' ? [] : sender.signedWith.settings, environs, mistakes),
      applicationSecrets: secretsIn(connection, sender.applicationSecret === undefined ? [] : [sender.applicationSecret], environs, mistakes),
      account: sender.accountOf?.(connection.settings),
      asSource: refs.filter(({ source }) => source === connection.id),
      asTarget: refs.filter(({ target }) => target === connection.id),
    };
  });
}

/** Two in one text, separated by a comma, while one replaces the other. The first of these settings that is given counts. */
function secretsIn({ id, settings }: ConnectionConfig, names: readonly string[], environs: Environs, mistakes: Mistake[]): string[] {
  const setting = names.find((name) => settings[name] !== undefined);
  const reference = secretReference.safeParse(setting === undefined ? undefined : settings[setting]);
  if (!reference.success) return [];
  const text = readSecret(reference.data, environs);
  if (text === undefined) mistakes.push({ path: `${id}.${setting}`, message: `${placeOf(reference.data)} is not set` });
  return hooksSecrets(text ?? '');
}

/** Whom a hint concerns: empty when no integration reads such records, so that nobody would do anything about it. */
export function readersOf({ asSource, asTarget }: Route, hint: Hint): readonly IntegrationRef[] {
  if (hint.kind === 'order' || hint.kind === 'unsubscribed' || hint.kind === 'contact') return asSource;
  return hint.kind === 'target-order' || hint.kind === 'contact-address' ? asTarget : [];
}
