import { existsSync } from 'node:fs';
import { join } from 'node:path';
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

/** One directory in each hierarchy, below our own group there. Only root has them: version 1 is not safe to delegate. */
export function openLegacyGroup(name: string, limits: SandboxLimits): ControlGroup | undefined {
  const own = groupsOf('self');
  const made = new Map<string, string>();
  const make = (controller: string): string => {
    const parent = own.get(controller) ?? '';
    const directory = made.get(parent) ?? makeGroupDirectory(parent, name);
    made.set(parent, directory);
    return directory;
  };
  if (!['memory', 'cpu', 'pids'].every((controller) => existsSync(own.get(controller) ?? ''))) return undefined;
  try {
    const memory = make('memory');
    setControl(memory, 'memory.limit_in_bytes', limits.memoryBytes);
    // Only there when the kernel accounts for swap.
    if (existsSync(join(memory, 'memory.memsw.limit_in_bytes'))) {
      setControl(memory, 'memory.memsw.limit_in_bytes', limits.memoryBytes);
    }
    const cpu = make('cpu');
    setControl(cpu, 'cpu.cfs_period_us', CPU_PERIOD_MICROSECONDS);
    setControl(cpu, 'cpu.cfs_quota_us', Math.round(limits.cpus * CPU_PERIOD_MICROSECONDS));
    setControl(make('pids'), 'pids.max', limits.processes);
    return {
      kind: 'cgroup-v1',
      directories: [...made.values()],
      outOfMemoryKills: () => readCounter(memory, 'memory.oom_control', 'oom_kill'),
    };
  } catch (error) {
    for (const directory of made.values()) removeGroupDirectory(directory);
    if (isRefused(error)) return undefined;
    throw error;
  }
}
