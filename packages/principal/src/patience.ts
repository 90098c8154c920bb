import { setTimeout as sleep } from 'node:timers/promises';
import { DuovirError } from '@duovir/protocol';

/** The supervisor restarts a dead process within seconds; who is gone for a minute is gone. */
export const PATIENCE_MS = 60_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** A connection that broke in the middle of an answer comes out of the stream as it is. */
const brokenConnections = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ERR_STREAM_PREMATURE_CLOSE']);

/** Whether asking again may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof DuovirError) return error.consequence === 'retry';
  return error instanceof Error && 'code' in error && brokenConnections.has(String(error.code));
}

/** Asks again, with growing pauses, as long as the error passes and patience lasts; then the last error counts. */
export async function withPatience<Answer>(ask: () => Promise<Answer>, patienceMs = PATIENCE_MS): Promise<Answer> {
  const deadline = Date.now() + patienceMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      if (!isPassing(error) || Date.now() + pause > deadline) throw error;
    }
    await sleep(pause);
  }
}
