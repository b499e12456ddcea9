/** Takes one file out of a .tar.gz archive, the form in which Temporal publishes its programs. */
import { gunzipSync } from 'node:zlib';

const block = 512;

/** The entry of this name, unpacked; undefined if there is none. */
export function untarOne(archive: Buffer, wanted: string): Buffer | undefined {
  const tar = gunzipSync(archive);
  for (let at = 0; at + block <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(tar, at + 124, 12), 8);
    if (Number.isNaN(size)) throw new Error('the tar archive is damaged');
    if (text(tar, at, 100).replace(/^\.\//, '') === wanted) return tar.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  return undefined;
}

function text(tar: Buffer, from: number, length: number): string {
  const raw = tar.toString('utf8', from, from + length);
  const end = raw.indexOf('\0');
  return (end === -1 ? raw : raw.slice(0, end)).trim();
}
