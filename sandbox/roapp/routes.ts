/** The whole API: v2 under `/v2`, what is left of the previous version beside it; key, rate limit and refusals in one place. */
import { Hono, type MiddlewareHandler } from 'hono';
import { Refusal, refusalReply, tooManyRequests } from './errors.ts';
import { mountAccount } from './routes-account.ts';
import { mountCatalog } from './routes-catalog.ts';
import { mountContacts } from './routes-contacts.ts';
import { mountItems } from './routes-items.ts';
import { mountLegacy } from './routes-legacy.ts';
import { mountOrders } from './routes-orders.ts';
import type { World } from './world.ts';

export function createApi(world: World): Hono {
  const v2 = new Hono();
  // fixed paths first: /orders/types is no order
  mountAccount(v2, world);
  mountOrders(v2, world);
  mountItems(v2, world);
  mountContacts(v2, world);
  mountCatalog(v2, world);
  refuseOtherMethods(v2);

  const legacy = new Hono();
  legacy.use(async (_context, next) => {
    if (!world.switches.legacy) throw new Refusal(404, 'Not found');
    await next();
  });
  mountLegacy(legacy, world);
  refuseOtherMethods(legacy);

  const api = new Hono();
  api.use(admit(world));
  api.route('/v2', v2);
  api.route('/', legacy);
  api.notFound(() => refusalReply(new Refusal(404, 'Not found'), world.variety, world.switches.validationStatus));
  api.onError((error) => {
    if (error instanceof Refusal) return refusalReply(error, world.variety, world.switches.validationStatus);
    throw error;
  });
  return api;
}

/** A wrong key is 401; a right one may be used so many times per second. */
const admit =
  (world: World): MiddlewareHandler =>
  async (context, next) => {
    const key = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
    if (key === undefined || key !== world.apiKey) throw new Refusal(401, 'Unauthorized');
    if (!world.limiter.admit(key, world.switches.requestsPerSecond)) return tooManyRequests(world.switches.retryAfterHeader);
    await next();
    return undefined;
  };

/** A known path with an unknown method is 405. */
function refuseOtherMethods(app: Hono): void {
  const paths = new Set(app.routes.filter(({ method }) => method !== 'ALL').map(({ path }) => path));
  for (const path of paths) {
    app.all(path, () => {
      throw new Refusal(405, 'Method not allowed');
    });
  }
}
