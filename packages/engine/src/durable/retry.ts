import { DuovirError } from '@duovir/protocol';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_000;
/** Long enough for a supervisor to bring a process or the database back, short enough that no run hangs for ever. */
export const PATIENCE_MS = 10 * 60_000;

export interface RetryClock {
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

/** Tries again as long as the error says that trying again may help, with growing pauses, for at most `PATIENCE_MS`. */
export async function withRetries<Result>(act: () => Promise<Result>, clock: RetryClock): Promise<Result> {
  const end = clock.now() + PATIENCE_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      const retry = error instanceof DuovirError && error.consequence === 'retry';
      if (!retry || clock.now() + pause > end) throw error;
      await clock.pause(pause);
    }
  }
}
