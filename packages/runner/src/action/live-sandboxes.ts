import { SandboxError } from '../sandbox/error.ts';
import { openSandbox } from '../sandbox/sandbox.ts';
import type { SandboxSpecification } from '../sandbox/specification.ts';
import { LiveSandbox } from './live-sandbox.ts';

/** Every sandbox this process holds. They all die with it. */
export class LiveSandboxes {
  readonly #byRun = new Map<string, LiveSandbox>();

  /** Takes the place of an older generation, which is gone before the new one begins. */
  async open(specification: SandboxSpecification): Promise<LiveSandbox> {
    await this.close(specification.run);
    const live = new LiveSandbox(await openSandbox(specification));
    this.#byRun.set(specification.run, live);
    void live.sandbox.lost.then(async () => {
      if (this.#byRun.get(specification.run) === live) this.#byRun.delete(specification.run);
      await live.close();
    });
    return live;
  }

  of(run: string): LiveSandbox | undefined {
    const live = this.#byRun.get(run);
    return live?.sandbox.alive ? live : undefined;
  }

  need(run: string, generation: number): LiveSandbox {
    const live = this.of(run);
    if (live?.sandbox.generation === generation) return live;
    throw new SandboxError('sandbox-lost', `generation ${generation} of the sandbox of ${run} is gone`);
  }

  async close(run: string): Promise<void> {
    const live = this.#byRun.get(run);
    this.#byRun.delete(run);
    await live?.close();
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#byRun.keys()].map((run) => this.close(run)));
  }
}
