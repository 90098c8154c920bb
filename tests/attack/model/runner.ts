import {
  actionCallSchema,
  type Ballot,
  type ExecutionSubject,
  type Predicate,
  type TrustPolicy,
} from '@duovir/protocol';
import type { Disk } from './disk.ts';
import { assertFence } from '@duovir/runner/permit/fence';
import { assertLifetime } from '@duovir/runner/permit/lifetime';
import { assertCarried } from '@duovir/runner/permit/recount';
import { at, policies, PROPOSER, REQUESTER, RISK_CLASS, type Signed } from './policies.ts';
import { counted, type Approval, type Opinion, type Request, type Word } from './word.ts';

/** The rules that a variant of the runner may break. */
export interface Rules {
  /** Throws where the ballot does not carry. */
  readonly count: (ballot: Ballot) => void;
  readonly allowsTwice: boolean;
  readonly marks: 'before' | 'after';
  readonly comparesVersions: boolean;
  readonly asksTheNewest: boolean;
  readonly looksAgain: boolean;
}

export const soundRules: Rules = {
  count: assertCarried,
  allowsTwice: false,
  marks: 'before',
  comparesVersions: true,
  asksTheNewest: true,
  looksAgain: true,
};

/** Something was executed: what for, and what the runner knew when it looked last. */
export interface Execution {
  readonly request: Request;
  readonly newest: Signed;
  readonly tick: number;
  readonly generation: number | 'settled';
  readonly isStopped: boolean;
  /** Version of the trust policy when the use of the permit was marked, and how many had been marked before. */
  readonly versionThen: number;
  readonly order: number;
}

export interface Surroundings {
  readonly disk: Disk;
  readonly clock: { readonly tick: number };
  readonly executed: (execution: Execution) => void;
}

class Refused extends Error {}

/**
 * The runner's way with a permit, line by line as in `Runner`: at each `yield` it may be killed, and others go on. What it
 * holds in memory is gone then, the disk stays.
 */
export function* execute(
  request: Request,
  rules: Rules,
  { disk, clock, executed }: Surroundings,
): Generator<void, void> {
  try {
    assertNotStopped(disk);
    const { fence } = disk;
    yield;
    const newest = lookAt(disk, rules);
    const seen = { tick: clock.tick, generation: fence.kind === 'open' ? fence.generation : ('settled' as const) };
    if (disk.used.has(request.permit)) throw new Refused();
    verify(request, newest, rules, at(clock.tick));
    assertFence(subjectOf(request), permitOf(request), fence);
    yield;
    assertNotStopped(disk);
    if (rules.looksAgain && lookAt(disk, rules) !== newest) throw new Refused();
    if (rules.marks === 'before' && !disk.claim(request.permit)) throw new Refused();
    const then = {
      isStopped: disk.stops.size > 0,
      versionThen: lookAt(disk, rules).policy.version,
      order: disk.marked++,
    };
    yield;
    if (request.opens) disk.fence = { kind: 'open', generation: request.fence };
    yield;
    executed({ request, newest, ...seen, ...then });
    yield;
    if (rules.marks === 'after') disk.claim(request.permit);
    disk.receipts.add(request.permit);
  } catch (error) {
    if (!(error instanceof Refused) && !isRunnerError(error)) throw error;
  }
}

function isRunnerError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

function assertNotStopped({ stops }: Disk): void {
  if (stops.size > 0) throw new Refused();
}

/** The trust policy file, never an older one than was seen before. */
function lookAt(disk: Disk, { comparesVersions }: Rules): Signed {
  const found = policies[disk.trustPolicy] ?? policies[0];
  if (comparesVersions && found.policy.version < disk.highestVersion) throw new Refused();
  disk.highestVersion = Math.max(disk.highestVersion, found.policy.version);
  return found;
}

function verify(request: Request, newest: Signed, rules: Rules, now: Date): void {
  const deciding = policies.find(({ policy }) => policy.version === request.version);
  if (!deciding || !request.isLogged) throw new Refused();
  if (rules.comparesVersions && deciding !== newest) {
    if (newest.policy.supersedes?.digest !== deciding.digest) throw new Refused();
    if (now.getTime() >= at(newest.decidedUntil).getTime()) throw new Refused();
  }
  for (const word of request.words)
    assertSpoken(word, request, deciding.policy, rules.asksTheNewest ? newest.policy : undefined);
  const opinions = request.words.filter((word): word is Opinion => word.kind === 'opinion');
  const approvals = request.words.filter((word): word is Approval => word.kind === 'approval');
  const speakers = [
    ...opinions.map(({ signer, phase }) => `${signer} ${phase}`),
    ...approvals.map(({ signer }) => signer),
  ];
  if (!rules.allowsTwice && new Set(speakers).size !== speakers.length) throw new Refused();
  const rule = deciding.policy.quorum[RISK_CLASS];
  if (!rule) throw new Refused();
  rules.count({
    rule,
    riskClass: RISK_CLASS,
    dataClass: 'internal',
    opinions: opinions.map(counted),
    approvals: approvals.map(({ signer, verdict }) => ({ person: signer, verdict })),
    proposer: PROPOSER,
    requester: REQUESTER,
    brokenBy: [],
    policy: deciding.policy,
  });
  assertLifetime(permitOf(request), rule, now);
}

/** About this motion, under this policy, by somebody who was enrolled then and still is. */
function assertSpoken(word: Word, request: Request, deciding: TrustPolicy, newest: TrustPolicy | undefined): void {
  const role = word.kind === 'opinion' ? 'reviewer' : 'person';
  const isEnrolled = ({ principals }: TrustPolicy): boolean =>
    principals.some((principal) => principal.name === word.signer && principal.role === role);
  if (word.motion !== request.motion || word.version !== request.version) throw new Refused();
  if (word.signer === REQUESTER || !isEnrolled(deciding) || (newest && !isEnrolled(newest))) throw new Refused();
}

function permitOf({ permit, fence, issued, expires }: Request): Predicate<'permit'> {
  const none = `sha256:${'0'.repeat(64)}` as const;
  return {
    permit,
    fence,
    step: 'step',
    purpose: 'apply',
    attempt: 1,
    motion: none,
    verdict: none,
    trustPolicy: none,
    issuedAt: at(issued).toISOString(),
    expiresAt: at(expires).toISOString(),
  };
}

const subject = {
  run: 'run-aaaaaaaaaaaaaaaaaaaa',
  step: 'step',
  purpose: 'apply',
  target: { kind: 'sandbox', id: 'run-aaaaaaaaaaaaaaaaaaaa' },
  environment: 'development',
  secrets: [],
  timeoutMs: 1000,
  verify: [],
  compensate: { kind: 'none', reason: 'nothing is left behind' },
  settings: [],
} as const;
const opening: ExecutionSubject = {
  ...subject,
  call: actionCallSchema.parse({
    action: 'sandbox.open@1',
    with: {
      hosts: {},
      limits: { memoryBytes: 536_870_912, processes: 128, cpuPercent: 200, workspaceBytes: 536_870_912 },
    },
  }),
};
const working: ExecutionSubject = {
  ...subject,
  call: actionCallSchema.parse({ action: 'directory.make@1', with: { path: '/workspace/x' } }),
};

function subjectOf({ opens }: Request): ExecutionSubject {
  return opens ? opening : working;
}
