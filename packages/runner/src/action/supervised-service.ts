import { setTimeout as sleep } from 'node:timers/promises';
import type { ActionInput } from '@duovir/protocol';
import type { Concealment } from '../restoration/concealment.ts';
import type { Output } from '../sandbox/output.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Service, ServiceEnd } from '../sandbox/service.ts';
import { OUTPUT_CAP_BYTES } from './action-result.ts';

type ServiceInput = ActionInput<'service.start@1'>;
export type OutputListener = (stream: 'stdout' | 'stderr', line: string) => void;

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** A foreground server that is started again when it ends on its own, as often as its step allows. */
export class SupervisedService {
  readonly #sandbox: Sandbox;
  readonly #input: ServiceInput;
  readonly #concealment: Concealment;
  readonly #ended = new AbortController();
  #service: Service;
  #restarts = 0;

  private constructor(sandbox: Sandbox, input: ServiceInput, concealment: Concealment, service: Service) {
    this.#sandbox = sandbox;
    this.#input = input;
    this.#concealment = concealment;
    this.#service = service;
  }

  static async start(
    sandbox: Sandbox,
    input: ServiceInput,
    concealment: Concealment,
    onOutput: OutputListener,
  ): Promise<SupervisedService> {
    const service = await launch(sandbox, input, concealment, onOutput);
    return new SupervisedService(sandbox, input, concealment, service);
  }

  /** False once it has ended and will not be started again. */
  get alive(): boolean {
    return !this.#ended.signal.aborted;
  }

  /** Resolves when the process that runs now has ended. */
  get exited(): Promise<ServiceEnd> {
    return this.#service.exited;
  }

  output(): { readonly stdout: Output; readonly stderr: Output } {
    return this.#service.output();
  }

  /** Whether something of its process tree listens where its step says. Seen from the host: nobody else can pose as it. */
  listens(): boolean {
    const { address, port } = this.#input.ready;
    return this.#sandbox
      .inspect()
      .listeners.some(
        (listener) =>
          listener.port === port &&
          listener.owner?.service === this.#input.name &&
          (listener.address === address || isAnyAddress(listener.address)),
      );
  }

  /** From now on an unexpected end is answered with a restart. */
  supervise(): void {
    void this.#watch();
  }

  /** Resolves when nothing of it is left. */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<void> {
    this.#ended.abort();
    await this.#service.stop(signal, graceMs);
  }

  /** Its sandbox is about to go: only forget it. */
  abandon(): void {
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    for (;;) {
      await this.#service.exited;
      if (!this.alive) return;
      if (this.#restarts >= this.#input.restarts) return this.#ended.abort();
      await this.#pause(Math.min(FIRST_PAUSE_MS * 2 ** this.#restarts, LONGEST_PAUSE_MS));
      if (!this.alive) return;
      this.#restarts += 1;
      try {
        this.#service = await launch(this.#sandbox, this.#input, this.#concealment, () => undefined);
      } catch (error) {
        console.error(`service ${this.#input.name} cannot be started again:`, error);
        return this.#ended.abort();
      }
      // It may have been stopped while it was being launched.
      if (!this.alive) await this.#service.stop('SIGKILL', 0);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#ended.signal, ref: false }).catch((error: Error) => {
      if (error.name !== 'AbortError') throw error;
    });
  }
}

function launch(
  sandbox: Sandbox,
  { name, argv, environment, directory }: ServiceInput,
  concealment: Concealment,
  onOutput: OutputListener,
): Promise<Service> {
  const outputCapBytes = OUTPUT_CAP_BYTES;
  return sandbox.startService({
    name,
    argv,
    env: environment,
    cwd: directory,
    outputCapBytes,
    onOutput,
    filter: () => concealment.stream(),
  });
}

const isAnyAddress = (address: string): boolean => address === '0.0.0.0' || address === '0:0:0:0:0:0:0:0';
