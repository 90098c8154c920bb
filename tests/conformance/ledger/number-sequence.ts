import { createHash, hash } from 'node:crypto';
import { canonicalJson } from '@duovir/protocol';

/** After the numbers that are written down come these: the smallest normal one, and those behind it. */
const SERIAL = { from: 0x0010_0000_0000_0000n, count: 2000 };
const DOUBLE_BYTES = 8;

/** Bits of doubles without end, as the test data of RFC 8785 has them: known, serial, then chained hashes read as doubles. */
function* doubles(beginning: readonly string[]): Generator<bigint> {
  for (const hex of beginning) yield BigInt(`0x${hex}`);
  for (let at = 0; at < SERIAL.count; at += 1) yield SERIAL.from + BigInt(at);
  for (let block = hash('sha256', Buffer.alloc(32), 'buffer'); ; block = hash('sha256', block, 'buffer'))
    for (let at = 0; at < block.length; at += DOUBLE_BYTES) {
      const value = block.readDoubleLE(at);
      if (value !== 0 && Number.isFinite(value)) yield block.readBigUInt64LE(at);
    }
}

export function doubleOf(bits: bigint): number {
  const bytes = Buffer.alloc(DOUBLE_BYTES);
  bytes.writeBigUInt64BE(bits);
  return bytes.readDoubleBE();
}

/** SHA-256 over lines `<bits in hex>,<canonical JSON>`. */
export function hashOfNumbers(beginning: readonly string[], lines: number): string {
  const digest = createHash('sha256');
  let line = 0;
  for (const bits of doubles(beginning)) {
    if (line === lines) break;
    digest.update(`${bits.toString(16)},${canonicalJson(doubleOf(bits))}\n`);
    line += 1;
  }
  return digest.digest('hex');
}
