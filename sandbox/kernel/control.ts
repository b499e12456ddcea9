/** The control surface beside an API: seed, clock, faults, request log, truth, and what people do in the vendor's own panel. */
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { clockChangeSchema, faultSchema } from './schemas.ts';
import type { RunningSandbox, SandboxClock } from './sandbox.ts';

export type Controlled = Omit<RunningSandbox, 'controlUrl' | 'close'>;

export function createControl(sandbox: Controlled): Hono {
  const app = new Hono();
  const { definition, clock } = sandbox;

  app.get('/health', (context) => context.json({ ok: true, name: sandbox.name, url: sandbox.url }));
  app.get('/truth', () => reply(definition.truth()));
  app.post('/reset', (context) => {
    sandbox.reset();
    return context.json({ ok: true });
  });
  app.post('/seed', async (context) => reply(definition.seed(await readJson(context))));
  app.post('/actions/:name', async (context) => {
    const name = context.req.param('name');
    const action = Object.hasOwn(definition.actions, name) ? definition.actions[name] : undefined;
    if (!action) return context.json({ error: `no action "${name}"; there are: ${Object.keys(definition.actions).join(', ')}` }, 404);
    return reply(await action(await readJson(context)));
  });

  app.post('/faults', async (context) => context.json({ id: sandbox.fault(faultSchema.parse(await readJson(context))) }));
  app.delete('/faults', (context) => {
    sandbox.clearFaults();
    return context.json({ ok: true });
  });
  app.post('/release', (context) => {
    sandbox.release();
    return context.json({ ok: true });
  });
  app.get('/held', async (context) => {
    await sandbox.held(countOf(context));
    return context.json({ ok: true });
  });

  app.get('/requests', (context) => context.json(sandbox.requests(context.req.query('on'))));
  app.delete('/requests', (context) => {
    sandbox.clearRequests();
    return context.json({ ok: true });
  });
  app.get('/arrived', async (context) => {
    await sandbox.arrived(context.req.query('on') ?? '*', countOf(context));
    return context.json({ ok: true });
  });

  app.get('/clock', (context) => context.json(readingOf(clock)));
  app.post('/clock', async (context) => {
    const change = clockChangeSchema.parse(await readJson(context));
    if (change.set !== undefined) clock.set(typeof change.set === 'number' ? change.set : Date.parse(change.set));
    if (change.advance !== undefined) clock.advance(change.advance);
    if (change.freeze) clock.freeze();
    if (change.run) clock.run();
    return context.json(readingOf(clock));
  });

  app.onError((error, context) => context.json({ error: error instanceof z.ZodError ? z.prettifyError(error) : error.message }, 400));
  return app;
}

const readingOf = (clock: SandboxClock): { now: number; iso: string } => ({ now: clock.now(), iso: new Date(clock.now()).toISOString() });

const countOf = (context: Context): number => z.coerce.number().int().min(1).parse(context.req.query('count') ?? 1);

async function readJson(context: Context): Promise<unknown> {
  const text = await context.req.text();
  const value: unknown = text === '' ? {} : JSON.parse(text);
  return value;
}

/** Actions may answer with nothing; JSON has only null for that. */
const reply = (value: unknown): Response => new Response(JSON.stringify(value ?? null), { headers: { 'content-type': 'application/json' } });
