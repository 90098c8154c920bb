import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createHealer,
  createPlanner,
  createReviewer,
  loadPacks,
  packsFolder,
  type ModelBrain,
  type Pack,
} from '@duovir/agents';
import { PlaceholderVault } from '@duovir/egress';
import type { TrustedPolicy } from '@duovir/principal';
import { trustPolicyDigest, type Principal, type Signer } from '@duovir/protocol';
import { startModelServer } from '../../../tools/model-server/model-server.ts';
import { obeyingBrain } from '../../../tools/model-server/obeying/obeying-brain.ts';
import type { Brain } from '../../../tools/model-server/brain.ts';
import type { ModelServer } from '../../../tools/model-server/server.ts';
import { openBudget } from './budget-database.ts';
import { newCanaries, type Canaries } from './canaries.ts';
import { enrol } from './council-policy.ts';
import { openGateway } from './gateway.ts';
import { thinkerOf } from './thinker.ts';

/** What of a Hono app is used: requests without a network between. */
type App = ReturnType<typeof createPlanner>;

export interface Seated {
  readonly principal: Principal;
  readonly app: App;
}

/** Planner, reviewers and healer as they are, the real gateway on its socket, and behind it a model that obeys everybody. */
export interface Council {
  readonly trusted: TrustedPolicy;
  readonly packs: readonly Pack[];
  readonly canaries: Canaries;
  readonly planner: Seated;
  readonly healer: Seated;
  readonly reviewers: readonly Seated[];
  readonly models: ModelServer;
  /** A planner with other packs than those that are shipped; `thinks: false` has no model. */
  plannerWith(packs: readonly Pack[], thinks?: boolean): App;
  vault(run: string): PlaceholderVault;
  /** What the model says instead of obeying, by words that a prompt has to contain. */
  readonly script: Map<string, Brain>;
  close(): Promise<void>;
}

export async function convene(postgres: string): Promise<Council> {
  const script: Council['script'] = new Map();
  const obey = obeyingBrain();
  const models = await startModelServer({
    brain: (call) => ([...script].find(([words]) => call.prompt.includes(words))?.[1] ?? obey)(call),
  });
  const enrolled = enrol(models.url);
  const { policy } = enrolled;
  const trusted: TrustedPolicy = { policy, digest: trustPolicyDigest(policy) };
  const trust = (): TrustedPolicy => trusted;
  const clock = (): Date => new Date();
  const canaries = newCanaries();
  const vaults = new Map<string, PlaceholderVault>();
  const vault = (run: string): PlaceholderVault => {
    const own = vaults.get(run) ?? new PlaceholderVault(randomBytes(32));
    vaults.set(run, own);
    return own;
  };
  const database = await openBudget(postgres);
  const folder = mkdtempSync(join(tmpdir(), 'duovir-council-'));
  const socket = join(folder, 'gateway.sock');
  const gateway = await openGateway({ trusted, budget: database.budget, secret: canaries.registered, vault }, socket);
  const packs = loadPacks(packsFolder);

  const seat = (name: string, make: (signer: Signer, model: ModelBrain, principal: Principal) => App): Seated => {
    const signer = enrolled.signers.get(name);
    const principal = policy.principals.find((each) => each.name === name);
    if (!signer || !principal) throw new RangeError(`nobody is called ${name}`);
    return { principal, app: make(signer, thinkerOf(signer, socket), principal) };
  };
  const plannerWith = (own: readonly Pack[], thinks = true): App =>
    seat('planner', (signer, model) =>
      createPlanner({ signer, packs: own, clock, trust, model: thinks ? model : null }),
    ).app;

  return {
    trusted,
    packs,
    canaries,
    planner: seat('planner', (signer, model) => createPlanner({ signer, packs, clock, trust, model })),
    healer: seat('healer', (signer, model) => createHealer({ signer, packs, clock, model })),
    reviewers: policy.principals.filter(({ role }) => role === 'reviewer').map(({ name }) => seat(name, reviewer)),
    models,
    plannerWith,
    vault,
    script,
    close: async () => {
      await gateway.close();
      await database.close();
      await models.close();
      enrolled.close();
      rmSync(folder, { recursive: true });
    },
  };

  function reviewer(signer: Signer, model: ModelBrain, { mandate, brain }: Principal): App {
    const work =
      brain?.kind === 'model'
        ? ({ kind: 'model', mandate: mandate as 'goal' | 'cost', model } as const)
        : ({ kind: 'rules', mandate: mandate as 'security' | 'reliability' } as const);
    return createReviewer({ signer, work, trust, clock, salt: () => randomBytes(32).toString('hex') });
  }
}
