import type { IOType } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isAbsent } from './absent.ts';

const CLOSE_ON_EXEC = 0o2000000;
const STANDARD_DESCRIPTORS = 3;

/**
 * Descriptors a child would inherit beside the ones it is given. Node opens everything close-on-exec, so these are what
 * our own parent leaked to us: a log of the machine, a socket of the shell. They must not reach a sandbox.
 */
export function inheritableDescriptors(): number[] {
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((descriptor) => descriptor >= STANDARD_DESCRIPTORS && !closesOnExec(descriptor));
}

/** The descriptors of a child: the given ones, and the null device in the place of each that would leak. */
export function withoutLeaks(
  given: readonly (IOType | number)[],
  leaking: readonly number[],
  nullDevice: number,
): (IOType | number)[] {
  const last = Math.max(given.length - 1, ...leaking);
  return Array.from(
    { length: last + 1 },
    (_, index) => given[index] ?? (leaking.includes(index) ? nullDevice : 'ignore'),
  );
}

function closesOnExec(descriptor: number): boolean {
  let text: string;
  try {
    text = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return true; // closed since it was listed: the descriptor of the listing itself
    throw error;
  }
  const flags = /^flags:\s+([0-7]+)$/m.exec(text)?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) !== 0;
}
