import { LedgerError } from './error.ts';
import { TILE_WIDTH } from './tile.ts';

/** Entries of one bundle, each behind its length in two bytes, most significant first. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.allocUnsafe(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

export function decodeBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (entries.length === TILE_WIDTH)
      throw new LedgerError('bundle-malformed', `A bundle has at most ${TILE_WIDTH} entries; this one has more.`);
    const start = at + 2;
    if (start > bytes.length) throw new LedgerError('bundle-malformed', `Half a length at byte ${at}.`);
    const end = start + bytes.readUInt16BE(at);
    if (end > bytes.length) throw new LedgerError('bundle-malformed', `The entry at byte ${at} is cut off.`);
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  if (entries.length === 0) throw new LedgerError('bundle-malformed', 'A bundle has at least one entry.');
  return entries;
}
