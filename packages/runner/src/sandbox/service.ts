import { setTimeout as sleep } from 'node:timers/promises';
import { checkCommand, commandFlags, type CommandSpecification } from './command-flags.ts';
import type { Entry } from './entry.ts';
import { SandboxError } from './error.ts';
import { exitStatus } from './exit-status.ts';
import { LineReader } from './lines.ts';
import type { OutputFilter } from './output-filter.ts';
import { type Output, OutputCollector } from './output.ts';
import { processesIn } from './process-table.ts';
import { serviceMark } from './service-mark.ts';
import { killTree, signalProcess } from './process-tree.ts';

export interface ServiceSpecification extends CommandSpecification {
  /** Name under which inspection shows it. */
  readonly name: string;
  /** How much of each stream is kept, half of it the newest; the digest covers all. Nothing ends for writing more. */
  readonly outputCapBytes: number;
  readonly onOutput?: (stream: 'stdout' | 'stderr', text: string) => void;
  /** One for each stream. */
  readonly filter?: () => OutputFilter;
}

export interface ServiceEnd {
  /** As of a command; null when a signal to the tools around it ended it. */
  readonly exit: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that runs in the foreground until it is stopped or the sandbox closes. */
export interface Service {
  readonly name: string;
  /** Resolves when the service and everything it started is gone. */
  readonly exited: Promise<ServiceEnd>;
  readonly alive: boolean;
  output(): { readonly stdout: Output; readonly stderr: Output };
  /** Signals its first process, waits, then kills all of it. Resolves when nothing of it is left. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<ServiceEnd>;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
const POLL_MS = 2;
const DRAIN_MS = 250;
const SETUP_MS = 15_000;

export async function startService(prepare: () => Entry, specification: ServiceSpecification): Promise<Service> {
  checkCommand(specification);
  if (!NAME.test(specification.name)) throw new SandboxError('argument-invalid', 'the service has no proper name');
  const service = new RunningService(prepare(), specification);
  const deadline = performance.now() + SETUP_MS;
  while (service.mount === undefined && service.alive) {
    if (performance.now() > deadline) {
      await service.stop('SIGKILL', 0);
      throw new SandboxError('infrastructure', `service ${specification.name} was not set up within ${SETUP_MS} ms`);
    }
    await sleep(POLL_MS);
  }
  return service;
}

class RunningService implements Service {
  readonly name: string;
  readonly exited: Promise<ServiceEnd>;
  readonly #entry: Entry;
  readonly #streams: { readonly stdout: OutputCollector; readonly stderr: OutputCollector };
  #mount: number | undefined;
  #pidInside: number | undefined;
  readonly #closed: Promise<unknown>;
  #alive = true;

  constructor(entry: Entry, specification: ServiceSpecification) {
    this.name = specification.name;
    this.#entry = entry;
    const cap = specification.outputCapBytes;
    this.#streams = {
      stdout: new OutputCollector(cap, specification.filter?.()),
      stderr: new OutputCollector(cap, specification.filter?.()),
    };
    for (const name of ['stdout', 'stderr'] as const) this.#collect(name, specification.onOutput);
    this.#closed = new Promise((resolve) => entry.child.once('close', resolve));
    this.exited = new Promise((resolve) => {
      entry.child.once('exit', (_code, signal) => void this.#settle(signal).then(resolve));
      entry.child.once('error', () => void this.#settle(null).then(resolve));
    });
    const flags = commandFlags(specification, 'read-write', false);
    entry.launch({ flags, mark: serviceMark(specification.name), argv: specification.argv });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Names its processes; undefined until it has been set up. */
  get mount(): number | undefined {
    if (this.#mount === undefined && this.#alive) this.#learn();
    return this.#mount;
  }

  output(): { readonly stdout: Output; readonly stderr: Output } {
    return { stdout: this.#streams.stdout.output(), stderr: this.#streams.stderr.output() };
  }

  async stop(signal: NodeJS.Signals, graceMs: number): Promise<ServiceEnd> {
    const first = this.mount === undefined ? undefined : this.#firstProcess(this.mount);
    if (first !== undefined && signalProcess(first, signal)) {
      await Promise.race([this.exited, sleep(graceMs, undefined, { ref: false })]);
    }
    if (this.#alive) await killTree(this.#entry);
    return this.exited;
  }

  #firstProcess(mount: number): number | undefined {
    return processesIn('mnt', mount).find(({ pidInside }) => pidInside === this.#pidInside)?.pid;
  }

  #learn(): void {
    const status = this.#entry.status();
    if (status.kind === 'launching') return;
    this.#mount = status.mount;
    this.#pidInside = status.pidInside;
  }

  /** A first process can leave others behind, which would hold its ports: a service ends as a whole. */
  async #settle(signal: NodeJS.Signals | null): Promise<ServiceEnd> {
    this.#learn();
    await killTree({ launcher: undefined, ended: () => true, mount: () => this.#mount });
    await Promise.race([this.#closed, sleep(DRAIN_MS, undefined, { ref: false })]);
    const exit = exitStatus(this.#entry, this.#streams.stderr.output().text);
    this.#alive = false;
    this.#entry.close();
    return { exit, signal };
  }

  #collect(name: 'stdout' | 'stderr', onOutput: ServiceSpecification['onOutput']): void {
    const reader = new LineReader((line) => onOutput?.(name, line));
    this.#entry.child[name]?.on('data', (chunk: Buffer) => {
      const shown = this.#streams[name].add(chunk);
      if (onOutput) reader.add(shown);
    });
    this.#entry.child[name]?.once('end', () => {
      reader.add(this.#streams[name].end());
      reader.end();
    });
  }
}
