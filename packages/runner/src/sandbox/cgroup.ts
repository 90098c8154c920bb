import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlGroup, groupsOf, PREFIX, removeGroupDirectory } from './cgroup-directory.ts';
import { openLegacyGroup } from './cgroup-v1.ts';
import { openUnifiedGroup } from './cgroup-v2.ts';
import type { SandboxLimits } from './limits.ts';
import { startTimeOf } from './process-table.ts';

const REMOVAL_ATTEMPTS = 200;
let opened = 0;

/** Undefined when this machine or user may not have control groups: then only rlimits and the memory watch hold. */
export function openControlGroup(limits: SandboxLimits): ControlGroup | undefined {
  const name = `${PREFIX}${process.pid}-${startTimeOf(process.pid)}-${opened++}`;
  return openUnifiedGroup(name, limits) ?? openLegacyGroup(name, limits);
}

/** The dead leave their group by and by, so removal may need some attempts. */
export async function removeControlGroup(group: ControlGroup): Promise<void> {
  for (const directory of group.directories) {
    for (let attempt = 0; !removeGroupDirectory(directory) && attempt < REMOVAL_ATTEMPTS; attempt += 1) await sleep(10);
  }
}

/** Files to write a `0` to in order to join. */
export function joinFiles(directories: readonly string[]): string[] {
  return directories.map((directory) => join(directory, 'cgroup.procs'));
}

/** The groups of a sandbox that another process opened. */
export function sandboxGroupsOf(holder: number): string[] {
  return [...new Set(groupsOf(holder).values())].filter((directory) => directory.includes(`/${PREFIX}`));
}
