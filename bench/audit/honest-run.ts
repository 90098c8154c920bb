import { extendRun, leafHash, startOfRun, type RunHead } from '@duovir/ledger';
import {
  digestOfBytes,
  envelopeBytes,
  signStatement,
  type Digest,
  type EntryKind,
  type Predicate,
  type Signer,
} from '@duovir/protocol';
import { TIME, type Voice } from './organisation.ts';

/** Entries of one honest run, and the time between the first and the last of its permit. */
export const ENTRIES_PER_RUN = 14;
const EXPIRES = '2026-01-01T00:10:00.000Z';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

export type Voices = Readonly<Record<Voice, Signer>>;

/** A run id in base 32. */
export function runId(number: number): string {
  let text = '';
  for (let rest = number; text.length < 20; rest = Math.floor(rest / 32)) text = (LETTERS[rest % 32] ?? 'a') + text;
  return `run-${text}`;
}

/** One run that went well, entry by entry: asked, planned, judged blind by two, permitted, executed, attested, settled. */
export async function honestRun(voices: Voices, trustPolicy: Digest, number: number): Promise<Buffer[]> {
  const run = runId(number);
  const bodies: Buffer[] = [];
  let head: RunHead = startOfRun(run);
  const of = (what: string): Digest => digestOfBytes(`${what} of ${run}`);
  const say = async <Kind extends EntryKind>(
    name: Voice,
    kind: Kind,
    subject: Digest,
    predicate: Predicate<Kind>,
  ): Promise<Digest> => {
    const body = envelopeBytes(await signStatement(voices[name], { kind, run, time: TIME, subject, predicate }));
    bodies.push(body);
    head = extendRun(head, leafHash(body));
    return digestOfBytes(body);
  };
  const [request, plan, bytes, evidence] = [of('request'), of('plan'), of('bytes'), of('evidence')];
  const byRules = { brain: 'playbook' as const, tokens: 0, calls: [] };
  await say('server', 'request', request, { requester: 'ana', commitment: of('asked'), intent: null });
  const authored = { revision: 1, pack: 'base', playbook: 'service/install', commitment: of('planned') };
  await say('planner', 'plan', plan, { ...authored, ...byRules });
  const frozen = { kind: 'plan', revision: 1, riskClass: 'R1', reasons: [], trustPolicy, evidence } as const;
  await say('server', 'motion', plan, { ...frozen, reasons: [], envelope: null, previous: null, state: null });
  await say('server', 'checks', plan, { passed: true, findings: [], commitment: of('checked') });
  const reviewers = ['reviewer-security', 'reviewer-reliability'] as const;
  for (const name of reviewers) await say(name, 'commitment', plan, { round: 1, commitment: of(`commitment ${name}`) });
  const opinions: Digest[] = [];
  for (const name of reviewers)
    opinions.push(
      await say(name, 'opinion', plan, {
        round: 1,
        phase: 'blind',
        verdict: 'approve',
        findings: [],
        abstention: null,
        changedFrom: null,
        because: [],
        shown: of('shown'),
        evidence,
        trustPolicy,
        mandate: 'all',
        commitment: of(`opinion ${name}`),
        ...byRules,
      }),
    );
  const verdict = await say('server', 'verdict', plan, {
    verdict: 'carried',
    riskClass: 'R1',
    reason: 'verdict.quorum-met',
    opinions,
    approvals: [],
    breakGlass: [],
    counted: { reviewers: 2, approvals: 2, groups: 2, people: 0 },
    trustPolicy,
  });
  const work = { permit: `permit-${run}`, step: 'install', purpose: 'apply', attempt: 1, fence: 1 } as const;
  const times = { issuedAt: TIME, expiresAt: EXPIRES };
  await say('server', 'permit', bytes, { ...work, motion: plan, verdict, trustPolicy, ...times });
  const output = { stdout: of('stdout'), stderr: of('stderr'), startedAt: TIME, endedAt: TIME };
  await say('runner', 'receipt', bytes, { ...work, outcome: 'succeeded', cause: 'exit', exit: 0, ...output });
  const looked = { attempt: 1, fence: 1, outcome: 'succeeded' } as const;
  const probes = [{ id: 'port', outcome: 'succeeded' as const, observed: of('port') }];
  await say('attestor', 'attestation', bytes, { about: 'step', step: 'install', ...looked, probes });
  await say('attestor', 'attestation', plan, { about: 'goal', step: null, ...looked, probes });
  const cost = { tokens: 0, microUsd: 0 };
  await say('server', 'settlement', request, {
    outcome: 'succeeded',
    reason: 'goal.met',
    steps: 1,
    heals: 0,
    ...cost,
    ...head,
  });
  return bodies;
}
