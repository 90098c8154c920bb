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
  thinkThrough,
  type ModelBrain,
  type Pack,
} from '@duovir/agents';
import {
  createGateway,
  createGuard,
  createKeyResolver,
  PlaceholderVault,
  RegisteredValues,
  type ModelGateway,
  type RunFacts,
} from '@duovir/egress';
import { principalApp, serveUnix, UnixClient, type TrustedPolicy } from '@duovir/principal';
import {
  digestOf,
  modelAnswerSchema,
  modelRequestSchema,
  signStatement,
  trustPolicyDigest,
  type ModelQuestion,
  type Principal,
  type Signer,
} from '@duovir/protocol';
import { startModelServer } from '../../../tools/model-server/model-server.ts';
import { obeyingBrain } from '../../../tools/model-server/obeying/obeying-brain.ts';
import type { Brain } from '../../../tools/model-server/brain.ts';
import type { ModelServer } from '../../../tools/model-server/server.ts';
import { openBudget } from './budget-database.ts';
import { newCanaries, type Canaries } from './canaries.ts';
import { enrol } from './council-policy.ts';

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

const GUARD_DEADLINE_MS = 10_000;

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
  const guard = createGuard({ deadlineMs: GUARD_DEADLINE_MS, internalDomains: [] });
  const gateway = gatewayOf();
  const folder = mkdtempSync(join(tmpdir(), 'duovir-council-'));
  const socket = join(folder, 'gateway.sock');
  const server = await serveUnix(gatewayApp(gateway), socket);
  const packs = loadPacks(packsFolder);

  const seat = (name: string, make: (signer: Signer, model: ModelBrain, principal: Principal) => App): Seated => {
    const signer = enrolled.signers.get(name);
    const principal = policy.principals.find((each) => each.name === name);
    if (!signer || !principal) throw new RangeError(`nobody is called ${name}`);
    return { principal, app: make(signer, thinker(signer, socket, clock), principal) };
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
      await server.close();
      await guard.close();
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

  function gatewayOf(): ModelGateway {
    const registered = new RegisteredValues();
    registered.register('canary', canaries.registered);
    const answers = new Map<string, Awaited<ReturnType<ModelGateway['ask']>>>();
    return createGateway({
      trust,
      run: async (run) => factsOf(run),
      sensitive: async (run) => {
        const own = vault(run);
        return { registered, vault: own, schema: new Map(), store: async () => void own.added() };
      },
      guard,
      budget: database.budget,
      records: {
        asked: async () => {},
        leaving: async () => {},
        ended: async () => {},
        answerTo: async (question, principal) => answers.get(`${principal} ${question}`),
        keep: async (question, principal, answer) => void answers.set(`${principal} ${question}`, answer),
      },
      keys: createKeyResolver({ environment: {}, fetch: globalThis.fetch, clock }),
      progress: () => {},
      fault: (error) => {
        throw error;
      },
      clock,
      callId: () => `call-${letters(26)}`,
      mark: () => randomBytes(8).toString('hex'),
      fetch: globalThis.fetch,
    });
  }
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export function letters(count: number): string {
  return Array.from(randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join('');
}

function factsOf(run: string): RunFacts {
  const course = { state: 'planning', plans: [], failures: [] };
  return { run, dataClass: 'internal', team: 'platform', open: true, landing: false, course };
}

function gatewayApp(gateway: ModelGateway): App {
  const app = principalApp();
  app.post('/v1/model-calls', async (context) =>
    context.json(await gateway.ask(modelRequestSchema.parse(await context.req.json()))),
  );
  return app;
}

const PATIENCE_MS = 120_000;

/** An agent's own way to the gateway: it signs its question and sends it over the socket. */
function thinker(signer: Signer, socket: string, clock: () => Date): ModelBrain {
  const client = new UnixClient(socket);
  const ask = async (question: ModelQuestion) => {
    const { run, purpose, motion, attempt, prompt } = question;
    const statement = await signStatement(signer, {
      kind: 'model-question',
      run,
      time: clock().toISOString(),
      subject: digestOf(question),
      predicate: { purpose, motion, attempt, prompt },
    });
    const body = { statement, question };
    return client.call({ path: '/v1/model-calls', body, timeoutMs: PATIENCE_MS }, modelAnswerSchema);
  };
  return { consult: 'always', thinker: { think: (question) => thinkThrough(question, ask) } };
}
