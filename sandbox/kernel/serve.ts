/** Serves a simulated API over real HTTP and does what a struck fault says: breaks connections, delays, holds, answers rubbish. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Faults, StruckFault } from './faults.ts';
import type { RequestLog } from './request-log.ts';
import type { Arrival, LoggedRequest, SandboxClock, SandboxDefinition } from './sandbox.ts';
import type { AfterWait, Waits } from './waits.ts';

export interface ServeParts {
  definition: SandboxDefinition;
  clock: SandboxClock;
  faults: Faults;
  waits: Waits;
  log: RequestLog;
}

/** A server that does not listen yet. */
export function createApiServer(parts: ServeParts): Server {
  let lastNumber = 0;
  const nextNumber = (): number => (lastNumber += 1);
  const server = createServer((incoming, outgoing) => {
    answer({ ...parts, nextNumber }, incoming, outgoing).catch((error: unknown) => {
      process.stderr.write(`sandbox ${parts.definition.name}: ${error instanceof Error ? error.stack : String(error)}\n`);
      incoming.socket.destroy();
    });
  });
  // longer than any client keeps an idle connection: a close from our side would look like a lost reply
  server.keepAliveTimeout = 120_000;
  return server;
}

async function answer(parts: ServeParts & { nextNumber: () => number }, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  if (!body) return; // hung up before the request was complete: it never arrived

  const method = incoming.method ?? 'GET';
  const path = incoming.url ?? '/';
  const fault = parts.faults.strike(method, path);
  const arrival: Arrival = { number: parts.nextNumber(), at: parts.clock.now() };
  const entry: LoggedRequest = { ...arrival, method, path, headers: plainHeaders(incoming), body: body.toString('utf8'), status: null, fault: fault?.kind ?? null };
  parts.log.add(entry);

  if ((await waitBefore(parts.waits, fault)) === 'vanish') return void incoming.socket.destroy();
  const instead = replyInstead(parts.definition, fault);
  if (instead === undefined) entry.handledAt = parts.clock.now();
  const response = instead ?? (await handle(parts.definition, toRequest(incoming, method, path, body), arrival));
  if (fault?.kind === 'slow-after-storing' && (await parts.waits.slow(fault.delayMs ?? 0)) === 'vanish') return void incoming.socket.destroy();
  if (fault?.kind === 'lost-reply') return void incoming.socket.destroy();
  if (incoming.socket.destroyed) return; // the caller has gone; what it asked for is done all the same
  entry.status = response.status;
  await deliver(response, outgoing, { half: fault?.kind === 'half-page', withBody: method !== 'HEAD' });
}

function waitBefore(waits: Waits, fault: StruckFault | undefined): Promise<AfterWait> | AfterWait {
  if (fault?.kind === 'slow-before-storing') return waits.slow(fault.delayMs ?? 0);
  if (fault?.kind === 'hold') return waits.hold(fault.id, fault.until);
  return 'go on';
}

/** The answer of a fault that stores nothing. */
function replyInstead(definition: SandboxDefinition, fault: StruckFault | undefined): Response | undefined {
  switch (fault?.kind) {
    case 'refuse':
      return withHeaders(definition.refuse(fault.status ?? 500, fault.text ?? 'Something went wrong'), fault.headers);
    case 'throttle':
      return withHeaders(definition.refuse(429, fault.text ?? 'Too many requests'), fault.headers);
    case 'refuse-with-email':
      return withHeaders(definition.refuse(fault.status ?? 400, fault.text ?? 'anna.nowak@example.com cannot be used'), fault.headers);
    case 'garbage':
      return withHeaders(new Response('<html><body><h1>Maintenance</h1></body></html>', { status: 200, headers: { 'content-type': 'text/html' } }), fault.headers);
    default:
      return undefined;
  }
}

function withHeaders(response: Response, headers: Record<string, string> | undefined): Response {
  const all = new Headers(response.headers);
  for (const [name, value] of Object.entries(headers ?? {})) all.set(name, value);
  return new Response(response.body, { status: response.status, headers: all });
}

/** A mistake in a sandbox is shown on stderr and answered as the vendor would answer its own. */
async function handle(definition: SandboxDefinition, request: Request, arrival: Arrival): Promise<Response> {
  try {
    return await definition.handle(request, arrival);
  } catch (error) {
    process.stderr.write(`sandbox ${definition.name} ${request.method} ${new URL(request.url).pathname}: ${error instanceof Error ? error.stack : String(error)}\n`);
    return definition.refuse(500, 'Internal error');
  }
}

async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  } catch {
    return undefined;
  }
  return incoming.complete ? Buffer.concat(chunks) : undefined;
}

function toRequest(incoming: IncomingMessage, method: string, path: string, body: Buffer): Request {
  const headers = new Headers();
  for (let at = 0; at + 1 < incoming.rawHeaders.length; at += 2) headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  const mayHaveBody = method !== 'GET' && method !== 'HEAD'; // the standard's Request refuses one there
  return new Request(new URL(path, `http://${incoming.headers.host ?? '127.0.0.1'}`), { method, headers, body: mayHaveBody && body.length > 0 ? new Uint8Array(body) : null });
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}

async function deliver(response: Response, outgoing: ServerResponse, how: { half: boolean; withBody: boolean }): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  for (const [name, value] of response.headers) if (name !== 'set-cookie') outgoing.setHeader(name, value);
  if (response.headers.getSetCookie().length > 0) outgoing.setHeader('set-cookie', response.headers.getSetCookie());
  outgoing.statusCode = response.status;
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader('content-length', body.length);
  if (!how.half) return void outgoing.end(how.withBody ? body : undefined);
  // announce the whole length, send half of it, break
  outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => outgoing.socket?.destroy());
}
