import { readdirSync } from 'node:fs';
import { readProcess } from '../sandbox/process-table.ts';

/**
 * Whether a process on this machine holds a sandbox of the run. The host name is part of the holder's argument list,
 * which nothing in a sandbox can write, so nobody has to be believed who says that there is none.
 */
export function hasLivingHolder(run: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name)) return false;
    const words = (readProcess(Number(name), 'cmdline') ?? '').split('\0');
    return words.includes('--as-pid-1') && words[words.indexOf('--hostname') + 1] === run;
  });
}
