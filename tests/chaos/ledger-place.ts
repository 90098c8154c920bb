import { join } from 'node:path';

/** What concerns no run. */
export const LOG = 'duovir';

/** A signed policy that waits to come in force. */
export const STAGED = 'next-policy.json';

/** Each policy has a log key of its own. */
export function logKeyFolder(root: string, version: number): string {
  return join(root, 'log-keys', String(version));
}
