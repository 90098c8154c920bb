import type { BudgetAlert } from '@duovir/egress';
import type { Events } from '../store/events.ts';
import type { Motions } from '../store/motions.ts';
import type { CallEvents } from './call-events.ts';

/** Tells the runs a budget is about: a run's own, or all that are waiting for a model when it is a day's. */
export class BudgetAlerts {
  readonly #events: Pick<Events, 'publish'>;
  readonly #motions: Pick<Motions, 'find'>;
  readonly #calls: Pick<CallEvents, 'runs'>;

  constructor(events: Pick<Events, 'publish'>, motions: Pick<Motions, 'find'>, calls: Pick<CallEvents, 'runs'>) {
    this.#events = events;
    this.#motions = motions;
    this.#calls = calls;
  }

  tell(alert: BudgetAlert): void {
    const { level, percent, spent, cap } = alert;
    console.error(`Budget: ${percent} % of ${level} is used.`);
    this.#runsOf(level)
      .then((runs) =>
        Promise.all(
          runs.map((run) =>
            this.#events.publish(run, `budget-alert/${level}/${percent}`, {
              type: 'budget-alert',
              body: { level, percent, spent, cap },
            }),
          ),
        ),
      )
      .catch((error: unknown) => console.error('An alert of the budget could not be told:', error));
  }

  async #runsOf(level: string): Promise<readonly string[]> {
    const [kind, ...rest] = level.split('/');
    const [name = ''] = rest;
    if (kind === 'run') return [name];
    if (kind !== 'motion') return [...this.#calls.runs];
    if (name.startsWith('run-')) return [name];
    const motion = await this.#motions.find(name);
    return motion ? [motion.run] : [];
  }
}
