import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Random } from '../src/tampering/random.fixture.ts';

/** Paths of all files below a folder, sorted. */
export function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
}

/** Another content of the same kind: bits, bytes, lengths, or nonsense. */
export function corrupted(bytes: Buffer, random: Random): Buffer {
  const at = random.integer(bytes.length);
  const length = random.integer(bytes.length - at + 1);
  const changed = Buffer.from(bytes);
  switch (random.integer(6)) {
    case 0:
      changed.writeUInt8(bytes.readUInt8(at) ^ (1 << random.integer(8)), at);
      return changed;
    case 1:
      return changed.subarray(0, at);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
    case 4:
      return changed.fill(random.integer(256), at, at + Math.min(length, 16));
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from('\u0000"}]{['.repeat(1 + random.integer(9))),
        bytes.subarray(at),
      ]);
  }
}

/** The same entries, one of them left out, repeated, or in another place. */
export function rearranged(
  bodies: readonly Buffer[],
  random: Random,
): { readonly how: string; readonly bodies: Buffer[] } {
  const [first, second] = random.pair(bodies.length);
  const [one, other] = [bodies[first], bodies[second]];
  if (!one || !other) throw new RangeError('A log of one entry has nothing to rearrange.');
  const how = random.pick(['dropped', 'repeated', 'exchanged', 'moved'] as const);
  const changed = [...bodies];
  if (how === 'dropped') changed.splice(second, 1);
  if (how === 'repeated') changed.splice(second, 0, one);
  if (how === 'exchanged') changed.splice(first, second - first + 1, other, ...changed.slice(first + 1, second), one);
  if (how === 'moved') changed.push(...changed.splice(first, 1));
  return { how: `${how} ${first} ${second}`, bodies: changed };
}
