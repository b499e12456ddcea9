/** Login and tokens (contract cartum 2): 32 characters in the body, good for 600 seconds. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { limits } from './limits.ts';
import { parse } from './params.ts';
import { Refusal, ok } from './replies.ts';
import type { Envelope, Row } from './replies.ts';
import type { World } from './store.ts';

const credentials = z.object({ login: z.string().default(''), password: z.string().default('') });

/** A login does not end the tokens handed out before. */
export function logIn(world: World, params: Row): Envelope {
  const { login, password } = parse(credentials, params);
  if (login !== world.login || password !== world.password) throw new Refusal(world.switches.badLogin, 'Wrong login or password');
  const token = randomUUID().replaceAll('-', '');
  world.tokens.set(token, world.clock.now());
  return ok({ token });
}

/** @throws Refusal in the spelling that the switch names */
export function requireToken(world: World, token: unknown): void {
  const issuedAt = typeof token === 'string' ? world.tokens.get(token) : undefined;
  if (issuedAt !== undefined && world.clock.now() - issuedAt < limits.tokenLifeMs) return;
  if (typeof token === 'string') world.tokens.delete(token);
  const { badToken } = world.switches;
  throw badToken === 'HTTP 401' ? new Refusal('UNAUTHORIZED', 'Unauthorized', 401) : new Refusal(badToken, 'Token is wrong or has expired');
}
