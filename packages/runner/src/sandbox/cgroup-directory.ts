import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isAbsent } from './absent.ts';
import { startTimeOf } from './process-table.ts';

/** The control group of one sandbox: holder, commands and services are all in it. */
export interface ControlGroup {
  readonly kind: 'cgroup-v1' | 'cgroup-v2';
  readonly directories: readonly string[];
  /** How often the kernel has killed a process of the sandbox for want of memory. */
  outOfMemoryKills(): number;
}

/** Every group of ours is named `duovir-<pid>-<start time>-<number>` after the runner that made it. */
export const PREFIX = 'duovir-';
export const CPU_PERIOD_MICROSECONDS = 100_000;

/** Makes the directory of a group, and first removes those of runners that were killed. */
export function makeGroupDirectory(parent: string, name: string): string {
  for (const sibling of readdirSync(parent)) {
    const [pid, startTime] = sibling.startsWith(PREFIX) ? sibling.slice(PREFIX.length).split('-').map(Number) : [];
    if (pid !== undefined && startTime !== undefined && startTimeOf(pid) !== startTime) {
      removeGroupDirectory(join(parent, sibling));
    }
  }
  const directory = join(parent, name);
  mkdirSync(directory);
  return directory;
}

/** Returns false while processes are in it. */
export function removeGroupDirectory(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    if (isAbsent(error)) return true;
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

export function setControl(directory: string, file: string, value: string | number): void {
  writeFileSync(join(directory, file), String(value));
}

/** One counter of a file with lines of the form `name number`. */
export function readCounter(directory: string, file: string, name: string): number {
  const line = readFileSync(join(directory, file), 'utf8')
    .split('\n')
    .find((text) => text.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

/** True when user, container or kernel do not give us the group; anything else is a failure. */
export function isRefused(error: unknown): boolean {
  const refusals = ['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EOPNOTSUPP', 'EINVAL'];
  return refusals.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Where a process is in each hierarchy that is mounted here. The unified one has the controller `''`. */
export function groupsOf(pid: number | 'self'): Map<string, string> {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').flatMap(parseMount);
  const groups = new Map<string, string>();
  for (const line of readFileSync(`/proc/${pid}/cgroup`, 'utf8').split('\n').filter(Boolean)) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const controller of controllers.split(',')) {
      const mount = mounts.find(({ options }) => options.includes(controller));
      if (mount) groups.set(controller, join(mount.point, relative(mount.root, path)));
    }
  }
  return groups;
}

function parseMount(line: string): { root: string; point: string; options: string[] }[] {
  const fields = line.split(' ');
  const [root, point] = [fields[3], fields[4]];
  const [type, , options] = fields.slice(fields.indexOf('-') + 1);
  if (root === undefined || point === undefined || (type !== 'cgroup' && type !== 'cgroup2')) return [];
  return [{ root, point, options: type === 'cgroup2' ? [''] : (options ?? '').split(',') }];
}
