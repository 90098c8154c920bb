import { setTimeout as pause } from 'node:timers/promises';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { present } from '../present.ts';
import type { ActionMap, Durable, DurableEngine } from './port.ts';
import { withRetries, type RetryClock } from './retry.ts';

const WORKFLOW = 'run';
/** Journals written by another version are not replayed by this one: raise it when the order of steps changes. */
const JOURNAL_VERSION = '2';
const DEADLINE_OF_STOP_MS = 3_000;
/** A process that hangs in the middle of a transaction must not hold its locks for ever. */
const LONGEST_IDLE_TRANSACTION = '60s';

/** States of a workflow that is not gone on with. */
const OVER: ReadonlySet<string> = new Set(['SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED']);

const retryClock: RetryClock = {
  now: () => performance.now(),
  pause: async (milliseconds) => await pause(milliseconds),
};

export interface DbosOptions<Context, Actions extends ActionMap<Context>> {
  readonly databaseUrl: string;
  readonly actions: Actions;
  /** Makes what one action works with, lets it work, and completes what it began. */
  within<Result>(act: (context: Context) => Promise<Result>): Promise<Result>;
  workflow(durable: Durable<Actions>): Promise<unknown>;
}

/** The durable port on DBOS Transact: the journal lies in PostgreSQL, and a restart goes on where it says. */
export function createDbosEngine<Context, Actions extends ActionMap<Context>>(
  options: DbosOptions<Context, Actions>,
): DurableEngine {
  const workflow = DBOS.registerWorkflow((run: string) => options.workflow(durableOf(run, options)), {
    name: WORKFLOW,
  });
  return {
    start: async () => {
      DBOS.setConfig({
        name: 'duovir',
        systemDatabaseUrl: withIdleLimit(options.databaseUrl),
        // It would be set by a statement of its own that nobody waits for, in the way of the connection's first one.
        // One name for every start: whatever this server left unfinished is its own to go on with.
        executorID: 'server',
        applicationVersion: JOURNAL_VERSION,
        logLevel: 'error',
      });
      await DBOS.launch();
    },
    submit: async (run) => {
      await DBOS.startWorkflow(workflow, { workflowID: run })(run);
    },
    wake: (run, topic) => DBOS.send(run, true, topic),
    isOver: async (run) => {
      const known = await DBOS.getWorkflowStatus(run);
      return known === null || OVER.has(known.status);
    },
    forget: (run) => DBOS.deleteWorkflow(run),
    stop: () => DBOS.shutdown({ workflowCompletionTimeoutMS: DEADLINE_OF_STOP_MS }),
  };
}

/** As part of the connection: DBOS would send a statement of its own, which gets in the way of the first one. */
function withIdleLimit(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options');
  const limit = `-c idle_in_transaction_session_timeout=${LONGEST_IDLE_TRANSACTION}`;
  url.searchParams.set('options', given === null ? limit : `${limit} ${given}`);
  return url.href;
}

function durableOf<Context, Actions extends ActionMap<Context>>(
  run: string,
  { within, actions }: DbosOptions<Context, Actions>,
): Durable<Actions> {
  return {
    run,
    step: (name, input) => {
      const action = present(actions[name], `action ${name}`);
      const act = (): Promise<unknown> => within((context) => action(context, run, input));
      return DBOS.runStep(() => withRetries(act, retryClock), { name }) as never;
    },
    sleep: (milliseconds) => DBOS.sleep(milliseconds),
    awake: async (topic, timeoutMs) => (await DBOS.recv<boolean>(topic, { timeoutSeconds: timeoutMs / 1000 })) === true,
  };
}
