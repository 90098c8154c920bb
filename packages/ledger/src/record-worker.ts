// A worker thread: judges one share of a log.
import { parentPort, workerData } from 'node:worker_threads';
import { openKeyRing, type PublishedKeys } from './keys-file.ts';
import type { RecordJudgement } from './record-audit.ts';
import { readRecord, type ReadingTask } from './record-reader.ts';

export interface WorkerTask extends ReadingTask {
  readonly keys: PublishedKeys;
  /** Shared with the other threads; each writes the leaves of its own entries. */
  readonly judged: Uint8Array;
}

export type WorkerReport =
  | { readonly kind: 'progress'; readonly entries: number }
  | { readonly kind: 'judged'; readonly judgement: RecordJudgement };

const { keys, judged, ...task } = workerData as WorkerTask;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
const report = (one: WorkerReport): void => parentPort?.postMessage(one);
const ring = openKeyRing(keys.trustPolicies, keys.officer, keys.restores);
report({
  kind: 'judged',
  judgement: await readRecord(task, ring, judged, (entries) => report({ kind: 'progress', entries })),
});
