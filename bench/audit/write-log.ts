import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  formatCheckpoint,
  formatKeysFile,
  Frontier,
  KEYS_FILE,
  levelShapes,
  tileNames,
  tilePath,
} from '@duovir/ledger';
import { ENTRIES_PER_BLOCK } from './block.ts';
import type { BlockWork, WrittenBlock } from './block-writer.ts';
import { foundOrganisation, ORIGIN, type Organisation } from './organisation.ts';

const HASH_BYTES = 32;

/** The folder of a log of `size` entries, honest runs told by real keys. Written once, then kept among the temporary files. */
export async function honestLog(size: number): Promise<string> {
  const kept = join(tmpdir(), `duovir-bench-audit-${size}`);
  if (existsSync(join(kept, 'checkpoint'))) return kept;
  rmSync(kept, { recursive: true, force: true });
  const folder = mkdtempSync(`${kept}-`);
  await writeHonestLog(folder, size, await foundOrganisation());
  // Somebody else may have been measuring at the same time, and be done.
  if (existsSync(join(kept, 'checkpoint'))) rmSync(folder, { recursive: true });
  else renameSync(folder, kept);
  return kept;
}

/** Writes such a log into an empty folder; the organisation can go on speaking. Returns the leaf hashes, one behind the other. */
export async function writeHonestLog(folder: string, size: number, organisation: Organisation): Promise<Buffer> {
  const leaves = await writeBlocks(folder, size, organisation);
  await writeTree(folder, leaves, organisation);
  return leaves;
}

async function writeBlocks(folder: string, size: number, { keys, policyDigest }: Organisation): Promise<Buffer> {
  const leaves = Buffer.alloc(size * HASH_BYTES);
  const step = availableParallelism();
  await Promise.all(
    Array.from({ length: step }, (_, first) => {
      const work: BlockWork = { folder, size, trustPolicy: policyDigest, keys, first, step };
      const worker = new Worker(new URL('block-writer.ts', import.meta.url), { workerData: work });
      return new Promise<void>((resolve, reject) => {
        worker.on('message', (written: WrittenBlock) =>
          leaves.set(written.leaves, written.block * ENTRIES_PER_BLOCK * HASH_BYTES),
        );
        worker.on('error', reject);
        worker.on('exit', () => resolve());
      });
    }),
  );
  return leaves;
}

function put(path: string, bytes: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** Tiles above the leaves, keys, and the checkpoint last. */
async function writeTree(folder: string, leaves: Buffer, organisation: Organisation): Promise<void> {
  const { log, witness, officer, trustPolicy } = organisation;
  const size = leaves.length / HASH_BYTES;
  const levels: Buffer[][] = [];
  const frontier = new Frontier();
  for (let at = 0; at < leaves.length; at += HASH_BYTES)
    frontier.append(leaves.subarray(at, at + HASH_BYTES), (level, _position, value) => {
      if (level > 0) (levels[level] ??= []).push(value);
    });
  for (const shape of levelShapes(size).slice(1))
    for (const name of tileNames(shape.level, shape)) {
      const from = name.index * 256;
      put(join(folder, tilePath(name)), Buffer.concat((levels[shape.level] ?? []).slice(from, from + name.width)));
    }
  put(join(folder, KEYS_FILE), formatKeysFile({ officer, trustPolicies: [trustPolicy], restores: [] }));
  const text = formatCheckpoint({ origin: ORIGIN, size, root: frontier.root() });
  put(join(folder, 'checkpoint'), `${text}\n${await log.signLine(text)}${await witness.signLine(text)}`);
}
