/** The gateway without a port: one address per connection, `/hooks/<connection>/<token>`; everything else does not exist. */
import { Hono, type Context } from 'hono';
import { readBody } from './body.ts';
import { createReceiver, type ReceiverDeps } from './receive.ts';

export interface GatewayDeps extends ReceiverDeps {
  /** who sends a request, for the rate limit of guesses; tests without a socket leave it out */
  clientOf?: (context: Context) => string;
}

export function createGateway({ clientOf = () => '', ...deps }: GatewayDeps): Hono {
  const receive = createReceiver(deps);
  const app = new Hono();
  app.all('/hooks/:connection/:token', async (context) => {
    const { raw } = context.req;
    const { status, text, headers } = await receive({
      method: raw.method,
      connection: context.req.param('connection'),
      token: context.req.param('token'),
      headers: Object.fromEntries(raw.headers),
      client: clientOf(context),
      readBody: async (maxBytes, signal) => readBody(raw, maxBytes, signal),
    });
    return context.text(text, status, headers);
  });
  app.notFound((context) => context.text('unknown address', 404));
  app.onError((error, context) => {
    deps.log.error('a webhook could not be answered', { error });
    return context.text('a mistake of ours', 500);
  });
  return app;
}
