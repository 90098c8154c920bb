import * as fc from 'fast-check';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportLog, leafHash, parseProof, verifyLog } from '@duovir/ledger';
import { loadPublicKey } from '@duovir/principal';
import {
  ADVERSARY,
  digestOf,
  digestOfBytes,
  envelopeBytes,
  envelopeDigest,
  keyIdOfEnvelope,
  openStatement,
  parseEnvelope,
  planDigest,
  severitySchema,
  tally,
  type Digest,
  type EntryKind,
  type Envelope,
  type Grounds,
  type Plan,
  type Predicate,
  type Tally,
  type TrustPolicy,
} from '@duovir/protocol';
import { riskClassOf } from '@duovir/policy';
import { runnerFiles } from '@duovir/runner';
import { KnownPlans } from '@duovir/runner/permit/known-plans';
import { TrustAnchor } from '@duovir/runner/permit/trust-anchor';
import { verifyGrounds } from '@duovir/runner/permit/verify-grounds';
import { carried, speaker, type CarriedDeviation } from './carried.ts';
import { install, type Installation } from './installation.ts';
import { MemoryLog } from './memory-log.ts';
import { newRunId, planFor } from './plan.fixture.ts';

/**
 * Engine, runner and auditor are told the same signed words about one motion, whatever they are, and each comes to an answer of
 * its own: if one of them could be made to take for carried what another does not, that would be the way in (ADR 0024).
 */
let installation: Installation;
let plans: KnownPlans;
beforeAll(async () => {
  const plain = await install();
  const { principals, quorum } = plain.policy;
  const policy: TrustPolicy = {
    ...plain.policy,
    principals: principals.map((one) => (one.name === 'reviewer-twin' ? { ...one, mandate: ADVERSARY } : one)),
    quorum: { ...quorum, ...(quorum.R3 && { R3: { ...quorum.R3, adversary: true, veto: 'critical', people: 1 } }) },
    breakGlass: { people: 2, minutes: 60, classes: ['R1', 'R2', 'R3'] },
  };
  installation = { ...plain, policy, digest: await plain.enforce(policy) };
  plans = await KnownPlans.open(runnerFiles(installation.state).plans);
});
afterAll(() => installation.remove());

const reviewers = ['reviewer-security', 'reviewer-reliability', 'reviewer-twin'];
const people = ['bob', 'carol'];

type Opinion = Pick<Predicate<'opinion'>, 'verdict' | 'findings' | 'abstention' | 'because' | 'brain'>;

const finding = fc
  .record({ severity: fc.constantFrom(...severitySchema.options), evidenced: fc.boolean() })
  .map((found) => ({ id: 'one', rule: 'security.one', step: null, ...found }));
const opinion: fc.Arbitrary<Opinion> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Opinion>({ ...said('approve'), findings: [] }) },
  {
    weight: 2,
    arbitrary: fc.record<Opinion>({
      verdict: fc.constantFrom('approve', 'reject', 'abstain'),
      findings: fc.array(finding, { maxLength: 2 }),
      abstention: fc.constantFrom(null, null, 'nothing-known', 'nothing-found', 'budget'),
      because: fc.constantFrom([], ['/steps/0']),
      // Who has no model and says that it thought with one is void before anybody counts.
      brain: fc.constant('playbook'),
    }),
  },
);
function said(verdict: Opinion['verdict']): Opinion {
  return { verdict, findings: [], abstention: null, because: [], brain: 'playbook' };
}

const some = <Value>(names: readonly string[], value: fc.Arbitrary<Value>) =>
  fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 4 }).map((all) => new Map(all));
const story = fc.record({
  blind: some(reviewers, opinion),
  second: some(reviewers, opinion),
  answers: some(people, fc.constantFrom<'approve' | 'reject'>('approve', 'approve', 'reject')),
  isGlassBroken: fc.boolean(),
  dataClass: fc.constantFrom<Plan['dataClass']>('internal', 'internal', 'cardholder'),
});
type Told = typeof story extends fc.Arbitrary<infer Value> ? Value : never;

/** As the engine counts: what the ports have told it, before it states a verdict. */
function engineSays({ blind, second, answers, isGlassBroken, dataClass }: Told): Tally {
  const { policy } = installation;
  const { riskClass } = riskClassOf({ ...planFor(newRunId()), dataClass });
  const vote = (votes: ReadonlyMap<string, Opinion>, phase: 'blind' | 'second') =>
    [...votes].map(([principal, words]) => ({ principal, phase, ...words }));
  return tally({
    rule: riskClass === 'R4' ? undefined : policy.quorum[riskClass],
    riskClass,
    dataClass,
    opinions: [...vote(blind, 'blind'), ...vote(voters(second, blind), 'second')],
    approvals: [...answers].map(([person, verdict]) => ({ person, verdict })),
    proposer: 'planner',
    requester: 'alice',
    brokenBy: isGlassBroken ? people : [],
    policy,
  });
}

/** Who has not voted blind is not asked a second time, and gives no cause in the first vote. */
function voters(second: ReadonlyMap<string, Opinion>, blind: ReadonlyMap<string, Opinion>): Map<string, Opinion> {
  return new Map([...second].filter(([name]) => blind.has(name)));
}

async function tell(told: Told, { reason, counted }: Tally): Promise<Grounds> {
  const second = voters(told.second, told.blind);
  const deviation: CarriedDeviation = {
    plan: (plan) => ({ ...plan, dataClass: told.dataClass }),
    reviewers: [...told.blind.keys()],
    seconds: [...second.keys()],
    people: [...told.answers.keys()],
    breakers: reason === 'verdict.glass-broken' ? people : [],
    breakGlass: (predicate) => ({ ...predicate, classes: ['R1', 'R3'] }),
    opinion: (predicate, name) => ({ ...predicate, ...told.blind.get(name) }),
    second: (predicate, name) => ({ ...predicate, ...second.get(name), ...changed(told, name), round: 2 }),
    approval: (predicate, name) => ({ ...predicate, verdict: told.answers.get(name) ?? predicate.verdict }),
    verdict: (predicate) => ({ ...predicate, reason, counted }),
  };
  return carried(installation, deviation);
}

function changed({ blind, second }: Told, name: string): Pick<Predicate<'opinion'>, 'changedFrom'> {
  const first = blind.get(name)?.verdict ?? null;
  return { changedFrom: first === second.get(name)?.verdict ? null : first };
}

function runnerTakes(grounds: Grounds): boolean {
  const anchor = new TrustAnchor(runnerFiles(installation.state));
  try {
    verifyGrounds(grounds, { anchor, plans, now: new Date() });
    return true;
  } catch {
    return false;
  }
}

/** Everything of the story in the log, as an honest server writes it, up to a verdict that says: carried. */
async function logged(grounds: Grounds, trustPolicy: Digest): Promise<Envelope[]> {
  const { plan, request, intent } = grounds;
  const digest = planDigest(plan);
  const now = new Date();
  const state = speaker(installation, plan.run, now);
  const commitment = digestOfBytes('commitment');
  const ofPhase = (phase: 'blind' | 'second'): Envelope[] =>
    grounds.opinions.filter((envelope) => opened(envelope, 'opinion').phase === phase);
  const bound = (opinions: readonly Envelope[], round: number): Promise<Envelope[]> =>
    Promise.all(opinions.map((envelope) => state(ownerOf(envelope), 'commitment', digest, { round, commitment })));
  const second = ofPhase('second');
  const thought = { brain: 'playbook', tokens: 0, calls: [] } as const;
  return [
    await speaker(installation, 'duovir', now)('server', 'log-start', trustPolicy, { trustPolicy }),
    ...grounds.breakGlass,
    ...(intent ? [intent] : []),
    await state('server', 'request', digestOf(request), {
      requester: request.requester,
      commitment,
      intent: intent && envelopeDigest(intent),
    }),
    grounds.planStatement,
    grounds.motion,
    await state('server', 'checks', digest, { passed: true, findings: [], commitment }),
    ...(await bound(ofPhase('blind'), 1)),
    ...ofPhase('blind'),
    ...(second.length > 0
      ? [await state('planner', 'rebuttal', digest, { round: 1, answers: [], commitment, ...thought, calls: [] })]
      : []),
    ...(await bound(second, 2)),
    ...second,
    ...grounds.approvals,
    grounds.verdict,
  ];
}

const ownerOf = (envelope: Envelope): string => keyIdOfEnvelope(envelope).split('/')[0] ?? '';

function opened<Kind extends EntryKind>(envelope: Envelope, kind: Kind): Predicate<Kind> {
  const owner = installation.policy.principals.find(({ name }) => name === ownerOf(envelope));
  if (!owner) throw new RangeError('nobody has said this');
  return openStatement(envelope, kind, owner).predicate;
}

/** The rules that the whole log breaks, in the eyes of whoever has the officer's key and nothing else. */
async function auditorFinds(entries: readonly Envelope[]): Promise<string[]> {
  const log = new MemoryLog(installation.signer('log'), installation.signer('witness'));
  for (const entry of entries) log.append(entry);
  const folder = mkdtempSync(join(tmpdir(), 'duovir-same-'));
  try {
    const { checkpoint } = parseProof(await log.prove(0));
    const cosigned = { size: entries.length, note: checkpoint };
    const bodies = entries.map(envelopeBytes);
    const officer = loadPublicKey(installation.state.officer);
    const signed = readFileSync(installation.state.trustPolicy);
    await exportLog(
      {
        tile: async () => Buffer.concat(bodies.map((body) => leafHash(body))),
        cosignedCheckpoint: async () => cosigned,
        cosignedHistory: async () => [],
        entries: async ({ from, limit }) =>
          bodies.slice(from, from + limit).map((body, at) => ({ index: from + at, body })),
      },
      folder,
      { officer, restores: [], trustPolicies: [parseEnvelope(Buffer.from(signed.toString('utf8').trim()))] },
    );
    const { findings } = await verifyLog(folder, { officer });
    return [...new Set(findings.map(({ rule }) => rule))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('Invariant 1: engine, runner and auditor come to one answer, whatever has been said about a motion', async () => {
  const answers = { carried: 0, not: 0 };
  await fc.assert(
    fc.asyncProperty(story, async (whole) => {
      const blind = new Map([...whole.blind].map(([name, words]) => [name, { ...words, because: [] }]));
      const told = { ...whole, blind };
      const counted = engineSays(told);
      const grounds = await tell(told, counted);
      const isCarried = counted.verdict === 'carried';
      answers[isCarried ? 'carried' : 'not'] += 1;
      expect({ runner: runnerTakes(grounds), ...counted }).toEqual({ runner: isCarried, ...counted });
      const found = await auditorFinds(await logged(grounds, installation.digest));
      expect(isCarried ? found : found.filter((rule) => rule === 'quorum' || rule === 'veto').length).toEqual(
        isCarried ? [] : 1,
      );
    }),
    { numRuns: 150 },
  );
  // A property about two answers that only ever sees one of them says nothing.
  expect(answers.carried).toBeGreaterThan(5);
  expect(answers.not).toBeGreaterThan(5);
});
