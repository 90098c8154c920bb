import { readFileSync } from 'node:fs';

const MEBIBYTE = 1024 * 1024;

/** Caps on one sandbox, that is on all its commands and services together unless said otherwise. */
export interface SandboxLimits {
  /** Memory and the content of the in-memory file systems, in bytes. */
  readonly memoryBytes: number;
  /** Processes and threads at once. */
  readonly processes: number;
  /** Processors' worth of time; 0.5 is half a processor. */
  readonly cpus: number;
  /** Open files of each process. */
  readonly openFiles: number;
  /** Capacity of /workspace in bytes; counts against memory. */
  readonly workspaceBytes: number;
  /** Capacity of /tmp, and separately of /run and /dev/shm, in bytes; counts against memory. */
  readonly temporaryBytes: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  memoryBytes: 2048 * MEBIBYTE,
  processes: 512,
  cpus: 2,
  openFiles: 8192,
  workspaceBytes: 1024 * MEBIBYTE,
  temporaryBytes: 256 * MEBIBYTE,
};

/**
 * `prlimit` flags of a command. The count of processes works per user namespace, hence per sandbox (Linux 5.14 on).
 * Without a control group, memory is bounded per process as well.
 */
export function commandRlimits(limits: SandboxLimits, controlled: boolean): string[] {
  const data = controlled ? [] : [`--data=${limits.memoryBytes}`];
  return [...holderRlimits(limits), `--nproc=${atMost('Max processes', limits.processes)}`, ...data];
}

/**
 * `prlimit` flags of the holder. Its process count stays ours: it would bound the whole user on the host.
 * Core size 1, not 0: a piped core handler of the host ignores 0, and takes 1 as "no dump".
 */
export function holderRlimits(limits: SandboxLimits): string[] {
  return [
    `--core=${atMost('Max core file size', 1)}`,
    `--nofile=${atMost('Max open files', limits.openFiles)}`,
    `--memlock=${atMost('Max locked memory', 65_536)}`,
  ];
}

/** An ordinary user cannot raise a hard limit, so ask for no more than there is. */
function atMost(name: string, wanted: number): number {
  const line = readFileSync('/proc/self/limits', 'utf8')
    .split('\n')
    .find((text) => text.startsWith(name));
  const hard = line?.slice(name.length).trim().split(/\s+/)[1];
  return hard === undefined || hard === 'unlimited' ? wanted : Math.min(wanted, Number(hard));
}
