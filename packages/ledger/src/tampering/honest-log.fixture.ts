import {
  commitTo,
  envelopeBytes,
  envelopeDigest,
  trustPolicyDigest,
  type Envelope,
  type Predicate,
} from '@duovir/protocol';
import { Organisation } from '../organisation.fixture.ts';
import { salted, Story, type Question } from '../story.fixture.ts';
import { Random } from './random.fixture.ts';
import type { SignedLog } from './signed-log.fixture.ts';

const LOG = { run: 'duovir' };
/** Of every commitment to a plan. */
export const SALT = 'ab'.repeat(32);
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function runId(random: Random): string {
  return `run-${Array.from({ length: 20 }, () => ALPHABET[random.integer(ALPHABET.length)]).join('')}`;
}

/** What the sealed plan of a run says. */
export const planOf = (run: string): string => `the plan of ${run}`;

/** One run from its request to its end, as the engine would tell it. */
type Told = (story: Story, random: Random) => Promise<void>;

async function propose(story: Story): Promise<void> {
  await story.propose({ commitment: commitTo(SALT, planOf(story.run)) });
}

async function untilVote(story: Story): Promise<void> {
  await story.ask();
  await propose(story);
  await story.freeze();
}

const carried: Told = async (story) => {
  await untilVote(story);
  await story.vote({ 'reviewer-security': {}, 'reviewer-reliability': {} });
  await story.decide();
  await story.permit();
  await story.execute();
  await attest(story, 'step');
  await attest(story, 'goal');
  await story.settle();
};

const rejected: Told = async (story) => {
  await untilVote(story);
  const finding = {
    id: 'own-1',
    rule: 'security.open-port',
    severity: 'critical',
    step: 'open',
    evidenced: true,
  } as const;
  await story.vote({ 'reviewer-security': { verdict: 'reject', findings: [finding] }, 'reviewer-reliability': {} });
  const counted = { reviewers: 2, approvals: 1, groups: 1, people: 0 };
  await story.decide({ verdict: 'rejected', reason: 'verdict.critical-finding', counted });
  await story.settle({ outcome: 'rejected', reason: 'verdict.critical-finding', steps: 0 });
};

const undone: Told = async (story) => {
  await untilVote(story);
  await story.vote({ 'reviewer-security': {}, 'reviewer-reliability': {} });
  await story.decide();
  await story.permit();
  await story.execute({ outcome: 'failed', exit: 1 });
  await story.settle({ outcome: 'undone', reason: 'step.failed' });
};

const cancelled: Told = async (story, random) => {
  await story.ask();
  await propose(story);
  const person = random.pick(['ana', 'boris'] as const);
  await story.say('cancellation', person, 'cancellation', salted('request'), { person });
  await story.settle({ outcome: 'cancelled', reason: 'run.cancelled', steps: 0 });
};

const open: Told = async (story) => {
  await story.ask();
  await propose(story);
};

async function attest(story: Story, about: 'step' | 'goal'): Promise<void> {
  const probes = [{ id: 'there', outcome: 'succeeded', observed: salted('seen') } as const];
  const where = { step: about === 'step' ? 'open' : null, attempt: 1, fence: 1 };
  const attestation = { about, ...where, outcome: 'succeeded', probes } as const;
  await story.say(`attestation ${about}`, 'attestor', 'attestation', story.plan, attestation);
}

const TOLD: readonly Told[] = [carried, carried, carried, rejected, undone, cancelled];

/** Several stories at once: each keeps its order, between them there is none. */
function interleaved(stories: readonly (readonly Envelope[])[], random: Random): Envelope[] {
  const left = stories.map((story) => [...story]).filter((story) => story.length > 0);
  const told: Envelope[] = [];
  while (left.length > 0) {
    const story = random.pick(left);
    const next = story.shift();
    if (next) told.push(next);
    if (story.length === 0) left.splice(left.indexOf(story), 1);
  }
  return told;
}

/** What the server says about the record while the runs go on. */
async function aboutTheRecord(acme: Organisation, start: Envelope, random: Random): Promise<Envelope[]> {
  const told: Envelope[] = [];
  const clock = 'synchronised' as const;
  for (let number = 1; number <= random.integer(4); number += 1)
    told.push(
      await acme.say('server', 'heartbeat', envelopeDigest(start), { number, intervalSeconds: 60, clock }, LOG),
    );
  const reading: Predicate<'audit-read'> = {
    person: 'vera',
    what: random.pick(['ledger', 'evidence', 'egress', 'why']),
    run: null,
    origin: 'loopback',
    withinSeconds: 300,
  };
  if (random.isTrue(50)) told.push(await acme.say('server', 'audit-read', acme.policyDigest, reading, LOG));
  return told;
}

async function stopAndLift(acme: Organisation): Promise<Envelope[]> {
  const stop = await acme.say('ana', 'stop', acme.policyDigest, { person: 'ana', commitment: salted('why') }, LOG);
  return [stop, await acme.say('boris', 'stop-lift', envelopeDigest(stop), { person: 'boris' }, LOG)];
}

function storyOf(acme: Organisation, question: Question, random: Random): Story {
  const run = runId(random);
  return new Story(acme, { ...question, run, plan: salted(planOf(run)) });
}

async function runs(acme: Organisation, number: number, question: Question, random: Random): Promise<Envelope[][]> {
  const stories: Envelope[][] = [];
  for (let told = 0; told < number; told += 1) {
    const story = storyOf(acme, question, random);
    await random.pick(TOLD)(story, random);
    stories.push([...story.entries.values()]);
  }
  return stories;
}

/** Another trust policy takes the place of the first, and everybody is asked under it from then on. */
async function supersede(acme: Organisation): Promise<{ readonly change: Envelope; readonly question: Question }> {
  const next = acme.supersede({ organisation: 'Acme and daughters' });
  const signature = envelopeDigest(await acme.signed(next));
  const told = { version: next.version, previous: acme.policyDigest, signature, changes: [] };
  const digest = trustPolicyDigest(next);
  return { change: await acme.say('server', 'trust-policy', digest, told, LOG), question: { trustPolicy: digest } };
}

async function started(acme: Organisation, question: Question): Promise<Envelope> {
  const story = new Story(acme, question);
  await story.start();
  const [start] = story.entries.values();
  if (!start) throw new Error('the log was not started');
  return start;
}

/** A log as an honest installation writes it: other runs, other people and another order for each seed. */
export async function honestLog(seed: number): Promise<SignedLog> {
  const random = new Random(seed);
  const acme = new Organisation();
  const start = await started(acme, {});
  const [first, ...rest] = await runs(acme, 1 + random.integer(random.isTrue(10) ? 24 : 5), {}, random);
  const told = [start, ...(first ?? [])];
  if (random.isTrue(30)) told.push(...(await stopAndLift(acme)));
  told.push(...interleaved([...rest, await aboutTheRecord(acme, start, random)], random));
  if (random.isTrue(40)) {
    const { change, question } = await supersede(acme);
    told.push(change, ...interleaved(await runs(acme, 1 + random.integer(3), question, random), random));
    if (random.isTrue(50)) told.push(await started(acme, question));
  }
  const last = storyOf(acme, { trustPolicy: trustPolicyDigest(acme.policies.at(-1) ?? acme.policy) }, random);
  await open(last, random);
  told.push(...last.entries.values());
  const bodies = told.map(envelopeBytes);
  const early = 2 + random.integer(bodies.length - 4);
  const late = Math.max(early, bodies.length - 1 - random.integer(3));
  return { acme, bodies, retained: [...new Set([early, late])] };
}
