import {
  digestOfBytes,
  envelopeDigest,
  type Digest,
  type EntryKind,
  type Envelope,
  type Predicate,
  type RiskClass,
} from '@duovir/protocol';
import { RUN, TIME, type Name, type Organisation } from './organisation.fixture.ts';
import { headOf } from './seal.fixture.ts';

export const byRules = { brain: 'playbook', tokens: 0, calls: [] as string[] } as const;
export const salted = (text: string): Digest => digestOfBytes(text);
const commitment = salted('commitment');
const evidence = salted('evidence');

/** What is voted on, and under which policy. */
export interface Question {
  readonly plan?: Digest;
  readonly riskClass?: RiskClass;
  readonly trustPolicy?: Digest;
  readonly run?: string;
}

/** What happened in one run, told entry by entry: each has a name, and can be left out, moved or exchanged. */
export class Story {
  readonly entries = new Map<string, Envelope>();
  readonly acme: Organisation;
  readonly plan: Digest;
  readonly riskClass: RiskClass;
  readonly trustPolicy: Digest;
  readonly run: string;

  constructor(acme: Organisation, { plan, riskClass, trustPolicy, run }: Question = {}) {
    this.acme = acme;
    this.plan = plan ?? salted('plan');
    this.riskClass = riskClass ?? 'R1';
    this.trustPolicy = trustPolicy ?? acme.policyDigest;
    this.run = run ?? RUN;
  }

  async say<Kind extends EntryKind>(
    entry: string,
    name: Name,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
    context: { readonly run?: string; readonly time?: string } = {},
  ): Promise<void> {
    const said = await this.acme.say(name, kind, subject, predicate, { run: this.run, ...context });
    this.entries.set(entry, said);
  }

  digest(entry: string): Digest {
    const envelope = this.entries.get(entry);
    if (!envelope) throw new Error(`nothing in the story is called ${entry}`);
    return envelopeDigest(envelope);
  }

  /** As if it had not been told. */
  forget(...entries: readonly string[]): void {
    for (const entry of entries) this.entries.delete(entry);
  }

  async start(): Promise<void> {
    const { trustPolicy } = this;
    await this.say('start', 'server', 'log-start', trustPolicy, { trustPolicy }, { run: 'duovir' });
  }

  async ask(change: Partial<Predicate<'request'>> = {}): Promise<void> {
    const { trustPolicy } = this;
    await this.say('intent', 'ana', 'intent', salted('intent'), { requester: 'ana', trustPolicy });
    const asked = { requester: 'ana', commitment, intent: this.digest('intent'), ...change };
    await this.say('request', 'server', 'request', salted('request'), asked);
  }

  async propose(change: Partial<Predicate<'plan'>> = {}, by: Name = 'planner'): Promise<void> {
    const authored = { revision: 1, pack: 'base', playbook: 'x', commitment, ...byRules, ...change };
    await this.say('plan', by, 'plan', this.plan, authored);
  }

  async freeze(change: Partial<Predicate<'motion'>> = {}, name = 'motion'): Promise<void> {
    const { riskClass, trustPolicy } = this;
    const motion = { kind: 'plan', revision: 1, riskClass, trustPolicy, evidence } as const;
    const unchanged = { reasons: [], envelope: null, previous: null, state: null };
    await this.say(name, 'server', 'motion', this.plan, { ...motion, ...unchanged, ...change });
    await this.say('checks', 'server', 'checks', this.plan, { passed: true, findings: [], commitment });
  }

  async commit(name: Name, round = 1): Promise<void> {
    await this.say(`commitment ${name} ${round}`, name, 'commitment', this.plan, { round, commitment: salted(name) });
  }

  async reveal(name: Name, change: Partial<Predicate<'opinion'>> = {}): Promise<void> {
    const opinion: Predicate<'opinion'> = {
      round: 1,
      phase: 'blind',
      verdict: 'approve',
      findings: [],
      abstention: null,
      changedFrom: null,
      because: [],
      shown: salted('shown'),
      evidence,
      trustPolicy: this.trustPolicy,
      mandate: 'all',
      commitment,
      ...byRules,
      ...change,
    };
    await this.say(`opinion ${name} ${opinion.round}`, name, 'opinion', this.plan, opinion);
  }

  /** Everybody commits, then everybody reveals. */
  async vote(said: Partial<Record<Name, Partial<Predicate<'opinion'>>>>, round = 1): Promise<void> {
    const names = Object.keys(said) as Name[];
    for (const name of names) await this.commit(name, round);
    for (const name of names)
      await this.reveal(name, { round, phase: round === 1 ? 'blind' : 'second', ...said[name] });
  }

  async approve(name: Name, verdict: 'approve' | 'reject' = 'approve'): Promise<void> {
    await this.say(`approval ${name}`, name, 'approval', this.plan, { verdict, trustPolicy: this.trustPolicy });
  }

  /** Counts all opinions and approvals that were told before. */
  async decide(change: Partial<Predicate<'verdict'>> = {}, name = 'verdict'): Promise<void> {
    const named = (prefix: string): Digest[] =>
      [...this.entries].filter(([entry]) => entry.startsWith(prefix)).map(([, envelope]) => envelopeDigest(envelope));
    await this.say(name, 'server', 'verdict', this.plan, {
      verdict: 'carried',
      riskClass: this.riskClass,
      reason: 'verdict.quorum-met',
      opinions: named('opinion '),
      approvals: named('approval '),
      breakGlass: [],
      counted: { reviewers: 2, approvals: 2, groups: 2, people: 0 },
      trustPolicy: this.trustPolicy,
      ...change,
    });
  }

  async permit(change: Partial<Predicate<'permit'>> = {}, name = 'permit'): Promise<void> {
    const permit = { ...this.#work, motion: this.plan, verdict: this.digest('verdict'), trustPolicy: this.trustPolicy };
    const times = { issuedAt: TIME, expiresAt: '2026-05-04T03:12:01.000Z' };
    await this.say(name, 'server', 'permit', salted('bytes'), { ...permit, ...times, ...change });
  }

  async execute(change: Partial<Predicate<'receipt'>> = {}): Promise<void> {
    const done = { outcome: 'succeeded', cause: 'exit', exit: 0, stdout: commitment, stderr: commitment } as const;
    const receipt = { ...this.#work, ...done, startedAt: TIME, endedAt: TIME, ...change };
    await this.say('receipt', 'runner', 'receipt', salted('bytes'), receipt);
  }

  /** The attestor sees a step, or the goal of the run, come to what it is for. */
  async attest(about: 'step' | 'goal', change: Partial<Predicate<'attestation'>> = {}): Promise<void> {
    const { attempt, fence } = work;
    const where = { about, step: about === 'step' ? work.step : null, attempt, fence } as const;
    const probes = [{ id: 'port', outcome: 'succeeded' as const, observed: salted('observed') }];
    const seen = { ...where, outcome: 'succeeded', probes, ...change } as const;
    await this.say(`attestation ${about}`, 'attestor', 'attestation', this.plan, seen);
  }

  get #work(): typeof work & { readonly permit: string } {
    return { ...work, permit: this.run === RUN ? 'permit-1' : `permit-${this.run}` };
  }

  async settle(change: Partial<Predicate<'settlement'>> = {}): Promise<void> {
    const settled = { outcome: 'succeeded', reason: 'goal.met', steps: 1, heals: 0, tokens: 0, microUsd: 0 } as const;
    const head = headOf(this.run, this.entries.values());
    await this.say('settlement', 'server', 'settlement', salted('request'), { ...settled, ...head, ...change });
  }
}

const work = { step: 'open', purpose: 'apply', attempt: 1, fence: 1 } as const;

interface Change {
  readonly plan?: Partial<Predicate<'plan'>>;
  readonly settlement?: Partial<Predicate<'settlement'>>;
}

/** The entries of one run that went well, by name, in order. */
export async function soundRun(
  acme: Organisation,
  change: Change = {},
  question: Question = {},
): Promise<Map<string, Envelope>> {
  const story = new Story(acme, question);
  await story.start();
  await story.ask();
  await story.propose(change.plan);
  await story.freeze();
  await story.vote({ 'reviewer-security': {}, 'reviewer-reliability': {} });
  await story.decide();
  await story.permit();
  await story.execute();
  await story.attest('step');
  await story.attest('goal');
  await story.settle(change.settlement);
  return story.entries;
}
