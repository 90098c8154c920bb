import { readFileSync, readdirSync } from 'node:fs';
import type * as z from 'zod';
import type { familyMemberSchema } from './status.ts';

/** A process that pid reuse cannot be mistaken for: the start time belongs to its identity. */
export type FamilyMember = z.infer<typeof familyMemberSchema>;

/** Undefined when there is no such process, or it is a zombie that only waits for its parent. */
function readMember(pid: number): FamilyMember | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name is in parentheses and may itself hold spaces and parentheses: everything counts from the last one.
    const end = stat.lastIndexOf(')');
    const fields = stat.slice(end + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const name = stat.slice(stat.indexOf('(') + 1, end);
    return { pid, parent: Number(fields[1]), startTime: fields[19] ?? '', name };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ESRCH';
}

/** The process and everything below it. */
export function familyOf(pid: number): FamilyMember[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readMember(Number(name)) ?? []);
  const found = all.filter((member) => member.pid === pid);
  for (const member of found) found.push(...all.filter(({ parent }) => parent === member.pid));
  return found;
}

export function stillThere(members: readonly FamilyMember[]): FamilyMember[] {
  return members.filter(({ pid, startTime }) => readMember(pid)?.startTime === startTime);
}

/** Proportional set size in bytes: what is shared is counted once over all. Undefined when it may not be read. */
export function memoryOf(pid: number): number | undefined {
  try {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // Gone in between, or another user's: then there is no figure.
    return undefined;
  }
}
