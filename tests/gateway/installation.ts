import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import {
  createGateway,
  createGuard,
  createKeyResolver,
  PlaceholderVault,
  RegisteredValues,
  type BudgetLedger,
  type CallProgress,
  type Ended,
  type GatewayPorts,
  type Leaving,
  type ModelGateway,
  type RunFacts,
  type SensitiveFacts,
} from '@duovir/egress';
import {
  digestOf,
  digestOfBytes,
  keyIdOf,
  rawPublicKey,
  signQuestion,
  withoutModels,
  type BudgetCaps,
  type Model,
  type ModelAnswer,
  type ModelQuestion,
  type ModelRequest,
  type Principal,
  type Signer,
  type TrustPolicy,
} from '@duovir/protocol';
import type { Brain } from '../../tools/model-server/brain.ts';
import { startModelServer } from '../../tools/model-server/model-server.ts';
import type { Reply } from '../../tools/model-server/reply.ts';
import type { ModelServer } from '../../tools/model-server/server.ts';
import { budgetOf } from './budget.ts';

export const RUN = 'run-aaaaaaaaaaaaaaaaaaaa';
const cap = { tokens: 1_000_000, microUsd: 100_000_000 };
export const amplePurse: BudgetCaps = { day: cap, team: cap, agent: cap, run: cap, motion: cap, landingPercent: 10 };

/** What a test may have other than usual. */
export interface Wishes {
  readonly model?: Partial<Model>;
  readonly budget?: BudgetCaps;
  readonly facts?: Partial<RunFacts>;
  readonly ports?: Partial<GatewayPorts>;
  readonly brain?: Brain;
  readonly environment?: Readonly<Record<string, string>>;
  readonly allowed?: TrustPolicy['egress']['allowed'];
}

export interface Installation {
  readonly gateway: ModelGateway;
  readonly server: ModelServer;
  readonly budget: BudgetLedger;
  readonly registered: RegisteredValues;
  readonly vault: PlaceholderVault;
  readonly schema: SensitiveFacts['schema'];
  readonly records: { readonly asked: ModelRequest[]; readonly leaving: Leaving[]; readonly ended: Ended[] };
  readonly events: CallProgress[];
  readonly faults: unknown[];
  ask(question?: Partial<ModelQuestion>): Promise<ModelAnswer>;
  request(question?: Partial<ModelQuestion>): Promise<ModelRequest>;
}

/** A gateway as the server composes it, with a model of our own making behind a real socket, and a real PostgreSQL. */
export async function install(replies: readonly Reply[], wishes: Wishes = {}): Promise<Installation> {
  let calls = 0;
  const server = await startModelServer({
    brain: wishes.brain ?? (() => replies[Math.min(calls++, replies.length - 1)] ?? { kind: 'hang' }),
  });
  onTestFinished(() => server.close());
  const agent = newAgent('planner');
  const policy = policyOf(agent.principal, server.url, wishes);
  const budget = wishes.ports?.budget ?? (await budgetOf());
  const guard = createGuard({ deadlineMs: 2000, internalDomains: [] });
  onTestFinished(() => guard.close());
  const registered = new RegisteredValues();
  const vault = new PlaceholderVault(randomBytes(32));
  const schema: SensitiveFacts['schema'] = new Map();
  const records: Installation['records'] = { asked: [], leaving: [], ended: [] };
  const answers = new Map<string, ModelAnswer>();
  const events: CallProgress[] = [];
  const faults: unknown[] = [];
  const clock = (): Date => new Date();
  const facts: RunFacts = {
    run: RUN,
    dataClass: 'internal',
    team: 'platform',
    open: true,
    landing: false,
    course: { state: 'planning', plans: [], failures: [] },
    ...wishes.facts,
  };
  const gateway = createGateway({
    trust: () => ({ policy, digest: digestOf(policy) }),
    run: async (run) => (run === RUN ? facts : undefined),
    sensitive: async () => ({ registered, vault, schema, store: async () => void vault.added() }),
    guard,
    budget,
    records: {
      asked: async (request) => void records.asked.push(request),
      leaving: async (leaving) => void records.leaving.push(leaving),
      ended: async (ended) => void records.ended.push(ended),
      answerTo: async (question, principal) => answers.get(`${principal} ${question}`),
      keep: async (question, principal, answer) => void answers.set(`${principal} ${question}`, answer),
    },
    keys: createKeyResolver({ environment: wishes.environment ?? {}, fetch: globalThis.fetch, clock }),
    progress: (event) => void events.push(event),
    fault: (error) => void faults.push(error),
    clock,
    callId: () =>
      `call-${randomBytes(26)
        .toString('hex')
        .replaceAll(/[^a-f2-7]/g, '')
        .padEnd(26, 'a')
        .slice(0, 26)}`,
    mark: () => randomBytes(8).toString('hex'),
    fetch: globalThis.fetch,
    ...wishes.ports,
  });
  onTestFinished(() => gateway.close());
  const request = (question: Partial<ModelQuestion> = {}): Promise<ModelRequest> => signed(agent.signer, question);
  return {
    gateway,
    server,
    budget,
    registered,
    vault,
    schema,
    records,
    events,
    faults,
    request,
    ask: async (question) => gateway.ask(await request(question)),
  };
}

export function newAgent(name: string): { readonly signer: Signer; readonly principal: Principal } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = rawPublicKey(publicKey);
  return {
    signer: { principal: name, keyId: keyIdOf(name, raw), sign: async (bytes) => sign(null, bytes, privateKey) },
    principal: {
      name,
      role: 'planner',
      publicKey: raw.toString('base64'),
      group: 'llama',
      brain: { kind: 'model', model: 'thinker', consult: 'always' },
    },
  };
}

export async function signed(signer: Signer, wishes: Partial<ModelQuestion>): Promise<ModelRequest> {
  const question: ModelQuestion = {
    run: RUN,
    purpose: 'plan',
    motion: null,
    attempt: 1,
    prompt: { name: 'planner', version: 1, digest: digestOf('prompt') },
    system: 'You plan infrastructure work.',
    parts: [{ label: 'goal', text: 'Cluster PostgreSQL with two replicas.' }],
    answer: { name: 'plan', schema: { type: 'object', properties: { plan: { type: 'string' } } } },
    maxOutputTokens: 500,
    ...wishes,
  };
  return signQuestion(signer, question, new Date().toISOString());
}

function policyOf(principal: Principal, url: string, { model, budget, allowed }: Wishes): TrustPolicy {
  const entry: Model = {
    alias: 'thinker',
    provider: 'openai-compatible',
    model: 'llama-3',
    family: 'llama',
    endpoint: `${url}/v1`,
    key: { kind: 'none' },
    dataClasses: ['public', 'internal'],
    price: { kind: 'fixed', input: 1_000_000, output: 5_000_000, cacheRead: 100_000, cacheWrite: 1_250_000 },
    maxOutputTokens: 1000,
    timeoutSeconds: 30,
    ...model,
  };
  return {
    version: 3,
    principals: [principal],
    budget: budget ?? amplePurse,
    egress: { ...withoutModels.egress, models: [entry], allowed: allowed ?? ['public', 'internal', 'confidential'] },
  } as Partial<TrustPolicy> as TrustPolicy;
}

/** The bytes that a model got are the bytes on record, all of them and no others. */
export function expectRecorded({ server, records }: Installation): void {
  expect(records.leaving.map(({ body }) => digestOfBytes(body))).toEqual(server.requests().map(({ digest }) => digest));
  expect(records.ended.map(({ body }) => body)).toEqual(server.requests().map(({ digest }) => digest));
}
