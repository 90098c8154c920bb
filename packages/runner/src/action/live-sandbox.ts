import type { SandboxHandle } from '@duovir/protocol';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { SupervisedService } from './supervised-service.ts';

/** A run's sandbox with the services that were started in it. */
export class LiveSandbox {
  readonly sandbox: Sandbox;
  readonly services = new Map<string, SupervisedService>();

  constructor(sandbox: Sandbox) {
    this.sandbox = sandbox;
  }

  get handle(): SandboxHandle {
    const { run, generation, holder } = this.sandbox;
    return { run, generation, pid: holder.pid, startTime: String(holder.startTime) };
  }

  /** Kills everything at once: nothing of a sandbox is worth a farewell. */
  async close(): Promise<void> {
    for (const service of this.services.values()) service.abandon();
    await this.sandbox.close();
  }
}
