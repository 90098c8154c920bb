// A worker thread: writes the entry bundles and level-0 tiles of every nth block, and says which leaves they have.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { encodeBundle, leafHash, tilePath } from '@duovir/ledger';
import type { Digest } from '@duovir/protocol';
import { blockEntries, ENTRIES_PER_BLOCK } from './block.ts';
import type { Voices } from './honest-run.ts';
import { signerOf, type Keys, type Voice } from './organisation.ts';

export interface BlockWork {
  readonly folder: string;
  readonly size: number;
  readonly trustPolicy: Digest;
  readonly keys: Keys;
  /** This worker's blocks: `first`, `first + step`, … */
  readonly first: number;
  readonly step: number;
}

/** All leaf hashes of one block, one behind the other. */
export interface WrittenBlock {
  readonly block: number;
  readonly leaves: Uint8Array;
}

const WIDTH = 256;

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

const { folder, size, trustPolicy, keys, first, step } = workerData as BlockWork;
const voices = Object.fromEntries(
  Object.entries(keys).map(([name, key]) => [name, signerOf(name as Voice, key)]),
) as Voices;
for (let block = first; block * ENTRIES_PER_BLOCK < size; block += step) {
  const from = block * ENTRIES_PER_BLOCK;
  const entries = (await blockEntries(voices, trustPolicy, block)).slice(0, size - from);
  const leaves = Buffer.concat(entries.map((entry) => leafHash(entry)));
  for (let at = 0; at < entries.length; at += WIDTH) {
    const bundle = entries.slice(at, at + WIDTH);
    const name = { index: (from + at) / WIDTH, width: bundle.length };
    put(join(folder, tilePath({ level: 'entries', ...name })), encodeBundle(bundle));
    put(join(folder, tilePath({ level: 0, ...name })), leaves.subarray(at * 32, (at + bundle.length) * 32));
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage({ block, leaves } satisfies WrittenBlock);
}
