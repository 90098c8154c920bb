import { closeSync, openSync } from 'node:fs';
import { joinFiles, sandboxGroupsOf } from './cgroup.ts';
import { type Command, type CommandResult, type RawResult, runCommand } from './command.ts';
import { inheritableDescriptors } from './descriptors.ts';
import { Entry } from './entry.ts';
import { SandboxError } from './error.ts';
import { type Inspection, inspectNamespace } from './inspect.ts';
import { commandRlimits, DEFAULT_LIMITS } from './limits.ts';
import { openMemoryFile } from './memory-file.ts';
import { namespaceOf, startTimeOf, userOf } from './process-table.ts';
import { seccompFilter } from './seccomp.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';

export interface VisitSpecification {
  readonly pid: number;
  readonly startTime: number;
  readonly run: string;
  readonly generation: number;
}

/** Somebody else's sandbox, as the attestor sees it: commands read and connect, and change no file and no process. */
export interface Visit {
  /** Rejects with `sandbox-lost` once the holder is gone. */
  command(command: Omit<Command, 'isolated'>): Promise<CommandResult>;
  inspect(): Inspection;
  snapshot(): Promise<Snapshot>;
  /** Lets go of what the visit holds here; the sandbox goes on. */
  close(): void;
}

const CHECK_MS = 10_000;
const CHECK_BYTES = 4096;
/** What the sandbox says of itself: host name and marker are set from outside and read-only within. */
const WHO = 'uname -n; cat /etc/duovir-run';

/**
 * Enters a running sandbox by its holder. Verifies that the process is still the one that was named, then that the
 * sandbox is of this run and generation; throws `sandbox-lost` or `sandbox-mismatch`.
 */
export async function enterSandbox(specification: VisitSpecification): Promise<Visit> {
  const { pid, run, generation } = specification;
  checkHolder(specification);
  const [net, uid, mount] = [namespaceOf(pid, 'net'), userOf(pid), namespaceOf(pid, 'mnt')];
  if (net === undefined || uid === undefined || net === namespaceOf(process.pid, 'net') || mount === undefined) {
    throw new SandboxError('sandbox-mismatch', `process ${pid} holds no sandbox that may be entered from here`);
  }
  if (uid === 0) throw new SandboxError('sandbox-mismatch', `process ${pid} runs as root, which no sandbox does`);
  const groups = sandboxGroupsOf(pid);
  const threshold = {
    holder: pid,
    confinement: {
      join: joinFiles(groups),
      identity: { kind: process.getuid?.() === 0 ? ('pooled' as const) : ('own' as const), uid },
      rlimits: commandRlimits(DEFAULT_LIMITS, groups.length > 0),
    },
    filter: openMemoryFile(seccompFilter()),
    leaking: inheritableDescriptors(),
    nullDevice: openSync('/dev/null', 'r+'),
  };
  const close = (): void => {
    closeSync(threshold.filter);
    closeSync(threshold.nullDevice);
  };
  // Own process ids, so that a probe cannot signal what it looks at.
  const runInside = async (command: Command): Promise<RawResult> => {
    checkHolder(specification);
    const entering = () => new Entry(threshold);
    return runCommand(entering, { ...command, isolated: true }, { access: 'read-only', outOfMemoryKills: () => 0 });
  };
  const inspect = (): Inspection => {
    checkHolder(specification);
    return inspectNamespace({ pid, net });
  };

  try {
    const who = await runInside({
      argv: ['/bin/sh', '-c', WHO],
      cwd: '/',
      timeoutMs: CHECK_MS,
      outputCapBytes: CHECK_BYTES,
    });
    if (who.cause !== 'exit' || who.stdout.text !== `${run}\n${run}/${generation}\n`) {
      throw new SandboxError(
        'sandbox-mismatch',
        `process ${pid} does not hold the sandbox of run ${run}, generation ${generation}`,
      );
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    command: async (command) => {
      const { content: _, ...result } = await runInside(command);
      return result;
    },
    inspect,
    snapshot: () => takeSnapshot(runInside, inspect),
    close,
  };
}

function checkHolder({ pid, startTime, run }: VisitSpecification): void {
  if (startTimeOf(pid) !== startTime) throw new SandboxError('sandbox-lost', `the holder of run ${run} is gone`);
}
