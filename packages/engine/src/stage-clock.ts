import type { Stage } from '@duovir/protocol';
import type { Ports } from './ports.ts';

/**
 * Says when a run enters and leaves a stage. Only for people who watch: after a crash the time of the stage that was
 * cut is not known and not said.
 */
export class StageClock {
  readonly #current = new Map<string, { readonly stage: Stage; readonly since: number; readonly count: number }>();

  async enter(ports: Ports, run: string, stage: Stage): Promise<void> {
    const now = ports.clock.now().getTime();
    const previous = this.#current.get(run);
    if (previous?.stage === stage) return;
    const count = (previous?.count ?? 0) + 1;
    this.#current.set(run, { stage, since: now, count });
    if (previous) await this.#leave(ports, run, previous, now);
    await ports.events.publish(run, `stage-start/${stage}/${count}`, { type: 'stage-start', body: { stage } });
    await ports.runs.setState(run, { kind: 'running', stage }, {});
  }

  async end(ports: Ports, run: string): Promise<void> {
    const previous = this.#current.get(run);
    this.#current.delete(run);
    if (previous) await this.#leave(ports, run, previous, ports.clock.now().getTime());
  }

  async #leave(
    ports: Ports,
    run: string,
    previous: { readonly stage: Stage; readonly since: number; readonly count: number },
    now: number,
  ): Promise<void> {
    await ports.events.publish(run, `stage-end/${previous.stage}/${previous.count}`, {
      type: 'stage-end',
      body: { stage: previous.stage, milliseconds: now - previous.since },
    });
  }
}
