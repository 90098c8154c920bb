import { digestOf, type Outcome } from '@duovir/protocol';
import type { Context } from '../context.ts';
import { stateLast } from '../stated.ts';

export interface Ending {
  readonly outcome: Outcome;
  /** Dotted rule name for machines. */
  readonly reason: string;
  /** For people. */
  readonly explanation: string;
  readonly steps: number;
  readonly heals: number;
}

/** Stage 9: the run is sealed. Only with the settlement in the ledger does the runner take the sandbox down. */
export async function settleRun({ ports, stages }: Context, run: string, ending: Ending): Promise<Ending> {
  const accepted = await ports.runs.accepted(run);
  await stages.enter(ports, run, 'settle');
  const { outcome, reason, explanation, steps, heals } = ending;
  const { entry, envelope } = await stateLast(ports, 'settlement', {
    run,
    kind: 'settlement',
    subject: digestOf(accepted),
    predicate: async () => ({ outcome, reason, steps, heals, ...(await ports.models.spent(run)) }),
  });
  await ports.runner.release(run, envelope, await ports.ledger.prove(entry));
  await stages.end(ports, run);
  const milliseconds = ports.clock.now().getTime() - Date.parse(accepted.acceptedAt);
  await ports.events.publish(run, 'run-end', {
    type: 'run-end',
    body: { outcome, reason, explanation, heals, milliseconds, entry },
  });
  await ports.runs.setState(run, { kind: 'settled', outcome, reason, explanation }, { heals });
  return ending;
}
