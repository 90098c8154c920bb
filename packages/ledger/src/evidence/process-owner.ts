import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isOneOf } from '../system-error.ts';

/** Where the number of a process means it; the number; and when the process began, for numbers are given again. */
const OWNER = /^([0-9a-f]{16})-([1-9]\d{0,6})-(\d{1,20})$/;
/** Of a beginning that the system does not tell. */
const UNKNOWN = '0';

/** Names this process, for the names of files. */
export function ownerName(): string {
  return `${placeOfProcesses()}-${process.pid}-${lifeOf(process.pid)?.start ?? UNKNOWN}`;
}

/** Whether the process that a name is of has certainly ended. Of other machines and containers nothing can be known from here. */
export function isGone(owner: string): boolean {
  const [, place, pid, start] = OWNER.exec(owner) ?? [];
  return place === placeOfProcesses() && start !== undefined && !isAlive(Number(pid), start);
}

/** A machine, and there one namespace: in another container the same number means another process. Names of machines are not unique. */
function placeOfProcesses(): string {
  const machine = readIfThere(() => readFileSync('/etc/machine-id', 'latin1')) ?? '';
  const namespace = readIfThere(() => readlinkSync('/proc/self/ns/pid')) ?? '';
  return createHash('sha256').update([hostname(), machine, namespace].join('\n')).digest('hex').slice(0, 16);
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (isOneOf(error, 'ESRCH')) return false;
    // It is there, and somebody else's.
    if (!isOneOf(error, 'EPERM')) throw error;
  }
  const life = lifeOf(pid);
  // Killed, and nobody has asked how it ended.
  if (life?.state === 'Z') return false;
  return life === undefined || start === UNKNOWN || life.start === start;
}

/** Fields 3 and 22 of `/proc/<pid>/stat`, behind the name of the program, which may have anything in it. Undefined where there is none. */
function lifeOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  const stat = readIfThere(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields?.[0], fields?.[19]];
  return state === undefined || start === undefined ? undefined : { state, start };
}

function readIfThere(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (isOneOf(error, 'ENOENT', 'EACCES', 'EPERM', 'ESRCH')) return undefined;
    throw error;
  }
}
