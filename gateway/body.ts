/** A request's body as raw bytes, within limits of size and time. */

/** Undefined when it is larger. @throws when the sender breaks off, or when the signal aborts first */
export async function readBody(request: Request, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return undefined;
  const reader = request.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const stop = (): void => void reader.cancel().catch(() => undefined); // ends the read that waits
  signal.addEventListener('abort', stop, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    for (let length = 0; ; ) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return Buffer.concat(chunks);
      length += value.length;
      if (length > maxBytes) return undefined;
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
}
