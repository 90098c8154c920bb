import { hash } from 'node:crypto';
import type { Grounds } from '@duovir/protocol';
import { RunnerError } from '../error.ts';
import type { KnownPlans } from './known-plans.ts';
import type { TrustAnchor } from './trust-anchor.ts';
import { verifyGrounds, type CarriedPlan } from './verify-grounds.ts';

/** Runs under way at once whose grounds stay in memory. */
const MOST = 128;

/**
 * Grounds that have held. Byte for byte the same ones, under the same newest trust policy, need not be opened again: every
 * step of a plan comes with them.
 */
export class VerifiedGrounds {
  readonly #anchor: TrustAnchor;
  readonly #plans: KnownPlans;
  readonly #held = new Map<string, CarriedPlan>();

  constructor(anchor: TrustAnchor, plans: KnownPlans) {
    this.#anchor = anchor;
    this.#plans = plans;
  }

  /** Throws `RunnerError`. Whether it is still time to act on them, `assertInTime` says. */
  verify(grounds: Grounds, now: Date): CarriedPlan {
    const key = `${this.#anchor.current().digest} ${bytesOf(grounds)}`;
    const carried = this.#held.get(key) ?? verifyGrounds(grounds, { anchor: this.#anchor, plans: this.#plans, now });
    // Again at the end: what was not used for longest goes first.
    this.#held.delete(key);
    this.#held.set(key, carried);
    const [oldest] = this.#held.keys();
    if (this.#held.size > MOST && oldest !== undefined) this.#held.delete(oldest);
    return carried;
  }
}

/** Every field by name: whatever else a sender adds is not part of them. */
function bytesOf(grounds: Grounds): string {
  const { request, intent, plan, planStatement, motion, opinions, approvals, breakGlass, verdict } = grounds;
  const all = [request, intent, plan, planStatement, motion, opinions, approvals, breakGlass, verdict];
  return hash('sha256', JSON.stringify(all));
}

export function assertInTime({ limits }: CarriedPlan, now: Date): void {
  for (const { until, code, message } of limits) if (!(now.getTime() < until)) throw new RunnerError(code, message);
}
