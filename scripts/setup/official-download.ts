/** Temporal's own download, which also the SDK uses: an address answers with where the archive is and what to take out of it. */
import { fetch } from 'undici';
import { z } from 'zod';
import { patient } from './python-index.ts';
import { untarOne } from './tar.ts';
import type { Dispatcher } from 'undici';
import type { PinnedProgram } from './wheels.ts';

/** A machine without open internet must go on to the next source at once. */
const firstAnswerMs = 3_000;
const wholeDownloadMs = 180_000;

const infoSchema = z.object({ archiveUrl: z.url({ protocol: /^https?$/ }), fileToExtract: z.string() });

/**
 * The program, or undefined if this machine cannot reach the address within three seconds or it has no such version.
 * Not pinned by a digest, like the SDK's own download: trust rests on the host's certificate.
 */
export async function officialDownload(pinned: PinnedProgram, base = 'https://temporal.download'): Promise<Buffer | undefined> {
  const dispatcher = patient();
  try {
    for (const version of pinned.official.versions) {
      const found = await download(`${base}/${pinned.official.artifact}/${version}?${machine().toString()}`, dispatcher);
      if (found !== undefined) return found;
    }
    return undefined;
  } catch {
    return undefined;
  } finally {
    await dispatcher.destroy();
  }
}

function machine(): URLSearchParams {
  const platform = process.platform === 'darwin' ? 'darwin' : 'linux';
  const arch = process.arch === 'arm64' ? 'arm64' : 'amd64';
  return new URLSearchParams({ platform, arch, format: 'tar.gz', 'sdk-name': 'sdk-typescript', 'sdk-version': '1.24.0' });
}

async function download(address: string, dispatcher: Dispatcher): Promise<Buffer | undefined> {
  const reply = await fetch(address, { dispatcher, signal: AbortSignal.timeout(firstAnswerMs) });
  if (reply.status === 404) return undefined;
  if (!reply.ok) throw new Error(`the download address answered ${reply.status}`);
  const info = infoSchema.parse(await reply.json());
  const archive = await fetch(info.archiveUrl, { dispatcher, signal: AbortSignal.timeout(wholeDownloadMs) });
  if (!archive.ok) throw new Error(`the download answered ${archive.status}`);
  return untarOne(Buffer.from(await archive.arrayBuffer()), info.fileToExtract);
}
