/**
 * The durable port. A workflow is a deterministic function that does everything through `step`; after a crash it is
 * called again and every step that had finished answers from the journal.
 *
 * 1. A step is a named action with JSON input: exactly what can be audited and carried to another engine.
 * 2. A step runs at least once. Whoever has effects makes them idempotent by a key (Invariant 11).
 * 3. Between steps there is no clock, randomness or I/O.
 */
export type ActionMap<Context> = {
  // oxlint-disable-next-line typescript/no-explicit-any -- the input type of each action is its own; `step` below restores it
  readonly [name: string]: (context: Context, run: string, input: any) => Promise<unknown>;
};

export interface Durable<Actions extends ActionMap<never>> {
  readonly run: string;
  step<Name extends keyof Actions & string>(
    name: Name,
    input: Parameters<Actions[Name]>[2],
  ): Promise<Awaited<ReturnType<Actions[Name]>>>;
  /** Durable timer, milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** True when somebody called `wake` with this topic, false when the time is over. */
  awake(topic: string, timeoutMs: number): Promise<boolean>;
}

export interface DurableEngine {
  start(): Promise<void>;
  /** Starts the workflow of this run, once: the second call for the same run changes nothing. */
  submit(run: string): Promise<void>;
  wake(run: string, topic: string): Promise<void>;
  /** Whether nothing of this run is left to do. */
  isOver(run: string): Promise<boolean>;
  /** Deletes the journal of a run that is over: what its steps answered repeats what is sealed elsewhere. */
  forget(run: string): Promise<void>;
  stop(): Promise<void>;
}
