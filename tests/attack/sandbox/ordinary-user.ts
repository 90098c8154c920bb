import { spawnSync } from 'node:child_process';

const UID = 12_345;

/** Where root runs the tests, what belongs to an ordinary user is tried as one. */
export const ordinaryUser = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups', '--inh-caps=-all', '--'];

/** False when that user cannot be tried: we are no root, or the files are in a place closed to others. */
export function reachable(file: string): boolean {
  if (process.getuid?.() !== 0) return false;
  const [command, ...rest] = [...ordinaryUser, process.execPath, '--check', file];
  return spawnSync(command, rest, { cwd: '/' }).status === 0;
}
