import {
  trustPolicyDigest,
  trustPolicySchema,
  withoutLogin,
  withoutModels,
  type Digest,
  type Principal,
  type QuorumRule,
  type TrustPolicy,
} from '@duovir/protocol';

const START = Date.parse('2026-01-01T00:00:00.000Z');

/** Time in the model is counted in ticks of a second. */
export function at(tick: number): Date {
  return new Date(START + tick * 1000);
}

const principal = (name: string, role: Principal['role'], group: string): Principal => ({
  name,
  role,
  group,
  publicKey: Buffer.from(name.padEnd(32, '.')).toString('base64'),
});

const everybody: readonly Principal[] = [
  principal('planner', 'planner', 'rules'),
  principal('reviewer-one', 'reviewer', 'rules'),
  principal('reviewer-two', 'reviewer', 'rules'),
  principal('reviewer-three', 'reviewer', 'others'),
  principal('ana', 'person', 'ana'),
  principal('boris', 'person', 'boris'),
  principal('vera', 'person', 'vera'),
];

const rule: QuorumRule = {
  reviewers: 2,
  approvals: 2,
  groups: 2,
  adversary: false,
  veto: 'high',
  reviewSeconds: 60,
  people: 0,
  cardholderPeople: 0,
  peopleTimeoutSeconds: 60,
  permitSeconds: 20,
};

export interface Signed {
  readonly policy: TrustPolicy;
  readonly digest: Digest;
  /** Tick until which what the policy before had decided may be carried out. */
  readonly decidedUntil: number;
}

function sign(version: number, rest: Partial<TrustPolicy>, before?: Signed, decidedUntil = 0): Signed {
  const policy = trustPolicySchema.parse({
    apiVersion: 'duovir/v1',
    kind: 'TrustPolicy',
    organisation: 'Example',
    version,
    issuedAt: at(0).toISOString(),
    log: { origin: 'log.example', vkey: 'log.example+00000000+AA==' },
    witnesses: { quorum: 1, vkeys: ['witness.example+00000000+AA=='] },
    principals: everybody,
    quorum: { R0: rule, R1: rule, R2: rule, R3: rule },
    envelopes: [],
    heals: { perStep: 0, perRun: 0 },
    ...withoutLogin,
    ...withoutModels,
    ...rest,
    supersedes: before ? { digest: before.digest, decidedUntil: at(decidedUntil).toISOString() } : null,
  });
  return { policy, digest: trustPolicyDigest(policy), decidedUntil };
}

const first = sign(1, {});
/** One reviewer is revoked; what had been decided may be carried out for some time. */
const second = sign(2, { principals: everybody.filter(({ name }) => name !== 'reviewer-three') }, first, 30);
/** Back again, and a person is needed for everything from now on. */
const third = sign(3, { quorum: { R1: { ...rule, people: 1 } } }, second, 0);

/** As the officer signs them, one after the other. */
export const policies: readonly [Signed, ...Signed[]] = [first, second, third];
export const RISK_CLASS = 'R1';
export const PROPOSER = 'planner';
export const REQUESTER = 'ana';
