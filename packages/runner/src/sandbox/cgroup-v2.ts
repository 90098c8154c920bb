import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { getuid } from 'node:process';
import { isAbsent } from './absent.ts';
import {
  type ControlGroup,
  CPU_PERIOD_MICROSECONDS,
  groupsOf,
  isRefused,
  makeGroupDirectory,
  readCounter,
  removeGroupDirectory,
  setControl,
} from './cgroup-directory.ts';
import type { SandboxLimits } from './limits.ts';

const MOUNT = '/sys/fs/cgroup';
/** Where the processes of a delegated group go: a group whose children have controllers may hold none itself. */
const OWN_LEAF = 'duovir';

/** A group of the unified hierarchy, made by root or by a user to whom systemd delegated one. */
export function openUnifiedGroup(name: string, limits: SandboxLimits): ControlGroup | undefined {
  if (!existsSync(join(MOUNT, 'cgroup.controllers'))) return undefined;
  let directory: string | undefined;
  try {
    const parent = getuid?.() === 0 ? rootParent() : delegatedParent();
    directory = makeGroupDirectory(parent, name);
    const group = directory;
    setControl(group, 'memory.max', limits.memoryBytes);
    // Only there when the kernel accounts for swap.
    if (existsSync(join(group, 'memory.swap.max'))) setControl(group, 'memory.swap.max', 0);
    setControl(group, 'pids.max', limits.processes);
    setControl(group, 'cpu.max', `${Math.round(limits.cpus * CPU_PERIOD_MICROSECONDS)} ${CPU_PERIOD_MICROSECONDS}`);
    return {
      kind: 'cgroup-v2',
      directories: [group],
      outOfMemoryKills: () => readCounter(group, 'memory.events', 'oom_kill'),
    };
  } catch (error) {
    if (directory !== undefined) removeGroupDirectory(directory);
    if (isRefused(error)) return undefined;
    throw error;
  }
}

/** The root of the hierarchy may hold processes beside children, so root need not move anybody. */
function rootParent(): string {
  enableControllers(MOUNT);
  const parent = join(MOUNT, 'duovir');
  mkdirSync(parent, { recursive: true });
  enableControllers(parent);
  return parent;
}

function delegatedParent(): string {
  const own = groupsOf('self').get('') ?? MOUNT;
  const parent = basename(own) === OWN_LEAF ? dirname(own) : own;
  const leaf = join(parent, OWN_LEAF);
  mkdirSync(leaf, { recursive: true });
  for (const pid of readFileSync(join(parent, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) move(pid, leaf);
  enableControllers(parent);
  return parent;
}

function move(pid: string, leaf: string): void {
  try {
    setControl(leaf, 'cgroup.procs', pid);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

function enableControllers(directory: string): void {
  setControl(directory, 'cgroup.subtree_control', '+memory +pids +cpu');
}
