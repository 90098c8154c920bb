import type { Ports } from './ports.ts';

/**
 * What people are told and shown is written beside the work instead of in its way. All of it is stored before the
 * action counts as done, so a crash loses nothing: the action runs again and says the same under the same keys.
 */
export class SideNotes {
  readonly ports: Ports;
  readonly #told: Promise<unknown>[] = [];
  /** States of a run follow each other; events are ordered by their writer. */
  #shown: Promise<unknown> = Promise.resolve();

  constructor(ports: Ports) {
    const { events, runs } = ports;
    this.ports = {
      ...ports,
      events: {
        publish: (run, key, event) => this.#tell(events.publish(run, key, event)),
        log: (run, line) => events.log(run, line),
      },
      runs: {
        accepted: (run) => runs.accepted(run),
        intent: (run) => runs.intent(run),
        cancelled: (run) => runs.cancelled(run),
        approvals: (motion) => runs.approvals(motion),
        clarification: (run) => runs.clarification(run),
        setState: (run, state, facts) => this.#show(() => runs.setState(run, state, facts)),
        recordMotion: (motion) => this.#show(() => runs.recordMotion(motion)),
        recordVerdict: (motion, verdict, explanation) =>
          this.#show(() => runs.recordVerdict(motion, verdict, explanation)),
      },
    };
  }

  /** Throws when something could not be stored: then the action has to be repeated. */
  async stored(): Promise<void> {
    await Promise.all([...this.#told, this.#shown]);
  }

  async #tell(writing: Promise<unknown>): Promise<void> {
    // Until `stored` looks, a failure is nobody's; it is not lost, only not yet thrown.
    writing.catch(() => {});
    this.#told.push(writing);
  }

  async #show(write: () => Promise<void>): Promise<void> {
    this.#shown = this.#shown.then(write);
    this.#shown.catch(() => {});
  }
}
