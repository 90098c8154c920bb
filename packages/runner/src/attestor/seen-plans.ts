import type { AttestRequest } from '@duovir/protocol';
import type { KnownPlans } from '../permit/known-plans.ts';
import type { TrustAnchor } from '../permit/trust-anchor.ts';
import { assertInTime, VerifiedGrounds } from '../permit/verified-grounds.ts';
import type { CarriedPlan } from '../permit/verify-grounds.ts';
import { RunSweep } from './run-sweep.ts';

/** Carried plans the attestor was asked about. Kept while their run has a sandbox, for a heal is held to the plan it changes. */
export class SeenPlans {
  readonly #plans: KnownPlans;
  readonly #grounds: VerifiedGrounds;
  readonly #sweep = new RunSweep();

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
      for (const gone of this.#sweep.gone(this.#plans.runs(), plan.run)) await this.#plans.forget(gone);
    }
    return carried;
  }
}
