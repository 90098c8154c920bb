import { digestOfBytes, type Envelope, type Model, type Predicate, type TrustPolicy } from '@duovir/protocol';
import { Organisation, type Name } from './organisation.fixture.ts';
import { soundRun } from './story.fixture.ts';

const MODEL: Model = {
  alias: 'thinker',
  provider: 'openai-compatible',
  model: 'thinker-1',
  family: 'thinkers',
  endpoint: 'http://127.0.0.1:9',
  key: { kind: 'none' },
  dataClasses: ['public', 'internal'],
  price: { kind: 'fixed', input: 1, output: 1, cacheRead: 1, cacheWrite: 1 },
  maxOutputTokens: 1000,
  timeoutSeconds: 60,
};

/** One agent thinks with a model that may see internal data, at most 1000 tokens per run. */
function withModel(policy: TrustPolicy): TrustPolicy {
  const brain = { kind: 'model', model: MODEL.alias, consult: 'always' } as const;
  const cap = { tokens: 1000, microUsd: 1000 };
  return {
    ...policy,
    principals: policy.principals.map((principal) =>
      principal.name === 'planner' ? { ...principal, group: MODEL.family, brain } : principal,
    ),
    egress: { models: [MODEL], allowed: ['public', 'internal'], internalDomains: [] },
    budget: { day: cap, team: cap, agent: cap, run: cap, motion: cap, landingPercent: 10 },
  };
}

export const thinkingOrganisation = (): Organisation => new Organisation(1, withModel);

const CALL = `call-${'a'.repeat(26)}`;
const bytes = digestOfBytes('the bytes that leave');
const question = digestOfBytes('the question');
const commitment = digestOfBytes('commitment');

/** What can be changed about the one call of the story. */
export interface Departure {
  readonly question?: Partial<Predicate<'model-question'>>;
  readonly asks?: Name;
  readonly egress?: Partial<Predicate<'egress'>>;
  readonly end?: Partial<Predicate<'egress-end'>>;
  readonly plan?: Partial<Predicate<'plan'>>;
  readonly settlement?: Partial<Predicate<'settlement'>>;
}

/** The sound run, with a planner that asked its model once: 300 tokens for 200 millionths of a dollar. */
export async function thinkingRun(acme: Organisation, change: Departure = {}): Promise<Map<string, Envelope>> {
  const prompt = { name: 'plan', version: 1, digest: commitment };
  const asked = { purpose: 'plan', motion: null, attempt: 1, prompt, ...change.question } as const;
  const reserved = { tokens: 500, microUsd: 500 };
  const left: Predicate<'egress'> = {
    call: CALL,
    try: 1,
    principal: 'planner',
    purpose: 'plan',
    question,
    model: MODEL.alias,
    provider: MODEL.provider,
    dataClass: 'internal',
    bytes: 900,
    redactions: { secret: 1 },
    reserved,
    trustPolicy: acme.policyDigest,
    commitment,
    ...change.egress,
  };
  const spent = { tokens: 300, microUsd: 200 };
  const ended = {
    call: CALL,
    try: 1,
    outcome: 'answered',
    status: 200,
    answer: commitment,
    spent,
    ...change.end,
  } as const;
  const thought = { brain: 'model', tokens: 300, calls: [CALL], ...change.plan } as const;
  const story = await soundRun(acme, {
    plan: { ...thought, calls: [...thought.calls] },
    settlement: { ...spent, ...change.settlement },
  });
  const call = new Map([
    ['question', await acme.say(change.asks ?? 'planner', 'model-question', question, asked)],
    ['egress', await acme.say('server', 'egress', bytes, left)],
    ['egress-end', await acme.say('server', 'egress-end', bytes, ended)],
  ]);
  const entries = [...story];
  const plan = entries.findIndex(([name]) => name === 'plan');
  return new Map([...entries.slice(0, plan), ...call, ...entries.slice(plan)]);
}
