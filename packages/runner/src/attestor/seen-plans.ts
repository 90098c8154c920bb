import type { AttestRequest } from '@duovir/protocol';
import type { KnownPlans } from '../permit/known-plans.ts';
import type { TrustAnchor } from '../permit/trust-anchor.ts';
import { assertInTime, VerifiedGrounds } from '../permit/verified-grounds.ts';
import type { CarriedPlan } from '../permit/verify-grounds.ts';
import { livingRuns } from './living-holder.ts';

/** Runs whose plans are kept before it is looked which of them still live. */
const KEPT = 64;

/**
 * Carried plans the attestor was asked about. Kept while their run has a sandbox, for a heal is held to the plan it changes;
 * nobody tells the attestor when a run is settled.
 */
export class SeenPlans {
  readonly #plans: KnownPlans;
  readonly #grounds: VerifiedGrounds;
  #most = KEPT;

  constructor(anchor: TrustAnchor, plans: KnownPlans) {
    this.#plans = plans;
    this.#grounds = new VerifiedGrounds(anchor, plans);
  }

  /** Undefined without grounds, or where nothing is asked; throws `RunnerError` where they do not hold. */
  async carried({ grounds, probes, about }: AttestRequest, now: Date): Promise<CarriedPlan | undefined> {
    // Whether everything is as it was is said of a plan that nobody may carry out any more, too.
    const isOfWhole = probes.length === 0 && (about === 'baseline' || about === 'restored');
    if (!grounds || isOfWhole) return undefined;
    const carried = this.#grounds.verify(grounds, now);
    assertInTime(carried, now);
    const { plan, digest, envelope } = carried;
    if (!this.#plans.has(plan.run, digest)) {
      await this.#plans.keep(digest, { plan, envelope });
      await this.#sweep(plan.run);
    }
    return carried;
  }

  async #sweep(current: string): Promise<void> {
    const runs = this.#plans.runs();
    if (runs.length <= this.#most) return;
    const living = livingRuns();
    for (const run of runs) if (run !== current && !living.has(run)) await this.#plans.forget(run);
    this.#most = 2 * living.size + KEPT;
  }
}
