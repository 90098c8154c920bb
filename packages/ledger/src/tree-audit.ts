import type { Finding } from './finding.ts';
import { attempt, disputes, readLeaves, unreadableTile, type Leaves } from './leaf-reading.ts';
import type { LogDirectory } from './log-directory.ts';
import type { Roots } from './restored-log.ts';
import { hashAt, levelShapes, tileNames, tilePath, TILE_WIDTH, tileWidth } from './tile.ts';
import { growTree, type Tree } from './tree-growth.ts';

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
  /** Undefined where not even the end of the log is there. */
  readonly leaves: Leaves | undefined;
  /** Of the sizes of all known roots, and of those that were asked for. */
  readonly roots: Roots;
}

export interface TreeAuditOptions {
  /** Entries and level-0 tiles below are not there: a multiple of 256. */
  readonly first?: number;
  /** Further trees whose roots are wanted: from `first` entries on, and not larger than the log. */
  readonly sizes?: readonly number[];
  /** Called with the number of entries read so far. */
  readonly onProgress?: (entries: number) => void;
}

/**
 * Recomputes the whole tree from the entries and compares every tile and every signed root with it.
 * @param roots at least the newest; the largest size decides how much of the log is read.
 */
export async function auditTree(
  directory: LogDirectory,
  roots: readonly KnownRoot[],
  { first = 0, sizes: others = [], onProgress = () => {} }: TreeAuditOptions = {},
): Promise<TreeAudit> {
  const newest = roots.reduce((left, right) => (right.size > left.size ? right : left));
  const { size } = newest;
  const sizes = new Set([...roots.map((root) => root.size), ...others]);
  const end = await missingEnd(directory, size, first);
  if (end) return { findings: [end], isIntact: false, leaves: undefined, roots: new Map() };
  const before = await readBefore(directory, size, first);
  const leaves = await readLeaves(directory, size, first, onProgress);
  let tree = growTree(before.roots, leaves.fromEntries, sizes);
  const leads = (one: Tree): boolean => one.roots.get(size)?.equals(newest.root) ?? false;
  let believed: 'entries' | 'tiles' | 'neither' = leads(tree) ? 'entries' : 'neither';
  if (believed === 'neither') {
    const other = growTree(before.roots, leaves.fromTiles, sizes);
    if (leads(other)) {
      believed = 'tiles';
      tree = other;
    }
  }
  return {
    findings: [
      ...before.findings,
      ...leaves.findings,
      ...disputes(leaves, believed),
      ...(await compareUpperTiles(directory, size, tree)),
      ...wrongRoots(roots, tree),
    ],
    isIntact: believed === 'entries' && leaves.findings.length === 0,
    leaves,
    roots: tree.roots,
  };
}

/** Looked at first: a size that nobody has entries for must not decide how much memory is taken. */
export async function missingEnd(directory: LogDirectory, size: number, first: number): Promise<Finding | undefined> {
  if (size <= first) return undefined;
  const index = Math.floor((size - 1) / TILE_WIDTH);
  const width = tileWidth('entries', index, size);
  const end = await attempt(() => directory.bundle(index, width));
  return end.kind === 'unreadable' ? unreadableTile({ level: 'entries', index, width }, end.reason) : undefined;
}

/** What stands before `first`: the tree is taken from the roots of its tiles. */
async function readBefore(
  directory: LogDirectory,
  size: number,
  first: number,
): Promise<{ readonly roots: readonly Buffer[]; readonly findings: readonly Finding[] }> {
  const roots: Buffer[] = [];
  const findings: Finding[] = [];
  const tiles = first / TILE_WIDTH;
  for (let index = 0; index * TILE_WIDTH < tiles; index += 1) {
    const name = { level: 1, index, width: tileWidth(1, index, size) };
    const tile = await attempt(() => directory.tile(name));
    // Not a root that anything leads to: the tree fails, and this file is named as the reason.
    const hashes = tile.kind === 'read' ? tile.value : Buffer.alloc(name.width * 32);
    if (tile.kind === 'unreadable') findings.push(unreadableTile(name, tile.reason));
    const count = Math.min(name.width, tiles - index * TILE_WIDTH);
    for (let at = 0; at < count; at += 1) roots.push(hashAt(hashes, at));
  }
  return { roots, findings };
}

async function compareUpperTiles(directory: LogDirectory, size: number, tree: Tree): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const shape of levelShapes(size).filter(({ level }) => level > 0))
    for (const name of tileNames(shape.level, shape)) {
      const from = name.index * TILE_WIDTH;
      const expected = Buffer.concat((tree.levels[shape.level] ?? []).slice(from, from + name.width));
      const tile = await attempt(() => directory.tile(name));
      if (tile.kind === 'unreadable') findings.push(unreadableTile(name, tile.reason));
      else if (!tile.value.equals(expected))
        findings.push({
          file: tilePath(name),
          rule: 'tile-hash',
          consequence: 'The tile does not follow from the one below it.',
        });
    }
  return findings;
}

function wrongRoots(roots: readonly KnownRoot[], tree: Tree): Finding[] {
  return roots
    .filter(({ size, root }) => !tree.roots.get(size)?.equals(root))
    .map(({ file, size }) => ({
      file,
      rule: 'checkpoint-root',
      consequence: `The first ${size} entries do not lead to the root that was signed: the log was rewritten, or this is not its checkpoint.`,
    }));
}
