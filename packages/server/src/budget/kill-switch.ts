import { commitTo, signStatement, type Predicate, type Signer } from '@duovir/protocol';
import type { BudgetLedger, Stop } from '@duovir/egress';
import type { ClockPort, LedgerPort, TrustPort } from '@duovir/engine';
import { ServerError } from '../error.ts';
import { appendOnce } from '../ledger/append-once.ts';
import type { ModelStops } from '../store/model-stops.ts';

/** What concerns no run. */
const LOG = 'duovir';

export interface KillSwitchParts {
  readonly budget: BudgetLedger;
  readonly modelStops: ModelStops;
  readonly ledger: LedgerPort;
  readonly signer: Signer;
  readonly trust: TrustPort;
  readonly clock: ClockPort;
}

/**
 * Ends every model call now. Not being able to write this down must not keep anybody from stopping, so here alone the
 * effect comes before the entry; a server that dies in between makes the entry when it starts.
 */
export async function stopModels(parts: KillSwitchParts, person: string, reason: string): Promise<void> {
  await parts.budget.stop(reason, person);
  await stateStop(parts);
}

/** Whoever stopped the models had a reason that somebody else has to look at (Invariant 2). */
export async function resumeModels(parts: KillSwitchParts, person: string): Promise<void> {
  const stop = await parts.budget.stopped();
  if (!stop) throw new ServerError('models-not-stopped', 'Nobody has stopped the models.');
  if (stop.person === person) throw new ServerError('separation', `${person} has stopped the models.`);
  await stateStop(parts);
  await state(parts, 'model-resume', stop, { person });
  await parts.budget.resume(person, stop.since);
}

/** The stop in force, in the ledger. */
export async function stateStop(parts: KillSwitchParts): Promise<void> {
  const stop = await parts.budget.stopped();
  if (!stop) return;
  const salt = await parts.modelStops.remember(stop);
  await state(parts, 'model-stop', stop, { person: stop.person, commitment: commitTo(salt, stop.reason) });
}

async function state<Kind extends 'model-stop' | 'model-resume'>(
  { ledger, signer, trust, clock }: KillSwitchParts,
  kind: Kind,
  { since }: Stop,
  predicate: Predicate<Kind>,
): Promise<void> {
  const time = clock.now().toISOString();
  const envelope = await signStatement(signer, { kind, run: LOG, time, subject: trust.current().digest, predicate });
  await appendOnce(ledger, `${kind}/${since.toISOString()}`, LOG, envelope);
}
