import { runEventSchema, type NewEvent, type RunEvent } from '@duovir/protocol';

const RUN = 'run-abcdefghijklmnopqrst';
const PLAN = `sha256:${'3a'.repeat(32)}`;
const HEAL = `sha256:${'b7'.repeat(32)}`;
const START = Date.parse('2026-03-01T10:00:00.000Z');

/** Numbers and dates what happened, one every 150 ms, and checks it against the schema of events. */
export function record(...events: readonly NewEvent[]): RunEvent[] {
  return events.map((event, index) =>
    runEventSchema.parse({ ...event, run: RUN, seq: index + 1, time: new Date(START + index * 150).toISOString() }),
  );
}

const begin = (goal: string, environment: 'development' | 'production' = 'development'): NewEvent[] => [
  {
    type: 'run-start',
    body: {
      requester: 'operator',
      request: { goal, target: 'sandbox', inputs: {}, environment, dataClass: 'internal', occupiedPorts: [5432] },
      entry: 1,
    },
  },
  { type: 'stage-start', body: { stage: 'plan' } },
  {
    type: 'plan-propose',
    body: {
      revision: 1,
      playbook: 'postgres/streaming-cluster',
      title: 'PostgreSQL with streaming replicas',
      explanation: 'Matched by postgresql, primary, replicas.',
      steps: [
        { id: 'open', title: 'Open the sandbox', action: 'sandbox.open@1' },
        { id: 'primary', title: 'Start the primary', action: 'service.start@1' },
      ],
      motion: PLAN,
      entry: 2,
    },
  },
  { type: 'stage-end', body: { stage: 'plan', milliseconds: 38.2 } },
  { type: 'stage-start', body: { stage: 'review' } },
  {
    type: 'motion-freeze',
    body: {
      motion: PLAN,
      motionKind: 'plan',
      revision: 1,
      riskClass: 'R1',
      reasons: ['sandbox.only'],
      envelope: null,
      entry: 3,
    },
  },
  { type: 'checks-end', body: { motion: PLAN, passed: true, findings: [], entry: 4 } },
  { type: 'opinion-commit', body: { motion: PLAN, reviewer: 'reviewer-security', entry: 5 } },
  {
    type: 'opinion-reveal',
    body: {
      motion: PLAN,
      reviewer: 'reviewer-security',
      mandate: 'security',
      brain: 'playbook',
      phase: 'blind',
      verdict: 'approve',
      changedFrom: null,
      because: [],
      rationale:
        'No free shell text, no secret, and nothing listens beyond loopback; the one weakness stays inside the sandbox.',
      findings: [
        {
          id: 'trust',
          rule: 'postgres.trust-authentication',
          severity: 'low',
          step: 'primary',
          claim: 'Connections from loopback need no password.',
          evidence: [],
        },
      ],
      entry: 7,
    },
  },
  {
    type: 'verdict-reach',
    body: {
      motion: PLAN,
      motionKind: 'plan',
      verdict: 'carried',
      riskClass: 'R1',
      reason: 'quorum.reached',
      explanation: 'Both reviewers approve.',
      entry: 9,
    },
  },
  { type: 'stage-end', body: { stage: 'review', milliseconds: 61 } },
];

const step = (id: string, title: string, milliseconds: number, attempt = 1): NewEvent[] => [
  {
    type: 'permit-mint',
    body: {
      permit: `permit-${id}-${attempt}`,
      step: id,
      purpose: 'apply',
      attempt,
      expiresAt: '2026-03-01T10:15:00.000Z',
      entry: 20,
    },
  },
  { type: 'step-start', body: { step: id, title, action: 'service.start@1', purpose: 'apply', attempt } },
  {
    type: 'step-log',
    body: { step: id, attempt, stream: 'stdout', text: 'LOG:  database system is ready to accept connections\n' },
  },
  {
    type: 'step-end',
    body: {
      step: id,
      purpose: 'apply',
      attempt,
      outcome: 'succeeded',
      cause: 'exit',
      exit: 0,
      stderr: '',
      milliseconds,
      entry: 21,
    },
  },
  {
    type: 'attestation-make',
    body: {
      about: 'step',
      step: id,
      outcome: 'succeeded',
      probes: [{ id: 'listens', outcome: 'succeeded', observed: true, summary: 'postgres listens' }],
      differences: [],
      entry: 22,
    },
  },
];

/** A port that is taken: the failure, its diagnosis, the heal and the retry. */
export const healedRun: readonly RunEvent[] = record(
  ...begin('Cluster PostgreSQL: one primary and two streaming replicas'),
  { type: 'stage-start', body: { stage: 'execute' } },
  {
    type: 'attestation-make',
    body: { about: 'control', step: null, outcome: 'failed', probes: [], differences: [], entry: 10 },
  },
  ...step('open', 'Open the sandbox', 120),
  {
    type: 'step-start',
    body: { step: 'primary', title: 'Start the primary', action: 'service.start@1', purpose: 'apply', attempt: 1 },
  },
  {
    type: 'step-end',
    body: {
      step: 'primary',
      purpose: 'apply',
      attempt: 1,
      outcome: 'failed',
      cause: 'not-ready',
      exit: 1,
      stderr:
        'LOG:  could not bind IPv4 address "127.0.0.1": Address already in use\nFATAL:  could not create any TCP/IP sockets\n',
      milliseconds: 310,
      entry: 30,
    },
  },
  { type: 'stage-start', body: { stage: 'heal' } },
  {
    type: 'diagnosis-make',
    body: {
      step: 'primary',
      attempt: 1,
      diagnosis: {
        class: 'deterministic',
        signature: 'net.port-in-use',
        title: 'Port 5432 is taken',
        explanation: 'PostgreSQL could not listen because somebody else does.',
        captures: { port: '5432' },
        evidence: ['could not bind IPv4 address "127.0.0.1": Address already in use'],
        decision: 'patch',
        confirm: [],
      },
      entry: 31,
    },
  },
  {
    type: 'diagnosis-confirm',
    body: {
      step: 'primary',
      outcome: 'succeeded',
      listeners: [{ address: '127.0.0.1', port: 5432, pid: 7, argv: 'stranger 5432', service: null }],
      summary: 'A process that is not of this run listens on 5432.',
      entry: 32,
    },
  },
  {
    type: 'patch-propose',
    body: {
      step: 'primary',
      revision: 2,
      motion: HEAL,
      patch: [{ op: 'replace', path: '/source/inputs/port', value: 5433 }],
      explanation: 'The first free port of the envelope.',
      redo: ['primary'],
      entry: 33,
    },
  },
  {
    type: 'verdict-reach',
    body: {
      motion: HEAL,
      motionKind: 'heal',
      verdict: 'carried',
      riskClass: 'R1',
      reason: 'quorum.reached',
      explanation: 'Both reviewers approve.',
      entry: 38,
    },
  },
  { type: 'stage-end', body: { stage: 'heal', milliseconds: 90 } },
  { type: 'stage-start', body: { stage: 'execute' } },
  ...step('primary', 'Start the primary', 820, 2),
  { type: 'stage-end', body: { stage: 'execute', milliseconds: 1400 } },
  { type: 'stage-start', body: { stage: 'settle' } },
  {
    type: 'attestation-make',
    body: {
      about: 'goal',
      step: null,
      outcome: 'succeeded',
      probes: [
        {
          id: 'two-standbys',
          outcome: 'succeeded',
          observed: '2',
          summary: 'pg_stat_replication shows 2 streaming standbys',
        },
      ],
      differences: [],
      entry: 50,
    },
  },
  {
    type: 'run-end',
    body: {
      outcome: 'succeeded',
      reason: 'goal.attested',
      explanation: 'The goal is attested.',
      heals: 1,
      milliseconds: 4200,
      entry: 51,
    },
  },
);

/** A motion that rules may not carry: people are asked. */
export const referredRun: readonly RunEvent[] = record(
  ...begin('Cluster Redis: three masters', 'production'),
  { type: 'stage-start', body: { stage: 'verdict' } },
  {
    type: 'approval-wait',
    body: {
      motion: PLAN,
      riskClass: 'R2',
      people: ['approver'],
      needed: 1,
      until: '2026-03-02T10:00:00.000Z',
      reason: 'Production needs a person.',
    },
  },
);

/** Hostile text in every field that others write. */
export const hostileRun: readonly RunEvent[] = record(
  ...begin('Cluster PostgreSQL'),
  { type: 'stage-start', body: { stage: 'execute' } },
  {
    type: 'step-start',
    body: {
      step: 'open',
      title: 'Open\u001b[2J\u001b]0;owned\u0007 it',
      action: 'sandbox.open@1',
      purpose: 'apply',
      attempt: 1,
    },
  },
  {
    type: 'step-log',
    body: {
      step: 'open',
      attempt: 1,
      stream: 'stdout',
      text: 'fine\r\n\u001b[31mred\u001b[0m \u202egnp.exe\u202c \u009b5A up\u0000\n',
    },
  },
  {
    type: 'step-end',
    body: {
      step: 'open',
      purpose: 'apply',
      attempt: 1,
      outcome: 'failed',
      cause: 'exit',
      exit: 1,
      stderr: '\u001b[1A\u001b[2K✔ all is well\n',
      milliseconds: 5,
      entry: 1,
    },
  },
  { type: 'undo-start', body: { reason: 'It\u0007 failed.', steps: [] } },
  {
    type: 'run-end',
    body: {
      outcome: 'undone',
      reason: 'step.failed',
      explanation: 'One\u001b[2Jstep failed.',
      heals: 0,
      milliseconds: 900,
      entry: 2,
    },
  },
);
