import type { RunDurable } from './actions.ts';

/** Thrown where the process is killed. */
export class Killed extends Error {}

export type ScriptedActions = { readonly [Name in Parameters<RunDurable['step']>[0]]: (input: never) => unknown };

/**
 * The durable port by hand: finished steps answer from the journal, and the process dies where the test says, either
 * before a step's action, or after it and before the journal knows.
 */
export class Journal {
  readonly #entries: { readonly name: string; readonly output: unknown }[] = [];
  readonly #actions: ScriptedActions;
  #calls = 0;

  constructor(actions: ScriptedActions) {
    this.#actions = actions;
  }

  get names(): readonly string[] {
    return this.#entries.map(({ name }) => name);
  }

  /** A process that lives until `killAt` more actions have begun; `after` kills between effect and journal. */
  process(killAt: number, after: boolean): RunDurable {
    let position = 0;
    const began = this.#calls;
    const finish = (name: string, act: () => unknown): unknown => {
      const journaled = this.#entries[position];
      if (journaled) {
        if (journaled.name !== name) throw new Error(`replay met ${name} where the journal has ${journaled.name}`);
        position += 1;
        return journaled.output;
      }
      const dies = this.#calls - began >= killAt;
      if (dies && !after) throw new Killed();
      this.#calls += 1;
      const output: unknown = JSON.parse(JSON.stringify(act() ?? null));
      if (dies) throw new Killed();
      this.#entries.push({ name, output });
      position += 1;
      return output;
    };
    return {
      run: 'run-aaaaaaaaaaaaaaaaaaaa',
      step: (async (name: keyof ScriptedActions, input: never) =>
        finish(name, () => this.#actions[name](input))) as RunDurable['step'],
      sleep: async () => void finish('sleep', () => null),
      awake: async (topic) => finish(`awake ${topic}`, () => true) as boolean,
    };
  }
}
