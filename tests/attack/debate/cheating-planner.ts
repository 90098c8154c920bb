import { createPlanner, installedPacks } from '@duovir/agents';
import { loadPinnedOfficer, loadSigner, loadTrustPolicy, principalApp, type StateDirectory } from '@duovir/principal';
import {
  canonicalJson,
  commitTo,
  planAnswerSchema,
  planDigest,
  planRequestSchema,
  signStatement,
  type Envelope,
  type Plan,
  type PlanRequest,
  type Signer,
  type Statement,
} from '@duovir/protocol';

/** What is false about a planner's answers. */
export interface Ruse {
  /** What it proposes and signs, in place of what its playbook says. */
  readonly proposes?: (plan: Plan, asked: PlanRequest) => Plan;
  readonly statement?: (statement: Statement<'plan'>) => Statement;
  readonly signer?: Signer;
  readonly answers?: (answer: { readonly plan: Plan; readonly envelope: Envelope }) => object;
}

const PLANNER = 'planner';

/** A planner that belongs to an attacker: with its key, and an honest planner that tells it what would be believed. */
export class CheatingPlanner {
  /** By run; for every other run it is honest. */
  readonly ruses = new Map<string, Ruse>();
  readonly #state: StateDirectory;

  constructor(state: StateDirectory) {
    this.#state = state;
  }

  app(): ReturnType<typeof principalApp> {
    const signer = loadSigner(this.#state.principal(PLANNER), PLANNER);
    const officer = loadPinnedOfficer(this.#state.person('operator'));
    const trust = () => loadTrustPolicy(this.#state.trustPolicy, officer);
    const clock = (): Date => new Date();
    const honest = createPlanner({ signer, packs: installedPacks(this.#state), model: null, trust, clock });
    const app = principalApp();
    app.post('/v1/plans', async (context) => {
      const asked = planRequestSchema.parse(await context.req.json());
      const ruse = this.ruses.get(asked.accepted.run) ?? {};
      const body = JSON.stringify({ ...asked, objections: null });
      const answered = await honest.request('/v1/plans', { method: 'POST', body });
      const answer = planAnswerSchema.parse(await answered.json());
      if (answer.kind !== 'plan') return Response.json(answer);
      const plan = ruse.proposes?.(answer.plan, asked) ?? answer.plan;
      const stated: Statement<'plan'> = {
        kind: 'plan',
        run: plan.run,
        time: clock().toISOString(),
        subject: planDigest(plan),
        predicate: {
          revision: plan.revision,
          pack: plan.source.pack,
          playbook: plan.source.playbook,
          commitment: commitTo(asked.commitmentSalt, canonicalJson(plan)),
          brain: 'playbook',
          tokens: 0,
          calls: [],
        },
      };
      const envelope = await signStatement(ruse.signer ?? signer, ruse.statement?.(stated) ?? stated);
      return Response.json({ ...answer, plan, envelope, revisable: true, ...ruse.answers?.({ plan, envelope }) });
    });
    app.all('*', (context) => honest.fetch(context.req.raw));
    return app;
  }
}
