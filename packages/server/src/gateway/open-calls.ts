import { peekStatement, type Statement } from '@duovir/protocol';
import { EgressError, type Amount, type BudgetLedger } from '@duovir/egress';
import type { LedgerPort } from '@duovir/engine';
import type { EgressCalls } from '../store/egress-calls.ts';
import type { Events } from '../store/events.ts';
import { progressKey } from './call-events.ts';
import { egressKey, type EgressLog } from './egress-log.ts';

interface Parts {
  readonly ledger: LedgerPort;
  readonly egressCalls: EgressCalls;
  readonly events: Events;
  readonly budget: BudgetLedger;
  readonly log: EgressLog;
}

type Pending = Awaited<ReturnType<EgressCalls['pending']>>[number];

/**
 * Ends calls that nobody waits for any more: those of a server that died, and those of a run that is settled. What is not
 * known was spent (Invariant 8), and every entry of bytes that left gets its end.
 */
export class OpenCalls {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** When a server starts: whoever made these calls is dead. */
  async recover(): Promise<void> {
    const { egressCalls } = this.#parts;
    for (const pending of await egressCalls.pending())
      if (!(await this.#end(pending))) await egressCalls.drop(pending.call, pending.try);
  }

  async settle(run: string): Promise<void> {
    for (const pending of await this.#parts.egressCalls.pending(run)) await this.#end(pending);
  }

  /** False for an intention, of which nothing has left. */
  async #end(pending: Pending): Promise<boolean> {
    const { ledger, egressCalls, events, log } = this.#parts;
    const { run, call, try: attempt, digest } = pending;
    const stated = await ledger.find(egressKey(pending));
    if (!stated) return false;
    await egressCalls.leave(call, attempt, stated.index);
    const { principal, reserved } = (peekStatement(stated.envelope) as Statement<'egress'>).predicate;
    const spent = await this.#charge(`${call}/${attempt}`, reserved);
    await log.ended({ run, call, try: attempt, body: digest, outcome: 'unknown', status: null, received: null, spent });
    const explanation = 'Nobody waited for the answer any more; the worst case is charged.';
    await events.publish(run, `model-end/${call}`, {
      type: 'model-end',
      body: { call, principal, outcome: 'aborted', explanation, ...spent, milliseconds: 0, entry: log.takeEnd(call) },
    });
    await events.forgetProgress(run, progressKey(call));
    return true;
  }

  async #charge(reservation: string, reserved: Amount): Promise<Amount> {
    try {
      return await this.#parts.budget.settle(reservation, undefined);
    } catch (error) {
      // It had cost more than was reserved; what was reserved is what was booked.
      if (error instanceof EgressError && error.code === 'bound-exceeded') return reserved;
      throw error;
    }
  }
}
