/**
 * Where the webhooks of a connection come in, and what they are signed with where the sender lets us choose. Both follow from the hooks secret alone,
 * so that the worker, which registers them, and the gateway, which receives them, agree without telling each other.
 */
import { createHmac } from 'node:crypto';

/** 128 bits: nobody guesses it. */
const tokenLength = 32;

/** What WAYBILL_HOOKS_SECRET lists: one secret, or two separated by a comma while one replaces the other; the first is current. */
export const hooksSecrets = (text: string): string[] =>
  text
    .split(',')
    .map((secret) => secret.trim())
    .filter((secret) => secret !== '');

/** The unguessable part of a connection's address, lower-case hex. */
export const hookToken = (secret: string, connection: string): string => derive(secret, `address:${connection}`).slice(0, tokenLength);

/** The address to give to the sender. `publicUrl` is where the gateway is reached from outside, e.g. "https://hooks.example.com". */
export const hookAddress = (publicUrl: string, secret: string, connection: string): string => `${publicUrl.replace(/\/+$/, '')}/hooks/${connection}/${hookToken(secret, connection)}`;

/** The secret for senders that are told one (WooCommerce), lower-case hex. */
export const hookSigningSecret = (secret: string, connection: string): string => derive(secret, `secret:${connection}`);

const derive = (secret: string, purpose: string): string => createHmac('sha256', secret).update(purpose).digest('hex');
