import { digestOf, planSchema, type Digest, type Plan } from '@duovir/protocol';
import { EngineError } from './error.ts';
import type { DocumentPort } from './ports.ts';

const MOST_PLANS = 64;

/** Plans by their digest, checked once: bytes that have a digest cannot change. */
export class PlanShelf {
  readonly #documents: DocumentPort;
  readonly #plans = new Map<Digest, Plan>();

  constructor(documents: DocumentPort) {
    this.#documents = documents;
  }

  async load(digest: Digest): Promise<Plan> {
    const known = this.#plans.get(digest);
    if (known) return known;
    const plan = planSchema.parse(await this.#documents.get(digest));
    if (digestOf(plan) !== digest)
      throw new EngineError('answer-inconsistent', 'The stored plan has other bytes than its digest says.');
    this.keep(digest, plan);
    return plan;
  }

  keep(digest: Digest, plan: Plan): void {
    this.#plans.set(digest, plan);
    const [oldest] = this.#plans.keys();
    if (this.#plans.size > MOST_PLANS && oldest !== undefined) this.#plans.delete(oldest);
  }
}
