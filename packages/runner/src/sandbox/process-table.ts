import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isAbsent } from './absent.ts';

/** A process of a sandbox as the host sees it. */
export interface SandboxProcess {
  /** Process id on the host. */
  readonly pid: number;
  /** Process id in the innermost namespace it belongs to: what the sandbox's own pid files say. */
  readonly pidInside: number;
  /** Inode of its mount namespace. Every command has its own and cannot leave it, so this names the command. */
  readonly mount: number;
  readonly argv: readonly string[];
}

/** Every live process whose namespace of the given kind has this inode. Zombies have none. */
export function processesIn(kind: 'net' | 'mnt', inode: number): SandboxProcess[] {
  return allPids()
    .filter((pid) => namespaceOf(pid, kind) === inode)
    .flatMap((pid) => describe(pid) ?? []);
}

export function pidsIn(kind: 'net' | 'mnt', inode: number): number[] {
  return allPids().filter((pid) => namespaceOf(pid, kind) === inode);
}

/** Inode of a namespace; undefined when the process is gone, a zombie, or not ours to look at. */
export function namespaceOf(pid: number, kind: 'net' | 'mnt'): number | undefined {
  try {
    const inode = /\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/ns/${kind}`))?.[1];
    return inode === undefined ? undefined : Number(inode);
  } catch (error) {
    if (isAbsent(error) || isForeign(error)) return undefined;
    throw error;
  }
}

/** Clock ticks after boot at which the process started: with the pid it names a process for good. Undefined for the dead. */
export function startTimeOf(pid: number): number | undefined {
  const stat = readProcess(pid, 'stat');
  // The name in parentheses may hold anything, so count from the last one. The state is field 3, the time field 22.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]);
}

export function userOf(pid: number): number | undefined {
  const user = /^Uid:\t(\d+)/m.exec(readProcess(pid, 'status') ?? '')?.[1];
  return user === undefined ? undefined : Number(user);
}

export function childrenOf(pid: number): number[] {
  return (readProcess(pid, `task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
}

export function descendantsOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** A file of /proc/PID; undefined when the process is gone. */
export function readProcess(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function describe(pid: number): SandboxProcess | undefined {
  const mount = namespaceOf(pid, 'mnt');
  const pidInside = /^NSpid:.*\t(\d+)$/m.exec(readProcess(pid, 'status') ?? '')?.[1];
  const argv = readProcess(pid, 'cmdline');
  if (mount === undefined || pidInside === undefined || argv === undefined) return undefined;
  return { pid, pidInside: Number(pidInside), mount, argv: wordsOf(argv) };
}

/** Servers that write a title over their arguments leave empty ones behind it. */
function wordsOf(commandLine: string): string[] {
  return commandLine.replace(/\0+$/, '').split('\0');
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function isForeign(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EACCES' || code === 'EPERM';
}
