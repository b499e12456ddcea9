/** Takes one file out of a zip archive (a Python wheel is one), so that no program for it is needed. */
import { inflateRawSync } from 'node:zlib';

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;

/**
 * The first entry whose name is wanted, unpacked; undefined if there is none.
 * @throws Error when the archive is damaged or packed by a method other than stored or deflate
 */
export function unzipOne(zip: Buffer, wanted: (name: string) => boolean): Buffer | undefined {
  const end = findEnd(zip);
  let at = zip.readUInt32LE(end + 16);
  for (let entry = zip.readUInt16LE(end + 10); entry > 0; entry -= 1) {
    if (zip.readUInt32LE(at) !== directoryEntry) throw new Error('the zip archive is damaged');
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (wanted(name)) {
      return unpack(zip, { method: zip.readUInt16LE(at + 10), packed: zip.readUInt32LE(at + 20), size: zip.readUInt32LE(at + 24), header: zip.readUInt32LE(at + 42) });
    }
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

/** The record that names the directory stands last, before a comment of up to 64 kB. */
function findEnd(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at -= 1) {
    if (zip.readUInt32LE(at) === endOfDirectory) return at;
  }
  throw new Error('this is not a zip archive');
}

function unpack(zip: Buffer, entry: { method: number; packed: number; size: number; header: number }): Buffer {
  if (zip.readUInt32LE(entry.header) !== localHeader) throw new Error('the zip archive is damaged');
  const start = entry.header + 30 + zip.readUInt16LE(entry.header + 26) + zip.readUInt16LE(entry.header + 28);
  const body = zip.subarray(start, start + entry.packed);
  if (entry.method !== 0 && entry.method !== 8) throw new Error(`the zip archive is packed by method ${entry.method}`);
  const content = entry.method === 0 ? body : inflateRawSync(body);
  if (content.length !== entry.size) throw new Error('the zip archive is damaged');
  return content;
}
