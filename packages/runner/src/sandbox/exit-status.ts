import type { Entry } from './entry.ts';

const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/**
 * Exit status of a command that is over, as a shell gives it; null when the tools around it failed or were killed and
 * nothing is known of the command itself.
 */
export function exitStatus(entry: Entry, stderr: string): number | null {
  const status = entry.status();
  if (status.kind === 'ended') return status.exit;
  // Here the program was never executed, so these are bubblewrap's own words and not the command's.
  if (status.kind === 'entered' && entry.child.exitCode === 1) {
    if (stderr.startsWith('bwrap: execvp ')) return stderr.includes('No such file') ? NOT_FOUND : NOT_EXECUTABLE;
    if (stderr.startsWith("bwrap: Can't chdir to ")) return NOT_EXECUTABLE;
  }
  return null;
}
