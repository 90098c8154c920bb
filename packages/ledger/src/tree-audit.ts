import { LedgerError } from './error.ts';
import type { Finding } from './finding.ts';
import { Frontier } from './frontier.ts';
import type { LogDirectory } from './log-directory.ts';
import { HASH_BYTES, leafHash } from './merkle.ts';
import { hashAt, levelShapes, tileNames, tilePath, TILE_WIDTH, tileWidth } from './tile.ts';

/** A root that some signed checkpoint vouches for. */
export interface KnownRoot {
  readonly size: number;
  readonly root: Buffer;
  readonly file: string;
}

export interface TreeAudit {
  readonly findings: readonly Finding[];
  /** Whether every leaf is the one under the newest signed root. */
  readonly isIntact: boolean;
}

/** Leaf hashes as the entries have them, and as the level-0 tiles have them. */
interface Leaves {
  readonly fromEntries: Buffer;
  readonly fromTiles: Buffer;
  readonly findings: Finding[];
}

type Attempt<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'unreadable'; readonly reason: string };

async function attempt<Value>(read: () => Promise<Value>): Promise<Attempt<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (error instanceof LedgerError) return { kind: 'unreadable', reason: error.message };
    throw error;
  }
}

async function readLeaves(
  directory: LogDirectory,
  size: number,
  onEntry: (index: number, bytes: Buffer) => void,
): Promise<Leaves> {
  const fromEntries = Buffer.alloc(size * HASH_BYTES);
  const fromTiles = Buffer.alloc(size * HASH_BYTES);
  const findings: Finding[] = [];
  for (let index = 0; index * TILE_WIDTH < size; index += 1) {
    const width = tileWidth('entries', index, size);
    const at = index * TILE_WIDTH * HASH_BYTES;
    const tile = await attempt(() => directory.tile({ level: 0, index, width }));
    const bundle = await attempt(() => directory.bundle(index, width));
    const entries = bundle.kind === 'read' ? bundle.value : [];
    const hashes = Buffer.concat(entries.map((entry) => leafHash(entry)));
    for (const [offset, entry] of entries.entries()) onEntry(index * TILE_WIDTH + offset, entry);
    // What cannot be read is named once, as a file; the other side stands in so that the rest can still be judged.
    if (tile.kind === 'unreadable')
      findings.push({ file: tilePath({ level: 0, index, width }), rule: 'tile-readable', consequence: tile.reason });
    if (bundle.kind === 'unreadable')
      findings.push({
        file: tilePath({ level: 'entries', index, width }),
        rule: 'bundle-readable',
        consequence: bundle.reason,
      });
    (tile.kind === 'read' ? tile.value : hashes).copy(fromTiles, at);
    (bundle.kind === 'read' ? hashes : fromTiles.subarray(at, at + width * HASH_BYTES)).copy(fromEntries, at);
  }
  return { fromEntries, fromTiles, findings };
}

/** The tiles and roots that a row of leaf hashes makes. */
interface Tree {
  readonly levels: readonly Buffer[][];
  readonly roots: ReadonlyMap<number, Buffer>;
}

function growTree(leaves: Buffer, sizes: ReadonlySet<number>): Tree {
  const levels: Buffer[][] = [];
  const roots = new Map<number, Buffer>();
  const frontier = new Frontier();
  const count = leaves.length / HASH_BYTES;
  for (let index = 0; ; index += 1) {
    if (sizes.has(index)) roots.set(index, frontier.root());
    if (index === count) return { levels, roots };
    frontier.append(hashAt(leaves, index), (level, _position, value) => {
      if (level > 0) (levels[level] ??= []).push(value);
    });
  }
}

/** Names what differs between entries and level-0 tiles; the side that leads to the signed root is believed. */
function disputes(leaves: Leaves, believed: 'entries' | 'tiles' | 'neither', size: number): Finding[] {
  const findings: Finding[] = [];
  for (let index = 0; index < size; index += 1) {
    if (hashAt(leaves.fromEntries, index).equals(hashAt(leaves.fromTiles, index))) continue;
    const tile = Math.floor(index / TILE_WIDTH);
    const width = tileWidth(0, tile, size);
    if (believed !== 'entries')
      findings.push({
        entry: index,
        file: tilePath({ level: 'entries', index: tile, width }),
        rule: 'entry-hash',
        consequence: 'These are not the bytes that were logged at this index.',
      });
    if (believed !== 'tiles')
      findings.push({
        entry: index,
        file: tilePath({ level: 0, index: tile, width }),
        rule: 'tile-hash',
        consequence: 'The tile has another hash than the entry: proofs made from it fail.',
      });
  }
  return findings;
}

async function compareUpperTiles(directory: LogDirectory, size: number, tree: Tree): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const shape of levelShapes(size).filter(({ level }) => level > 0))
    for (const name of tileNames(shape.level, shape)) {
      const from = name.index * TILE_WIDTH;
      const expected = Buffer.concat((tree.levels[shape.level] ?? []).slice(from, from + name.width));
      const tile = await attempt(() => directory.tile(name));
      if (tile.kind === 'unreadable')
        findings.push({ file: tilePath(name), rule: 'tile-readable', consequence: tile.reason });
      else if (!tile.value.equals(expected))
        findings.push({
          file: tilePath(name),
          rule: 'tile-hash',
          consequence: 'The tile does not follow from the one below it.',
        });
    }
  return findings;
}

/**
 * Recomputes the whole tree from the entries and compares every tile and every signed root with it.
 * @param roots at least the newest; the largest size decides how much of the log is read.
 */
export async function auditTree(
  directory: LogDirectory,
  roots: readonly KnownRoot[],
  onEntry: (index: number, bytes: Buffer) => void = () => {},
): Promise<TreeAudit> {
  const newest = roots.reduce((left, right) => (right.size > left.size ? right : left));
  const sizes = new Set(roots.map(({ size }) => size));
  const last = Math.floor((newest.size - 1) / TILE_WIDTH);
  // Looked at first: a size that nobody has entries for must not decide how much memory is taken.
  const end = await attempt(async () =>
    newest.size === 0 ? [] : directory.bundle(last, tileWidth('entries', last, newest.size)),
  );
  if (end.kind === 'unreadable') {
    const file = tilePath({ level: 'entries', index: last, width: tileWidth('entries', last, newest.size) });
    return { findings: [{ file, rule: 'bundle-readable', consequence: end.reason }], isIntact: false };
  }
  const leaves = await readLeaves(directory, newest.size, onEntry);
  let tree = growTree(leaves.fromEntries, sizes);
  let believed: 'entries' | 'tiles' | 'neither' = tree.roots.get(newest.size)?.equals(newest.root)
    ? 'entries'
    : 'neither';
  if (believed === 'neither') {
    const other = growTree(leaves.fromTiles, sizes);
    if (other.roots.get(newest.size)?.equals(newest.root)) {
      believed = 'tiles';
      tree = other;
    }
  }
  const wrongRoots = roots
    .filter(({ size, root }) => !tree.roots.get(size)?.equals(root))
    .map(({ file, size }) => ({
      file,
      rule: 'checkpoint-root',
      consequence: `The first ${size} entries do not lead to the root that was signed: the log was rewritten, or this is not its checkpoint.`,
    }));
  return {
    findings: [
      ...leaves.findings,
      ...disputes(leaves, believed, newest.size),
      ...(await compareUpperTiles(directory, newest.size, tree)),
      ...wrongRoots,
    ],
    isIntact: believed === 'entries' && leaves.findings.length === 0,
  };
}
