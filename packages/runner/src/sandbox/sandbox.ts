import { closeSync, openSync } from 'node:fs';
import { joinFiles, openControlGroup, removeControlGroup } from './cgroup.ts';
import { type Command, type CommandResult, runCommand } from './command.ts';
import { inheritableDescriptors } from './descriptors.ts';
import { explained } from './doctor.ts';
import { Entrance } from './entrance.ts';
import type { Threshold } from './entry.ts';
import { SandboxError } from './error.ts';
import { type FileContent, readFile, removePath, writeFile } from './files.ts';
import { type Holder, openHolder } from './holder.ts';
import { type Inspection, inspectNamespace } from './inspect.ts';
import { commandRlimits, holderRlimits } from './limits.ts';
import { openMemoryFile } from './memory-file.ts';
import { MemoryWatch } from './memory-watch.ts';
import { seccompFilter } from './seccomp.ts';
import { type Service, type ServiceSpecification, startService } from './service.ts';
import { type Snapshot, takeSnapshot } from './snapshot.ts';
import { checkSpecification, type SandboxSpecification } from './specification.ts';
import { takeIdentity } from './uid-pool.ts';

/** The sandbox of one run. Commands share its processes, network and files, and outlive each other's steps. */
export interface Sandbox {
  readonly run: string;
  readonly generation: number;
  /** What another process of the same machine needs to enter; see `enterSandbox`. */
  readonly holder: { readonly pid: number; readonly startTime: number };
  /** What holds the caps: the kernel's control groups, or rlimits with a watch over memory. */
  readonly limitedBy: 'cgroup-v2' | 'cgroup-v1' | 'rlimits';
  /** Uid of its processes on the host; never 0. */
  readonly hostUser: number;
  readonly alive: boolean;
  /** Resolves when the sandbox is gone though nobody closed it. */
  readonly lost: Promise<void>;
  /** Rejects with `sandbox-lost` or `argument-invalid`; whatever the command does is in the result. */
  command(command: Command): Promise<CommandResult>;
  startService(specification: ServiceSpecification): Promise<Service>;
  writeFile(path: string, content: string | Uint8Array, mode: number): Promise<void>;
  readFile(path: string, capBytes: number): Promise<FileContent>;
  removePath(path: string): Promise<void>;
  inspect(): Inspection;
  snapshot(): Promise<Snapshot>;
  /** Kills everything in it. Resolves when nothing is left, neither process nor file nor control group. */
  close(): Promise<void>;
}

/** Throws a SandboxError with the remedy when this machine cannot sandbox. There is no way to run without. */
export async function openSandbox(specification: SandboxSpecification): Promise<Sandbox> {
  checkSpecification(specification);
  const resources = new AsyncDisposableStack();
  try {
    return await open(specification, resources);
  } catch (error) {
    await resources.disposeAsync();
    throw await explained(error);
  }
}

async function open(specification: SandboxSpecification, resources: AsyncDisposableStack): Promise<Sandbox> {
  const { limits } = specification;
  const identity = resources.adopt(await takeIdentity(), async (taken) => {
    if (taken.kind === 'pooled') await taken.release();
  });
  const group = openControlGroup(limits);
  if (group) resources.defer(() => removeControlGroup(group));
  const filter = resources.adopt(openMemoryFile(seccompFilter()), closeSync);
  const nullDevice = resources.adopt(openSync('/dev/null', 'r+'), closeSync);
  const leaking = inheritableDescriptors();
  const join = joinFiles(group?.directories ?? []);

  const holder = await openHolder({
    ...specification,
    confinement: { join, identity, rlimits: holderRlimits(limits) },
    leaking,
    nullDevice,
  });
  resources.defer(() => {
    holder.kill();
    return holder.ended;
  });
  const watch = group
    ? undefined
    : resources.adopt(new MemoryWatch(holder.net, limits.memoryBytes), (one) => one.close());
  const rlimits = commandRlimits(limits, group !== undefined);
  const threshold = { holder: holder.pid, confinement: { join, identity, rlimits }, filter, leaking, nullDevice };
  return new OpenSandbox(specification, holder, threshold, group ?? watch, group?.kind ?? 'rlimits', resources);
}

class OpenSandbox implements Sandbox {
  readonly run: string;
  readonly generation: number;
  readonly limitedBy: Sandbox['limitedBy'];
  readonly hostUser: number;
  readonly lost: Promise<void>;
  readonly #holder: Holder;
  readonly #entrance: Entrance;
  readonly #memory: { outOfMemoryKills(): number } | undefined;
  readonly #resources: AsyncDisposableStack;
  #alive = true;
  #closing: Promise<void> | undefined;

  constructor(
    { run, generation }: SandboxSpecification,
    holder: Holder,
    threshold: Threshold,
    memory: { outOfMemoryKills(): number } | undefined,
    limitedBy: Sandbox['limitedBy'],
    resources: AsyncDisposableStack,
  ) {
    this.run = run;
    this.generation = generation;
    this.limitedBy = limitedBy;
    this.hostUser = threshold.confinement.identity.uid;
    this.#holder = holder;
    this.#memory = memory;
    this.#resources = resources;
    this.#entrance = new Entrance(threshold);
    this.lost = new Promise((resolve) => {
      void holder.ended.then(() => {
        this.#alive = false;
        if (!this.#closing) resolve();
      });
    });
  }

  get holder(): Sandbox['holder'] {
    return { pid: this.#holder.pid, startTime: this.#holder.startTime };
  }

  get alive(): boolean {
    return this.#alive;
  }

  async command(command: Command): Promise<CommandResult> {
    const { content: _, ...result } = await this.#run(command);
    return result;
  }

  async startService(specification: ServiceSpecification): Promise<Service> {
    this.#checkAlive();
    return startService(() => this.#entrance.take(), specification);
  }

  writeFile(path: string, content: string | Uint8Array, mode: number): Promise<void> {
    return writeFile(this.#run, path, content, mode);
  }

  readFile(path: string, capBytes: number): Promise<FileContent> {
    return readFile(this.#run, path, capBytes);
  }

  removePath(path: string): Promise<void> {
    return removePath(this.#run, path);
  }

  inspect(): Inspection {
    this.#checkAlive();
    return inspectNamespace(this.#holder);
  }

  snapshot(): Promise<Snapshot> {
    return takeSnapshot(this.#run, () => this.inspect());
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  readonly #run = async (command: Command) => {
    this.#checkAlive();
    return runCommand(() => this.#entrance.take(), command, {
      access: 'read-write',
      outOfMemoryKills: () => this.#memory?.outOfMemoryKills() ?? 0,
    });
  };

  async #end(): Promise<void> {
    this.#alive = false;
    this.#holder.kill();
    await this.#holder.ended;
    await this.#entrance.close();
    await this.#resources.disposeAsync();
  }

  #checkAlive(): void {
    if (!this.#alive) throw new SandboxError('sandbox-lost', `the sandbox of run ${this.run} is gone`);
  }
}
