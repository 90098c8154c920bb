import { digestOfBytes, type EntryKind, type Predicate } from '@duovir/protocol';
import { TIME } from '../src/organisation.fixture.ts';

const digest = digestOfBytes('sample');
const thought = { brain: 'model' as const, tokens: 12, calls: [`call-${'a'.repeat(26)}`] };
const found = { id: 'own-1', rule: 'security.open-port', severity: 'high', step: 'open', evidenced: true } as const;
const amount = { tokens: 5, microUsd: 7 };
const work = { permit: 'permit-1', step: 'open', purpose: 'apply', attempt: 1, fence: 1 } as const;
const key = 'ana/0123456789abcdef';
const call = `call-${'b'.repeat(26)}`;
const person = 'ana';

/** One statement of each kind that has every member. */
export const samples: { readonly [Kind in EntryKind]: Predicate<Kind> } = {
  'log-start': { trustPolicy: digest },
  'log-stop': {},
  'trust-policy': {
    version: 2,
    previous: digest,
    signature: digest,
    changes: [{ at: '/budget/day', change: 'added' }],
  },
  'principal-enrol': { principal: person, role: 'person', group: 'people', key },
  'principal-rotate': { principal: person, key, previous: key },
  'principal-revoke': { principal: person, key },
  'token-issue': { token: 'abc-1', person, issuer: person, scopes: ['read', 'audit'], expiresAt: TIME },
  'token-revoke': { token: 'abc-1', person },
  request: { requester: person, commitment: digest, intent: digest },
  intent: { requester: person, trustPolicy: digest },
  plan: { revision: 1, pack: 'demo', playbook: 'demo/cluster', commitment: digest, ...thought },
  'plan-refusal': { reason: 'goal-unknown', commitment: digest, ...thought },
  clarification: { commitment: digest, ...thought },
  'clarification-answer': { person, commitment: digest },
  motion: {
    kind: 'heal',
    revision: 1,
    riskClass: 'R2',
    reasons: ['risk.production'],
    trustPolicy: digest,
    evidence: digest,
    envelope: 'ports',
    previous: digest,
    state: digest,
  },
  checks: { passed: false, findings: [found], commitment: digest },
  commitment: { round: 1, commitment: digest },
  opinion: {
    round: 1,
    phase: 'second',
    verdict: 'abstain',
    findings: [found],
    abstention: 'no-answer',
    changedFrom: 'approve',
    because: ['f-00112233'],
    shown: digest,
    evidence: digest,
    trustPolicy: digest,
    mandate: 'all',
    commitment: digest,
    ...thought,
  },
  rebuttal: {
    round: 1,
    answers: [{ finding: 'f-00112233', kind: 'refute', evidence: ['/steps/0'] }],
    commitment: digest,
    ...thought,
  },
  'finding-check': {
    check: 'c-00112233',
    finding: 'f-00112233',
    rule: 'security.open-port',
    step: 'open',
    means: 'probe',
    outcome: 'unknown',
    commitment: digest,
  },
  approval: { verdict: 'reject', trustPolicy: digest },
  verdict: {
    verdict: 'referred',
    riskClass: 'R3',
    reason: 'verdict.split',
    opinions: [digest],
    approvals: [digest],
    breakGlass: [digest],
    counted: { reviewers: 1, approvals: 1, groups: 1, people: 0 },
    trustPolicy: digest,
  },
  permit: { ...work, motion: digest, verdict: digest, trustPolicy: digest, issuedAt: TIME, expiresAt: TIME },
  refusal: { permit: 'permit-1', code: 'expired' },
  receipt: {
    ...work,
    outcome: 'failed',
    cause: 'exit',
    exit: 1,
    stdout: digest,
    stderr: digest,
    startedAt: TIME,
    endedAt: TIME,
  },
  attestation: {
    about: 'step',
    step: 'open',
    attempt: 1,
    fence: 1,
    outcome: 'failed',
    probes: [{ id: 'there', outcome: 'unknown', observed: digest }],
  },
  diagnosis: {
    step: 'open',
    attempt: 1,
    class: 'transient',
    signature: 'net.port-in-use',
    decision: 'retry',
    commitment: digest,
    ...thought,
  },
  'model-question': {
    purpose: 'plan',
    motion: digest,
    attempt: 1,
    prompt: { name: 'planner', version: 3, digest },
  },
  egress: {
    call,
    try: 1,
    principal: 'planner',
    purpose: 'review',
    question: digest,
    model: 'small',
    provider: 'vertex',
    dataClass: 'internal',
    bytes: 100,
    redactions: { secret: 2, host: 1 },
    reserved: amount,
    trustPolicy: digest,
    commitment: digest,
  },
  'egress-end': { call, try: 1, outcome: 'failed', status: 429, answer: digest, spent: amount },
  stop: { person, commitment: digest },
  'stop-lift': { person },
  'break-glass': { grant: 'grant-1', until: TIME, classes: ['R1', 'R3'], commitment: digest },
  'break-glass-end': { grant: 'grant-1', person },
  'model-stop': { person, commitment: digest },
  'model-resume': { person },
  cancellation: { person },
  settlement: { outcome: 'failed', reason: 'step.failed', steps: 1, heals: 0, ...amount, entries: 3, chain: digest },
  heartbeat: { number: 1, intervalSeconds: 60, clock: 'unknown' },
  'audit-read': { person, what: 'why', run: `run-${'a'.repeat(20)}`, origin: 'network', withinSeconds: 300 },
  'access-refusal': { person, action: 'approve', reason: 'expired', attempts: 2, origin: 'socket' },
  'evidence-export': { person, scope: 'pci', from: TIME, to: TIME, size: 512, first: 256 },
  'blob-shred': { person, reason: 'leak' },
  'log-restore': { size: 3, root: digest, lost: 9, lostRoot: digest, signature: digest },
};

const MISFITS: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  256,
  65_536,
  1_000_001,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  '',
  '0',
  'a',
  'A',
  'a.b',
  'a b',
  '\u00e9',
  'a'.repeat(63),
  'a'.repeat(64),
  'a'.repeat(97),
  'x\n',
  TIME,
  '2026-02-30T00:00:00.000Z',
  digest,
  digest.toUpperCase(),
  [],
  {},
];

/** The value with one thing changed somewhere in it, in every way that is tried. */
export function* misfitsOf(value: unknown): Generator {
  yield* MISFITS;
  if (Array.isArray(value)) {
    yield [...value, ...value];
    yield Array.from({ length: 65 }, (): unknown => value[0]);
    for (const inner of misfitsOf(value[0])) yield [inner];
  } else if (typeof value === 'object' && value !== null) yield* misfitMembers(value);
}

function* misfitMembers(value: object): Generator {
  yield { ...value, more: 1 };
  for (const [name, member] of Object.entries(value)) {
    const { [name]: _, ...rest } = value as Record<string, unknown>;
    yield rest;
    for (const inner of misfitsOf(member)) yield { ...value, [name]: inner };
  }
}
