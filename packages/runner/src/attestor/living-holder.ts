import { readdirSync } from 'node:fs';
import { readProcess } from '../sandbox/process-table.ts';

/**
 * Runs of which a process on this machine holds a sandbox. The host name is part of the holder's argument list, which
 * nothing in a sandbox can write, so nobody has to be believed who says that there is none.
 */
export function livingRuns(): ReadonlySet<string> {
  return new Set(readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (runHeldBy(Number(name)) ?? []) : [])));
}

export function hasLivingHolder(run: string): boolean {
  return livingRuns().has(run);
}

function runHeldBy(pid: number): string | undefined {
  const words = (readProcess(pid, 'cmdline') ?? '').split('\0');
  return words.includes('--as-pid-1') ? words[words.indexOf('--hostname') + 1] : undefined;
}
