/** Who is let in: tokens of the three ways, and what each may do (contract shoper 2). */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { SandboxClock } from '../kernel/sandbox.ts';
import { allRights, levels } from './options.ts';
import type { AppStoreApplication, Area, Level, PanelIntegration, Rights } from './options.ts';
import { Refusal } from './replies.ts';

/** An application as the bucket and the rights know it. */
export interface Caller {
  /** "admin", or the client id */
  application: string;
  rights: Rights;
}

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
}

interface Token {
  application: string;
  /** null: never */
  expiresAt: number | null;
}

export interface Access {
  admin: { login: string; password: string };
  panel: PanelIntegration[];
  rights: Map<string, Rights>;
  issue(application: string, lifeSeconds: number): string;
  /** @throws Refusal 401 for a token that is missing, unknown or expired */
  callerOf(authorization: string | null): Caller;
  /** the App Store's: a code good for one exchange */
  newCode(): string;
  takeCode(code: string): boolean;
  newRefreshToken(accessToken: string): string;
  /** The access token that belongs to it; undefined for one that is not the newest. Spends it. */
  takeRefreshToken(refreshToken: string): string | undefined;
  end(accessToken: string): void;
  /** Ends every token of an application, its codes and refresh tokens included; all applications without a name. */
  endAll(application?: string): void;
  /** how many tokens of each application are good now */
  alive(): Record<string, number>;
}

export interface AccessOptions {
  clock: SandboxClock;
  admin: { login: string; password: string };
  panel: readonly PanelIntegration[];
  app: AppStoreApplication;
}

/** 40 hexadecimal digits. */
export const newToken = (): string => randomBytes(20).toString('hex');

export const adminApplication = 'admin';

export function createAccess({ clock, admin, panel, app }: AccessOptions): Access {
  const tokens = new Map<string, Token>(panel.map(({ clientId, token }) => [token, { application: clientId, expiresAt: null }]));
  const codes = new Set<string>();
  const refreshTokens = new Map<string, string>();
  const rights = new Map<string, Rights>([[adminApplication, allRights], [app.clientId, app.rights], ...panel.map((one): [string, Rights] => [one.clientId, one.rights])]);
  const isAlive = ({ expiresAt }: Token): boolean => expiresAt === null || clock.now() < expiresAt;
  return {
    admin: { ...admin },
    panel: panel.map((one) => ({ ...one })),
    rights,
    issue(application, lifeSeconds) {
      const token = newToken();
      tokens.set(token, { application, expiresAt: clock.now() + lifeSeconds * 1_000 });
      return token;
    },
    callerOf(authorization) {
      const sent = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
      const token = sent === undefined ? undefined : tokens.get(sent);
      if (token === undefined) throw new Refusal(401, 'noToken');
      if (!isAlive(token)) throw new Refusal(401, 'tokenEnded', { code: 'access_denied' });
      const owned = rights.get(token.application);
      if (owned === undefined) throw new Refusal(401, 'noToken');
      return { application: token.application, rights: owned };
    },
    newCode() {
      const code = newToken();
      codes.add(code);
      return code;
    },
    takeCode: (code) => codes.delete(code),
    newRefreshToken(accessToken) {
      const refreshToken = newToken();
      refreshTokens.set(refreshToken, accessToken);
      return refreshToken;
    },
    takeRefreshToken(refreshToken) {
      const accessToken = refreshTokens.get(refreshToken);
      refreshTokens.delete(refreshToken);
      return accessToken;
    },
    end: (accessToken) => void tokens.delete(accessToken),
    endAll(application) {
      for (const [token, { application: owner }] of tokens) if (application === undefined || owner === application) tokens.delete(token);
      if (application !== undefined && application !== app.clientId) return;
      codes.clear();
      refreshTokens.clear();
    },
    alive() {
      const counts: Record<string, number> = {};
      for (const token of tokens.values()) if (isAlive(token)) counts[token.application] = (counts[token.application] ?? 0) + 1;
      return counts;
    },
  };
}

/** @throws Refusal 403 when the ladder does not reach so far */
export function requireRight({ rights }: Caller, area: Area | null, needed: Level): void {
  if (area !== null && levels.indexOf(rights[area]) < levels.indexOf(needed)) throw new Refusal(403, 'noRight');
}

/** Name and password of a Basic header. */
export function readBasic(authorization: string | null): { name: string; password: string } | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  return name === undefined || password === undefined ? undefined : { name, password };
}

export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
