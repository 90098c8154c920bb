import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LedgerError } from './error.ts';
import { openKeyRing, type PublishedKeys } from './keys-file.ts';
import { HASH_BYTES } from './merkle.ts';
import type { RecordJudgement } from './record-audit.ts';
import { readRecord, type ReadingTask } from './record-reader.ts';
import type { WorkerReport, WorkerTask } from './record-worker.ts';

/** Below this a thread takes longer to start than the log to read. */
const ENTRIES_WORTH_A_THREAD = 5000;

/** Short-lived objects make up nearly all of what a thread uses: little room for them costs no time, much of it stays taken. */
const YOUNG_MEGABYTES = 16;

export interface RecordReading {
  readonly judgements: readonly RecordJudgement[];
  /** Leaf hash of each entry from `first` on, as it was judged; zeroes where none was. */
  readonly judged: Uint8Array;
}

/** How many threads share a log, where nobody says otherwise. 0: none but this one. */
export function workersFor(entries: number): number {
  return entries < ENTRIES_WORTH_A_THREAD ? 0 : availableParallelism();
}

/** Judges everything that a log says, on as many threads as there are workers. */
export async function readOnWorkers(
  task: Omit<ReadingTask, 'part' | 'of'>,
  keys: PublishedKeys,
  workers: number,
  onProgress: (entries: number) => void,
): Promise<RecordReading> {
  const bytes = (task.size - task.first) * HASH_BYTES;
  if (workers === 0) {
    const judged = new Uint8Array(bytes);
    const ring = openKeyRing(keys.trustPolicies, keys.officer, keys.restores);
    return { judgements: [await readRecord({ ...task, part: 0, of: 1 }, ring, judged, onProgress)], judged };
  }
  const judged = new Uint8Array(new SharedArrayBuffer(bytes));
  const done = new Map<number, number>();
  const threads = Array.from(
    { length: workers },
    (_, part) =>
      new Worker(PROGRAM, {
        workerData: { ...task, part, of: workers, keys, judged } satisfies WorkerTask,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
      }),
  );
  try {
    const judgements = await Promise.all(
      threads.map((worker, part) =>
        judgementOf(worker, (entries) => {
          done.set(part, entries);
          onProgress([...done.values()].reduce((sum, one) => sum + one, 0));
        }),
      ),
    );
    return { judgements, judged };
  } finally {
    await Promise.all(threads.map((worker) => worker.terminate()));
  }
}

/** Beside this file, whether it is run as it was written or as it was compiled. */
const PROGRAM = new URL(import.meta.url.endsWith('.ts') ? 'record-worker.ts' : 'record-worker.js', import.meta.url);

function judgementOf(worker: Worker, onProgress: (entries: number) => void): Promise<RecordJudgement> {
  return new Promise((resolve, reject) => {
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'progress') onProgress(report.entries);
      else resolve(report.judgement);
    });
    worker.on('error', reject);
    // Nothing may go unjudged: a thread that ends without its judgement fails the whole.
    worker.on('exit', (code) =>
      reject(new LedgerError('verification-failed', `A verifying thread ended early with code ${code}.`)),
    );
  });
}
