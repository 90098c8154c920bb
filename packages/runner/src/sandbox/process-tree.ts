import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbsent } from './absent.ts';
import { descendantsOf, pidsIn } from './process-table.ts';

const PAUSE_MS = 5;
/** A tree that is still there after this long is not ours to kill (a wedged kernel, a foreign process). */
const PATIENCE_MS = 10_000;

/** What is needed to find all of a command, wherever its processes have gone. */
export interface ProcessTree {
  /** The process the runner itself started: launcher, later nsenter. */
  readonly launcher: number | undefined;
  /** True once the launcher has been reaped. */
  ended(): boolean;
  /** The command's own mount namespace, once bubblewrap has made it. */
  mount(): number | undefined;
}

/**
 * Kills a command with everything it started. Children that called setsid or forked twice are found by their mount
 * namespace, which they cannot leave. All are stopped before any is killed: a stopped fork bomb cannot outrun us.
 * Returns false when something is still alive after ten seconds.
 */
export async function killTree(tree: ProcessTree): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (performance.now() < deadline) {
    const members = stopped(tree);
    for (const pid of members) signalProcess(pid, 'SIGKILL');
    if (members.length === 0) {
      if (tree.ended()) return true;
      if (tree.launcher !== undefined) killLauncher(tree.launcher);
    }
    await sleep(PAUSE_MS);
  }
  return false;
}

function stopped(tree: ProcessTree): number[] {
  const seen = new Set<number>();
  for (;;) {
    const mount = tree.mount();
    const fresh = mount === undefined ? [] : pidsIn('mnt', mount).filter((pid) => !seen.has(pid));
    if (fresh.length === 0) return [...seen];
    for (const pid of fresh) {
      signalProcess(pid, 'SIGSTOP');
      seen.add(pid);
    }
  }
}

/** nsenter last: were it killed first, bubblewrap would live on without anybody to answer to. */
function killLauncher(launcher: number): void {
  const descendants = descendantsOf(launcher);
  for (const pid of descendants.toReversed()) signalProcess(pid, 'SIGKILL');
  if (descendants.length === 0) signalProcess(launcher, 'SIGKILL');
}

/** Returns false when the process is gone. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return kill(pid, signal);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}
