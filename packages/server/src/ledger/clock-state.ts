import { existsSync } from 'node:fs';
import type * as z from 'zod';
import type { clockStateSchema } from '@duovir/protocol';

export type ClockState = z.infer<typeof clockStateSchema>;

/** What systemd-timesyncd leaves behind. */
interface ClockFiles {
  /** Made when the clock was first set from a source. */
  readonly synchronised: string;
  /** Made when it began to work. */
  readonly daemon: string;
}

const files: ClockFiles = { synchronised: '/run/systemd/timesync/synchronized', daemon: '/run/systemd/timesync' };

/**
 * Whether the clock follows a source, as far as this machine says so without being asked for long. In a container, and with
 * another daemon than systemd-timesyncd, it does not say.
 */
export function readClockState({ synchronised, daemon }: ClockFiles = files): ClockState {
  if (existsSync(synchronised)) return 'synchronised';
  return existsSync(daemon) ? 'unsynchronised' : 'unknown';
}
