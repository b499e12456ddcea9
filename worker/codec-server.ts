/** Shows clear text to an operator: Temporal's UI and CLI ask it to decode what they read. Loopback only; with a token in production. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { cors } from 'hono/cors';
import { z } from 'zod';
import type { Payload, PayloadCodec } from '@temporalio/common';

export interface CodecServerOptions {
  codec: PayloadCodec;
  /** addresses of the Temporal UI */
  origins: readonly string[];
  /** asked for as `Authorization: Bearer …` when given */
  token: string | undefined;
}

const bodySchema = z.object({ payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()).optional(), data: z.string().optional() })) });

/** The app without a port: `/encode` and `/decode` as the engine's remote codec protocol has them. */
export function createCodecServer({ codec, origins, token }: CodecServerOptions): Hono {
  const app = new Hono();
  app.use(cors({ origin: [...origins], allowMethods: ['POST'], allowHeaders: ['content-type', 'x-namespace', 'authorization'], credentials: true }));
  app.use(bodyLimit({ maxSize: 10_000_000 }));
  app.use(async (context, next) => {
    if (token !== undefined && !sameText(context.req.header('authorization') ?? '', `Bearer ${token}`)) return context.json({ error: 'token missing or wrong' }, 401);
    await next();
    return undefined;
  });
  for (const verb of ['encode', 'decode'] as const) {
    app.post(`/${verb}`, async (context) => {
      const body = bodySchema.safeParse(await context.req.json<unknown>().catch(() => undefined));
      if (!body.success) return context.json({ error: 'payloads expected' }, 400);
      try {
        const payloads = await codec[verb](body.data.payloads.map(fromJson));
        return context.json({ payloads: payloads.map(toJson) });
      } catch {
        return context.json({ error: 'sealed with another key, or damaged' }, 422);
      }
    });
  }
  return app;
}

/** Digests have one length, so the comparison takes one time. */
const sameText = (a: string, b: string): boolean => timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());

function fromJson({ metadata, data }: { metadata?: Record<string, string> | undefined; data?: string | undefined }): Payload {
  const decoded = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value, 'base64')] as const);
  return { metadata: Object.fromEntries(decoded), data: Buffer.from(data ?? '', 'base64') };
}

function toJson(payload: Payload) {
  const metadata = Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')] as const);
  return { metadata: Object.fromEntries(metadata), data: Buffer.from(payload.data ?? []).toString('base64') };
}
